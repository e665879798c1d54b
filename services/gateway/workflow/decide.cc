#include "services/gateway/workflow/decide.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/workflow/names.h"

namespace juchu::gateway::workflow {
namespace {

absl::Status CheckApplies(StateValue value, const StateTags& tags) {
  if (tags.Get(CategoryOf(value)).has_value()) return absl::OkStatus();
  return FailedPrecondition(
      "STATE_VALUE_NOT_APPLICABLE",
      absl::StrCat(NameJa(CategoryOf(value)), " does not apply to this order, so ", NameJa(value), " cannot be set"),
      {{"category", std::string(NameJa(CategoryOf(value)))},
       {"remedy", "the category applies by payment method and mall; check the order's payment method"}});
}

absl::Status CheckLeavingTerminal(Status status, const Intent& intent) {
  if (!IsTerminal(status)) return absl::OkStatus();
  if (intent.role < Role::kManager) {
    return PermissionDenied("LEAVING_TERMINAL_NEEDS_MANAGER",
                            absl::StrCat("only a manager may take an order out of ", NameJa(status)),
                            {{"remedy", "ask a manager"}});
  }
  if (!intent.has_reason) {
    return FailedPrecondition("LEAVING_TERMINAL_NEEDS_REASON",
                              absl::StrCat("a reason is needed to take an order out of ", NameJa(status)),
                              {{"field", "reason"}, {"remedy", "give a reason"}});
  }
  return absl::OkStatus();
}

absl::Status ApplyValues(const Intent& intent, const OrderFacts& facts, const Settings& settings, Decision& decision) {
  if (!intent.set_values.empty()) JUCHU_RETURN_IF_ERROR(CheckPermitted(Operation::kSetValues, facts.status, settings));
  for (const StateValue value : intent.set_values) {
    if (!IsSetByPersons(CategoryOf(value))) {
      return PermissionDenied("STATE_VALUE_OWNED",
                              absl::StrCat(NameJa(CategoryOf(value)), " is reported by its service; ", NameJa(value),
                                           " cannot be set by hand"),
                              {{"category", std::string(NameJa(CategoryOf(value)))},
                               {"remedy", "a manager may override it with a reason (OverrideStateTag)"}});
    }
    JUCHU_RETURN_IF_ERROR(CheckApplies(value, decision.tags));
    decision.tags.Set(value);
  }
  if (!intent.overrides.empty()) {
    JUCHU_RETURN_IF_ERROR(CheckPermitted(Operation::kOverride, facts.status, settings));
    if (intent.role < Role::kManager) {
      return PermissionDenied("OVERRIDE_NEEDS_MANAGER", "only a manager may override a state tag",
                              {{"remedy", "ask a manager"}});
    }
    if (!intent.has_reason) {
      return InvalidField("REASON_REQUIRED", "reason", "is missing", "say why the state tag is overridden");
    }
  }
  for (const StateValue value : intent.overrides) {
    JUCHU_RETURN_IF_ERROR(CheckApplies(value, decision.tags));
    decision.tags.Set(value);
  }
  if (intent.forced_allocation.has_value() && *intent.forced_allocation != facts.forced_allocation) {
    JUCHU_RETURN_IF_ERROR(CheckPermitted(Operation::kSetForcedAllocation, facts.status, settings));
    decision.forced_allocation = *intent.forced_allocation;
  }
  return absl::OkStatus();
}

// What a name that the tenant does not know does to the warning, at intake and at each save.
void JudgeWarning(PaymentKind kind, bool shipping_methods_known, StateTags& tags) {
  tags.Set(kind == PaymentKind::kUnknown ? StateValue::kPaymentMethodUnknown
           : shipping_methods_known      ? StateValue::kNoWarning
                                         : StateValue::kShippingMethodUnknown);
}

// Lines that need more than before are not 受注引当済 until the inventory says so again.
void TakeAllocationBack(const OrderFacts& facts, StateTags& tags) {
  if (!facts.known_to_inventory || tags.Has(StateValue::kShipmentConfirmed) || IsTerminal(facts.status)) return;
  if (tags.Has(StateValue::kAllocated) || tags.Has(StateValue::kForciblyAllocated)) {
    tags.Set(StateValue::kPartlyAllocated);
  }
}

// An authorization is of an amount. What is captured, or about to be, stays so.
void TakeAuthorizationBack(const OrderFacts& facts, StateTags& tags) {
  if (!facts.known_to_payment || IsTerminal(facts.status)) return;
  if (tags.Has(StateValue::kAuthorizing) || tags.Has(StateValue::kAuthorized)) tags.Set(StateValue::kUnauthorized);
}

// A screening is by a company, of an amount. What has been reported as shipped stays so.
void TakeScreeningBack(const OrderFacts& facts, StateTags& tags) {
  if (!facts.known_to_payment || IsTerminal(facts.status) || tags.Has(StateValue::kSlipReported)) return;
  if (tags.Get(StateCategory::kCreditScreening).has_value()) tags.Set(StateValue::kScreeningUnregistered);
}

absl::Status ApplyCancel(const OrderFacts& facts, const Intent& intent, Decision& decision) {
  if (facts.status == Status::kCancelled) return absl::OkStatus();
  JUCHU_RETURN_IF_ERROR(CheckLeavingTerminal(facts.status, intent));
  if (decision.tags.Has(StateValue::kShipmentConfirmed)) {
    return FailedPrecondition("DELIVERY_ALREADY_CONFIRMED",
                              "a delivery of the order is confirmed, so it cannot be cancelled",
                              {{"remedy", "handle it as a return"}});
  }
  decision.status = Status::kCancelled;
  // Cancelling is a change of status by hand (rule 4).
  decision.mode = Mode::kManual;
  decision.path.push_back(decision.status);
  return absl::OkStatus();
}

absl::Status ApplyStatus(const OrderFacts& facts, const Settings& settings, const Intent& intent, Decision& decision) {
  const Status target = *intent.status;
  // Rule 4: the status that it already has changes nothing and turns nothing.
  if (target == facts.status) return absl::OkStatus();
  if (target == Status::kCancelled) {
    return FailedPrecondition("STATUS_ONLY_BY_CANCEL", "an order comes to キャンセル only by cancelling it",
                              {{"remedy", "call CancelOrder"}});
  }
  JUCHU_RETURN_IF_ERROR(CheckLeavingTerminal(facts.status, intent));
  OrderFacts now = facts;
  now.tags = decision.tags;
  for (const Status status : kAllStatuses) {
    if (status < facts.status || status >= target) continue;
    if (status != facts.status && !PassesThrough(status, now, settings)) continue;
    for (auto& condition : ConditionsFor(status, now, settings)) {
      // Moving by hand is what meets this one.
      if (condition.met || condition.condition == Condition::kMovedByHand) continue;
      decision.stepped_over.push_back(std::move(condition));
    }
  }
  decision.status = target;
  decision.mode = Mode::kManual;
  decision.path.push_back(target);
  return absl::OkStatus();
}

// Rule 2: an AUTO order goes on as far as its conditions let it.
void RunToFixpoint(OrderFacts facts, const Settings& settings, Decision& decision) {
  facts.status = decision.status;
  facts.tags = decision.tags;
  // Each step goes forwards, so there are at most as many as statuses.
  while (decision.mode == Mode::kAuto && !IsTerminal(facts.status)) {
    const auto conditions = ConditionsFor(facts.status, facts, settings);
    if (!std::all_of(conditions.begin(), conditions.end(), [](const auto& condition) { return condition.met; })) return;
    const auto next = NextStatus(facts.status, facts, settings);
    if (!next.has_value()) return;
    facts.status = decision.status = *next;
    decision.path.push_back(*next);
    decision.moved_by_rule = true;
  }
}

bool IsAskedFor(const Intent& intent, StateCategory category) {
  const auto is_of = [category](StateValue value) { return CategoryOf(value) == category; };
  const auto is_fact = [&](const std::optional<StateValue>& fact) { return fact.has_value() && is_of(*fact); };
  return is_fact(intent.allocation_fact) || is_fact(intent.card_fact) || is_fact(intent.screening_fact) ||
         is_fact(intent.slip_fact) || std::any_of(intent.set_values.begin(), intent.set_values.end(), is_of) ||
         std::any_of(intent.overrides.begin(), intent.overrides.end(), is_of);
}

// Keeps a value that stands, gives the first one to a category that applies newly, takes off one that does not apply.
void Derive(StateTags& tags, bool applies, StateValue first) {
  const StateCategory category = CategoryOf(first);
  if (!applies) {
    tags.Clear(category);
  } else if (!tags.Get(category).has_value()) {
    tags.Set(first);
  }
}

}  // namespace

StateTags DeriveTags(const OrderFacts& facts, const Settings& settings) {
  StateTags tags = facts.tags;
  const bool screened = facts.payment_kind == PaymentKind::kNpPostpay || facts.payment_kind == PaymentKind::kGmoPostpay;
  const bool tracked = facts.mall == MallKind::kRakuten || facts.mall == MallKind::kAmazon;
  Derive(tags, true, StateValue::kRegularCustomer);
  Derive(tags, true, StateValue::kAddressOk);
  Derive(tags, true, StateValue::kDeliveryDateConfirmed);
  Derive(tags, true, StateValue::kNoWarning);
  Derive(tags, facts.payment_kind == PaymentKind::kRakutenCard, StateValue::kUnauthorized);
  Derive(tags, screened, StateValue::kScreeningUnregistered);
  Derive(tags, screened, StateValue::kSlipUnreported);
  Derive(tags, facts.payment_kind == PaymentKind::kPrepaid, StateValue::kPrepaymentUnpaid);
  Derive(tags, facts.postpaid, StateValue::kPostpaymentUnpaid);
  Derive(tags, true, StateValue::kUnallocated);
  Derive(tags, true, StateValue::kUnshipped);
  Derive(tags, true, tracked ? StateValue::kTrackingUnreported : StateValue::kTrackingNotWanted);
  // 引当対象外 follows the tenant's setting until the order is past 引当待, unless a manager has said otherwise.
  const bool overridden = (facts.overridden & BitOf(StateCategory::kAllocation)) != 0;
  if (facts.status <= Status::kAwaitingAllocation && !overridden) {
    const bool nothing = settings.allocation == AllocationSetting::kNothing;
    const bool lacks = tags.Has(StateValue::kUnallocated) || tags.Has(StateValue::kPartlyAllocated);
    if (nothing && lacks) tags.Set(StateValue::kNotSubjectToAllocation);
    if (!nothing && tags.Has(StateValue::kNotSubjectToAllocation)) tags.Set(StateValue::kUnallocated);
  }
  return tags;
}

OrderFacts InitialState(OrderFacts facts, const Settings& settings, bool shipping_methods_known) {
  facts.mode = settings.initial_mode;
  facts.status = settings.initial_mode == Mode::kAuto ? Status::kAwaitingConfirmation : Status::kUnconfirmed;
  // A payment method that nobody knows needs a person.
  if (facts.payment_kind == PaymentKind::kUnknown) facts.mode = Mode::kManual;
  facts.tags = DeriveTags(facts, settings);
  JudgeWarning(facts.payment_kind, shipping_methods_known, facts.tags);
  return facts;
}

absl::StatusOr<Decision> Decide(const OrderFacts& given, const Settings& settings, const Intent& intent) {
  OrderFacts facts = given;
  for (const StateValue value : intent.overrides) facts.overridden |= BitOf(CategoryOf(value));
  Decision decision;
  decision.status = facts.status;
  decision.mode = facts.mode;
  decision.forced_allocation = facts.forced_allocation;
  decision.path = {facts.status};
  // A terminal order keeps the tags that it ended with.
  decision.tags = IsTerminal(facts.status) ? facts.tags : DeriveTags(facts, settings);

  if (intent.saved) JUCHU_RETURN_IF_ERROR(CheckPermitted(Operation::kSave, facts.status, settings));
  if (intent.payment_method_changed) {
    JUCHU_RETURN_IF_ERROR(CheckPermitted(Operation::kChangePaymentMethod, facts.status, settings));
    // Rule 3.
    decision.mode = Mode::kManual;
  }
  if (intent.saved && !IsTerminal(facts.status)) {
    JudgeWarning(facts.payment_kind, intent.shipping_methods_known, decision.tags);
  }
  if (intent.need_grown) TakeAllocationBack(facts, decision.tags);
  if (intent.amount_changed) TakeAuthorizationBack(facts, decision.tags);
  if (intent.allocation_fact.has_value()) decision.tags.Set(*intent.allocation_fact);
  if (intent.amount_changed || intent.payment_method_changed) TakeScreeningBack(facts, decision.tags);
  // An order that is paid in another way by now has no card, or no screening.
  for (const auto& fact : {intent.card_fact, intent.screening_fact, intent.slip_fact}) {
    if (fact.has_value() && decision.tags.Get(CategoryOf(*fact)).has_value()) decision.tags.Set(*fact);
  }
  JUCHU_RETURN_IF_ERROR(ApplyValues(intent, facts, settings, decision));
  if (intent.cancel) JUCHU_RETURN_IF_ERROR(ApplyCancel(facts, intent, decision));
  if (intent.status.has_value()) JUCHU_RETURN_IF_ERROR(ApplyStatus(facts, settings, intent, decision));
  if (intent.mode.has_value() && *intent.mode != decision.mode) {
    JUCHU_RETURN_IF_ERROR(CheckPermitted(Operation::kChangeMode, decision.status, settings));
    decision.mode = *intent.mode;
  }
  // Where a person has moved the order, other tags may apply than where it was.
  facts.status = decision.status;
  facts.tags = decision.tags;
  if (!IsTerminal(facts.status)) decision.tags = DeriveTags(facts, settings);
  RunToFixpoint(facts, settings, decision);
  for (const StateCategory category : kAllCategories) {
    if (decision.tags.Get(category) != given.tags.Get(category) && !IsAskedFor(intent, category)) {
      decision.derived_categories.push_back(category);
    }
  }
  return decision;
}

}  // namespace juchu::gateway::workflow
