#include "services/gateway/workflow/rules.h"

#include <algorithm>
#include <initializer_list>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/error.h"
#include "services/gateway/workflow/names.h"

namespace juchu::gateway::workflow {
namespace {

using S = Status;
using V = StateValue;
using C = Condition;

constexpr V kRegular[] = {V::kRegularCustomer};
constexpr V kAddress[] = {V::kAddressOk};
constexpr V kDate[] = {V::kDeliveryDateConfirmed};
constexpr V kWarning[] = {V::kNoWarning};
// A card that is being captured or was captured has been authorized.
constexpr V kCardAuthorizedValues[] = {V::kAuthorized, V::kCapturing, V::kCaptured, V::kCaptureError};
constexpr V kScreening[] = {V::kScreeningApproved};
constexpr V kPrepayment[] = {V::kPrepaymentPaid};
constexpr V kAllocation[] = {V::kAllocated, V::kForciblyAllocated, V::kNotSubjectToAllocation};
constexpr V kInstruction[] = {V::kInstructed, V::kShipmentConfirmed};
constexpr V kShipment[] = {V::kShipmentConfirmed};
constexpr V kTracking[] = {V::kTrackingNotWanted, V::kTrackingReported};
constexpr V kCapture[] = {V::kCaptured};
constexpr V kSlip[] = {V::kSlipReported};
constexpr V kPostpayment[] = {V::kPostpaymentPaid};

const ConditionRule kConditionRules[] = {
    {C::kMovedByHand,
     "MOVED_BY_HAND",
     "手動で確認待へ移す",
     std::nullopt,
     {},
     "an operator moves the order by hand: 未確認 is never left by itself"},
    {C::kCustomerRegular, "CUSTOMER_REGULAR", "通常顧客", StateCategory::kCustomer, kRegular,
     "an operator checks the customer and sets 通常顧客 by bulk update"},
    {C::kAddressOk, "ADDRESS_OK", "住所エラー無し", StateCategory::kAddress, kAddress,
     "an operator corrects postal code or address and saves, or sets エラー無し by bulk update"},
    {C::kDeliveryDateConfirmed, "DELIVERY_DATE_CONFIRMED", "配送日確認済", StateCategory::kDeliveryDate, kDate,
     "an operator settles the delivery date and sets 確認済 by bulk update"},
    {C::kNoWarning, "NO_WARNING", "警告無し", StateCategory::kWarning, kWarning,
     "an operator saves the order with a payment method and shipping method that the tenant knows"},
    {C::kCardAuthorized, "CARD_AUTHORIZED", "オーソリ済", StateCategory::kCard, kCardAuthorizedValues,
     "the payment service reports the card authorized (楽天カードAPIオーソリ)"},
    {C::kScreeningApproved, "SCREENING_APPROVED", "与信済", StateCategory::kCreditScreening, kScreening,
     "the payment service reports the credit approved (取引登録エクスポート, 与信結果インポート)"},
    {C::kPrepaymentPaid, "PREPAYMENT_PAID", "前払入金済", StateCategory::kPrepayment, kPrepayment,
     "an operator checks the payment and sets 前払入金済 by bulk update"},
    {C::kAllocated, "ALLOCATED", "受注引当済", StateCategory::kAllocation, kAllocation,
     "the inventory service reports every line allocated (在庫引当), or 強制引当する is set"},
    {C::kInstructed, "INSTRUCTED", "出荷指示済", StateCategory::kShipment, kInstruction,
     "the shipping service reports every delivery instructed (出荷指示エクスポート)"},
    {C::kNoShippingHold,
     "NO_SHIPPING_HOLD",
     "出荷抑制無し",
     std::nullopt,
     {},
     "an operator takes the order tag with 出荷抑制 off"},
    {C::kShipmentConfirmed, "SHIPMENT_CONFIRMED", "出荷確定済", StateCategory::kShipment, kShipment,
     "the shipping service reports every delivery confirmed with its tracking number (出荷確定インポート)"},
    {C::kTrackingReported, "TRACKING_REPORTED", "荷物番号反映済", StateCategory::kTrackingReport, kTracking,
     "the shipping service reports the tracking numbers taken by the mall"},
    {C::kCardCaptured, "CARD_CAPTURED", "売上請求済", StateCategory::kCard, kCapture,
     "the payment service reports the card captured (楽天カードAPI売上請求)"},
    {C::kSlipReported, "SLIP_REPORTED", "後払出荷報告済", StateCategory::kPostpaySlip, kSlip,
     "the payment service reports the slips exported (配送伝票CSVエクスポート)"},
    {C::kPostpaymentPaid, "POSTPAYMENT_PAID", "後払入金済", StateCategory::kPostpayment, kPostpayment,
     "an operator checks the payment and sets 後払入金済 by bulk update"},
    {C::kNoStopTag,
     "NO_STOP_TAG",
     "停止箇所の受注タグ無し",
     std::nullopt,
     {},
     "an operator takes the order tag that stops here off"},
};

bool Everyone(const OrderFacts&, const Settings&) { return true; }
bool Prepaid(const OrderFacts& facts, const Settings&) { return facts.payment_kind == PaymentKind::kPrepaid; }
bool Allocating(const OrderFacts&, const Settings& settings) {
  return settings.allocation != AllocationSetting::kNothing;
}
bool Postpaid(const OrderFacts& facts, const Settings&) { return facts.postpaid; }
bool ManualTenant(const OrderFacts&, const Settings& settings) { return settings.initial_mode == Mode::kManual; }

constexpr C kUnconfirmedConditions[] = {C::kMovedByHand};
constexpr C kConfirmationConditions[] = {C::kCustomerRegular, C::kAddressOk,      C::kDeliveryDateConfirmed,
                                         C::kNoWarning,       C::kCardAuthorized, C::kScreeningApproved,
                                         C::kNoStopTag};
constexpr C kPaymentConditions[] = {C::kPrepaymentPaid, C::kNoStopTag};
constexpr C kAllocationConditions[] = {C::kAllocated, C::kNoStopTag};
constexpr C kAwaitingShipmentConditions[] = {C::kInstructed, C::kNoShippingHold, C::kNoStopTag};
constexpr C kShippingConditions[] = {C::kShipmentConfirmed, C::kNoStopTag};
constexpr C kShippedConditions[] = {C::kTrackingReported, C::kCardCaptured, C::kSlipReported, C::kNoStopTag};
constexpr C kPostpaymentConditions[] = {C::kPostpaymentPaid, C::kNoStopTag};

struct StatusRule {
  bool (*passes)(const OrderFacts&, const Settings&);
  absl::Span<const Condition> conditions;
};

// THE TABLE. A status without its row does not compile.
const StatusRule& StatusRuleOf(Status status) {
  static const StatusRule kUnconfirmed = {ManualTenant, kUnconfirmedConditions};
  static const StatusRule kConfirmation = {Everyone, kConfirmationConditions};
  static const StatusRule kPayment = {Prepaid, kPaymentConditions};
  static const StatusRule kAllocate = {Allocating, kAllocationConditions};
  static const StatusRule kAwaitingShipment = {Everyone, kAwaitingShipmentConditions};
  static const StatusRule kShipping = {Everyone, kShippingConditions};
  static const StatusRule kShipped = {Everyone, kShippedConditions};
  static const StatusRule kAwaitingPostpayment = {Postpaid, kPostpaymentConditions};
  static const StatusRule kTerminal = {Everyone, {}};
  switch (status) {
    case S::kUnconfirmed:
      return kUnconfirmed;
    case S::kAwaitingConfirmation:
      return kConfirmation;
    case S::kAwaitingPayment:
      return kPayment;
    case S::kAwaitingAllocation:
      return kAllocate;
    case S::kAwaitingShipment:
      return kAwaitingShipment;
    case S::kShipping:
      return kShipping;
    case S::kShipped:
      return kShipped;
    case S::kAwaitingPostpayment:
      return kAwaitingPostpayment;
    case S::kCompleted:
    case S::kCancelled:
      return kTerminal;
  }
  return kTerminal;
}

ConditionState Evaluate(const ConditionRule& rule, Status status, const OrderFacts& facts) {
  ConditionState state{rule.condition, status, false, std::nullopt, {}};
  switch (rule.condition) {
    case C::kMovedByHand:
      return state;
    case C::kNoStopTag:
      for (const auto& tag : facts.order_tags) {
        if (tag.stop_status == status) state.order_tag_ids.push_back(tag.id);
      }
      state.met = state.order_tag_ids.empty();
      return state;
    case C::kNoShippingHold:
      for (const auto& tag : facts.order_tags) {
        if (tag.shipping_hold) state.order_tag_ids.push_back(tag.id);
      }
      state.met = state.order_tag_ids.empty();
      return state;
    default:
      state.value = facts.tags.Get(*rule.category);
      state.met = std::find(rule.values.begin(), rule.values.end(), state.value) != rule.values.end();
      return state;
  }
}

// The statuses as bits, so that the table below reads as a table.
constexpr uint32_t Bits(std::initializer_list<Status> statuses) {
  uint32_t bits = 0;
  for (const Status status : statuses) bits |= uint32_t{1} << static_cast<uint8_t>(status);
  return bits;
}
constexpr uint32_t kBeforeShipment =
    Bits({S::kUnconfirmed, S::kAwaitingConfirmation, S::kAwaitingPayment, S::kAwaitingAllocation});
constexpr uint32_t kUnderWay =
    kBeforeShipment | Bits({S::kAwaitingShipment, S::kShipping, S::kShipped, S::kAwaitingPostpayment});
constexpr uint32_t kAnywhere = kUnderWay | Bits({S::kCompleted, S::kCancelled});

uint32_t PermittedBits(Operation operation, const Settings& settings) {
  switch (operation) {
    case Operation::kSave:
      return kAnywhere;
    case Operation::kChangePaymentMethod:
      return kUnderWay;
    case Operation::kSetValues:
      return kUnderWay;
    case Operation::kSetForcedAllocation:
      return kBeforeShipment;
    case Operation::kAllocate:
      // Behind 引当待 for what an edit has added.
      return Bits({S::kAwaitingAllocation, S::kAwaitingShipment, S::kShipping}) |
             (settings.allocation_timing == AllocationTiming::kAtAwaitingConfirmation
                  ? Bits({S::kAwaitingConfirmation, S::kAwaitingPayment})
                  : 0);
    case Operation::kAuthorizeCard:
      // Behind 確認待 for an amount that an edit has changed, and for an authorization that has ended.
      return Bits({S::kAwaitingConfirmation, S::kAwaitingPayment, S::kAwaitingAllocation, S::kAwaitingShipment,
                   S::kShipping, S::kShipped});
    case Operation::kCaptureCard:
      return Bits({S::kShipped});
    case Operation::kVoidCard:
      return kAnywhere;
    case Operation::kExportRegistration:
      return Bits({S::kAwaitingConfirmation});
    case Operation::kExportSlip:
      return Bits({S::kShipped});
    case Operation::kChangeStatus:
      return kAnywhere;
    case Operation::kChangeMode:
      return kUnderWay;
    case Operation::kCancel:
      return kAnywhere;
    case Operation::kOverride:
      return kUnderWay;
  }
  return 0;
}

}  // namespace

const ConditionRule& RuleOf(Condition condition) { return kConditionRules[static_cast<size_t>(condition)]; }

bool IsTerminal(Status status) { return status == Status::kCompleted || status == Status::kCancelled; }

bool PassesThrough(Status status, const OrderFacts& facts, const Settings& settings) {
  return StatusRuleOf(status).passes(facts, settings);
}

std::vector<ConditionState> ConditionsFor(Status status, const OrderFacts& facts, const Settings& settings) {
  std::vector<ConditionState> states;
  for (const Condition condition : StatusRuleOf(status).conditions) {
    const auto& rule = RuleOf(condition);
    if (rule.category.has_value() && !facts.tags.Get(*rule.category).has_value()) continue;
    // A setting or payment method that has changed since may leave an order in a status that it would not pass through
    // now; nothing but a stop tag keeps it there. 未確認 is left by hand only, whatever the settings say now.
    if (rule.category.has_value() && !PassesThrough(status, facts, settings)) continue;
    states.push_back(Evaluate(rule, status, facts));
  }
  return states;
}

std::optional<Status> NextStatus(Status status, const OrderFacts& facts, const Settings& settings) {
  if (IsTerminal(status)) return std::nullopt;
  for (const Status next : kAllStatuses) {
    if (next > status && next != Status::kCancelled && PassesThrough(next, facts, settings)) return next;
  }
  return std::nullopt;
}

absl::string_view Name(Operation operation) {
  switch (operation) {
    case Operation::kSave:
      return "save (保存)";
    case Operation::kChangePaymentMethod:
      return "change of the payment method (支払方法)";
    case Operation::kSetValues:
      return "category update (区分更新)";
    case Operation::kSetForcedAllocation:
      return "forced allocation (強制引当する)";
    case Operation::kAllocate:
      return "allocation (在庫引当)";
    case Operation::kAuthorizeCard:
      return "authorization (楽天カードAPIオーソリ)";
    case Operation::kCaptureCard:
      return "capture (楽天カードAPI売上請求)";
    case Operation::kVoidCard:
      return "void of an authorization or capture (オーソリ取消, 売上請求取消)";
    case Operation::kExportRegistration:
      return "export of a registration (取引登録エクスポート)";
    case Operation::kExportSlip:
      return "export of a slip (配送伝票CSVエクスポート)";
    case Operation::kChangeStatus:
      return "change of status (進捗区分)";
    case Operation::kChangeMode:
      return "change of mode (自動遷移)";
    case Operation::kCancel:
      return "cancel (キャンセル)";
    case Operation::kOverride:
      return "override of a state tag";
  }
  return "";
}

bool IsPermitted(Operation operation, Status status, const Settings& settings) {
  return (PermittedBits(operation, settings) & Bits({status})) != 0;
}

absl::Status CheckPermitted(Operation operation, Status status, const Settings& settings) {
  if (IsPermitted(operation, status, settings)) return absl::OkStatus();
  std::vector<absl::string_view> names;
  for (const Status other : kAllStatuses) {
    if (IsPermitted(operation, other, settings)) names.push_back(NameJa(other));
  }
  const std::string permitted = absl::StrJoin(names, ", ");
  return FailedPrecondition(
      "OPERATION_NOT_IN_STATUS",
      absl::StrCat(Name(operation), " is not possible in ", NameJa(status), "; it is in: ", permitted),
      {{"status", std::string(Name(status))},
       {"permitted_statuses", permitted},
       {"remedy", absl::StrCat("move the order to one of: ", permitted)}});
}

bool IsSetByPersons(StateCategory category) {
  switch (category) {
    case StateCategory::kCustomer:
    case StateCategory::kAddress:
    case StateCategory::kDeliveryDate:
    case StateCategory::kWarning:
    case StateCategory::kPrepayment:
    case StateCategory::kPostpayment:
      return true;
    case StateCategory::kCard:
    case StateCategory::kCreditScreening:
    case StateCategory::kPostpaySlip:
    case StateCategory::kAllocation:
    case StateCategory::kShipment:
    case StateCategory::kTrackingReport:
      return false;
  }
  return false;
}

}  // namespace juchu::gateway::workflow
