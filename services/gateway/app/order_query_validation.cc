#include "services/gateway/app/order_query_validation.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "common/ids/order_number.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/request_checks.h"

namespace juchu::gateway {
namespace {

namespace orderv1 = order::v1;
using common::v1::Date;
using common::v1::DateRange;
using common::v1::TimeRange;
using google::protobuf::RepeatedField;
using google::protobuf::RepeatedPtrField;
using google::protobuf::Timestamp;

constexpr int kMaxNumbers = 1000;
// As many as a tenant can have of each.
constexpr int kMaxIds = 200;
constexpr size_t kMaxShopOrderNumber = 50;
constexpr size_t kMaxName = 100;
constexpr size_t kMaxPhone = 20;
constexpr size_t kMaxMail = 100;

// The path of one field, or of one value of a list, under the query's own path.
class Path {
 public:
  explicit Path(absl::string_view root) : root_(root) {}
  std::string Of(absl::string_view name) const { return absl::StrCat(root_, ".", name); }
  std::string Of(absl::string_view name, int index) const { return absl::StrCat(root_, ".", name, "[", index, "]"); }

 private:
  absl::string_view root_;
};

bool HasKey(const orderv1::OrderQuery& query) {
  return query.order_numbers_size() > 0 || query.shop_order_numbers_size() > 0 || query.has_order_time() ||
         query.has_cancel_time() || query.statuses_size() > 0 || query.has_ship_date() ||
         query.has_ship_confirmed_date() || query.has_delivery_date() || query.management_category_ids_size() > 0 ||
         query.order_tag_ids_size() > 0;
}

absl::Status CheckCount(int count, int max, const std::string& field) {
  if (count <= max) return absl::OkStatus();
  return InvalidField("TOO_MANY_VALUES", field, absl::StrCat(count, " values"),
                      absl::StrCat("give at most ", max, " and search several times"));
}

// Checks each value with `check(value, field)`; sorts and drops doubles.
template <typename Check>
absl::Status Normalize(RepeatedPtrField<std::string>* values, int max, const Path& path, absl::string_view name,
                       Check check) {
  JUCHU_RETURN_IF_ERROR(CheckCount(values->size(), max, path.Of(name)));
  for (int i = 0; i < values->size(); ++i) JUCHU_RETURN_IF_ERROR(check(values->Get(i), path.Of(name, i)));
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
  return absl::OkStatus();
}

absl::Status EnumInvalid(const std::string& field, int value) {
  return InvalidField("ENUM_VALUE_INVALID", field, absl::StrCat(value, " is not a value"),
                      "use one of the contract's values other than 0");
}

template <typename IsValid>
absl::Status NormalizeEnums(RepeatedField<int>* values, const Path& path, absl::string_view name, IsValid is_valid) {
  JUCHU_RETURN_IF_ERROR(CheckCount(values->size(), kMaxNumbers, path.Of(name)));
  for (int i = 0; i < values->size(); ++i) {
    if (values->Get(i) == 0 || !is_valid(values->Get(i))) return EnumInvalid(path.Of(name, i), values->Get(i));
  }
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
  return absl::OkStatus();
}

absl::Status RangeInvalid(const std::string& field, absl::string_view problem) {
  return InvalidField("RANGE_INVALID", field, problem,
                      "give a start, an end or both, the start before the end (the end itself is outside)");
}

absl::Status CheckTimeRange(const TimeRange& range, const std::string& field) {
  if (!range.has_start_time() && !range.has_end_time()) return RangeInvalid(field, "has neither start nor end");
  if (range.has_start_time()) JUCHU_RETURN_IF_ERROR(CheckTime(range.start_time(), absl::StrCat(field, ".start_time")));
  if (range.has_end_time()) JUCHU_RETURN_IF_ERROR(CheckTime(range.end_time(), absl::StrCat(field, ".end_time")));
  if (!range.has_start_time() || !range.has_end_time()) return absl::OkStatus();
  const Timestamp& start = range.start_time();
  const Timestamp& end = range.end_time();
  const bool ordered =
      start.seconds() < end.seconds() || (start.seconds() == end.seconds() && start.nanos() < end.nanos());
  return ordered ? absl::OkStatus() : RangeInvalid(field, "ends before it starts");
}

absl::Status CheckDateRange(const DateRange& range, const std::string& field) {
  if (!range.has_start_date() && !range.has_end_date()) return RangeInvalid(field, "has neither start nor end");
  if (range.has_start_date()) JUCHU_RETURN_IF_ERROR(CheckDate(range.start_date(), absl::StrCat(field, ".start_date")));
  if (range.has_end_date()) JUCHU_RETURN_IF_ERROR(CheckDate(range.end_date(), absl::StrCat(field, ".end_date")));
  if (!range.has_start_date() || !range.has_end_date()) return absl::OkStatus();
  const auto day = [](const Date& date) { return absl::CivilDay(date.year(), date.month(), date.day()); };
  return day(range.start_date()) < day(range.end_date()) ? absl::OkStatus()
                                                         : RangeInvalid(field, "ends before it starts");
}

absl::Status CheckRanges(const orderv1::OrderQuery& query, const Path& path) {
  if (query.has_order_time()) JUCHU_RETURN_IF_ERROR(CheckTimeRange(query.order_time(), path.Of("order_time")));
  if (query.has_cancel_time()) JUCHU_RETURN_IF_ERROR(CheckTimeRange(query.cancel_time(), path.Of("cancel_time")));
  if (query.has_ship_date()) JUCHU_RETURN_IF_ERROR(CheckDateRange(query.ship_date(), path.Of("ship_date")));
  if (query.has_ship_confirmed_date()) {
    JUCHU_RETURN_IF_ERROR(CheckDateRange(query.ship_confirmed_date(), path.Of("ship_confirmed_date")));
  }
  if (query.has_delivery_date()) {
    JUCHU_RETURN_IF_ERROR(CheckDateRange(query.delivery_date(), path.Of("delivery_date")));
  }
  return absl::OkStatus();
}

// The orderer's name, phone and mail.
absl::Status NormalizeOrderer(orderv1::OrderQuery* query, const Path& path) {
  JUCHU_RETURN_IF_ERROR(CheckLine(query->orderer_name(), 0, kMaxName, path.Of("orderer_name")));
  JUCHU_RETURN_IF_ERROR(CheckLine(query->orderer_mail(), 0, kMaxMail, path.Of("orderer_mail")));
  absl::AsciiStrToLower(query->mutable_orderer_mail());
  std::string phone = absl::StrReplaceAll(query->orderer_phone(), {{"-", ""}});
  const size_t digits_from = !phone.empty() && phone[0] == '+' ? 1 : 0;
  const bool digits_only = std::all_of(phone.begin() + static_cast<std::ptrdiff_t>(digits_from), phone.end(),
                                       [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  if (!digits_only || phone.size() > kMaxPhone || (phone.empty() && !query->orderer_phone().empty())) {
    return InvalidField("TEXT_INVALID", path.Of("orderer_phone"), "not a phone number",
                        "give at most 20 digits, a plus before them if need be");
  }
  query->set_orderer_phone(std::move(phone));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<orderv1::OrderQuery> NormalizeOrderQuery(const orderv1::OrderQuery& query, absl::string_view field) {
  if (!HasKey(query)) {
    return InvalidField("SEARCH_KEY_REQUIRED", field, "none of the ten keys is set",
                        "set one at least: order numbers, shop order numbers, order time, cancel time, status, ship "
                        "date, confirmed ship date, delivery date, management category or order tag");
  }
  const Path path(field);
  orderv1::OrderQuery result = query;
  const auto check_shop_order_number = [](const std::string& value, const std::string& where) {
    return CheckLine(value, 1, kMaxShopOrderNumber, where);
  };
  for (int i = 0; i < std::min(result.order_numbers_size(), kMaxNumbers); ++i) {
    JUCHU_ASSIGN_OR_RETURN(*result.mutable_order_numbers(i),
                           ParseOrderNumber(path.Of("order_numbers", i), query.order_numbers(i)));
  }
  const auto is_parsed = [](const std::string&, const std::string&) { return absl::OkStatus(); };
  const auto check_id = [](const std::string& value, const std::string& where) { return CheckId(value, where); };
  JUCHU_RETURN_IF_ERROR(Normalize(result.mutable_order_numbers(), kMaxNumbers, path, "order_numbers", is_parsed));
  JUCHU_RETURN_IF_ERROR(
      Normalize(result.mutable_shop_order_numbers(), kMaxNumbers, path, "shop_order_numbers", check_shop_order_number));
  JUCHU_RETURN_IF_ERROR(CheckRanges(result, path));
  JUCHU_RETURN_IF_ERROR(NormalizeEnums(result.mutable_statuses(), path, "statuses", orderv1::Status_IsValid));
  JUCHU_RETURN_IF_ERROR(
      Normalize(result.mutable_management_category_ids(), kMaxIds, path, "management_category_ids", check_id));
  JUCHU_RETURN_IF_ERROR(Normalize(result.mutable_order_tag_ids(), kMaxIds, path, "order_tag_ids", check_id));
  JUCHU_RETURN_IF_ERROR(Normalize(result.mutable_shop_ids(), kMaxIds, path, "shop_ids", check_id));
  JUCHU_RETURN_IF_ERROR(
      NormalizeEnums(result.mutable_payment_kinds(), path, "payment_kinds", orderv1::PaymentKind_IsValid));
  JUCHU_RETURN_IF_ERROR(
      NormalizeEnums(result.mutable_state_values(), path, "state_values", orderv1::StateValue_IsValid));
  if (!orderv1::TransitionMode_IsValid(result.mode())) return EnumInvalid(path.Of("mode"), result.mode());
  JUCHU_RETURN_IF_ERROR(NormalizeOrderer(&result, path));
  return result;
}

}  // namespace juchu::gateway
