#ifndef SERVICES_GATEWAY_WORKFLOW_ALLOCATION_WISH_H_
#define SERVICES_GATEWAY_WORKFLOW_ALLOCATION_WISH_H_

#include "absl/status/status.h"
#include "services/gateway/workflow/types.h"

// What an order wants of the stock. A function of its facts, as its status is: whoever brings the order to where its
// facts say brings the inventory there too, at any time, as often as he likes.
namespace juchu::gateway::workflow {

enum class AllocationWish : uint8_t {
  // Nobody has asked for stock.
  kNothing,
  // To hold what its lines need, as far as there is stock.
  kHold,
  // To hold nothing: it is cancelled, or its tenant does not allocate.
  kGiveBack,
  // That what it holds has left the stock. Nothing takes that back: stock that returns is received again.
  kShip,
};

AllocationWish WishOf(const OrderFacts& facts, const Settings& settings);

// Whether asking the inventory anew may help: it wants stock and lacks some, or may hold what it should give back.
bool IsOutstanding(const OrderFacts& facts, const Settings& settings);

// Whether a person may ask for stock for it (在庫引当). FAILED_PRECONDITION OPERATION_NOT_IN_STATUS or
// ALLOCATION_NOT_USED.
absl::Status CheckAllocate(const OrderFacts& facts, const Settings& settings);

}  // namespace juchu::gateway::workflow

#endif  // SERVICES_GATEWAY_WORKFLOW_ALLOCATION_WISH_H_
