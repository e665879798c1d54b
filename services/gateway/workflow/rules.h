#ifndef SERVICES_GATEWAY_WORKFLOW_RULES_H_
#define SERVICES_GATEWAY_WORKFLOW_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/gateway/workflow/types.h"

// The one table of the workflow: statuses, who passes through them, what must hold to leave them, and which operation
// is allowed where. decide.h and explain.h read it; nothing else knows a rule.
namespace juchu::gateway::workflow {

// What must hold to leave a status. A condition on a category that does not apply to the order holds.
enum class Condition : uint8_t {
  kMovedByHand,  // Never holds by itself.
  kCustomerRegular,
  kAddressOk,
  kDeliveryDateConfirmed,
  kNoWarning,
  kCardAuthorized,
  kScreeningApproved,
  kPrepaymentPaid,
  kAllocated,
  kInstructed,
  kNoShippingHold,  // By order tags.
  kShipmentConfirmed,
  kTrackingReported,
  kCardCaptured,
  kSlipReported,
  kPostpaymentPaid,
  kNoStopTag,  // By order tags; in every status.
};

struct ConditionRule {
  Condition condition;
  // As programs read it: "CARD_AUTHORIZED".
  absl::string_view name;
  // As operators say it.
  absl::string_view name_ja;
  // The category that it looks at; none for order tags and for kMovedByHand.
  std::optional<StateCategory> category;
  // The category's values with which it holds.
  absl::Span<const StateValue> values;
  // Who or what can meet it, and how.
  absl::string_view remedy;
};

// The rule of a condition.
const ConditionRule& RuleOf(Condition condition);

// A condition as it stands for an order in a status.
struct ConditionState {
  Condition condition;
  // The status that it keeps the order in.
  Status status;
  bool met = false;
  // The value that its category has now.
  std::optional<StateValue> value;
  // For kNoStopTag and kNoShippingHold: the order tags that hold the order.
  std::vector<std::string> order_tag_ids;
};

bool IsTerminal(Status status);

// Whether the order passes through `status` on its way; false: the workflow goes past it.
bool PassesThrough(Status status, const OrderFacts& facts, const Settings& settings);

// The conditions for leaving `status` that apply to the order, met or not. None for a terminal status.
std::vector<ConditionState> ConditionsFor(Status status, const OrderFacts& facts, const Settings& settings);

// The first status behind `status` that the order passes through; nullopt for a terminal one.
std::optional<Status> NextStatus(Status status, const OrderFacts& facts, const Settings& settings);

// What can be done with an order (the seed's title: 各受注ステータスごとに行える処理).
enum class Operation : uint8_t {
  kSave,
  kChangePaymentMethod,
  kSetValues,
  kSetForcedAllocation,
  kAllocate,
  kAuthorizeCard,
  kCaptureCard,
  kVoidCard,
  kExportRegistration,
  kExportSlip,
  kChangeStatus,
  kChangeMode,
  kCancel,
  kOverride,
};
inline constexpr std::array kAllOperations = {Operation::kSave,
                                              Operation::kChangePaymentMethod,
                                              Operation::kSetValues,
                                              Operation::kSetForcedAllocation,
                                              Operation::kAllocate,
                                              Operation::kAuthorizeCard,
                                              Operation::kCaptureCard,
                                              Operation::kVoidCard,
                                              Operation::kExportRegistration,
                                              Operation::kExportSlip,
                                              Operation::kChangeStatus,
                                              Operation::kChangeMode,
                                              Operation::kCancel,
                                              Operation::kOverride};

// "category update (区分更新)".
absl::string_view Name(Operation operation);

bool IsPermitted(Operation operation, Status status, const Settings& settings);

// FAILED_PRECONDITION/OPERATION_NOT_IN_STATUS, which names the statuses in which it is permitted.
absl::Status CheckPermitted(Operation operation, Status status, const Settings& settings);

// Whether the value's category is a person's to set (区分更新); else only its owner or a manager's override sets it.
bool IsSetByPersons(StateCategory category);

}  // namespace juchu::gateway::workflow

#endif  // SERVICES_GATEWAY_WORKFLOW_RULES_H_
