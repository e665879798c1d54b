#include "tools/ctl/words.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace juchu::ctl {
namespace {

namespace pb = ::juchu::order::v1;

const std::map<int, std::string>& StatusWords() {
  static const auto* const words =
      new std::map<int, std::string>{{pb::UNCONFIRMED, "未確認"},       {pb::AWAITING_CONFIRMATION, "確認待"},
                                     {pb::AWAITING_PAYMENT, "入金待"},  {pb::AWAITING_ALLOCATION, "引当待"},
                                     {pb::AWAITING_SHIPMENT, "出荷待"}, {pb::SHIPPING, "出荷中"},
                                     {pb::SHIPPED, "出荷済"},           {pb::AWAITING_POSTPAYMENT, "後払入金待"},
                                     {pb::COMPLETED, "完了"},           {pb::CANCELLED, "キャンセル"}};
  return *words;
}

const std::map<int, std::string>& ModeWords() {
  static const auto* const words = new std::map<int, std::string>{{pb::AUTO, "自動"}, {pb::MANUAL, "手動"}};
  return *words;
}

const std::map<int, std::string>& PaymentKindWords() {
  static const auto* const words = new std::map<int, std::string>{{pb::PREPAID, "前払"},
                                                                  {pb::RAKUTEN_CARD, "楽天カード"},
                                                                  {pb::NP_POSTPAY, "NP後払い"},
                                                                  {pb::GMO_POSTPAY, "GMO後払い"},
                                                                  {pb::CASH_ON_DELIVERY, "代引"},
                                                                  {pb::SETTLED_ELSEWHERE, "外部決済"},
                                                                  {pb::NOTHING_TO_PAY, "支払なし"},
                                                                  {pb::UNKNOWN_PAYMENT, "変換エラー"}};
  return *words;
}

const std::map<int, std::string>& PaymentStandingWords() {
  static const auto* const words = new std::map<int, std::string>{
      {pb::PARTLY_PAID, "一部入金"}, {pb::PAID_IN_FULL, "全額入金"}, {pb::OVERPAID, "過入金"}};
  return *words;
}

const std::map<int, std::string>& CategoryWords() {
  static const auto* const words =
      new std::map<int, std::string>{{pb::CUSTOMER, "顧客管理"},         {pb::ADDRESS, "住所"},
                                     {pb::DELIVERY_DATE, "配送日"},      {pb::WARNING, "警告"},
                                     {pb::CARD, "クレジット"},           {pb::CREDIT_SCREENING, "後払与信"},
                                     {pb::POSTPAY_SLIP, "後払出荷報告"}, {pb::PREPAYMENT, "前払入金"},
                                     {pb::POSTPAYMENT, "後払入金"},      {pb::ALLOCATION, "受注引当"},
                                     {pb::SHIPMENT, "配送進捗"},         {pb::TRACKING_REPORT, "荷物番号反映"}};
  return *words;
}

const std::map<int, std::string>& ValueWords() {
  static const auto* const words = new std::map<int, std::string>{{101, "通常顧客"},
                                                                  {102, "要注意顧客"},
                                                                  {201, "エラー無し"},
                                                                  {202, "住所エラー"},
                                                                  {301, "確認済"},
                                                                  {302, "配送日エラー"},
                                                                  {401, "警告無し"},
                                                                  {402, "支払方法変換エラー"},
                                                                  {403, "配送方法変換エラー"},
                                                                  {501, "未オーソリ"},
                                                                  {502, "オーソリ中"},
                                                                  {503, "オーソリ済"},
                                                                  {504, "オーソリエラー"},
                                                                  {505, "売上請求中"},
                                                                  {506, "売上請求済"},
                                                                  {507, "売上請求エラー"},
                                                                  {508, "取消済"},
                                                                  {601, "未登録"},
                                                                  {602, "与信中"},
                                                                  {603, "与信済"},
                                                                  {604, "与信NG"},
                                                                  {605, "与信保留"},
                                                                  {701, "未報告"},
                                                                  {702, "報告済"},
                                                                  {801, "前払未入金"},
                                                                  {802, "前払入金済"},
                                                                  {901, "後払未入金"},
                                                                  {902, "後払入金済"},
                                                                  {1001, "未引当"},
                                                                  {1002, "一部引当"},
                                                                  {1003, "受注引当済"},
                                                                  {1004, "強制引当済"},
                                                                  {1005, "引当対象外"},
                                                                  {1101, "未出荷"},
                                                                  {1102, "出荷指示済"},
                                                                  {1103, "出荷確定済"},
                                                                  {1201, "対象外"},
                                                                  {1202, "未反映"},
                                                                  {1203, "反映中"},
                                                                  {1204, "反映済"},
                                                                  {1205, "反映エラー"}};
  return *words;
}

// The kinds that a person may ask for.
const std::map<int, std::string>& StockRequestWords() {
  static const auto* const words = new std::map<int, std::string>{
      {inventory::v1::COUNTED, "棚卸"}, {inventory::v1::RECEIVED, "入庫"}, {inventory::v1::TAKEN, "出庫"}};
  return *words;
}

// All kinds that the ledger shows.
const std::map<int, std::string>& StockChangeWords() {
  static const auto* const words = [] {
    auto* all = new std::map<int, std::string>(StockRequestWords());
    all->insert({{inventory::v1::SHIPPED, "出荷"}, {inventory::v1::REPAIRED, "修復"}});
    return all;
  }();
  return *words;
}

const std::map<int, std::string>& ShortReasonWords() {
  static const auto* const words = new std::map<int, std::string>{{inventory::v1::PRODUCT_NOT_REGISTERED, "商品未登録"},
                                                                  {inventory::v1::PRODUCT_INACTIVE, "取扱中止"},
                                                                  {inventory::v1::STOCK_SHORT, "在庫不足"},
                                                                  {inventory::v1::ORDER_NOT_WHOLE, "他の行が引当不可"}};
  return *words;
}

// A card's states are numbered as the order's state values are, and called alike.
const std::map<int, std::string>& CardStateWords() {
  static const auto* const words = [] {
    const auto& values = ValueWords();
    return new std::map<int, std::string>(values.lower_bound(payment::v1::CARD_UNAUTHORIZED),
                                          values.upper_bound(payment::v1::CARD_VOIDED));
  }();
  return *words;
}

const std::map<int, std::string>& CardWishWords() {
  static const auto* const words = new std::map<int, std::string>{{payment::v1::CARD_KEEP, "現状のまま"},
                                                                  {payment::v1::CARD_HOLD, "オーソリ"},
                                                                  {payment::v1::CARD_CAPTURE, "売上請求"},
                                                                  {payment::v1::CARD_RELEASE, "取消"}};
  return *words;
}

const std::map<int, std::string>& CardOperationWords() {
  static const auto* const words = new std::map<int, std::string>{{payment::v1::AUTHORIZE, "オーソリ"},
                                                                  {payment::v1::VOID_AUTHORIZATION, "オーソリ取消"},
                                                                  {payment::v1::CAPTURE, "売上請求"},
                                                                  {payment::v1::VOID_CAPTURE, "売上請求取消"}};
  return *words;
}

const std::map<int, std::string>& CardRequestStateWords() {
  static const auto* const words = new std::map<int, std::string>{
      {payment::v1::REQUEST_WAITING, "送信待"}, {payment::v1::REQUEST_SENDING, "送信中"},
      {payment::v1::REQUEST_SENT, "結果待"},    {payment::v1::REQUEST_DONE, "完了"},
      {payment::v1::REQUEST_REFUSED, "拒否"},   {payment::v1::REQUEST_WITHDRAWN, "取下げ"},
      {payment::v1::REQUEST_LOST, "結果不明"},  {payment::v1::REQUEST_GONE, "期限切れ"}};
  return *words;
}

const std::map<int, std::string>& PostpayCompanyWords() {
  static const auto* const words =
      new std::map<int, std::string>{{payment::v1::NP, "NP後払い"}, {payment::v1::GMO, "GMO後払い"}};
  return *words;
}

// As a card's states.
const std::map<int, std::string>& ScreeningStateWords() {
  static const auto* const words = [] {
    const auto& values = ValueWords();
    return new std::map<int, std::string>(values.lower_bound(payment::v1::SCREENING_UNREGISTERED),
                                          values.upper_bound(payment::v1::SCREENING_ON_HOLD));
  }();
  return *words;
}

const std::map<int, std::string>& LayoutKindWords() {
  static const auto* const words = new std::map<int, std::string>{
      {payment::v1::NP_REGISTRATION, "NP取引登録"}, {payment::v1::NP_RESULT, "NP与信結果"},
      {payment::v1::NP_SLIP, "NP配送伝票"},         {payment::v1::GMO_REGISTRATION, "GMO取引登録"},
      {payment::v1::GMO_RESULT, "GMO審査結果"},     {payment::v1::GMO_SLIP, "GMO出荷報告"}};
  return *words;
}

std::string WordOf(const std::map<int, std::string>& words, int number) {
  auto it = words.find(number);
  return it == words.end() ? (number == 0 ? "" : absl::StrCat("?", number)) : it->second;
}

// Finds an enum value by its name in the contract (hyphens and lower case allowed) or its Japanese word.
absl::StatusOr<int> ParseWord(const google::protobuf::EnumDescriptor& type, const std::map<int, std::string>& words,
                              absl::string_view text, absl::string_view what) {
  const std::string name = absl::AsciiStrToUpper(absl::StrReplaceAll(text, {{"-", "_"}}));
  const auto* value = type.FindValueByName(name);
  if (value != nullptr && words.count(value->number()) > 0) return value->number();
  for (const auto& [number, word] : words) {
    if (word == text) return number;
  }
  std::vector<std::string> known;
  for (const auto& [number, word] : words) {
    known.push_back(absl::StrCat(type.FindValueByNumber(number)->name(), " (", word, ")"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no ", what, " is called \"", text, "\"; there are: ", absl::StrJoin(known, ", ")));
}

absl::TimeZone Tokyo() { return absl::FixedTimeZone(9 * 60 * 60); }

}  // namespace

std::string StatusText(pb::Status status) { return WordOf(StatusWords(), status); }
std::string ModeText(pb::TransitionMode mode) { return WordOf(ModeWords(), mode); }
std::string PaymentKindText(pb::PaymentKind kind) { return WordOf(PaymentKindWords(), kind); }
std::string PaymentStandingText(pb::PaymentStanding standing) { return WordOf(PaymentStandingWords(), standing); }
std::string ValueText(pb::StateValue value) { return WordOf(ValueWords(), value); }
std::string CategoryText(pb::StateCategory category) { return WordOf(CategoryWords(), category); }
std::string StockChangeKindText(inventory::v1::StockChangeKind kind) { return WordOf(StockChangeWords(), kind); }
std::string ShortReasonText(inventory::v1::ShortReason reason) { return WordOf(ShortReasonWords(), reason); }
std::string CardStateText(payment::v1::CardState state) { return WordOf(CardStateWords(), state); }
std::string CardWishText(payment::v1::CardWish wish) { return WordOf(CardWishWords(), wish); }
std::string CardOperationText(payment::v1::CardOperation operation) { return WordOf(CardOperationWords(), operation); }
std::string CardRequestStateText(payment::v1::CardRequestState state) { return WordOf(CardRequestStateWords(), state); }
std::string PostpayCompanyText(payment::v1::PostpayCompany company) { return WordOf(PostpayCompanyWords(), company); }
std::string ScreeningStateText(payment::v1::ScreeningState state) { return WordOf(ScreeningStateWords(), state); }
std::string LayoutKindText(payment::v1::LayoutKind kind) { return WordOf(LayoutKindWords(), kind); }

absl::StatusOr<pb::Status> ParseStatus(absl::string_view text) {
  auto number = ParseWord(*pb::Status_descriptor(), StatusWords(), text, "status");
  if (!number.ok()) return number.status();
  return static_cast<pb::Status>(*number);
}
absl::StatusOr<pb::TransitionMode> ParseMode(absl::string_view text) {
  auto number = ParseWord(*pb::TransitionMode_descriptor(), ModeWords(), text, "mode");
  if (!number.ok()) return number.status();
  return static_cast<pb::TransitionMode>(*number);
}
absl::StatusOr<pb::PaymentKind> ParsePaymentKind(absl::string_view text) {
  auto number = ParseWord(*pb::PaymentKind_descriptor(), PaymentKindWords(), text, "payment kind");
  if (!number.ok()) return number.status();
  return static_cast<pb::PaymentKind>(*number);
}
absl::StatusOr<pb::StateValue> ParseValue(absl::string_view text) {
  auto number = ParseWord(*pb::StateValue_descriptor(), ValueWords(), text, "state value");
  if (!number.ok()) return number.status();
  return static_cast<pb::StateValue>(*number);
}
absl::StatusOr<inventory::v1::StockChangeKind> ParseStockChangeKind(absl::string_view text) {
  auto number = ParseWord(*inventory::v1::StockChangeKind_descriptor(), StockRequestWords(), text, "stock change");
  if (!number.ok()) return number.status();
  return static_cast<inventory::v1::StockChangeKind>(*number);
}
absl::StatusOr<payment::v1::CardState> ParseCardState(absl::string_view text) {
  auto number = ParseWord(*payment::v1::CardState_descriptor(), CardStateWords(), text, "card state");
  if (number.ok()) return static_cast<payment::v1::CardState>(*number);
  auto as_value = ParseWord(*pb::StateValue_descriptor(), CardStateWords(), text, "card state");
  if (!as_value.ok()) return number.status();
  return static_cast<payment::v1::CardState>(*as_value);
}
absl::StatusOr<payment::v1::PostpayCompany> ParsePostpayCompany(absl::string_view text) {
  auto number = ParseWord(*payment::v1::PostpayCompany_descriptor(), PostpayCompanyWords(), text, "postpay company");
  if (!number.ok()) return number.status();
  return static_cast<payment::v1::PostpayCompany>(*number);
}
absl::StatusOr<payment::v1::LayoutKind> ParseLayoutKind(absl::string_view text) {
  auto number = ParseWord(*payment::v1::LayoutKind_descriptor(), LayoutKindWords(), text, "kind of file");
  if (!number.ok()) return number.status();
  return static_cast<payment::v1::LayoutKind>(*number);
}

absl::StatusOr<google::protobuf::Timestamp> ParseTime(absl::string_view text) {
  absl::Time time;
  std::string error;
  bool parsed = false;
  if (text == "now") {
    time = absl::Now();
    parsed = true;
  }
  for (const char* format :
       {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    if (!parsed) parsed = absl::ParseTime(format, text, Tokyo(), &time, &error);
  }
  if (!parsed) parsed = absl::ParseTime(absl::RFC3339_full, text, &time, &error);
  if (!parsed) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text,
        "\" is not a time; write 2026-11-24, \"2026-11-24 09:30\" (Asia/Tokyo), 2026-11-24T00:30:00Z or now"));
  }
  google::protobuf::Timestamp result;
  result.set_seconds(absl::ToUnixSeconds(time));
  result.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(result.seconds()))));
  return result;
}

absl::StatusOr<common::v1::Date> ParseDate(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d", text, Tokyo(), &time, &error)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a day; write 2026-11-24"));
  }
  const auto day = absl::ToCivilDay(time, Tokyo());
  common::v1::Date date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

absl::StatusOr<int32_t> ParseSeconds(absl::string_view text) {
  absl::Duration span;
  if (!absl::ParseDuration(text, &span) || span < absl::ZeroDuration() || span > absl::Seconds(INT32_MAX) ||
      absl::Trunc(span, absl::Seconds(1)) != span) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is not a span of whole seconds; write 10m, 2h, 1h30m or 90s"));
  }
  return static_cast<int32_t>(absl::ToInt64Seconds(span));
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(time.seconds()), Tokyo());
}

std::string DateText(const common::v1::Date& date) {
  if (date.year() == 0) return "";
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

std::string SecondsText(int32_t seconds) { return absl::FormatDuration(absl::Seconds(seconds)); }

std::string AgeText(absl::Duration age) {
  const int64_t seconds = std::max<int64_t>(0, absl::ToInt64Seconds(age));
  const int64_t minutes = seconds / 60;
  const int64_t hours = minutes / 60;
  const int64_t days = hours / 24;
  if (days > 0) return absl::StrCat(days, "d", hours % 24, "h");
  if (hours > 0) return absl::StrCat(hours, "h", minutes % 60, "m");
  return minutes > 0 ? absl::StrCat(minutes, "m") : absl::StrCat(seconds, "s");
}

std::string YenText(int64_t yen) {
  std::string digits = absl::StrCat(yen < 0 ? -yen : yen);
  for (int position = static_cast<int>(digits.size()) - 3; position > 0; position -= 3) {
    digits.insert(static_cast<size_t>(position), ",");
  }
  return absl::StrCat(yen < 0 ? "-" : "", digits);
}

std::string BalanceText(const pb::Order& order) {
  if (!order.has_payment_balance()) return "";
  const auto& balance = order.payment_balance();
  const std::string word = PaymentStandingText(balance.standing());
  if (balance.difference_yen() == 0) return word;
  return absl::StrCat(word, balance.difference_yen() > 0 ? " +" : " ", YenText(balance.difference_yen()));
}

std::string ActorText(const common::v1::Actor& actor) {
  const std::string detail = actor.detail().empty() ? "" : absl::StrCat(" (", actor.detail(), ")");
  switch (actor.kind()) {
    case common::v1::Actor::RULE:
      return absl::StrCat("rule ", actor.id(), detail);
    case common::v1::Actor::OWNER:
      return absl::StrCat("service ", actor.id(), detail);
    case common::v1::Actor::IMPORT:
      return absl::StrCat(actor.id(), " by import", detail);
    default:
      return absl::StrCat(actor.id(), detail);
  }
}

std::string PathText(const google::protobuf::RepeatedField<int>& path) {
  return absl::StrJoin(path, " → ",
                       [](std::string* out, int status) { *out += StatusText(static_cast<pb::Status>(status)); });
}

}  // namespace juchu::ctl
