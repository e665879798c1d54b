#include "services/payment/rpc/payment_requests.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::payment {
namespace {

constexpr int kMaxWritten = 500;
constexpr int kMaxRead = 1000;
// What the company's API takes of an authorization.
constexpr int64_t kMaxYen = 999'999'999;
// What an order's amount may be.
constexpr int64_t kMaxAmountYen = 999'999'999'999;

absl::Status CheckNeed(const std::string& field, const v1::SettleCardsRequest::Need& need) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckRange(field + ".order_version", need.order_version(), 1, INT64_MAX));
  JUCHU_RETURN_IF_ERROR(rpc::CheckLength(field + ".shop_id", need.shop_id(), 1, 32));
  JUCHU_RETURN_IF_ERROR(rpc::CheckLength(field + ".shop_order_number", need.shop_order_number(), 1, 50));
  if (!v1::CardWish_IsValid(need.wish()) || need.wish() == v1::CARD_WISH_UNSPECIFIED) {
    return InvalidField("ENUM_VALUE_INVALID", field + ".wish", "is no wish", "send a wish of the contract");
  }
  return need.wish() == v1::CARD_HOLD
             ? rpc::CheckRange(field + ".amount_yen", need.amount_yen(), 1, kMaxYen)
             : rpc::CheckRange(field + ".amount_yen", need.amount_yen(), -kMaxAmountYen, kMaxAmountYen);
}

absl::Status CheckAfter(const std::string& number) {
  return number.empty() ? absl::OkStatus() : ParseOrderNumber("after_order_number", number).status();
}

}  // namespace

absl::Status CheckRequest(const v1::SettleCardsRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("needs", request.needs_size(), 1, kMaxWritten));
  rpc::DistinctOrders orders;
  for (int i = 0; i < request.needs_size(); ++i) {
    const std::string field = absl::StrCat("needs[", i, "]");
    JUCHU_RETURN_IF_ERROR(orders.Check(field + ".order_number", request.needs(i).order_number()));
    JUCHU_RETURN_IF_ERROR(CheckNeed(field, request.needs(i)));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::ReadCardsRequest& request) {
  JUCHU_RETURN_IF_ERROR(
      rpc::CheckBatchSize("order_numbers", request.order_numbers_size(), 1, request.with_requests() ? 1 : kMaxWritten));
  rpc::DistinctOrders orders;
  for (int i = 0; i < request.order_numbers_size(); ++i) {
    JUCHU_RETURN_IF_ERROR(orders.Check(absl::StrCat("order_numbers[", i, "]"), request.order_numbers(i)));
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const v1::SearchCardsRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("states", request.states_size(), 0, 20));
  for (int i = 0; i < request.states_size(); ++i) {
    if (v1::CardState_IsValid(request.states(i)) && request.states(i) != v1::CARD_STATE_UNSPECIFIED) continue;
    return InvalidField("ENUM_VALUE_INVALID", absl::StrCat("states[", i, "]"), "is no state of a card",
                        "send a state of the contract");
  }
  JUCHU_RETURN_IF_ERROR(CheckAfter(request.after_order_number()));
  return rpc::CheckRange("page_size", request.page_size(), 1, kMaxRead);
}

absl::Status CheckRequest(const v1::GetPaymentSettingsRequest&) { return absl::OkStatus(); }

absl::Status CheckRequest(const v1::PutPaymentSettingsRequest& request) {
  const auto& settings = request.settings();
  const auto check = [](absl::string_view field, int64_t value, int64_t least, int64_t most) {
    return rpc::CheckRange(absl::StrCat("settings.", field), value, least, most);
  };
  JUCHU_RETURN_IF_ERROR(check("card_send_interval_seconds", settings.card_send_interval_seconds(), 0, 86'400));
  JUCHU_RETURN_IF_ERROR(check("authorization_valid_days", settings.authorization_valid_days(), 1, 365));
  JUCHU_RETURN_IF_ERROR(check("expiry_warning_days", settings.expiry_warning_days(), 0, 60));
  return check("stuck_after_seconds", settings.stuck_after_seconds(), 60, 604'800);
}

absl::Status CheckRequest(const v1::AuditPaymentsRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckAfter(request.after_order_number()));
  return rpc::CheckRange("page_size", request.page_size(), 1, kMaxWritten);
}

}  // namespace juchu::payment
