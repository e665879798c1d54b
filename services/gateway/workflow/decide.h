#ifndef SERVICES_GATEWAY_WORKFLOW_DECIDE_H_
#define SERVICES_GATEWAY_WORKFLOW_DECIDE_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/gateway/workflow/rules.h"
#include "services/gateway/workflow/types.h"

namespace juchu::gateway::workflow {

// What a person asks for, all at once: one save, one click, or one row of a bulk update. Empty: nobody asks for
// anything, the order is only brought to where its facts let it go. Applied in the order of the fields.
struct Intent {
  // What the inventory reports of 受注引当. Not a person's wish, and so possible in every status.
  std::optional<StateValue> allocation_fact;
  // What the payment service reports of クレジット; the same.
  std::optional<StateValue> card_fact;
  // What it reports of 後払与信 and 後払出荷報告; the same.
  std::optional<StateValue> screening_fact;
  std::optional<StateValue> slip_fact;
  // 区分更新.
  std::vector<StateValue> set_values;
  // A manager sets a value in place of its owner.
  std::vector<StateValue> overrides;
  // 強制引当する.
  std::optional<bool> forced_allocation;
  // The order was edited; its facts are those after the edit.
  bool saved = false;
  // The edit made lines need more of a product than before.
  bool need_grown = false;
  // The edit changed the order's total.
  bool amount_changed = false;
  // The edit changed the payment method.
  bool payment_method_changed = false;
  // For a saved or new order: whether the tenant knows every delivery's shipping method.
  bool shipping_methods_known = true;
  bool cancel = false;
  // 進捗区分.
  std::optional<Status> status;
  // 自動遷移.
  std::optional<Mode> mode;

  // Who asks, and whether a reason was given.
  Role role = Role::kOperator;
  bool has_reason = false;
};

// Where the order goes.
struct Decision {
  Status status = Status::kAwaitingConfirmation;
  Mode mode = Mode::kAuto;
  StateTags tags;
  bool forced_allocation = false;
  // The statuses that it goes through, first the present one; one entry when it stays.
  std::vector<Status> path;
  // The last step of the path was the rule's, not the person's.
  bool moved_by_rule = false;
  // Categories whose tag the rules changed (a category that applies now or no longer), not the person.
  std::vector<StateCategory> derived_categories;
  // For a move forwards by hand: the conditions that were not met on the way.
  std::vector<ConditionState> stepped_over;
};

// The one function that moves orders. Pure: same arguments, same answer; Decide of its own result without an intent
// changes nothing.
//
// Errors: FAILED_PRECONDITION OPERATION_NOT_IN_STATUS, STATE_VALUE_NOT_APPLICABLE, STATUS_ONLY_BY_CANCEL,
// DELIVERY_ALREADY_CONFIRMED, LEAVING_TERMINAL_NEEDS_REASON; PERMISSION_DENIED LEAVING_TERMINAL_NEEDS_MANAGER,
// STATE_VALUE_OWNED (an owner's value set by category update), OVERRIDE_NEEDS_MANAGER; INVALID_ARGUMENT
// REASON_REQUIRED.
absl::StatusOr<Decision> Decide(const OrderFacts& given, const Settings& settings, const Intent& intent);

// Where a new order starts, before Decide takes it on: status, mode and tags. `facts` carries payment kind, postpaid,
// mall, order tags, and the tags that intake has judged (address).
OrderFacts InitialState(OrderFacts facts, const Settings& settings, bool shipping_methods_known);

// The tags that apply to the order: what no longer applies is taken off, what newly applies gets its first value.
StateTags DeriveTags(const OrderFacts& facts, const Settings& settings);

}  // namespace juchu::gateway::workflow

#endif  // SERVICES_GATEWAY_WORKFLOW_DECIDE_H_
