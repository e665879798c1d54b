#ifndef SERVICES_INVENTORY_DOMAIN_ALLOCATION_PLAN_H_
#define SERVICES_INVENTORY_DOMAIN_ALLOCATION_PLAN_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"
#include "juchu/inventory/v1/inventory.pb.h"

// Who gets what. Pure.
namespace juchu::inventory {

// A product as the plan sees it; while orders are planned one after the other, `free` goes down.
struct ProductLevel {
  bool registered = false;
  bool inactive = false;
  // On hand less allocated; negative in an overdraft.
  int64_t free = 0;
};
// By product code.
using Levels = std::map<std::string, ProductLevel>;

// What an order holds of a product.
struct Holding {
  int64_t allocated = 0;
  // Of these, beyond the stock as it was.
  int64_t forced = 0;

  bool operator==(const Holding& other) const = default;
};

// What an order needs and gets of one product.
struct ProductPlan {
  int64_t needed = 0;
  Holding before;
  Holding after;
  v1::ShortReason short_reason = v1::SHORT_REASON_UNSPECIFIED;
};
// By product code: what it needs, and what it held and needs no more.
using Plan = std::map<std::string, ProductPlan>;

// What an order wants.
struct Need {
  // Pieces by product code, lines of one product summed; each at least 1.
  std::map<std::string, int64_t> pieces;
  bool forced = false;
  bool all_or_nothing = false;
};

// The pieces that lines need, by product code.
std::map<std::string, int64_t> SumLines(const google::protobuf::RepeatedPtrField<v1::LineNeed>& lines);

// What the order gets, given what it holds, out of `levels`, which are brought to what they are afterwards. It keeps
// what it holds and still needs; gives back what it needs no more, that beyond the stock first; gets what is missing as
// far as it is free, and by force beyond that. What is held of a product that is no more registered or inactive stays.
Plan PlanOrder(const Need& need, const std::map<std::string, Holding>& held, Levels& levels);

// How far an order with this plan is allocated. One that needs nothing is UNALLOCATED.
v1::AllocationState StateOf(const Plan& plan);

// The plan by lines: what a product has got goes to its lines in their order.
std::vector<v1::LineAllocation> LinesOf(const google::protobuf::RepeatedPtrField<v1::LineNeed>& lines,
                                        const Plan& plan);

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_DOMAIN_ALLOCATION_PLAN_H_
