#ifndef COMMON_TESTING_PROTO_MATCHERS_H_
#define COMMON_TESTING_PROTO_MATCHERS_H_

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

// Matchers for protobuf messages that print what differs:
//   EXPECT_THAT(order, EqualsProto(R"pb(order_number: "0123456789ABCDEF" version: 3)pb"));
//   EXPECT_THAT(order, EqualsProto(expected));
namespace juchu::testing {
namespace internal {

inline bool SameProto(const google::protobuf::Message& actual, const google::protobuf::Message& expected,
                      ::testing::MatchResultListener& listener) {
  if (actual.GetDescriptor() != expected.GetDescriptor()) {
    listener << "is a " << actual.GetTypeName() << ", not a " << expected.GetTypeName();
    return false;
  }
  std::string differences;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&differences);
  if (differencer.Compare(expected, actual)) return true;
  listener << "differs from the expected message:\n" << differences;
  return false;
}

}  // namespace internal

MATCHER_P(EqualsProtoMessage, expected, "equals\n" + expected->DebugString()) {
  return internal::SameProto(arg, *expected, *result_listener);
}

MATCHER_P(EqualsProtoText, text, "equals\n" + text) {
  std::unique_ptr<google::protobuf::Message> expected(arg.New());
  if (!google::protobuf::TextFormat::ParseFromString(text, expected.get())) {
    *result_listener << "the expected text is not a " << arg.GetTypeName();
    return false;
  }
  return internal::SameProto(arg, *expected, *result_listener);
}

inline auto EqualsProto(const google::protobuf::Message& expected) {
  std::shared_ptr<google::protobuf::Message> copy(expected.New());
  copy->CopyFrom(expected);
  return EqualsProtoMessage(std::shared_ptr<const google::protobuf::Message>(std::move(copy)));
}

inline auto EqualsProto(const char* text) { return EqualsProtoText(std::string(text)); }
inline auto EqualsProto(const std::string& text) { return EqualsProtoText(text); }

}  // namespace juchu::testing

#endif  // COMMON_TESTING_PROTO_MATCHERS_H_
