// The rules by name: domain rules one by one, and each sentence of the specification that is a rule.
#include "services/gateway/workflow/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/error.h"
#include "services/gateway/workflow/explain.h"

namespace juchu::gateway::workflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// An order that a tenant with these settings has just taken in, before the workflow moves it.
OrderFacts NewOrder(PaymentKind kind, const Settings& settings = {}, bool postpaid = false,
                    MallKind mall = MallKind::kOwnSite) {
  OrderFacts facts;
  facts.payment_kind = kind;
  facts.postpaid = postpaid;
  facts.mall = mall;
  return InitialState(facts, settings, /*shipping_methods_known=*/true);
}

OrderFacts After(OrderFacts facts, const Decision& decision) {
  facts.status = decision.status;
  facts.mode = decision.mode;
  facts.tags = decision.tags;
  facts.forced_allocation = decision.forced_allocation;
  return facts;
}

Decision MustDecide(const OrderFacts& facts, const Intent& intent = {}, const Settings& settings = {}) {
  auto decision = Decide(facts, settings, intent);
  EXPECT_TRUE(decision.ok()) << decision.status();
  return *decision;
}

Intent Values(std::vector<StateValue> values) {
  Intent intent;
  intent.set_values = std::move(values);
  return intent;
}

Intent MoveTo(Status status) {
  Intent intent;
  intent.status = status;
  return intent;
}

Intent Override(StateValue value) {
  Intent intent;
  intent.overrides = {value};
  intent.role = Role::kManager;
  intent.has_reason = true;
  return intent;
}

TEST(InitialStateTest, AutoTenantStartsAtConfirmationAndManualTenantAtUnconfirmed) {
  EXPECT_EQ(NewOrder(PaymentKind::kPrepaid).status, Status::kAwaitingConfirmation);
  const OrderFacts manual = NewOrder(PaymentKind::kPrepaid, {Mode::kManual, AllocationSetting::kAutomatically});
  EXPECT_EQ(manual.status, Status::kUnconfirmed);
  EXPECT_EQ(manual.mode, Mode::kManual);
}

TEST(InitialStateTest, UnknownPaymentMethodWarnsAndIsManual) {
  const OrderFacts facts = NewOrder(PaymentKind::kUnknown);
  EXPECT_EQ(facts.mode, Mode::kManual);
  EXPECT_TRUE(facts.tags.Has(StateValue::kPaymentMethodUnknown));
}

TEST(InitialStateTest, UnknownShippingMethodWarnsAndKeepsTheOrderAtConfirmation) {
  const OrderFacts facts = InitialState({}, {}, /*shipping_methods_known=*/false);
  EXPECT_TRUE(facts.tags.Has(StateValue::kShippingMethodUnknown));
  EXPECT_EQ(MustDecide(facts).status, Status::kAwaitingConfirmation);
}

TEST(DecideTest, PrepaidOrderGoesToAwaitingPaymentByItself) {
  const Decision decision = MustDecide(NewOrder(PaymentKind::kPrepaid));
  EXPECT_EQ(decision.status, Status::kAwaitingPayment);
  EXPECT_THAT(decision.path, ElementsAre(Status::kAwaitingConfirmation, Status::kAwaitingPayment));
  EXPECT_TRUE(decision.moved_by_rule);
}

TEST(DecideTest, OneChangeCarriesAnOrderOverSeveralStatuses) {
  OrderFacts facts = After(NewOrder(PaymentKind::kPrepaid), MustDecide(NewOrder(PaymentKind::kPrepaid)));
  facts.tags.Set(StateValue::kAllocated);
  facts.tags.Set(StateValue::kShipmentConfirmed);
  const Decision decision = MustDecide(facts, Values({StateValue::kPrepaymentPaid}));
  EXPECT_THAT(decision.path,
              ElementsAre(Status::kAwaitingPayment, Status::kAwaitingAllocation, Status::kAwaitingShipment,
                          Status::kShipping, Status::kShipped, Status::kCompleted));
  EXPECT_EQ(decision.mode, Mode::kAuto);
}

// 「引当しない」を選択している場合は「引当待」ステータスを飛ばし次のステータスへ.
TEST(DecideTest, AllocationIsPassedOverWhenTheTenantAllocatesNothing) {
  const Settings settings{Mode::kAuto, AllocationSetting::kNothing};
  const Decision decision = MustDecide(NewOrder(PaymentKind::kNothingToPay, settings), {}, settings);
  EXPECT_EQ(decision.status, Status::kAwaitingShipment);
  EXPECT_TRUE(decision.tags.Has(StateValue::kNotSubjectToAllocation));
}

TEST(DecideTest, OrderWaitingForAllocationGoesOnWhenTheSettingChangesToNothing) {
  const OrderFacts facts =
      After(NewOrder(PaymentKind::kNothingToPay), MustDecide(NewOrder(PaymentKind::kNothingToPay)));
  ASSERT_EQ(facts.status, Status::kAwaitingAllocation);
  const Decision decision = MustDecide(facts, {}, {Mode::kAuto, AllocationSetting::kNothing});
  EXPECT_EQ(decision.status, Status::kAwaitingShipment);
  EXPECT_THAT(decision.derived_categories, ElementsAre(StateCategory::kAllocation));
}

TEST(DecideTest, ForcedAllocationCountsAsAllocated) {
  OrderFacts facts = After(NewOrder(PaymentKind::kNothingToPay), MustDecide(NewOrder(PaymentKind::kNothingToPay)));
  facts.tags.Set(StateValue::kPartlyAllocated);
  EXPECT_EQ(MustDecide(facts).status, Status::kAwaitingAllocation);
  facts.tags.Set(StateValue::kForciblyAllocated);
  EXPECT_EQ(MustDecide(facts).status, Status::kAwaitingShipment);
}

// Rule 1.
TEST(DecideTest, ManualOrderNeverMovesByItself) {
  OrderFacts facts = NewOrder(PaymentKind::kNothingToPay);
  facts.mode = Mode::kManual;
  for (const Status status : kAllStatuses) {
    facts.status = status;
    EXPECT_EQ(MustDecide(facts).status, status);
    if (!IsTerminal(status)) {
      EXPECT_EQ(MustDecide(facts, Values({StateValue::kRegularCustomer})).status, status);
    }
  }
}

// Rule 3: 自動遷移が『自動』の状態で「支払方法」を変更すると、自動遷移が『手動』に切り替わります.
TEST(DecideTest, ChangedPaymentMethodTurnsManualAndStays) {
  OrderFacts facts = NewOrder(PaymentKind::kRakutenCard);
  facts.payment_kind = PaymentKind::kNothingToPay;
  Intent intent;
  intent.saved = true;
  intent.payment_method_changed = true;
  const Decision decision = MustDecide(facts, intent);
  EXPECT_EQ(decision.mode, Mode::kManual);
  EXPECT_EQ(decision.status, Status::kAwaitingConfirmation);
  EXPECT_FALSE(decision.tags.Get(StateCategory::kCard).has_value());
}

// Rule 4: 自動遷移が『自動』の状態で受注ステータスを変更すると、自動遷移が『手動』に切り替わります.
TEST(DecideTest, StatusByHandTurnsManualAndListsWhatItSteppedOver) {
  const Decision decision = MustDecide(NewOrder(PaymentKind::kRakutenCard), MoveTo(Status::kAwaitingShipment));
  EXPECT_EQ(decision.status, Status::kAwaitingShipment);
  EXPECT_EQ(decision.mode, Mode::kManual);
  EXPECT_FALSE(decision.moved_by_rule);
  std::vector<Condition> stepped_over;
  for (const auto& condition : decision.stepped_over) stepped_over.push_back(condition.condition);
  EXPECT_THAT(stepped_over, ElementsAre(Condition::kCardAuthorized, Condition::kAllocated));
}

TEST(DecideTest, StatusThatItAlreadyHasTurnsNothing) {
  const Decision decision = MustDecide(NewOrder(PaymentKind::kRakutenCard), MoveTo(Status::kAwaitingConfirmation));
  EXPECT_EQ(decision.mode, Mode::kAuto);
  EXPECT_THAT(decision.path, ElementsAre(Status::kAwaitingConfirmation));
}

// Rule 5.
TEST(DecideTest, CategoryUpdateTurnsNothing) {
  OrderFacts facts = After(NewOrder(PaymentKind::kPrepaid), MustDecide(NewOrder(PaymentKind::kPrepaid)));
  const Decision decision = MustDecide(facts, Values({StateValue::kPrepaymentPaid}));
  EXPECT_EQ(decision.mode, Mode::kAuto);
  EXPECT_EQ(decision.status, Status::kAwaitingAllocation);
}

// Rule 6.
TEST(DecideTest, TurningAutoOnEvaluatesAtOnce) {
  OrderFacts facts = NewOrder(PaymentKind::kNothingToPay);
  facts.mode = Mode::kManual;
  Intent intent;
  intent.mode = Mode::kAuto;
  EXPECT_EQ(MustDecide(facts, intent).status, Status::kAwaitingAllocation);
}

TEST(DecideTest, StatusAndAutoTogetherMoveByHandAndThenGoOn) {
  OrderFacts facts = NewOrder(PaymentKind::kRakutenCard);
  Intent intent = MoveTo(Status::kAwaitingPayment);
  intent.mode = Mode::kAuto;
  const Decision decision = MustDecide(facts, intent);
  EXPECT_THAT(decision.path,
              ElementsAre(Status::kAwaitingConfirmation, Status::kAwaitingPayment, Status::kAwaitingAllocation));
  EXPECT_EQ(decision.mode, Mode::kAuto);
}

// Rule 7.
TEST(DecideTest, CancelledIsReachedOnlyByCancel) {
  const auto decision = Decide(NewOrder(PaymentKind::kPrepaid), {}, MoveTo(Status::kCancelled));
  EXPECT_EQ(decision.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(decision.status()), "STATUS_ONLY_BY_CANCEL");
}

TEST(DecideTest, CancelIsRefusedOnceADeliveryIsConfirmed) {
  Intent intent;
  intent.cancel = true;
  OrderFacts facts = NewOrder(PaymentKind::kPrepaid);
  EXPECT_EQ(MustDecide(facts, intent).status, Status::kCancelled);
  facts.tags.Set(StateValue::kShipmentConfirmed);
  EXPECT_EQ(ReasonOf(Decide(facts, {}, intent).status()), "DELIVERY_ALREADY_CONFIRMED");
}

TEST(DecideTest, CancelOfACancelledOrderChangesNothing) {
  Intent intent;
  intent.cancel = true;
  OrderFacts facts = NewOrder(PaymentKind::kPrepaid);
  facts.status = Status::kCancelled;
  EXPECT_THAT(MustDecide(facts, intent).path, ElementsAre(Status::kCancelled));
}

TEST(DecideTest, LeavingATerminalStatusNeedsAManagerAndAReason) {
  OrderFacts facts = NewOrder(PaymentKind::kPrepaid);
  for (const Status terminal : {Status::kCompleted, Status::kCancelled}) {
    facts.status = terminal;
    Intent intent = MoveTo(Status::kAwaitingShipment);
    EXPECT_EQ(ReasonOf(Decide(facts, {}, intent).status()), "LEAVING_TERMINAL_NEEDS_MANAGER");
    intent.role = Role::kManager;
    EXPECT_EQ(ReasonOf(Decide(facts, {}, intent).status()), "LEAVING_TERMINAL_NEEDS_REASON");
    intent.has_reason = true;
    EXPECT_EQ(MustDecide(facts, intent).status, Status::kAwaitingShipment);
  }
}

// Rule 8.
TEST(DecideTest, OperationOutsideItsStatusNamesTheStatusesNeeded) {
  OrderFacts facts = NewOrder(PaymentKind::kPrepaid);
  facts.status = Status::kShipped;
  Intent intent;
  intent.forced_allocation = true;
  const auto status = Decide(facts, {}, intent).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), "OPERATION_NOT_IN_STATUS");
  EXPECT_THAT(std::string(status.message()), HasSubstr("引当待"));
}

TEST(DecideTest, PaymentsMayBeSetInAnyStatusUnderWayAndInNoTerminalOne) {
  OrderFacts facts = NewOrder(PaymentKind::kPrepaid);
  for (const Status status : kAllStatuses) {
    facts.status = status;
    facts.mode = Mode::kManual;
    const auto decision = Decide(facts, {}, Values({StateValue::kPrepaymentPaid}));
    EXPECT_EQ(decision.ok(), !IsTerminal(status)) << static_cast<int>(status);
  }
}

TEST(DecideTest, ValueOfAnOwnerIsSetOnlyByAManagersOverrideWithAReason) {
  const OrderFacts facts = NewOrder(PaymentKind::kRakutenCard);
  EXPECT_EQ(ReasonOf(Decide(facts, {}, Values({StateValue::kAuthorized})).status()), "STATE_VALUE_OWNED");
  Intent intent = Override(StateValue::kAuthorized);
  EXPECT_EQ(MustDecide(facts, intent).status, Status::kAwaitingAllocation);
  intent.has_reason = false;
  EXPECT_EQ(ReasonOf(Decide(facts, {}, intent).status()), "REASON_REQUIRED");
  intent.role = Role::kOperator;
  EXPECT_EQ(ReasonOf(Decide(facts, {}, intent).status()), "OVERRIDE_NEEDS_MANAGER");
}

TEST(DecideTest, ValueOfACategoryThatDoesNotApplyIsRefused) {
  const OrderFacts facts = NewOrder(PaymentKind::kNothingToPay);
  EXPECT_EQ(ReasonOf(Decide(facts, {}, Values({StateValue::kPrepaymentPaid})).status()), "STATE_VALUE_NOT_APPLICABLE");
}

TEST(DecideTest, OrderTagStopsAndShippingHoldKeepTheOrder) {
  OrderFacts facts = NewOrder(PaymentKind::kNothingToPay);
  facts.order_tags = {{"ask", Status::kAwaitingConfirmation, false}};
  EXPECT_EQ(MustDecide(facts).status, Status::kAwaitingConfirmation);
  facts.order_tags = {{"hold", std::nullopt, true}};
  facts.tags.Set(StateValue::kAllocated);
  facts.tags.Set(StateValue::kShipmentConfirmed);
  EXPECT_EQ(MustDecide(facts).status, Status::kAwaitingShipment);
  facts.order_tags.clear();
  EXPECT_EQ(MustDecide(facts).status, Status::kCompleted);
}

TEST(DecideTest, RakutenOrderWaitsForTheTrackingReportAndAnOwnSitesDoesNot) {
  for (const MallKind mall : kAllMallKinds) {
    OrderFacts facts = NewOrder(PaymentKind::kNothingToPay, {}, false, mall);
    facts.tags.Set(StateValue::kAllocated);
    facts.tags.Set(StateValue::kShipmentConfirmed);
    const bool wanted = mall == MallKind::kRakuten || mall == MallKind::kAmazon;
    EXPECT_EQ(MustDecide(facts).status, wanted ? Status::kShipped : Status::kCompleted);
  }
}

TEST(DecideTest, SavingAKnownPaymentMethodClearsTheWarning) {
  OrderFacts facts = NewOrder(PaymentKind::kUnknown);
  facts.payment_kind = PaymentKind::kCashOnDelivery;
  facts.postpaid = true;
  Intent intent;
  intent.saved = true;
  intent.payment_method_changed = true;
  const Decision decision = MustDecide(facts, intent);
  EXPECT_TRUE(decision.tags.Has(StateValue::kNoWarning));
  EXPECT_TRUE(decision.tags.Has(StateValue::kPostpaymentUnpaid));
}

TEST(ExplainTest, NamesWhatIsMissingAndWhoCanMeetIt) {
  const Explanation explanation = Explain(NewOrder(PaymentKind::kRakutenCard), {});
  EXPECT_THAT(explanation.summary, HasSubstr("オーソリ済"));
  EXPECT_EQ(explanation.next_status, Status::kAwaitingAllocation);
  for (const auto& condition : explanation.conditions) {
    EXPECT_EQ(condition.met, condition.condition != Condition::kCardAuthorized);
    EXPECT_FALSE(RuleOf(condition.condition).remedy.empty());
  }
}

TEST(ExplainTest, ManualModeItselfIsNamed) {
  OrderFacts facts = NewOrder(PaymentKind::kNothingToPay);
  facts.mode = Mode::kManual;
  EXPECT_THAT(Explain(facts, {}).summary, HasSubstr("MANUAL"));
  facts.status = Status::kCompleted;
  EXPECT_THAT(Explain(facts, {}).conditions, IsEmpty());
}

}  // namespace
}  // namespace juchu::gateway::workflow
