#include "services/gateway/workflow/names.h"

namespace juchu::gateway::workflow {

// No default in these switches: a value without its name does not compile.

absl::string_view Name(Status status) {
  switch (status) {
    case Status::kUnconfirmed:
      return "UNCONFIRMED";
    case Status::kAwaitingConfirmation:
      return "AWAITING_CONFIRMATION";
    case Status::kAwaitingPayment:
      return "AWAITING_PAYMENT";
    case Status::kAwaitingAllocation:
      return "AWAITING_ALLOCATION";
    case Status::kAwaitingShipment:
      return "AWAITING_SHIPMENT";
    case Status::kShipping:
      return "SHIPPING";
    case Status::kShipped:
      return "SHIPPED";
    case Status::kAwaitingPostpayment:
      return "AWAITING_POSTPAYMENT";
    case Status::kCompleted:
      return "COMPLETED";
    case Status::kCancelled:
      return "CANCELLED";
  }
  return "";
}

absl::string_view NameJa(Status status) {
  switch (status) {
    case Status::kUnconfirmed:
      return "未確認";
    case Status::kAwaitingConfirmation:
      return "確認待";
    case Status::kAwaitingPayment:
      return "入金待";
    case Status::kAwaitingAllocation:
      return "引当待";
    case Status::kAwaitingShipment:
      return "出荷待";
    case Status::kShipping:
      return "出荷中";
    case Status::kShipped:
      return "出荷済";
    case Status::kAwaitingPostpayment:
      return "後払入金待";
    case Status::kCompleted:
      return "完了";
    case Status::kCancelled:
      return "キャンセル";
  }
  return "";
}

absl::string_view NameJa(StateCategory category) {
  switch (category) {
    case StateCategory::kCustomer:
      return "顧客管理";
    case StateCategory::kAddress:
      return "住所";
    case StateCategory::kDeliveryDate:
      return "配送日";
    case StateCategory::kWarning:
      return "警告";
    case StateCategory::kCard:
      return "クレジット";
    case StateCategory::kCreditScreening:
      return "後払与信";
    case StateCategory::kPostpaySlip:
      return "後払出荷報告";
    case StateCategory::kPrepayment:
      return "前払入金";
    case StateCategory::kPostpayment:
      return "後払入金";
    case StateCategory::kAllocation:
      return "受注引当";
    case StateCategory::kShipment:
      return "配送進捗";
    case StateCategory::kTrackingReport:
      return "荷物番号反映";
  }
  return "";
}

absl::string_view NameJa(StateValue value) {
  switch (value) {
    case StateValue::kRegularCustomer:
      return "通常顧客";
    case StateValue::kCautionCustomer:
      return "要注意顧客";
    case StateValue::kAddressOk:
      return "エラー無し";
    case StateValue::kAddressError:
      return "住所エラー";
    case StateValue::kDeliveryDateConfirmed:
      return "確認済";
    case StateValue::kDeliveryDateError:
      return "配送日エラー";
    case StateValue::kNoWarning:
      return "警告無し";
    case StateValue::kPaymentMethodUnknown:
      return "支払方法変換エラー";
    case StateValue::kShippingMethodUnknown:
      return "配送方法変換エラー";
    case StateValue::kUnauthorized:
      return "未オーソリ";
    case StateValue::kAuthorizing:
      return "オーソリ中";
    case StateValue::kAuthorized:
      return "オーソリ済";
    case StateValue::kAuthorizationError:
      return "オーソリエラー";
    case StateValue::kCapturing:
      return "売上請求中";
    case StateValue::kCaptured:
      return "売上請求済";
    case StateValue::kCaptureError:
      return "売上請求エラー";
    case StateValue::kVoided:
      return "取消済";
    case StateValue::kScreeningUnregistered:
      return "未登録";
    case StateValue::kScreeningPending:
      return "与信中";
    case StateValue::kScreeningApproved:
      return "与信済";
    case StateValue::kScreeningRejected:
      return "与信NG";
    case StateValue::kScreeningOnHold:
      return "与信保留";
    case StateValue::kSlipUnreported:
      return "未報告";
    case StateValue::kSlipReported:
      return "報告済";
    case StateValue::kPrepaymentUnpaid:
    case StateValue::kPostpaymentUnpaid:
      return "未入金";
    case StateValue::kPrepaymentPaid:
      return "前払入金済";
    case StateValue::kPostpaymentPaid:
      return "後払入金済";
    case StateValue::kUnallocated:
      return "未引当";
    case StateValue::kPartlyAllocated:
      return "一部引当";
    case StateValue::kAllocated:
      return "受注引当済";
    case StateValue::kForciblyAllocated:
      return "強制引当済";
    case StateValue::kNotSubjectToAllocation:
      return "引当対象外";
    case StateValue::kUnshipped:
      return "未出荷";
    case StateValue::kInstructed:
      return "出荷指示済";
    case StateValue::kShipmentConfirmed:
      return "出荷確定済";
    case StateValue::kTrackingNotWanted:
      return "対象外";
    case StateValue::kTrackingUnreported:
      return "未反映";
    case StateValue::kTrackingReporting:
      return "反映中";
    case StateValue::kTrackingReported:
      return "反映済";
    case StateValue::kTrackingError:
      return "反映エラー";
  }
  return "";
}

}  // namespace juchu::gateway::workflow
