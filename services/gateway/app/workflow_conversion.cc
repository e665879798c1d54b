#include "services/gateway/app/workflow_conversion.h"

#include <algorithm>

#include "services/gateway/intake/postal_prefecture.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

template <typename Ours, typename Wire>
constexpr bool Same(Ours ours, Wire wire) {
  return static_cast<int>(ours) == static_cast<int>(wire);
}

using workflow::Mode;
using workflow::PaymentKind;
using workflow::StateCategory;
using workflow::StateValue;
using workflow::Status;

static_assert(Same(Status::kUnconfirmed, pb::UNCONFIRMED) && Same(Status::kCancelled, pb::CANCELLED) &&
              workflow::kStatusCount == static_cast<size_t>(pb::Status_MAX));
static_assert(Same(Status::kAwaitingConfirmation, pb::AWAITING_CONFIRMATION) &&
              Same(Status::kAwaitingPayment, pb::AWAITING_PAYMENT) &&
              Same(Status::kAwaitingAllocation, pb::AWAITING_ALLOCATION) &&
              Same(Status::kAwaitingShipment, pb::AWAITING_SHIPMENT) && Same(Status::kShipping, pb::SHIPPING) &&
              Same(Status::kShipped, pb::SHIPPED) && Same(Status::kAwaitingPostpayment, pb::AWAITING_POSTPAYMENT) &&
              Same(Status::kCompleted, pb::COMPLETED));
static_assert(Same(Mode::kAuto, pb::AUTO) && Same(Mode::kManual, pb::MANUAL));
static_assert(Same(PaymentKind::kPrepaid, pb::PREPAID) && Same(PaymentKind::kRakutenCard, pb::RAKUTEN_CARD) &&
              Same(PaymentKind::kNpPostpay, pb::NP_POSTPAY) && Same(PaymentKind::kGmoPostpay, pb::GMO_POSTPAY) &&
              Same(PaymentKind::kCashOnDelivery, pb::CASH_ON_DELIVERY) &&
              Same(PaymentKind::kSettledElsewhere, pb::SETTLED_ELSEWHERE) &&
              Same(PaymentKind::kNothingToPay, pb::NOTHING_TO_PAY) && Same(PaymentKind::kUnknown, pb::UNKNOWN_PAYMENT));
static_assert(Same(workflow::MallKind::kRakuten, pb::RAKUTEN) && Same(workflow::MallKind::kAmazon, pb::AMAZON) &&
              Same(workflow::MallKind::kYahoo, pb::YAHOO) && Same(workflow::MallKind::kOwnSite, pb::OWN_SITE) &&
              Same(workflow::MallKind::kOther, pb::OTHER_MALL));
static_assert(Same(StateCategory::kCustomer, pb::CUSTOMER) && Same(StateCategory::kAddress, pb::ADDRESS) &&
              Same(StateCategory::kDeliveryDate, pb::DELIVERY_DATE) && Same(StateCategory::kWarning, pb::WARNING) &&
              Same(StateCategory::kCard, pb::CARD) && Same(StateCategory::kCreditScreening, pb::CREDIT_SCREENING) &&
              Same(StateCategory::kPostpaySlip, pb::POSTPAY_SLIP) && Same(StateCategory::kPrepayment, pb::PREPAYMENT) &&
              Same(StateCategory::kPostpayment, pb::POSTPAYMENT) && Same(StateCategory::kAllocation, pb::ALLOCATION) &&
              Same(StateCategory::kShipment, pb::SHIPMENT) &&
              Same(StateCategory::kTrackingReport, pb::TRACKING_REPORT) &&
              workflow::kCategoryCount == static_cast<size_t>(pb::StateCategory_MAX));
// The values run without a gap inside each category; first, last and count of each side agree.
static_assert(Same(StateValue::kRegularCustomer, pb::REGULAR_CUSTOMER) && Same(StateValue::kVoided, pb::VOIDED) &&
              Same(StateValue::kScreeningOnHold, pb::SCREENING_ON_HOLD) &&
              Same(StateValue::kNotSubjectToAllocation, pb::NOT_SUBJECT_TO_ALLOCATION) &&
              Same(StateValue::kShipmentConfirmed, pb::SHIPMENT_CONFIRMED) &&
              Same(StateValue::kTrackingError, pb::TRACKING_ERROR) && workflow::kAllValues.size() == 41);
static_assert(Same(workflow::AllocationSetting::kAutomatically, pb::ALLOCATE_AUTOMATICALLY) &&
              Same(workflow::AllocationSetting::kByCommand, pb::ALLOCATE_BY_COMMAND) &&
              Same(workflow::AllocationSetting::kNothing, pb::ALLOCATE_NOTHING));
static_assert(Same(workflow::AllocationTiming::kAtAwaitingAllocation, pb::AT_AWAITING_ALLOCATION) &&
              Same(workflow::AllocationTiming::kAtAwaitingConfirmation, pb::AT_AWAITING_CONFIRMATION));

// What the card company takes.
constexpr int64_t kMostAuthorizedYen = 999'999'999;

workflow::OrderTagRule RuleOf(const std::string& id, const pb::Configuration& configuration) {
  workflow::OrderTagRule rule{id, std::nullopt, false};
  for (const auto& tag : configuration.order_tags()) {
    if (tag.order_tag_id() != id) continue;
    if (tag.stop_status() != pb::STATUS_UNSPECIFIED) rule.stop_status = static_cast<Status>(tag.stop_status());
    rule.shipping_hold = tag.shipping_hold();
  }
  return rule;
}

workflow::StateTags TagsOf(const pb::Order& order) {
  workflow::StateTags tags;
  for (const auto& tag : order.state_tags()) tags.Set(static_cast<StateValue>(tag.value()));
  return tags;
}

}  // namespace

workflow::OrderFacts FactsOf(const pb::Order& order, const pb::Configuration& configuration) {
  workflow::OrderFacts facts;
  facts.status = static_cast<Status>(order.status());
  facts.mode = static_cast<Mode>(order.mode());
  facts.tags = TagsOf(order);
  for (const auto& tag : order.state_tags()) {
    if (tag.overridden()) facts.overridden |= workflow::BitOf(static_cast<StateCategory>(tag.category()));
  }
  facts.payment_kind = static_cast<PaymentKind>(order.payment_kind());
  facts.postpaid = order.postpaid();
  for (const auto& shop : configuration.shops()) {
    if (shop.shop_id() == order.shop_id()) facts.mall = static_cast<workflow::MallKind>(shop.mall());
  }
  for (const auto& id : order.order_tag_ids()) facts.order_tags.push_back(RuleOf(id, configuration));
  facts.forced_allocation = order.forced_allocation();
  facts.known_to_inventory = order.fact_versions().inventory() > 0;
  facts.known_to_payment = order.fact_versions().payment() > 0;
  facts.is_authorizable = order.amounts().total_yen() >= 1 && order.amounts().total_yen() <= kMostAuthorizedYen;
  return facts;
}

workflow::Settings SettingsOf(const pb::Configuration& configuration) {
  workflow::Settings settings;
  settings.initial_mode = static_cast<Mode>(configuration.settings().initial_mode());
  settings.allocation = static_cast<workflow::AllocationSetting>(configuration.settings().allocation());
  settings.allocation_timing = static_cast<workflow::AllocationTiming>(configuration.settings().allocation_timing());
  settings.authorizes_cards = configuration.settings().authorize_cards_automatically();
  settings.captures_cards = configuration.settings().capture_cards_automatically();
  return settings;
}

void ApplyDecision(const workflow::Decision& decision, pb::Order& order) {
  order.set_status(static_cast<pb::Status>(decision.status));
  order.set_mode(static_cast<pb::TransitionMode>(decision.mode));
  order.set_forced_allocation(decision.forced_allocation);
  if (TagsOf(order) == decision.tags) return;
  google::protobuf::RepeatedPtrField<pb::StateTag> tags;
  for (const StateCategory category : workflow::kAllCategories) {
    const auto value = decision.tags.Get(category);
    if (!value.has_value()) continue;
    auto& tag = *tags.Add();
    // A tag that stays keeps its origin.
    for (const auto& old : order.state_tags()) {
      if (Same(*value, old.value())) tag = old;
    }
    tag.set_category(static_cast<pb::StateCategory>(category));
    tag.set_value(static_cast<pb::StateValue>(*value));
  }
  *order.mutable_state_tags() = std::move(tags);
}

void SetTag(workflow::StateValue value, pb::Order& order) {
  const auto category = static_cast<pb::StateCategory>(workflow::CategoryOf(value));
  for (auto& tag : *order.mutable_state_tags()) {
    if (tag.category() == category) {
      tag.set_value(static_cast<pb::StateValue>(value));
      return;
    }
  }
  auto* tag = order.add_state_tags();
  tag->set_category(category);
  tag->set_value(static_cast<pb::StateValue>(value));
}

bool IsOtherThan(workflow::StateValue value, const pb::Order& order) {
  const auto category = static_cast<pb::StateCategory>(workflow::CategoryOf(value));
  return std::any_of(order.state_tags().begin(), order.state_tags().end(), [&](const auto& tag) {
    return tag.category() == category && !tag.overridden() && !Same(value, tag.value());
  });
}

v1::Condition ConditionOf(const workflow::ConditionState& state) {
  const auto& rule = workflow::RuleOf(state.condition);
  v1::Condition condition;
  condition.set_name(std::string(rule.name));
  condition.set_name_ja(std::string(rule.name_ja));
  condition.set_met(state.met);
  if (rule.category.has_value()) condition.set_category(static_cast<pb::StateCategory>(*rule.category));
  if (state.value.has_value()) condition.set_value(static_cast<pb::StateValue>(*state.value));
  condition.set_status(static_cast<pb::Status>(state.status));
  condition.set_remedy(std::string(rule.remedy));
  for (const auto& id : state.order_tag_ids) condition.add_order_tag_ids(id);
  return condition;
}

PaymentMeaning MeaningOf(absl::string_view payment_method, const pb::Configuration& configuration) {
  if (payment_method.empty()) return {pb::NOTHING_TO_PAY, false};
  for (const auto& method : configuration.payment_methods()) {
    if (method.name() != payment_method) continue;
    const bool postpaid = method.kind() == pb::NP_POSTPAY || method.kind() == pb::GMO_POSTPAY ||
                          (method.kind() == pb::CASH_ON_DELIVERY && !method.skips_postpayment());
    return {method.kind(), postpaid};
  }
  return {pb::UNKNOWN_PAYMENT, false};
}

bool KnowsShippingMethods(const pb::Order& order, const pb::Configuration& configuration) {
  const auto& known = configuration.shipping_methods();
  if (known.empty()) return true;
  return std::all_of(order.deliveries().begin(), order.deliveries().end(), [&](const auto& delivery) {
    return std::any_of(known.begin(), known.end(),
                       [&](const auto& method) { return method.name() == delivery.shipping_method(); });
  });
}

workflow::StateValue JudgeAddresses(const pb::Order& order) {
  const auto agrees = [](const pb::Contact& contact) {
    return PostalCodeMatchesPrefecture(contact.postal_code(), contact.address1());
  };
  const bool all_agree =
      agrees(order.orderer()) && std::all_of(order.deliveries().begin(), order.deliveries().end(),
                                             [&](const auto& delivery) { return agrees(delivery.recipient()); });
  return all_agree ? StateValue::kAddressOk : StateValue::kAddressError;
}

}  // namespace juchu::gateway
