#ifndef COMMON_TESTING_STATUS_MATCHERS_H_
#define COMMON_TESTING_STATUS_MATCHERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/status/error.h"
#include "gmock/gmock.h"

// Matchers for absl::Status and absl::StatusOr<T>:
//   EXPECT_THAT(Save(order), IsOk());
//   EXPECT_THAT(Save(order), StatusIs(absl::StatusCode::kAborted, HasReason("ORDER_VERSION_STALE")));
//   EXPECT_THAT(Check(order), HasMetadata("field", "order.shop_id"));
//   EXPECT_THAT(Count(), IsOkAndHolds(3));
//   JUCHU_ASSERT_OK_AND_ASSIGN(auto pool, Pool::Create(options, clock));
namespace juchu::testing {
namespace internal {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// Code, message and what a program may branch on, for a failed expectation.
inline std::string Describe(const absl::Status& status) {
  std::string text = status.ToString(absl::StatusToStringMode::kWithNoExtraData);
  if (auto info = GetErrorInfo(status)) {
    text += " reason=" + info->reason;
    for (const auto& [key, value] : info->metadata) text += " " + key + "=\"" + value + "\"";
  }
  return text;
}

}  // namespace internal

MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  const absl::Status& status = internal::StatusOf(arg);
  *result_listener << internal::Describe(status);
  return status.ok();
}

MATCHER_P(HasReason, reason, "has reason " + std::string(reason)) {
  const absl::Status& status = internal::StatusOf(arg);
  *result_listener << internal::Describe(status);
  return ReasonOf(status) == reason;
}

MATCHER_P2(HasMetadata, key, value, "has metadata " + std::string(key) + "=\"" + std::string(value) + "\"") {
  const absl::Status& status = internal::StatusOf(arg);
  *result_listener << internal::Describe(status);
  auto info = GetErrorInfo(status);
  if (!info) return false;
  auto it = info->metadata.find(key);
  return it != info->metadata.end() && it->second == value;
}

MATCHER_P(StatusIs, code, "has code " + absl::StatusCodeToString(code)) {
  const absl::Status& status = internal::StatusOf(arg);
  *result_listener << internal::Describe(status);
  return status.code() == code;
}

// `inner` is applied to the absl::Status, so HasReason and HasMetadata fit.
MATCHER_P2(StatusIs, code, inner,
           "has code " + absl::StatusCodeToString(code) + " and " +
               ::testing::DescribeMatcher<absl::Status>(inner, negation)) {
  const absl::Status& status = internal::StatusOf(arg);
  if (status.code() != code) {
    *result_listener << internal::Describe(status);
    return false;
  }
  return ::testing::ExplainMatchResult(inner, status, result_listener);
}

MATCHER_P(IsOkAndHolds, inner, "is OK and its value matches") {
  if (!arg.ok()) {
    *result_listener << internal::Describe(arg.status());
    return false;
  }
  using T = typename std::decay_t<decltype(arg)>::value_type;
  return ::testing::SafeMatcherCast<const T&>(inner).MatchAndExplain(*arg, result_listener);
}

}  // namespace juchu::testing

#define JUCHU_TESTING_CONCAT_INNER_(a, b) a##b
#define JUCHU_TESTING_CONCAT_(a, b) JUCHU_TESTING_CONCAT_INNER_(a, b)

// Ends the test when `expr`, an absl::StatusOr<T>, is not OK; else moves the value into `lhs`.
#define JUCHU_ASSERT_OK_AND_ASSIGN(lhs, expr) \
  JUCHU_ASSERT_OK_AND_ASSIGN_IMPL_(JUCHU_TESTING_CONCAT_(juchu_testing_, __LINE__), lhs, expr)
#define JUCHU_ASSERT_OK_AND_ASSIGN_IMPL_(statusor, lhs, expr) \
  auto statusor = (expr);                                     \
  ASSERT_THAT(statusor, ::juchu::testing::IsOk());            \
  lhs = std::move(statusor).value()

#endif  // COMMON_TESTING_STATUS_MATCHERS_H_
