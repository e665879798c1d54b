#include "services/gateway/workflow/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/gateway/workflow/decide.h"

namespace juchu::gateway::workflow {
namespace {

OrderFacts PrepaidAt(Status status) {
  OrderFacts facts;
  facts.payment_kind = PaymentKind::kPrepaid;
  facts = InitialState(facts, Settings(), true);
  facts.status = status;
  facts.tags = DeriveTags(facts, Settings());
  return facts;
}

Move ByRule(Status before, Status after) {
  Move move;
  move.version = 2;
  move.status_before = before;
  move.status_after = after;
  move.mode_before = move.mode_after = Mode::kAuto;
  move.status_by_rule = true;
  move.path = {before, after};
  return move;
}

Move ByPerson(Status before, Status after, Mode mode) {
  Move move = ByRule(before, after);
  move.status_by_rule = false;
  move.mode_after = mode;
  return move;
}

std::vector<std::string> FoundIn(const OrderFacts& facts, const std::vector<Move>& moves, bool settled = true) {
  std::vector<std::string> found;
  for (const auto& violation : Audit(facts, Settings(), moves, settled)) found.push_back(violation.invariant);
  return found;
}

TEST(AuditTest, OrderAtItsFixpointIsFine) {
  EXPECT_THAT(FoundIn(PrepaidAt(Status::kAwaitingPayment), {}), testing::IsEmpty());
}

TEST(AuditTest, AutoOrderWhoseFactsLeadOnIsFoundUnlessWorkIsQueued) {
  OrderFacts facts = PrepaidAt(Status::kAwaitingPayment);
  facts.tags.Set(StateValue::kPrepaymentPaid);
  EXPECT_THAT(FoundIn(facts, {}), testing::ElementsAre("NOT_AT_FIXPOINT"));
  EXPECT_THAT(FoundIn(facts, {}, /*settled=*/false), testing::IsEmpty());
  facts.mode = Mode::kManual;
  EXPECT_THAT(FoundIn(facts, {}), testing::IsEmpty());
}

TEST(AuditTest, AutoOrderWithTagsThatItsFactsDoNotGiveIsFound) {
  OrderFacts facts = PrepaidAt(Status::kAwaitingPayment);
  facts.tags.Set(StateValue::kUnauthorized);  // A prepaid order has no card.
  EXPECT_THAT(FoundIn(facts, {}), testing::ElementsAre("NOT_AT_FIXPOINT"));
}

TEST(AuditTest, ManualOrderMovedByARuleIsFound) {
  Move move = ByRule(Status::kAwaitingPayment, Status::kAwaitingAllocation);
  move.mode_before = move.mode_after = Mode::kManual;
  OrderFacts facts = PrepaidAt(Status::kAwaitingAllocation);
  facts.mode = Mode::kManual;
  EXPECT_THAT(FoundIn(facts, {move}), testing::ElementsAre("MOVED_THOUGH_MANUAL"));
  // Set to AUTO in the same change, it may go on.
  move.mode_after = Mode::kAuto;
  EXPECT_THAT(FoundIn(facts, {move}), testing::IsEmpty());
}

TEST(AuditTest, MoveByHandThatDidNotTurnManualIsFound) {
  const OrderFacts facts = PrepaidAt(Status::kAwaitingPayment);
  Move move = ByPerson(Status::kAwaitingAllocation, Status::kAwaitingPayment, Mode::kAuto);
  EXPECT_THAT(FoundIn(facts, {move}), testing::ElementsAre("MODE_NOT_TURNED"));
  move.mode_by_person = true;
  EXPECT_THAT(FoundIn(facts, {move}), testing::IsEmpty());
  EXPECT_THAT(FoundIn(facts, {ByPerson(Status::kAwaitingAllocation, Status::kAwaitingPayment, Mode::kManual)}),
              testing::IsEmpty());
}

TEST(AuditTest, RuleThatGoesBackwardsOrOutOfAnEndOrCancelsIsFound) {
  const OrderFacts facts = PrepaidAt(Status::kAwaitingPayment);
  for (const auto& [before, after] : std::vector<std::pair<Status, Status>>{
           {Status::kAwaitingAllocation, Status::kAwaitingPayment},
           {Status::kAwaitingPayment, Status::kCancelled},
           {Status::kCompleted, Status::kCancelled},
       }) {
    EXPECT_THAT(FoundIn(facts, {ByRule(before, after)}), testing::ElementsAre("MOVE_NOT_ALLOWED"));
  }
}

TEST(AuditTest, RuleThatWentBackwardsOnTheWayIsFound) {
  const OrderFacts facts = PrepaidAt(Status::kAwaitingPayment);
  Move move = ByRule(Status::kAwaitingConfirmation, Status::kAwaitingPayment);
  // Back by a person who asked for AUTO with it, and on by the rule.
  move.path = {Status::kAwaitingShipment, Status::kAwaitingConfirmation, Status::kAwaitingPayment};
  move.status_before = Status::kAwaitingShipment;
  EXPECT_THAT(FoundIn(facts, {move}), testing::ElementsAre("MOVE_NOT_ALLOWED"));
  move.mode_by_person = true;
  EXPECT_THAT(FoundIn(facts, {move}), testing::IsEmpty());
  move.path = {Status::kAwaitingShipment, Status::kShipping, Status::kAwaitingConfirmation, Status::kAwaitingPayment};
  EXPECT_THAT(FoundIn(facts, {move}), testing::ElementsAre("MOVE_NOT_ALLOWED"));
}

TEST(AuditTest, MoveWithoutItsWayInTheHistoryIsFound) {
  Move move = ByRule(Status::kAwaitingConfirmation, Status::kAwaitingPayment);
  move.path = {Status::kAwaitingAllocation, Status::kAwaitingPayment};
  EXPECT_THAT(FoundIn(PrepaidAt(Status::kAwaitingPayment), {move}), testing::Contains("MOVE_NOT_ALLOWED"));
}

std::vector<std::string> NamesOf(const std::vector<Violation>& violations) {
  std::vector<std::string> names;
  for (const auto& violation : violations) names.push_back(violation.invariant);
  return names;
}

TEST(AuditStockTest, WhatTheOrderShowsIsWhatTheInventorySays) {
  OrderFacts facts = PrepaidAt(Status::kAwaitingAllocation);
  facts.tags.Set(StateValue::kAllocated);
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kAllocated})), testing::IsEmpty());
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kPartlyAllocated})), testing::ElementsAre("ALLOCATION_DIFFERS"));
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kUnallocated, /*shipped=*/true})), testing::IsEmpty());
  facts.overridden = BitOf(StateCategory::kAllocation);
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kPartlyAllocated})), testing::IsEmpty());
}

TEST(AuditStockTest, CancelledOrderHoldsNothing) {
  OrderFacts facts = PrepaidAt(Status::kCancelled);
  for (const auto held : {StateValue::kPartlyAllocated, StateValue::kAllocated, StateValue::kForciblyAllocated}) {
    // Order and inventory agree, and it is wrong all the same.
    facts.tags.Set(held);
    EXPECT_THAT(NamesOf(AuditStock(facts, {held})), testing::ElementsAre("CANCELLED_AND_HELD"));
  }
  facts.tags.Set(StateValue::kUnallocated);
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kUnallocated})), testing::IsEmpty());
}

TEST(AuditStockTest, WhatHasBeenShippedHasLeftTheStock) {
  for (const Mode mode : {Mode::kAuto, Mode::kManual}) {
    OrderFacts facts = PrepaidAt(Status::kShipped);
    facts.mode = mode;
    facts.known_to_inventory = true;
    facts.tags.Set(StateValue::kAllocated);
    EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kAllocated})), testing::IsEmpty());
    facts.tags.Set(StateValue::kShipmentConfirmed);
    EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kAllocated})), testing::ElementsAre("SHIPPED_AND_HELD"));
    // It follows the tag, also one that a manager has set, and wherever the order has been moved back to.
    facts.overridden = BitOf(StateCategory::kShipment);
    facts.status = Status::kAwaitingAllocation;
    EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kAllocated})), testing::ElementsAre("SHIPPED_AND_HELD"));
    EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kAllocated, /*shipped=*/true})), testing::IsEmpty());
  }
}

TEST(AuditStockTest, CompletedOrderHoldsNothing) {
  OrderFacts facts = PrepaidAt(Status::kCompleted);
  facts.known_to_inventory = true;
  facts.tags.Set(StateValue::kPartlyAllocated);
  // Nor does it wait for anything.
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kPartlyAllocated})), testing::ElementsAre("SHIPPED_AND_HELD"));
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kPartlyAllocated, /*shipped=*/true})), testing::IsEmpty());
  // Moved back before anything was shipped.
  facts.status = Status::kAwaitingShipment;
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kPartlyAllocated})), testing::IsEmpty());
}

TEST(AuditStockTest, OnlyAnOrderThatTheInventoryWasAskedForIsShippedThere) {
  OrderFacts facts = PrepaidAt(Status::kCompleted);
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kUnallocated})), testing::IsEmpty());
  // Cancelled, an order gives back and ships nothing.
  facts.known_to_inventory = true;
  facts.status = Status::kCancelled;
  facts.tags.Set(StateValue::kShipmentConfirmed);
  EXPECT_THAT(NamesOf(AuditStock(facts, {StateValue::kUnallocated})), testing::IsEmpty());
}

OrderFacts CardAt(Status status, StateValue card) {
  OrderFacts facts;
  facts.payment_kind = PaymentKind::kRakutenCard;
  facts = InitialState(facts, Settings(), true);
  facts.status = status;
  facts.tags = DeriveTags(facts, Settings());
  facts.tags.Set(card);
  return facts;
}

TEST(AuditCardTest, WhatTheOrderShowsIsWhatThePaymentServiceSays) {
  OrderFacts facts = CardAt(Status::kAwaitingShipment, StateValue::kUnauthorized);
  CardAnswer answer{StateValue::kAuthorized, 1000};
  EXPECT_THAT(NamesOf(AuditCard(facts, answer)), testing::ElementsAre("CARD_DIFFERS"));
  answer.is_open = true;
  EXPECT_THAT(NamesOf(AuditCard(facts, answer)), testing::IsEmpty());
  facts.tags.Set(StateValue::kAuthorized);
  answer.is_open = false;
  EXPECT_THAT(NamesOf(AuditCard(facts, answer)), testing::IsEmpty());
  facts.overridden = BitOf(StateCategory::kCard);
  facts.tags.Set(StateValue::kCaptured);
  EXPECT_THAT(NamesOf(AuditCard(facts, answer)), testing::IsEmpty());
}

TEST(AuditCardTest, CancelledOrderHasNothingAuthorized) {
  const OrderFacts facts = CardAt(Status::kCancelled, StateValue::kAuthorized);
  CardAnswer answer{StateValue::kAuthorized, 1000};
  EXPECT_THAT(NamesOf(AuditCard(facts, answer)), testing::ElementsAre("CANCELLED_AND_AUTHORIZED"));
  // Its cancelling is under way, or with people.
  answer.is_open = true;
  EXPECT_THAT(NamesOf(AuditCard(facts, answer)), testing::IsEmpty());
  answer.is_open = false;
  answer.void_has_failed = true;
  EXPECT_THAT(NamesOf(AuditCard(facts, answer)), testing::IsEmpty());
}

TEST(AuditCardTest, WhatWasCapturedStaysUntilAPersonGivesItBack) {
  OrderFacts facts = CardAt(Status::kCancelled, StateValue::kCaptured);
  facts.tags.Set(StateValue::kShipmentConfirmed);
  EXPECT_THAT(NamesOf(AuditCard(facts, {StateValue::kCaptured, 1000, 1000})), testing::IsEmpty());
}

TEST(AuditCardTest, MoneyIsTakenForConfirmedShipmentsOnly) {
  OrderFacts facts = CardAt(Status::kShipping, StateValue::kCaptured);
  const CardAnswer answer{StateValue::kCaptured, 1000, 1000};
  EXPECT_THAT(NamesOf(AuditCard(facts, answer)), testing::ElementsAre("CAPTURED_BEFORE_SHIPMENT"));
  facts.tags.Set(StateValue::kShipmentConfirmed);
  EXPECT_THAT(NamesOf(AuditCard(facts, answer)), testing::IsEmpty());
}

OrderFacts PostpaidAt(Status status, StateValue screening, StateValue slip) {
  OrderFacts facts;
  facts.payment_kind = PaymentKind::kNpPostpay;
  facts.postpaid = true;
  facts = InitialState(facts, Settings(), true);
  facts.status = status;
  facts.tags = DeriveTags(facts, Settings());
  facts.tags.Set(screening);
  facts.tags.Set(slip);
  return facts;
}

TEST(AuditScreeningTest, WhatTheOrderShowsIsWhatThePaymentServiceSays) {
  for (const Status status : {Status::kAwaitingConfirmation, Status::kCompleted, Status::kCancelled}) {
    const OrderFacts facts = PostpaidAt(status, StateValue::kScreeningApproved, StateValue::kSlipUnreported);
    EXPECT_THAT(NamesOf(AuditScreening(facts, {StateValue::kScreeningApproved})), testing::IsEmpty());
    EXPECT_THAT(NamesOf(AuditScreening(facts, {StateValue::kScreeningRejected})),
                testing::ElementsAre("SCREENING_DIFFERS"));
    EXPECT_THAT(NamesOf(AuditScreening(facts, {StateValue::kScreeningApproved, /*slip_reported=*/true})),
                testing::ElementsAre("SLIP_DIFFERS"));
    EXPECT_THAT(NamesOf(AuditScreening(facts, {StateValue::kScreeningRejected, /*slip_reported=*/true})),
                testing::ElementsAre("SCREENING_DIFFERS", "SLIP_DIFFERS"));
  }
  const OrderFacts reported =
      PostpaidAt(Status::kAwaitingPostpayment, StateValue::kScreeningApproved, StateValue::kSlipReported);
  EXPECT_THAT(NamesOf(AuditScreening(reported, {StateValue::kScreeningApproved, /*slip_reported=*/true})),
              testing::IsEmpty());
  EXPECT_THAT(NamesOf(AuditScreening(reported, {StateValue::kScreeningApproved})),
              testing::ElementsAre("SLIP_DIFFERS"));
}

TEST(AuditScreeningTest, WhatWasDecidedOfAnotherAmountOrByAnotherCompanyDoesNotHold) {
  OrderFacts facts =
      PostpaidAt(Status::kAwaitingConfirmation, StateValue::kScreeningUnregistered, StateValue::kSlipUnreported);
  ScreeningAnswer answer{StateValue::kScreeningApproved, /*slip_reported=*/false, /*is_of_order=*/false};
  EXPECT_THAT(NamesOf(AuditScreening(facts, answer)), testing::IsEmpty());
  facts.tags.Set(StateValue::kScreeningApproved);
  EXPECT_THAT(NamesOf(AuditScreening(facts, answer)), testing::ElementsAre("SCREENING_DIFFERS"));
  // It stays once the slip has gone out.
  answer.slip_reported = true;
  facts.tags.Set(StateValue::kSlipReported);
  EXPECT_THAT(NamesOf(AuditScreening(facts, answer)), testing::IsEmpty());
}

TEST(AuditScreeningTest, WhatAManagerHasSaidInPlaceOfTheServiceStands) {
  OrderFacts facts = PostpaidAt(Status::kShipped, StateValue::kScreeningApproved, StateValue::kSlipReported);
  const ScreeningAnswer answer{StateValue::kScreeningRejected};
  EXPECT_THAT(NamesOf(AuditScreening(facts, answer)), testing::ElementsAre("SCREENING_DIFFERS", "SLIP_DIFFERS"));
  facts.overridden = BitOf(StateCategory::kCreditScreening);
  EXPECT_THAT(NamesOf(AuditScreening(facts, answer)), testing::ElementsAre("SLIP_DIFFERS"));
  facts.overridden = BitOf(StateCategory::kPostpaySlip);
  EXPECT_THAT(NamesOf(AuditScreening(facts, answer)), testing::ElementsAre("SCREENING_DIFFERS"));
  facts.overridden |= BitOf(StateCategory::kCreditScreening);
  EXPECT_THAT(NamesOf(AuditScreening(facts, answer)), testing::IsEmpty());
}

TEST(AuditScreeningTest, OrderThatIsPaidInAnotherWayByNowShowsNoScreening) {
  const ScreeningAnswer answer{StateValue::kScreeningApproved, /*slip_reported=*/true};
  EXPECT_THAT(NamesOf(AuditScreening(CardAt(Status::kShipped, StateValue::kAuthorized), answer)), testing::IsEmpty());
  EXPECT_THAT(NamesOf(AuditScreening(PrepaidAt(Status::kAwaitingPayment), answer)), testing::IsEmpty());
}

}  // namespace
}  // namespace juchu::gateway::workflow
