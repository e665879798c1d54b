#include "services/gateway/workflow/allocation_wish.h"

#include <gtest/gtest.h>

#include "common/status/error.h"
#include "services/gateway/workflow/decide.h"

namespace juchu::gateway::workflow {
namespace {

using Wish = AllocationWish;

constexpr StateValue kAllocationValues[] = {StateValue::kUnallocated, StateValue::kPartlyAllocated,
                                            StateValue::kAllocated, StateValue::kForciblyAllocated,
                                            StateValue::kNotSubjectToAllocation};

// A second statement of the rule, in another shape: first what ends the wish, then who wishes.
Wish OracleWish(const OrderFacts& facts, const Settings& settings) {
  const bool cancelled = facts.status == Status::kCancelled;
  const bool gone = facts.status == Status::kCompleted || facts.tags.Has(StateValue::kShipmentConfirmed);
  const bool outside = facts.tags.Has(StateValue::kNotSubjectToAllocation);
  if (cancelled || gone || outside) {
    if (!facts.known_to_inventory) return Wish::kNothing;
    return !cancelled && gone ? Wish::kShip : Wish::kGiveBack;
  }
  if ((facts.overridden & BitOf(StateCategory::kAllocation)) != 0 && !facts.known_to_inventory) return Wish::kNothing;
  if (!facts.tags.Has(StateValue::kUnallocated)) return Wish::kHold;
  if (settings.allocation != AllocationSetting::kAutomatically || facts.mode != Mode::kAuto) return Wish::kNothing;
  const int status = static_cast<int>(facts.status);
  const bool early = settings.allocation_timing == AllocationTiming::kAtAwaitingConfirmation;
  return status == 4 || (early && (status == 2 || status == 3)) ? Wish::kHold : Wish::kNothing;
}

TEST(AllocationWishTest, EveryStatusModeValueSettingTimingAndKnowledge) {
  int cases = 0;
  for (const Status status : kAllStatuses) {
    for (const Mode mode : {Mode::kAuto, Mode::kManual}) {
      for (const StateValue value : kAllocationValues) {
        for (const StateValue shipment :
             {StateValue::kUnshipped, StateValue::kInstructed, StateValue::kShipmentConfirmed}) {
          for (const AllocationSetting setting : kAllAllocationSettings) {
            for (const AllocationTiming timing : kAllAllocationTimings) {
              for (const bool known : {false, true}) {
                for (const bool overridden : {false, true}) {
                  OrderFacts facts;
                  facts.status = status;
                  facts.mode = mode;
                  facts.tags.Set(value);
                  facts.tags.Set(shipment);
                  facts.known_to_inventory = known;
                  if (overridden) facts.overridden = BitOf(StateCategory::kAllocation);
                  const Settings settings{Mode::kAuto, setting, timing};
                  ASSERT_EQ(WishOf(facts, settings), OracleWish(facts, settings))
                      << static_cast<int>(status) << " " << static_cast<int>(mode) << " " << static_cast<int>(value)
                      << " " << static_cast<int>(shipment) << " " << static_cast<int>(setting) << " "
                      << static_cast<int>(timing) << " " << known << " " << overridden;
                  ++cases;
                }
              }
            }
          }
        }
      }
    }
  }
  EXPECT_EQ(cases, 10 * 2 * 5 * 3 * 3 * 2 * 2 * 2);
}

OrderFacts At(Status status, StateValue allocation = StateValue::kUnallocated) {
  OrderFacts facts;
  facts.status = status;
  facts.tags.Set(allocation);
  facts.tags.Set(StateValue::kUnshipped);
  facts.known_to_inventory = allocation != StateValue::kUnallocated;
  return facts;
}

TEST(CheckAllocateTest, NamesTheStatusesInWhichStockMayBeAskedFor) {
  const Settings late;
  EXPECT_TRUE(CheckAllocate(At(Status::kAwaitingAllocation), late).ok());
  EXPECT_TRUE(CheckAllocate(At(Status::kAwaitingShipment), late).ok());
  const auto refused = CheckAllocate(At(Status::kAwaitingConfirmation), late);
  EXPECT_EQ(ReasonOf(refused), "OPERATION_NOT_IN_STATUS");
  EXPECT_EQ(GetErrorInfo(refused)->metadata.at("permitted_statuses"), "引当待, 出荷待, 出荷中");
  Settings early;
  early.allocation_timing = AllocationTiming::kAtAwaitingConfirmation;
  EXPECT_TRUE(CheckAllocate(At(Status::kAwaitingConfirmation), early).ok());
  EXPECT_EQ(ReasonOf(CheckAllocate(At(Status::kShipped), early)), "OPERATION_NOT_IN_STATUS");
}

TEST(CheckAllocateTest, IsRefusedWhereTheTenantDoesNotAllocate) {
  Settings settings;
  settings.allocation = AllocationSetting::kNothing;
  EXPECT_EQ(ReasonOf(CheckAllocate(At(Status::kAwaitingAllocation), settings)), "ALLOCATION_NOT_USED");
}

TEST(AllocationFactTest, LetsAnAutoOrderGoOnAtOnce) {
  OrderFacts facts = At(Status::kAwaitingAllocation);
  Intent intent;
  intent.allocation_fact = StateValue::kAllocated;
  const auto decision = Decide(facts, {}, intent);
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->status, Status::kAwaitingShipment);
  EXPECT_EQ(decision->mode, Mode::kAuto);
}

TEST(AllocationFactTest, ReachesACancelledOrderToo) {
  Intent intent;
  intent.allocation_fact = StateValue::kUnallocated;
  const auto decision = Decide(At(Status::kCancelled, StateValue::kAllocated), {}, intent);
  ASSERT_TRUE(decision.ok());
  EXPECT_TRUE(decision->tags.Has(StateValue::kUnallocated));
}

TEST(NeedGrownTest, TakesTheTagBackUntilTheInventoryHasAnswered) {
  Intent intent;
  intent.saved = true;
  intent.need_grown = true;
  const auto decision = Decide(At(Status::kAwaitingShipment, StateValue::kAllocated), {}, intent);
  ASSERT_TRUE(decision.ok());
  EXPECT_TRUE(decision->tags.Has(StateValue::kPartlyAllocated));
  EXPECT_EQ(decision->status, Status::kAwaitingShipment) << "the order does not go back by itself";
}

TEST(NeedGrownTest, LeavesWhatWasShippedOrSetByAManagerAlone) {
  Intent intent;
  intent.saved = true;
  intent.need_grown = true;
  OrderFacts shipped = At(Status::kShipped, StateValue::kAllocated);
  shipped.tags.Set(StateValue::kShipmentConfirmed);
  EXPECT_TRUE(Decide(shipped, {}, intent)->tags.Has(StateValue::kAllocated));
  OrderFacts unknown = At(Status::kAwaitingShipment, StateValue::kAllocated);
  unknown.known_to_inventory = false;
  EXPECT_TRUE(Decide(unknown, {}, intent)->tags.Has(StateValue::kAllocated));
}

}  // namespace
}  // namespace juchu::gateway::workflow
