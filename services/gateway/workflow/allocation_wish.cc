#include "services/gateway/workflow/allocation_wish.h"

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "services/gateway/workflow/names.h"
#include "services/gateway/workflow/rules.h"

namespace juchu::gateway::workflow {
namespace {

bool HoldsSome(const StateTags& tags) {
  return tags.Has(StateValue::kPartlyAllocated) || tags.Has(StateValue::kAllocated) ||
         tags.Has(StateValue::kForciblyAllocated);
}

bool IsAllocatedByItself(const OrderFacts& facts, const Settings& settings) {
  const Status from = settings.allocation_timing == AllocationTiming::kAtAwaitingConfirmation
                          ? Status::kAwaitingConfirmation
                          : Status::kAwaitingAllocation;
  return settings.allocation == AllocationSetting::kAutomatically && facts.mode == Mode::kAuto &&
         facts.status >= from && facts.status <= Status::kAwaitingAllocation;
}

}  // namespace

AllocationWish WishOf(const OrderFacts& facts, const Settings& settings) {
  const AllocationWish if_known = facts.known_to_inventory ? AllocationWish::kGiveBack : AllocationWish::kNothing;
  if (facts.status == Status::kCancelled) return if_known;
  if (facts.tags.Has(StateValue::kShipmentConfirmed) || facts.status == Status::kCompleted) {
    return facts.known_to_inventory ? AllocationWish::kShip : AllocationWish::kNothing;
  }
  if (facts.tags.Has(StateValue::kNotSubjectToAllocation)) return if_known;
  // A manager has said how it is, and nobody else knows of the order.
  const bool overridden = (facts.overridden & BitOf(StateCategory::kAllocation)) != 0;
  if (overridden && !facts.known_to_inventory) return AllocationWish::kNothing;
  return HoldsSome(facts.tags) || IsAllocatedByItself(facts, settings) ? AllocationWish::kHold
                                                                       : AllocationWish::kNothing;
}

bool IsOutstanding(const OrderFacts& facts, const Settings& settings) {
  switch (WishOf(facts, settings)) {
    case AllocationWish::kNothing:
    case AllocationWish::kShip:
      return false;
    case AllocationWish::kHold:
      return facts.tags.Has(StateValue::kUnallocated) || facts.tags.Has(StateValue::kPartlyAllocated);
    case AllocationWish::kGiveBack:
      return true;
  }
  return false;
}

absl::Status CheckAllocate(const OrderFacts& facts, const Settings& settings) {
  if (settings.allocation == AllocationSetting::kNothing || facts.tags.Has(StateValue::kNotSubjectToAllocation)) {
    return FailedPrecondition("ALLOCATION_NOT_USED", "the order is 引当対象外: the tenant's setting is 引当しない",
                              {{"remedy", "change the setting 在庫引当 to 自動 or 手動"}});
  }
  return CheckPermitted(Operation::kAllocate, facts.status, settings);
}

}  // namespace juchu::gateway::workflow
