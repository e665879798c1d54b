#include "services/gateway/intake/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace juchu::gateway {
namespace {

using ::testing::ElementsAre;

struct Row {
  int line;
  std::vector<std::string> fields;
  CsvFault fault = CsvFault::kNone;
  int fault_line = 0;

  bool operator==(const Row&) const = default;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << "line " << row.line << " fault " << static_cast<int>(row.fault) << "@" << row.fault_line << ":";
  for (const std::string& field : row.fields) *out << " [" << field << "]";
}

std::vector<Row> ReadAll(absl::string_view text) {
  CsvReader reader(text);
  CsvRecord record;
  std::vector<Row> rows;
  while (reader.Next(record)) {
    Row row{record.line, {}, record.fault, record.fault_line};
    for (const CsvField& field : record.fields) {
      row.fields.push_back(field.quoted ? UnescapeQuotes(field.bytes) : std::string(field.bytes));
    }
    rows.push_back(row);
  }
  return rows;
}

TEST(CsvReader, TakesEveryLineEnd) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    EXPECT_THAT(ReadAll(absl::StrCat("a,b", end, "c,", end, end, ",d", end)),
                ElementsAre(Row{1, {"a", "b"}}, Row{2, {"c", ""}}, Row{3, {""}}, Row{4, {"", "d"}}));
  }
}

TEST(CsvReader, LastLineNeedsNoEnd) {
  CsvReader reader("a\nb,");
  CsvRecord record;
  ASSERT_TRUE(reader.Next(record));
  EXPECT_TRUE(record.terminated);
  ASSERT_TRUE(reader.Next(record));
  EXPECT_FALSE(record.terminated);
  EXPECT_EQ(record.fields.size(), 2U);
  EXPECT_FALSE(reader.Next(record));
}

TEST(CsvReader, QuotedFieldsHoldCommasQuotesAndLineBreaks) {
  EXPECT_THAT(ReadAll("\"a,b\",\"say \"\"hi\"\"\",\"1\r\n2\n3\r4\",\"\"\r\nnext\n"),
              ElementsAre(Row{1, {"a,b", "say \"hi\"", "1\r\n2\n3\r4", ""}}, Row{5, {"next"}}));
}

TEST(CsvReader, QuoteInsideAPlainFieldStandsForItself) {
  EXPECT_THAT(ReadAll("24\" monitor, \"x\"\n"), ElementsAre(Row{1, {"24\" monitor", " \"x\""}}));
}

TEST(CsvReader, UnclosedQuoteCostsOneRecordAndIsNamedWhereItOpens) {
  EXPECT_THAT(ReadAll("a,b\nc,\"d\ne,f\ng,h\n"),
              ElementsAre(Row{1, {"a", "b"}}, Row{2, {"c"}, CsvFault::kQuoteNotClosed, 2}, Row{3, {"e", "f"}},
                          Row{4, {"g", "h"}}));
}

TEST(CsvReader, UnclosedQuoteMetByALaterQuoteCostsOneRecord) {
  EXPECT_THAT(ReadAll("1,\"x\n2,\"y\"\n3,\"z\"\n"),
              ElementsAre(Row{1, {"1"}, CsvFault::kTextAfterQuote, 1}, Row{2, {"2", "y"}}, Row{3, {"3", "z"}}));
}

TEST(CsvReader, UnclosedQuoteOnALaterLineOfItsRecordIsNamedThere) {
  EXPECT_THAT(ReadAll("\"a\nb\",\"c\nd,e\n"),
              ElementsAre(Row{1, {"a\nb"}, CsvFault::kQuoteNotClosed, 2}, Row{3, {"d", "e"}}));
}

TEST(CsvReader, FieldLongerThanTheLimitIsAFault) {
  const std::string longest(kMaxCsvFieldBytes, 'x');
  EXPECT_EQ(ReadAll(absl::StrCat(longest, ",1\n2\n")).front().fault, CsvFault::kNone);
  EXPECT_EQ(ReadAll(absl::StrCat("\"", longest, "\",1\n2\n")).front().fault, CsvFault::kNone);
  EXPECT_THAT(ReadAll(absl::StrCat("0,", longest, "x,1\n2\n")),
              ElementsAre(Row{1, {"0"}, CsvFault::kFieldTooLong, 1}, Row{2, {"2"}}));
  EXPECT_THAT(ReadAll(absl::StrCat("0,\"", longest, "x\",1\n2\n")),
              ElementsAre(Row{1, {"0"}, CsvFault::kFieldTooLong, 1}, Row{2, {"2"}}));
}

TEST(CsvReader, TooManyColumnsAreAFaultAndAreNotKept) {
  EXPECT_EQ(ReadAll(std::string(kMaxCsvColumns - 1, ',')).front().fault, CsvFault::kNone);
  const std::string wide(1'000'000, ',');
  CsvReader wide_reader(wide);
  CsvRecord record;
  ASSERT_TRUE(wide_reader.Next(record));
  EXPECT_EQ(record.fault, CsvFault::kTooManyColumns);
  EXPECT_EQ(record.fields.size(), kMaxCsvColumns);
}

// Whatever the bytes are, each belongs to one record, and lines count as an editor counts them.
TEST(CsvReader, RecordsCoverEveryByte) {
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t i = 0; i < 1 + random() % 60; ++i) text.push_back("\"\"\"\",,\n\rab"[random() % 10]);
    CsvReader reader(text);
    CsvRecord record;
    std::size_t end = 0;
    int line = 1;
    while (reader.Next(record)) {
      ASSERT_EQ(record.begin, end) << text;
      ASSERT_EQ(record.line, line) << text;
      for (std::size_t i = record.begin; i < record.end; ++i) {
        line += text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) ? 1 : 0;
      }
      end = record.end;
    }
    ASSERT_EQ(end, text.size()) << text;
    ASSERT_EQ(reader.line(), line) << text;
  }
}

// No absolute time: eight times the bytes take about eight times as long, not sixty-four.
TEST(CsvReader, WrongQuotesTakeLinearTime) {
  const auto seconds = [](const std::string& text) {
    const auto start = std::chrono::steady_clock::now();
    CsvReader reader(text);
    CsvRecord record;
    while (reader.Next(record)) continue;
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  for (const std::string& line :
       std::vector<std::string>{"\"\"x,\"\"\"\"\n", "a,\"\n\"\"b\n", "\"\"\n\"x\n", "\"\"\"x\n"}) {
    std::string small = "\"";
    while (small.size() < 20'000) small += line;
    std::string large = "\"";
    while (large.size() < 160'000) large += line;
    double ratio = 1000;
    for (int attempt = 0; attempt < 5 && ratio > 20; ++attempt)
      ratio = std::min(ratio, seconds(large) / seconds(small));
    EXPECT_LT(ratio, 20) << line;
  }
}

TEST(CsvReader, ReadsOnFromAGivenPlace) {
  const std::string text = "a,b\n\"c\nd\",e\nf\n";
  CsvReader reader(text, 4, 2);
  CsvRecord record;
  ASSERT_TRUE(reader.Next(record));
  EXPECT_EQ(record.line, 2);
  EXPECT_EQ(record.fields[1].bytes, "e");
  EXPECT_EQ(reader.line(), 4);
}

}  // namespace
}  // namespace juchu::gateway
