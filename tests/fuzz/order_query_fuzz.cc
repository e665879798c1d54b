// The search request: a query that is taken has one form, and the same question always reads the same.
#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/status/error.h"
#include "google/protobuf/util/message_differencer.h"
#include "juchu/order/v1/query.pb.h"
#include "services/gateway/app/order_query_validation.h"
#include "services/gateway/app/request_checks.h"
#include "tests/fuzz/message_mutator.h"
#include "tests/fuzz/require.h"

namespace juchu::gateway {
namespace {

using fuzz::Require;
using google::protobuf::FieldDescriptor;
using order::v1::OrderQuery;

void CheckRefusal(const absl::Status& status) {
  const auto info = GetErrorInfo(status);
  Require(status.code() == absl::StatusCode::kInvalidArgument && info.has_value(), "a refusal carries its reason");
  const auto field = info->metadata.find("field");
  Require(field != info->metadata.end() && absl::StartsWith(field->second, "query"), "it names the field");
  Require(info->metadata.count("remedy") == 1, "it carries the remedy");
}

// Every list is sorted and without doubles.
void CheckLists(const OrderQuery& query) {
  const auto* reflection = query.GetReflection();
  for (int f = 0; f < OrderQuery::descriptor()->field_count(); ++f) {
    const FieldDescriptor* field = OrderQuery::descriptor()->field(f);
    if (!field->is_repeated()) continue;
    const int size = reflection->FieldSize(query, field);
    Require(size <= 1000, "lists are bounded");
    for (int i = 1; i < size; ++i) {
      const bool sorted =
          field->cpp_type() == FieldDescriptor::CPPTYPE_STRING
              ? reflection->GetRepeatedString(query, field, i - 1) < reflection->GetRepeatedString(query, field, i)
              : reflection->GetRepeatedEnumValue(query, field, i - 1) <
                    reflection->GetRepeatedEnumValue(query, field, i);
      Require(sorted, "lists are sorted and name nothing twice");
    }
  }
}

void CheckTaken(const OrderQuery& query) {
  CheckLists(query);
  for (const std::string& number : query.order_numbers()) {
    Require(number.size() == 16 && number == absl::AsciiStrToUpper(number), "order numbers have their form");
  }
  for (const int status : query.statuses()) Require(order::v1::Status_IsValid(status) && status != 0, "statuses exist");
  for (const int value : query.state_values()) {
    Require(order::v1::StateValue_IsValid(value) && value != 0, "state values exist");
  }
  if (query.has_order_time() && query.order_time().has_start_time() && query.order_time().has_end_time()) {
    const auto& range = query.order_time();
    Require(range.start_time().seconds() <= range.end_time().seconds(), "a range begins before it ends");
  }
  Require(query.orderer_phone().size() <= 20 && !absl::StrContains(query.orderer_phone(), '-'), "a phone is digits");
  Require(query.orderer_mail() == absl::AsciiStrToLower(query.orderer_mail()), "mail is in lower case");
}

// The same question with its lists the other way round.
OrderQuery Reversed(OrderQuery query) {
  const auto* reflection = query.GetReflection();
  for (int f = 0; f < OrderQuery::descriptor()->field_count(); ++f) {
    const FieldDescriptor* field = OrderQuery::descriptor()->field(f);
    if (!field->is_repeated()) continue;
    const int size = reflection->FieldSize(query, field);
    for (int i = 0; i < size / 2; ++i) reflection->SwapElements(&query, field, i, size - 1 - i);
  }
  return query;
}

void CheckQuery(const OrderQuery& query) {
  const auto taken = NormalizeOrderQuery(query, "query");
  const auto reversed = NormalizeOrderQuery(Reversed(query), "query");
  Require(taken.ok() == reversed.ok(), "the sequence in a list decides nothing");
  if (!taken.ok()) return CheckRefusal(taken.status());
  CheckTaken(*taken);
  Require(HashRequest(*taken) == HashRequest(*reversed), "the same question reads the same");
  const auto again = NormalizeOrderQuery(*taken, "query");
  Require(again.ok() && google::protobuf::util::MessageDifferencer::Equals(*again, *taken),
          "a query's form is its own form");
}

}  // namespace
}  // namespace juchu::gateway

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  juchu::order::v1::OrderQuery query;
  return juchu::fuzz::MutateMessage(data, size, max_size, seed, query);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* one, size_t one_size, const uint8_t* other,
                                            size_t other_size, uint8_t* out, size_t max_size, unsigned seed) {
  juchu::order::v1::OrderQuery query;
  return juchu::fuzz::CrossMessages(juchu::fuzz::TextOf(one, one_size), juchu::fuzz::TextOf(other, other_size), out,
                                    max_size, seed, query);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  juchu::order::v1::OrderQuery query;
  if (!juchu::fuzz::ParseMessage(juchu::fuzz::TextOf(data, size), query)) return -1;
  juchu::gateway::CheckQuery(query);
  return 0;
}
