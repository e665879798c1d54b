#include "common/mysql/statement.h"

#include <limits>

#include "common/mysql/json_list.h"
#include "common/mysql/row.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::mysql {
namespace {

using ::juchu::testing::HasReason;
using ::juchu::testing::IsOkAndHolds;
using ::juchu::testing::StatusIs;

TEST(RepeatRows, JoinsRowsBetweenHeadAndTail) {
  EXPECT_THAT(RepeatRows("INSERT INTO t (a, b) VALUES ", "(?,?)", 3),
              IsOkAndHolds("INSERT INTO t (a, b) VALUES (?,?),(?,?),(?,?)"));
  EXPECT_THAT(RepeatRows("SELECT a FROM t WHERE tenant_id = ? AND b IN (", "?", 2, ") FOR UPDATE"),
              IsOkAndHolds("SELECT a FROM t WHERE tenant_id = ? AND b IN (?,?) FOR UPDATE"));
}

TEST(RepeatRows, RefusesNoRows) {
  EXPECT_THAT(RepeatRows("INSERT INTO t VALUES ", "(?)", 0),
              StatusIs(absl::StatusCode::kInternal, HasReason("STATEMENT_SIZE")));
}

TEST(RepeatRows, IsBoundedByTheProtocol) {
  EXPECT_TRUE(RepeatRows("VALUES (?)", "(?,?)", 32767).ok());
  EXPECT_THAT(RepeatRows("VALUES (?,?)", "(?,?)", 32767), HasReason("STATEMENT_SIZE"));
  EXPECT_THAT(RepeatRows("", "(?,?)", std::numeric_limits<size_t>::max()), HasReason("STATEMENT_SIZE"));
  EXPECT_EQ(MaxRows(2), 32767u);
  EXPECT_EQ(MaxRows(2, 2), 32766u);
  EXPECT_EQ(MaxRows(65535), 1u);
}

TEST(JsonList, KeepsTextText) {
  EXPECT_EQ(JsonList({}), "[]");
  EXPECT_EQ(JsonList({"a", "b"}), R"(["a","b"])");
  EXPECT_EQ(JsonList({"\"],[\\\n髙"}), R"(["\"],[\\\n髙"])");
  EXPECT_EQ(JsonList({"\xff"}), "[\"\xef\xbf\xbd\"]");
}

TEST(JsonPairs, KeepsPairsTogether) {
  EXPECT_EQ(JsonPairs({}), "[]");
  EXPECT_EQ(JsonPairs({{"a", "1"}, {"\"", ""}}), R"([["a","1"],["\"",""]])");
}

TEST(Row, ReadsWhatValuesHold) {
  Rows rows(4, {Value(-1), Value(uint64_t{7}), Value("text"), Value()});
  Row row = rows.front();
  EXPECT_EQ(row.Int64(0), -1);
  EXPECT_EQ(row.Int32(1), 7);
  EXPECT_TRUE(row.Bool(1));
  EXPECT_EQ(row.String(2), "text");
  EXPECT_EQ(row.OptionalString(2), "text");
  EXPECT_EQ(row.OptionalInt64(3), std::nullopt);
  EXPECT_TRUE(row.IsNull(3));
}

TEST(Row, ReadsADecimalWithoutFractionAsANumber) {
  Rows rows(1, {Value("12345678901.000"), Value("1.5")});
  EXPECT_EQ(rows[0].Int64(0), 12345678901);
  EXPECT_DEATH(rows[1].Int64(0), "has a fraction");
}

TEST(Row, EndsTheProcessOnAMistakeOfTheProgram) {
  Rows rows(3, {Value(), Value(std::numeric_limits<uint64_t>::max()), Value(-1)});
  EXPECT_DEATH(rows.front().Int64(0), "column 0 is NULL");
  EXPECT_DEATH(rows.front().String(0), "column 0 is NULL");
  EXPECT_DEATH(rows.front().Int64(1), "column 1 does not fit");
  EXPECT_DEATH(rows.front().UInt64(2), "column 2 is negative");
  EXPECT_DEATH(rows.front().String(1), "column 1 is a number");
  EXPECT_DEATH(rows.front().Int64(3), "column 3 does not exist");
  EXPECT_DEATH(rows[1], "row 1 does not exist");
}

TEST(Value, TurnsOptionalsAndTimesIntoColumns) {
  EXPECT_TRUE(Value(std::optional<int>()).is_null());
  EXPECT_EQ(std::get<int64_t>(Value(std::optional<int>(3)).data()), 3);
  EXPECT_EQ(std::get<int64_t>(Value(true).data()), 1);
  EXPECT_EQ(std::get<int64_t>(Value(absl::FromUnixMicros(5)).data()), 5);
  EXPECT_EQ(std::get<std::string>(Value(std::string("a\0b", 3)).data()).size(), 3u);
}

}  // namespace
}  // namespace juchu::mysql
