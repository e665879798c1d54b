#include "tests/fuzz/message_mutator.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace juchu::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::TextFormat;
using Random = std::minstd_rand;

size_t Below(Random& random, size_t limit) { return random() % limit; }

std::string Print(const Message& message) {
  TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

size_t Write(const Message& message, uint8_t* out, size_t max_size) {
  const std::string text = Print(message);
  if (text.size() > max_size) return 0;
  std::copy(text.begin(), text.end(), out);
  return text.size();
}

// Every message in the tree below `message`, itself too.
void Collect(Message* message, std::vector<Message*>& all) {
  all.push_back(message);
  std::vector<const FieldDescriptor*> fields;
  const Reflection* reflection = message->GetReflection();
  reflection->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      Collect(reflection->MutableMessage(message, field), all);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
      Collect(reflection->MutableRepeatedMessage(message, field, i), all);
    }
  }
}

template <typename Number>
Number MutatedNumber(Random& random, Number old) {
  switch (Below(random, 6)) {
    case 0:
      return std::numeric_limits<Number>::min();
    case 1:
      return std::numeric_limits<Number>::max();
    case 2:
      return static_cast<Number>(old + (old < std::numeric_limits<Number>::max() ? 1 : 0));
    case 3:
      return static_cast<Number>(old - (old > std::numeric_limits<Number>::min() ? 1 : 0));
    case 4:
      return static_cast<Number>(Below(random, 3000));
    default:
      // Up to where times end.
      return static_cast<Number>(static_cast<uint64_t>(random()) * (1 + Below(random, 120)));
  }
}

std::string MutatedText(std::string text) {
  const size_t size = text.size();
  text.resize(size + 40);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(text.data()), size, text.size()));
  return text;
}

int AnyEnumNumber(Random& random, const FieldDescriptor& field) {
  const auto* type = field.enum_type();
  // proto3 enums are open: a caller may send any number.
  if (Below(random, 10) == 0) return static_cast<int>(Below(random, 2000)) - 100;
  return type->value(static_cast<int>(Below(random, static_cast<size_t>(type->value_count()))))->number();
}

// Sets a field to something else; for a repeated field the element `index`, which is there.
void MutateScalar(Random& random, Message* message, const FieldDescriptor* field, int index) {
  const Reflection* reflection = message->GetReflection();
  const bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      const int32_t old =
          repeated ? reflection->GetRepeatedInt32(*message, field, index) : reflection->GetInt32(*message, field);
      const int32_t now = MutatedNumber(random, old);
      repeated ? reflection->SetRepeatedInt32(message, field, index, now) : reflection->SetInt32(message, field, now);
      break;
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const int64_t old =
          repeated ? reflection->GetRepeatedInt64(*message, field, index) : reflection->GetInt64(*message, field);
      const int64_t now = MutatedNumber(random, old);
      repeated ? reflection->SetRepeatedInt64(message, field, index, now) : reflection->SetInt64(message, field, now);
      break;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!repeated) reflection->SetBool(message, field, !reflection->GetBool(*message, field));
      break;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int now = AnyEnumNumber(random, *field);
      repeated ? reflection->SetRepeatedEnumValue(message, field, index, now)
               : reflection->SetEnumValue(message, field, now);
      break;
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string now = MutatedText(repeated ? reflection->GetRepeatedString(*message, field, index)
                                             : reflection->GetString(*message, field));
      repeated ? reflection->SetRepeatedString(message, field, index, std::move(now))
               : reflection->SetString(message, field, std::move(now));
      break;
    }
    default:
      // The contracts have no other kinds of numbers, and messages are changed field by field.
      break;
  }
}

void AddElement(Random& random, Message* message, const FieldDescriptor* field) {
  const Reflection* reflection = message->GetReflection();
  const int size = reflection->FieldSize(*message, field);
  const int model = size == 0 ? -1 : static_cast<int>(Below(random, static_cast<size_t>(size)));
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Message* added = reflection->AddMessage(message, field);
      if (model >= 0) added->CopyFrom(reflection->GetRepeatedMessage(*message, field, model));
      break;
    }
    case FieldDescriptor::CPPTYPE_STRING:
      reflection->AddString(message, field, model < 0 ? "" : reflection->GetRepeatedString(*message, field, model));
      MutateScalar(random, message, field, size);
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection->AddEnumValue(message, field, AnyEnumNumber(random, *field));
      break;
    default:
      // The contracts repeat messages, texts and enums.
      break;
  }
}

void MutateRepeated(Random& random, Message* message, const FieldDescriptor* field) {
  const Reflection* reflection = message->GetReflection();
  const int size = reflection->FieldSize(*message, field);
  const size_t kind = Below(random, 6);
  if (size == 0 || kind < 2) return AddElement(random, message, field);
  const int index = static_cast<int>(Below(random, static_cast<size_t>(size)));
  const int other = static_cast<int>(Below(random, static_cast<size_t>(size)));
  if (kind == 2) {
    reflection->SwapElements(message, field, index, other);
  } else if (kind == 3) {
    reflection->SwapElements(message, field, index, size - 1);
    reflection->RemoveLast(message, field);
  } else {
    MutateScalar(random, message, field, index);
  }
}

void MutateOnce(Random& random, Message* root) {
  std::vector<Message*> all;
  Collect(root, all);
  Message* message = all[Below(random, all.size())];
  const auto* type = message->GetDescriptor();
  if (type->field_count() == 0) return;
  const FieldDescriptor* field = type->field(static_cast<int>(Below(random, static_cast<size_t>(type->field_count()))));
  const Reflection* reflection = message->GetReflection();
  if (field->is_repeated()) return MutateRepeated(random, message, field);
  if (Below(random, 8) == 0) return reflection->ClearField(message, field);
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    reflection->MutableMessage(message, field);
  } else {
    MutateScalar(random, message, field, 0);
  }
}

}  // namespace

bool ParseMessage(absl::string_view text, Message& message) {
  google::protobuf::SetLogHandler(nullptr);
  TextFormat::Parser parser;
  parser.SetRecursionLimit(32);
  std::unique_ptr<Message> read(message.New());
  if (!parser.ParseFromString(std::string(text), read.get())) return false;
  return message.ParseFromString(read->SerializeAsString());
}

size_t MutateMessage(uint8_t* data, size_t size, size_t max_size, unsigned seed, Message& message) {
  Random random(seed);
  message.Clear();
  // What is no message starts anew from the empty one.
  ParseMessage(absl::string_view(reinterpret_cast<const char*>(data), size), message);
  for (size_t times = 1 + Below(random, 3); times > 0; --times) MutateOnce(random, &message);
  return Write(message, data, max_size);
}

size_t CrossMessages(absl::string_view one, absl::string_view other, uint8_t* out, size_t max_size, unsigned seed,
                     Message& message) {
  Random random(seed);
  std::unique_ptr<Message> second(message.New());
  if (!ParseMessage(one, message) || !ParseMessage(other, *second)) return 0;
  const auto* type = message.GetDescriptor();
  std::vector<const FieldDescriptor*> taken;
  for (int i = 0; i < type->field_count(); ++i) {
    if (Below(random, 2) == 0) taken.push_back(type->field(i));
  }
  if (type->field_count() == 1) {
    // A sequence: the one's elements, then the other's.
    message.MergeFrom(*second);
  } else {
    message.GetReflection()->SwapFields(&message, second.get(), taken);
  }
  return Write(message, out, max_size);
}

}  // namespace juchu::fuzz
