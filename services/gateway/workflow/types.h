#ifndef SERVICES_GATEWAY_WORKFLOW_TYPES_H_
#define SERVICES_GATEWAY_WORKFLOW_TYPES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The words of the workflow. Plain values: no protobuf, no clock, no I/O. The numbers are those of the contract
// (proto/juchu/order/v1/order.proto), which a conversion file asserts.
namespace juchu::gateway::workflow {

// 受注進捗区分. See kStatusRules in rules.cc for who passes through which and when it is left.
enum class Status : uint8_t {
  kUnconfirmed = 1,
  kAwaitingConfirmation = 2,
  kAwaitingPayment = 3,
  kAwaitingAllocation = 4,
  kAwaitingShipment = 5,
  kShipping = 6,
  kShipped = 7,
  kAwaitingPostpayment = 8,
  kCompleted = 9,
  kCancelled = 10,
};
inline constexpr std::array kAllStatuses = {Status::kUnconfirmed,      Status::kAwaitingConfirmation,
                                            Status::kAwaitingPayment,  Status::kAwaitingAllocation,
                                            Status::kAwaitingShipment, Status::kShipping,
                                            Status::kShipped,          Status::kAwaitingPostpayment,
                                            Status::kCompleted,        Status::kCancelled};
inline constexpr size_t kStatusCount = kAllStatuses.size();

// 自動遷移.
enum class Mode : uint8_t { kAuto = 1, kManual = 2 };

// 決済区分. kUnknown: the payment method's name is not one of the tenant's.
enum class PaymentKind : uint8_t {
  kPrepaid = 1,
  kRakutenCard = 2,
  kNpPostpay = 3,
  kGmoPostpay = 4,
  kCashOnDelivery = 5,
  kSettledElsewhere = 6,
  kNothingToPay = 7,
  kUnknown = 8,
};
inline constexpr std::array kAllPaymentKinds = {
    PaymentKind::kPrepaid,        PaymentKind::kRakutenCard,      PaymentKind::kNpPostpay,    PaymentKind::kGmoPostpay,
    PaymentKind::kCashOnDelivery, PaymentKind::kSettledElsewhere, PaymentKind::kNothingToPay, PaymentKind::kUnknown};

enum class MallKind : uint8_t { kRakuten = 1, kAmazon = 2, kYahoo = 3, kOwnSite = 4, kOther = 5 };
inline constexpr std::array kAllMallKinds = {MallKind::kRakuten, MallKind::kAmazon, MallKind::kYahoo,
                                             MallKind::kOwnSite, MallKind::kOther};

// 状態区分.
enum class StateCategory : uint8_t {
  kCustomer = 1,
  kAddress = 2,
  kDeliveryDate = 3,
  kWarning = 4,
  kCard = 5,
  kCreditScreening = 6,
  kPostpaySlip = 7,
  kPrepayment = 8,
  kPostpayment = 9,
  kAllocation = 10,
  kShipment = 11,
  kTrackingReport = 12,
};
inline constexpr std::array kAllCategories = {
    StateCategory::kCustomer,    StateCategory::kAddress,    StateCategory::kDeliveryDate,
    StateCategory::kWarning,     StateCategory::kCard,       StateCategory::kCreditScreening,
    StateCategory::kPostpaySlip, StateCategory::kPrepayment, StateCategory::kPostpayment,
    StateCategory::kAllocation,  StateCategory::kShipment,   StateCategory::kTrackingReport};
inline constexpr size_t kCategoryCount = kAllCategories.size();

// 状態区分タグ: category * 100 + n.
enum class StateValue : uint16_t {
  kRegularCustomer = 101,
  kCautionCustomer = 102,
  kAddressOk = 201,
  kAddressError = 202,
  kDeliveryDateConfirmed = 301,
  kDeliveryDateError = 302,
  kNoWarning = 401,
  kPaymentMethodUnknown = 402,
  kShippingMethodUnknown = 403,
  kUnauthorized = 501,
  kAuthorizing = 502,
  kAuthorized = 503,
  kAuthorizationError = 504,
  kCapturing = 505,
  kCaptured = 506,
  kCaptureError = 507,
  kVoided = 508,
  kScreeningUnregistered = 601,
  kScreeningPending = 602,
  kScreeningApproved = 603,
  kScreeningRejected = 604,
  kScreeningOnHold = 605,
  kSlipUnreported = 701,
  kSlipReported = 702,
  kPrepaymentUnpaid = 801,
  kPrepaymentPaid = 802,
  kPostpaymentUnpaid = 901,
  kPostpaymentPaid = 902,
  kUnallocated = 1001,
  kPartlyAllocated = 1002,
  kAllocated = 1003,
  kForciblyAllocated = 1004,
  kNotSubjectToAllocation = 1005,
  kUnshipped = 1101,
  kInstructed = 1102,
  kShipmentConfirmed = 1103,
  kTrackingNotWanted = 1201,
  kTrackingUnreported = 1202,
  kTrackingReporting = 1203,
  kTrackingReported = 1204,
  kTrackingError = 1205,
};
inline constexpr std::array kAllValues = {StateValue::kRegularCustomer,
                                          StateValue::kCautionCustomer,
                                          StateValue::kAddressOk,
                                          StateValue::kAddressError,
                                          StateValue::kDeliveryDateConfirmed,
                                          StateValue::kDeliveryDateError,
                                          StateValue::kNoWarning,
                                          StateValue::kPaymentMethodUnknown,
                                          StateValue::kShippingMethodUnknown,
                                          StateValue::kUnauthorized,
                                          StateValue::kAuthorizing,
                                          StateValue::kAuthorized,
                                          StateValue::kAuthorizationError,
                                          StateValue::kCapturing,
                                          StateValue::kCaptured,
                                          StateValue::kCaptureError,
                                          StateValue::kVoided,
                                          StateValue::kScreeningUnregistered,
                                          StateValue::kScreeningPending,
                                          StateValue::kScreeningApproved,
                                          StateValue::kScreeningRejected,
                                          StateValue::kScreeningOnHold,
                                          StateValue::kSlipUnreported,
                                          StateValue::kSlipReported,
                                          StateValue::kPrepaymentUnpaid,
                                          StateValue::kPrepaymentPaid,
                                          StateValue::kPostpaymentUnpaid,
                                          StateValue::kPostpaymentPaid,
                                          StateValue::kUnallocated,
                                          StateValue::kPartlyAllocated,
                                          StateValue::kAllocated,
                                          StateValue::kForciblyAllocated,
                                          StateValue::kNotSubjectToAllocation,
                                          StateValue::kUnshipped,
                                          StateValue::kInstructed,
                                          StateValue::kShipmentConfirmed,
                                          StateValue::kTrackingNotWanted,
                                          StateValue::kTrackingUnreported,
                                          StateValue::kTrackingReporting,
                                          StateValue::kTrackingReported,
                                          StateValue::kTrackingError};

constexpr StateCategory CategoryOf(StateValue value) {
  return static_cast<StateCategory>(static_cast<uint16_t>(value) / 100);
}

// The order's state tags: one value for each category, none where the category does not apply to the order.
class StateTags {
 public:
  std::optional<StateValue> Get(StateCategory category) const { return values_[Index(category)]; }
  void Set(StateValue value) { values_[Index(CategoryOf(value))] = value; }
  void Clear(StateCategory category) { values_[Index(category)].reset(); }
  bool Has(StateValue value) const { return Get(CategoryOf(value)) == value; }

  friend bool operator==(const StateTags&, const StateTags&) = default;

 private:
  static constexpr size_t Index(StateCategory category) { return static_cast<size_t>(category) - 1; }
  std::array<std::optional<StateValue>, kCategoryCount> values_{};
};

constexpr uint16_t BitOf(StateCategory category) { return static_cast<uint16_t>(1u << static_cast<uint8_t>(category)); }

// What the workflow needs to know of an order tag that the order carries.
struct OrderTagRule {
  std::string id;
  // 停止箇所: the order does not leave this status by itself.
  std::optional<Status> stop_status;
  // 出荷抑制: the order does not leave 出荷待 by itself.
  bool shipping_hold = false;

  friend bool operator==(const OrderTagRule&, const OrderTagRule&) = default;
};

// Everything that an order's status depends on.
struct OrderFacts {
  Status status = Status::kAwaitingConfirmation;
  Mode mode = Mode::kAuto;
  StateTags tags;
  // Categories that a manager has set in place of their owner, as bits by number: the rules leave them alone.
  uint16_t overridden = 0;
  PaymentKind payment_kind = PaymentKind::kNothingToPay;
  // The customer pays on or after delivery and the shop waits for it: NP, GMO, and cash on delivery unless the payment
  // method says otherwise.
  bool postpaid = false;
  MallKind mall = MallKind::kOther;
  std::vector<OrderTagRule> order_tags;
  bool forced_allocation = false;
  // The inventory has been asked for stock for it and has answered.
  bool known_to_inventory = false;
  // The payment service has been asked for its card and has answered.
  bool known_to_payment = false;
  // Its total is an amount that a card can be authorized for.
  bool is_authorizable = true;
};

// 自動処理設定 在庫引当.
enum class AllocationSetting : uint8_t { kAutomatically = 1, kByCommand = 2, kNothing = 3 };
inline constexpr std::array kAllAllocationSettings = {AllocationSetting::kAutomatically, AllocationSetting::kByCommand,
                                                      AllocationSetting::kNothing};

// Where orders are allocated by themselves.
enum class AllocationTiming : uint8_t { kAtAwaitingAllocation = 1, kAtAwaitingConfirmation = 2 };
inline constexpr std::array kAllAllocationTimings = {AllocationTiming::kAtAwaitingAllocation,
                                                     AllocationTiming::kAtAwaitingConfirmation};

// The tenant's settings, as far as a status depends on them.
struct Settings {
  Mode initial_mode = Mode::kAuto;
  AllocationSetting allocation = AllocationSetting::kAutomatically;
  AllocationTiming allocation_timing = AllocationTiming::kAtAwaitingAllocation;
  // Cards are authorized from 確認待 on, and captured once the shipment is confirmed, without a person's command.
  bool authorizes_cards = false;
  bool captures_cards = false;
};

// What the acting person may do.
enum class Role : uint8_t { kViewer = 1, kOperator = 2, kManager = 3, kAdmin = 4 };

}  // namespace juchu::gateway::workflow

#endif  // SERVICES_GATEWAY_WORKFLOW_TYPES_H_
