#ifndef TOOLS_CTL_WORDS_H_
#define TOOLS_CTL_WORDS_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "juchu/common/v1/types.pb.h"
#include "juchu/inventory/v1/inventory.pb.h"
#include "juchu/order/v1/order.pb.h"
#include "juchu/payment/v1/layout.pb.h"
#include "juchu/payment/v1/payment.pb.h"
#include "juchu/payment/v1/postpay.pb.h"

// The words of the contracts as people type and read them: names in either language in, Japanese out, times of
// Asia/Tokyo.
namespace juchu::ctl {

std::string StatusText(order::v1::Status status);
std::string ModeText(order::v1::TransitionMode mode);
std::string PaymentKindText(order::v1::PaymentKind kind);
std::string PaymentStandingText(order::v1::PaymentStanding standing);
std::string ValueText(order::v1::StateValue value);
std::string CategoryText(order::v1::StateCategory category);
std::string StockChangeKindText(inventory::v1::StockChangeKind kind);
std::string ShortReasonText(inventory::v1::ShortReason reason);
std::string CardStateText(payment::v1::CardState state);
std::string CardWishText(payment::v1::CardWish wish);
std::string CardOperationText(payment::v1::CardOperation operation);
std::string CardRequestStateText(payment::v1::CardRequestState state);
std::string PostpayCompanyText(payment::v1::PostpayCompany company);
std::string ScreeningStateText(payment::v1::ScreeningState state);
std::string LayoutKindText(payment::v1::LayoutKind kind);

// "AWAITING_PAYMENT", "awaiting-payment" or "入金待". INVALID_ARGUMENT lists what there is.
absl::StatusOr<order::v1::Status> ParseStatus(absl::string_view text);
absl::StatusOr<order::v1::TransitionMode> ParseMode(absl::string_view text);
absl::StatusOr<order::v1::PaymentKind> ParsePaymentKind(absl::string_view text);
absl::StatusOr<order::v1::StateValue> ParseValue(absl::string_view text);
// Only what a person may ask for: COUNTED, RECEIVED, TAKEN.
absl::StatusOr<inventory::v1::StockChangeKind> ParseStockChangeKind(absl::string_view text);
// "CARD_AUTHORIZING", "オーソリ中", or as the order's state value is called: "AUTHORIZING".
absl::StatusOr<payment::v1::CardState> ParseCardState(absl::string_view text);
// "NP", "np" or "NP後払い".
absl::StatusOr<payment::v1::PostpayCompany> ParsePostpayCompany(absl::string_view text);
// "NP_REGISTRATION", "np-registration" or "NP取引登録".
absl::StatusOr<payment::v1::LayoutKind> ParseLayoutKind(absl::string_view text);

// Reads the name of a setting's value by `parse` (the enum's …_Parse); hyphens and lower case allowed.
template <typename Enum, typename Parse>
absl::Status ParseEnumName(absl::string_view text, absl::string_view option, Parse parse, Enum& to) {
  if (parse(absl::AsciiStrToUpper(absl::StrReplaceAll(text, {{"-", "_"}})), &to)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(option, ": \"", text, "\" is not known; see --help"));
}

// "2026-11-24 09:30", "2026-11-24T09:30:00", "2026-11-24" (midnight), Asia/Tokyo; or RFC 3339 with an offset; or "now".
absl::StatusOr<google::protobuf::Timestamp> ParseTime(absl::string_view text);
// "2026-11-24".
absl::StatusOr<common::v1::Date> ParseDate(absl::string_view text);
// "10m", "2h", "1h30m", "90s", "0": a span of whole seconds.
absl::StatusOr<int32_t> ParseSeconds(absl::string_view text);

// "2026-11-24 09:30:00" in Asia/Tokyo; "" for the epoch, which stands for "never".
std::string TimeText(const google::protobuf::Timestamp& time);
std::string DateText(const common::v1::Date& date);
// As ParseSeconds reads it: "1h30m".
std::string SecondsText(int32_t seconds);
// In its two greatest units, rounded down: "2d4h", "3h20m", "12m", "42s"; less than a second: "0s".
std::string AgeText(absl::Duration age);
// "12,345".
std::string YenText(int64_t yen);
// "一部入金 -2,000", "全額入金", "過入金 +500"; "" for an order without an amount received.
std::string BalanceText(const order::v1::Order& order);
std::string ActorText(const common::v1::Actor& actor);
// "確認待 → 入金待".
std::string PathText(const google::protobuf::RepeatedField<int>& path);

}  // namespace juchu::ctl

#endif  // TOOLS_CTL_WORDS_H_
