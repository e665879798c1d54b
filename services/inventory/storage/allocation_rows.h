#ifndef SERVICES_INVENTORY_STORAGE_ALLOCATION_ROWS_H_
#define SERVICES_INVENTORY_STORAGE_ALLOCATION_ROWS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/mysql/statement.h"
#include "juchu/inventory/v1/inventory.pb.h"
#include "services/inventory/domain/allocation_plan.h"

// Rows of allocated_orders and allocations, for use inside a transaction.
namespace juchu::inventory {

// What an order needs of a product and holds of it.
struct AllocationRow {
  int64_t needed = 0;
  Holding holding;
  int64_t priority_time_us = 0;

  bool waiting() const { return holding.allocated < needed; }
  bool operator==(const AllocationRow& other) const = default;
};

// What is known of an order.
struct AllocatedOrder {
  // 0: nothing is known.
  int64_t facts_version = 0;
  int64_t order_version = 0;
  v1::AllocationState state = v1::UNALLOCATED;
  bool shipped = false;
  // By product code.
  std::map<std::string, AllocationRow> rows;

  bool operator==(const AllocatedOrder& other) const = default;
};
// By order number.
using AllocatedOrders = std::map<std::string, AllocatedOrder>;

// Reads the orders; one that is not known is there all the same, with version 0. `lock`: and locks those that are
// known, in the order of their numbers, the one order in which all writers lock. Two statements.
absl::StatusOr<AllocatedOrders> SelectOrders(mysql::Session& session, absl::string_view tenant,
                                             const std::set<std::string>& numbers, bool lock);

// Writes what of `after` is other than in `before`. ALREADY_EXISTS when another writer has made one of the orders that
// were not known. At most four statements.
absl::Status WriteOrders(mysql::Session& session, absl::string_view tenant, const AllocatedOrders& before,
                         const AllocatedOrders& after);

v1::AllocationFacts FactsOf(absl::string_view order_number, const AllocatedOrder& order);

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_STORAGE_ALLOCATION_ROWS_H_
