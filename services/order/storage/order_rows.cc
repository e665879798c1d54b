#include "services/order/storage/order_rows.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message_lite.h>

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"

namespace juchu::order {
namespace {

constexpr int kCategories = 12;

// Reads columns from left to right.
class Reader {
 public:
  explicit Reader(const mysql::Row& row) : row_(row) {}
  const std::string& String() { return row_.String(next_++); }
  int64_t Int() { return row_.Int64(next_++); }
  bool Bool() { return row_.Bool(next_++); }
  std::optional<int64_t> OptionalInt() { return row_.OptionalInt64(next_++); }

 private:
  const mysql::Row& row_;
  size_t next_ = 0;
};

// "category:version,…"
std::string StateVersionsOf(const v1::Order& order) {
  return absl::StrJoin(order.state_tags(), ",", [](std::string* text, const v1::StateTag& tag) {
    absl::StrAppend(text, static_cast<int>(tag.category()), ":", tag.set_version());
  });
}

// What cannot be read stays 0; the auditor finds it.
void SetStateVersions(absl::string_view text, v1::Order& order) {
  int64_t versions[kCategories + 1] = {};
  for (const absl::string_view pair : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(pair, absl::MaxSplits(':', 1));
    int category = 0;
    if (!absl::SimpleAtoi(parts.first, &category) || category < 1 || category > kCategories) continue;
    if (!absl::SimpleAtoi(parts.second, &versions[category])) versions[category] = 0;
  }
  for (auto& tag : *order.mutable_state_tags()) tag.set_set_version(versions[tag.category()]);
}

std::optional<int64_t> OptionalMicros(bool present, const google::protobuf::Timestamp& time) {
  if (!present) return std::nullopt;
  return MicrosFromTimestamp(time);
}

std::optional<int64_t> ReceivedYen(const v1::Order& order) {
  if (!order.has_received_yen()) return std::nullopt;
  return order.received_yen();
}

void ReadStatus(Reader& read, v1::Order& order) {
  order.set_order_number(read.String());
  order.set_version(read.Int());
  order.set_status(static_cast<v1::Status>(read.Int()));
  order.set_mode(static_cast<v1::TransitionMode>(read.Int()));
  *order.mutable_status_time() = TimestampFromMicros(read.Int());
  *order.mutable_update_time() = TimestampFromMicros(read.Int());
}

void ReadMoving(Reader& read, v1::Order& order) {
  for (int category = 1; category <= kCategories; ++category) {
    const auto value = read.OptionalInt();
    if (!value.has_value()) continue;
    auto* tag = order.add_state_tags();
    tag->set_category(static_cast<v1::StateCategory>(category));
    tag->set_value(static_cast<v1::StateValue>(*value));
  }
  const int64_t overridden = read.Int();
  for (auto& tag : *order.mutable_state_tags()) tag.set_overridden(((overridden >> tag.category()) & 1) != 0);
  SetStateVersions(read.String(), order);
  if (const auto time = read.OptionalInt()) *order.mutable_cancel_time() = TimestampFromMicros(*time);
  if (const auto time = read.OptionalInt()) *order.mutable_paid_time() = TimestampFromMicros(*time);
  if (const auto yen = read.OptionalInt()) order.set_received_yen(*yen);
  order.set_forced_allocation(read.Bool());
  order.mutable_fact_versions()->set_inventory(read.Int());
  order.mutable_fact_versions()->set_payment(read.Int());
  order.mutable_fact_versions()->set_shipping(read.Int());
}

void ReadGiven(Reader& read, v1::Order& order) {
  order.set_shop_id(read.String());
  order.set_shop_order_number(read.String());
  *order.mutable_order_time() = TimestampFromMicros(read.Int());
  *order.mutable_create_time() = TimestampFromMicros(read.Int());
  order.set_payment_method(read.String());
  order.set_payment_kind(static_cast<v1::PaymentKind>(read.Int()));
  order.set_postpaid(read.Bool());
  order.mutable_orderer()->set_name(read.String());
  order.mutable_orderer()->set_phone(read.String());
  order.set_orderer_mail(read.String());
  order.mutable_amounts()->set_total_yen(read.Int());
  order.set_management_category_id(read.String());
  const std::string& tags = read.String();
  for (absl::string_view id : absl::StrSplit(tags, ',', absl::SkipEmpty())) order.add_order_tag_ids(std::string(id));
}

void AppendMovingValues(const v1::Order& order, mysql::Params& params) {
  std::optional<int64_t> states[kCategories];
  int64_t overridden = 0;
  for (const auto& tag : order.state_tags()) {
    states[tag.category() - 1] = tag.value();
    if (tag.overridden()) overridden |= int64_t{1} << tag.category();
  }
  for (const auto& state : states) params.emplace_back(state);
  params.insert(
      params.end(),
      {overridden, StateVersionsOf(order), OptionalMicros(order.has_cancel_time(), order.cancel_time()),
       OptionalMicros(order.has_paid_time(), order.paid_time()), ReceivedYen(order), order.forced_allocation(),
       order.fact_versions().inventory(), order.fact_versions().payment(), order.fact_versions().shipping()});
}

void AppendGivenValues(const v1::Order& order, mysql::Params& params) {
  params.insert(params.end(), {order.shop_id(), order.shop_order_number(), MicrosFromTimestamp(order.order_time()),
                               MicrosFromTimestamp(order.create_time()), order.payment_method(),
                               static_cast<int64_t>(order.payment_kind()), order.postpaid(), order.orderer().name(),
                               order.orderer().phone(), order.orderer_mail(), order.amounts().total_yen(),
                               order.management_category_id(), absl::StrJoin(order.order_tag_ids(), ",")});
}

// A message's bytes are those of its fields, one after the other: so its parts need no copies to be written alone.
void AppendPart(uint32_t field_number, const google::protobuf::MessageLite& part, std::string& bytes) {
  constexpr uint32_t kLengthDelimited = 2;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.WriteTag(field_number << 3 | kLengthDelimited);
  coded.WriteVarint32(static_cast<uint32_t>(part.ByteSizeLong()));
  part.SerializeWithCachedSizes(&coded);
}

}  // namespace

void ReadOrder(const mysql::Row& row, v1::Order& order, RowPart part) {
  Reader read(row);
  ReadStatus(read, order);
  if (part >= RowPart::kMoving) ReadMoving(read, order);
  if (part >= RowPart::kWhole) ReadGiven(read, order);
}

void AppendOrderValues(const v1::Order& order, RowPart part, mysql::Params& params) {
  params.insert(params.end(), {order.order_number(), order.version(), static_cast<int64_t>(order.status()),
                               static_cast<int64_t>(order.mode()), MicrosFromTimestamp(order.status_time()),
                               MicrosFromTimestamp(order.update_time())});
  if (part >= RowPart::kMoving) AppendMovingValues(order, params);
  if (part >= RowPart::kWhole) AppendGivenValues(order, params);
}

std::string DocumentOf(const v1::Order& order) {
  v1::Order texts;
  texts.set_customer_note(order.customer_note());
  texts.set_worker_note(order.worker_note());
  texts.set_gift(order.gift());
  texts.set_noshi(order.noshi());
  texts.set_wrapping(order.wrapping());
  texts.set_enclosed_message(order.enclosed_message());
  texts.set_customer_code(order.customer_code());
  std::string document = texts.SerializeAsString();
  AppendPart(v1::Order::kOrdererFieldNumber, order.orderer(), document);
  AppendPart(v1::Order::kAmountsFieldNumber, order.amounts(), document);
  for (const auto& delivery : order.deliveries()) {
    AppendPart(v1::Order::kDeliveriesFieldNumber, delivery, document);
  }
  return document;
}

absl::Status AddDocument(absl::string_view document, v1::Order& order) {
  v1::Order wide;
  if (!wide.ParseFromArray(document.data(), static_cast<int>(document.size()))) {
    return MakeError(absl::StatusCode::kInternal, "DOCUMENT_UNREADABLE", "an order's document cannot be read",
                     {{"order_number", order.order_number()}});
  }
  // The document knows the orderer and the amounts whole; the columns hold copies of parts of them.
  order.clear_orderer();
  order.clear_amounts();
  order.MergeFrom(wide);
  return absl::OkStatus();
}

mysql::Value DateValue(bool present, const common::v1::Date& date) {
  if (!present) return std::nullopt;
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

}  // namespace juchu::order
