#include "services/order/domain/order_diff.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace juchu::order {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Of Order: compared by category.
bool IsTags(const FieldDescriptor& field) { return field.number() == v1::Order::kStateTagsFieldNumber; }
// Of Order: what the service keeps about itself.
bool IsLeftOut(const FieldDescriptor& field) { return field.number() == v1::Order::kFactVersionsFieldNumber; }

// A singular value, or one element of a list, as text; "" for what is not set.
std::string TextOf(const Message& message, const FieldDescriptor& field, int index) {
  const auto* reflection = message.GetReflection();
  const bool repeated = index >= 0;
  if (!repeated && field.has_presence() && !reflection->HasField(message, &field)) return "";
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return repeated ? reflection->GetRepeatedString(message, &field, index) : reflection->GetString(message, &field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection->GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection->GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = reflection->GetEnum(message, &field);
      return value->number() == 0 ? "" : value->name();
    }
    default:
      return "";
  }
}

// Times and dates are values for a person, not messages with parts.
bool IsValueMessage(const FieldDescriptor& field) {
  const std::string& name = field.message_type()->full_name();
  return name == "google.protobuf.Timestamp" || name == "juchu.common.v1.Date";
}

std::string ValueMessageText(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  if (!reflection->HasField(message, &field)) return "";
  const Message& value = reflection->GetMessage(message, &field);
  if (const auto* time = google::protobuf::DynamicCastToGenerated<google::protobuf::Timestamp>(&value)) {
    return absl::FormatTime(absl::RFC3339_full,
                            absl::FromUnixSeconds(time->seconds()) + absl::Nanoseconds(time->nanos()),
                            absl::UTCTimeZone());
  }
  const auto* date = google::protobuf::DynamicCastToGenerated<common::v1::Date>(&value);
  return absl::StrFormat("%04d-%02d-%02d", date->year(), date->month(), date->day());
}

class Differ {
 public:
  Differ(const std::set<std::string>& rule_paths, google::protobuf::RepeatedPtrField<v1::FieldChange>& changes)
      : rule_paths_(rule_paths), changes_(changes) {}

  // The fields of the orders that `mask` names: first the tags, then the others in the order of the contract.
  void CompareOrders(const v1::Order& before, const v1::Order& after, const google::protobuf::FieldMask& mask) {
    std::set<int> indexes;
    for (const auto& path : mask.paths()) indexes.insert(v1::Order::descriptor()->FindFieldByName(path)->index());
    const auto field = [](int index) -> const FieldDescriptor& { return *v1::Order::descriptor()->field(index); };
    if (std::any_of(indexes.begin(), indexes.end(), [&](int index) { return IsTags(field(index)); })) {
      CompareTags(before, after);
    }
    for (const int index : indexes) {
      if (!IsTags(field(index)) && !IsLeftOut(field(index))) {
        CompareField(before, after, field(index), field(index).name());
      }
    }
  }

 private:
  void CompareTags(const v1::Order& before, const v1::Order& after) {
    using Values = std::array<int, v1::StateCategory_ARRAYSIZE>;
    const auto values = [](const v1::Order& order) {
      Values result = {};
      for (const auto& tag : order.state_tags()) result.at(static_cast<size_t>(tag.category())) = tag.value();
      return result;
    };
    const Values old_values = values(before);
    const Values new_values = values(after);
    const auto name = [](int value) {
      return value == 0 ? std::string() : v1::StateValue_Name(static_cast<v1::StateValue>(value));
    };
    for (size_t category = 1; category < old_values.size(); ++category) {
      if (old_values[category] == new_values[category]) continue;
      Add(absl::StrCat("state_tags.", v1::StateCategory_Name(static_cast<v1::StateCategory>(category))),
          name(old_values[category]), name(new_values[category]));
    }
  }

  void Compare(const Message& before, const Message& after, const std::string& prefix) {
    const auto* descriptor = before.GetDescriptor();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const auto& field = *descriptor->field(i);
      CompareField(before, after, field, absl::StrCat(prefix, field.name()));
    }
  }

  void CompareField(const Message& before, const Message& after, const FieldDescriptor& field,
                    const std::string& path) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      if (field.is_repeated()) {
        Add(path, ListText(before, field), ListText(after, field));
      } else {
        Add(path, TextOf(before, field, -1), TextOf(after, field, -1));
      }
      return;
    }
    if (field.is_repeated()) {
      CompareList(before, after, field, path);
    } else if (IsValueMessage(field)) {
      Add(path, ValueMessageText(before, field), ValueMessageText(after, field));
    } else {
      Compare(before.GetReflection()->GetMessage(before, &field), after.GetReflection()->GetMessage(after, &field),
              absl::StrCat(path, "."));
    }
  }

  // Element by element; one side's missing element is compared as an empty one.
  void CompareList(const Message& before, const Message& after, const FieldDescriptor& field, const std::string& path) {
    const int old_size = before.GetReflection()->FieldSize(before, &field);
    const int new_size = after.GetReflection()->FieldSize(after, &field);
    const Message& empty = *google::protobuf::MessageFactory::generated_factory()->GetPrototype(field.message_type());
    for (int i = 0; i < std::max(old_size, new_size); ++i) {
      const Message& old_element = i < old_size ? before.GetReflection()->GetRepeatedMessage(before, &field, i) : empty;
      const Message& new_element = i < new_size ? after.GetReflection()->GetRepeatedMessage(after, &field, i) : empty;
      Compare(old_element, new_element, absl::StrCat(path, "[", i, "]."));
    }
  }

  static std::string ListText(const Message& message, const FieldDescriptor& field) {
    std::string text;
    const int size = message.GetReflection()->FieldSize(message, &field);
    for (int i = 0; i < size; ++i) absl::StrAppend(&text, i == 0 ? "" : ",", TextOf(message, field, i));
    return text;
  }

  void Add(const std::string& path, std::string before, std::string after) {
    if (before == after) return;
    auto& change = *changes_.Add();
    change.set_path(path);
    change.set_before(std::move(before));
    change.set_after(std::move(after));
    change.set_by_rule(rule_paths_.count(path) > 0);
  }

  const std::set<std::string>& rule_paths_;
  google::protobuf::RepeatedPtrField<v1::FieldChange>& changes_;
};

}  // namespace

void DiffOrders(const v1::Order& before, const v1::Order& after, const google::protobuf::FieldMask& mask,
                const std::set<std::string>& rule_paths, google::protobuf::RepeatedPtrField<v1::FieldChange>& changes) {
  Differ(rule_paths, changes).CompareOrders(before, after, mask);
}

}  // namespace juchu::order
