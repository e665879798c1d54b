#include "common/mysql/errors.h"

#include <optional>
#include <string>

#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::mysql {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  int error_number;
  absl::StatusCode code;
  std::string reason;
  bool conflict;
  bool breaks;
};

class ErrnoMap : public ::testing::TestWithParam<Case> {};

TEST_P(ErrnoMap, HasCodeAndReason) {
  const Case& expected = GetParam();
  absl::Status status = MakeMysqlError(expected.error_number, "HY000", "words of the server");
  EXPECT_THAT(status, StatusIs(expected.code, HasReason(expected.reason)));
  EXPECT_EQ(ErrnoOf(status), expected.error_number);
  EXPECT_EQ(IsConflict(expected.error_number), expected.conflict);
  EXPECT_EQ(BreaksConnection(expected.error_number), expected.breaks);
}

INSTANTIATE_TEST_SUITE_P(
    Errors, ErrnoMap,
    ::testing::Values(Case{1062, absl::StatusCode::kAlreadyExists, "DUPLICATE_KEY", false, false},
                      Case{1213, absl::StatusCode::kAborted, "TRANSACTION_CONFLICT", true, false},
                      Case{1205, absl::StatusCode::kAborted, "TRANSACTION_CONFLICT", true, false},
                      Case{1020, absl::StatusCode::kAborted, "TRANSACTION_CONFLICT", true, false},
                      Case{4025, absl::StatusCode::kFailedPrecondition, "CHECK_VIOLATED", false, false},
                      Case{1451, absl::StatusCode::kFailedPrecondition, "REFERENCE_VIOLATION", false, false},
                      Case{1452, absl::StatusCode::kFailedPrecondition, "REFERENCE_VIOLATION", false, false},
                      Case{2002, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", false, true},
                      Case{2003, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", false, true},
                      Case{2006, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", false, true},
                      Case{2013, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", false, true},
                      Case{2026, absl::StatusCode::kUnavailable, "DATABASE_TLS_REFUSED", false, true},
                      Case{5014, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", false, true},
                      Case{1927, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", false, true},
                      Case{1053, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", false, true},
                      Case{1290, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", false, true},
                      Case{1317, absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", false, false},
                      Case{1040, absl::StatusCode::kResourceExhausted, "DATABASE_BUSY", false, false},
                      Case{1203, absl::StatusCode::kResourceExhausted, "DATABASE_BUSY", false, false},
                      Case{1969, absl::StatusCode::kDeadlineExceeded, "STATEMENT_TIMEOUT", false, false},
                      Case{3024, absl::StatusCode::kDeadlineExceeded, "STATEMENT_TIMEOUT", false, false},
                      Case{1064, absl::StatusCode::kInternal, "DATABASE_ERROR", false, false},
                      Case{1153, absl::StatusCode::kInternal, "DATABASE_ERROR", false, true},
                      Case{0, absl::StatusCode::kInternal, "DATABASE_ERROR", false, true}),
    [](const ::testing::TestParamInfo<Case>& test) { return "E" + std::to_string(test.param.error_number); });

TEST(MakeMysqlError, KeepsSqlOutOfWhatClientsSee) {
  absl::Status status = MakeMysqlError(1146, "42S02", "Table 'juchu.order_secrets' doesn't exist");
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("order_secrets")));
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  ASSERT_TRUE(info.has_value());
  for (const auto& [key, value] : info->metadata) EXPECT_THAT(value, Not(HasSubstr("order_secrets")));
  EXPECT_THAT(DiagnosticOf(status), HasSubstr("errno=1146 sqlstate=42S02 Table 'juchu.order_secrets'"));
}

TEST(MakeMysqlError, NamesTheDuplicateKeyAsBothServersWriteIt) {
  absl::Status mariadb = MakeMysqlError(1062, "23000", "Duplicate entry 'a for key 'b'' for key 'shop_order'");
  absl::Status mysql = MakeMysqlError(1062, "23000", "Duplicate entry 'a' for key 'orders.PRIMARY'");
  EXPECT_THAT(mariadb, HasMetadata("key", "shop_order"));
  EXPECT_THAT(mysql, HasMetadata("key", "PRIMARY"));
  EXPECT_TRUE(IsDuplicateKey(mariadb, "shop_order"));
  EXPECT_FALSE(IsDuplicateKey(mariadb, "PRIMARY"));
  EXPECT_FALSE(IsDuplicateKey(absl::AlreadyExistsError("elsewhere"), "PRIMARY"));
}

TEST(DiagnosticOf, LeavesOutTheValuesOfRows) {
  EXPECT_THAT(DiagnosticOf(MakeMysqlError(1062, "23000", "Duplicate entry '090-1234-5678' for key 'phone'")),
              Not(HasSubstr("1234")));
  std::string incorrect = DiagnosticOf(
      MakeMysqlError(1366, "22007", "Incorrect integer value: '090-1234-5678' for column `t`.`c` at row 1"));
  EXPECT_THAT(incorrect, Not(HasSubstr("1234")));
  EXPECT_THAT(incorrect, HasSubstr("`t`.`c`"));
}

TEST(ErrnoOf, IsNulloptForOtherErrors) {
  EXPECT_EQ(ErrnoOf(absl::AbortedError("elsewhere")), std::nullopt);
  EXPECT_EQ(DiagnosticOf(absl::AbortedError("elsewhere")), "");
}

}  // namespace
}  // namespace juchu::mysql
