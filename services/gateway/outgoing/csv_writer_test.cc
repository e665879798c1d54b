#include "services/gateway/outgoing/csv_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/gateway/intake/csv_reader.h"
#include "services/gateway/intake/text_decoder.h"

namespace juchu::gateway {
namespace {

using ::testing::ElementsAreArray;

std::string Write(const std::vector<std::vector<std::string>>& rows, const CsvFormat& format) {
  CsvWriter writer(format);
  for (const std::vector<std::string>& row : rows) writer.AddRow(row);
  return writer.Take();
}

TEST(CsvWriter, QuotesWhereItIsNeeded) {
  const std::vector<std::string> row = {"a", "", "b,c", "say \"b\"", "d\r\ne", "f\ng", " h "};
  EXPECT_EQ(Write({row}, {}), "a,,\"b,c\",\"say \"\"b\"\"\",\"d\r\ne\",\"f\ng\", h \r\n");
}

TEST(CsvWriter, QuotesEverythingWhereTheFormatSaysSo) {
  EXPECT_EQ(Write({{"a", "", "\""}}, {CsvQuoting::kAll, CsvLineEnd::kLf, false}), "\"a\",\"\",\"\"\"\"\n");
}

TEST(CsvWriter, ByteOrderMarkStandsOnceAtTheBeginning) {
  CsvWriter writer({CsvQuoting::kMinimal, CsvLineEnd::kLf, true});
  writer.AddRow({"a"});
  writer.AddRow({"b"});
  EXPECT_EQ(writer.Take(),
            "\xEF\xBB\xBF"
            "a\nb\n");
}

TEST(CsvWriter, ARowOfOneEmptyCellIsNoBlankLine) { EXPECT_EQ(Write({{""}, {"", ""}}, {}), "\"\"\r\n,\r\n"); }

TEST(CsvWriter, WhatIsReadAgainIsTheSame) {
  // The second byte of ソ, 表 and 能 is a backslash.
  const std::vector<std::string> row = {"\x83\x5C", "\x95\x5C,\x94\x5C", "a\"\"b", "\r", "\n\n", ",", "\"", ""};
  for (const CsvQuoting quoting : {CsvQuoting::kMinimal, CsvQuoting::kAll}) {
    for (const CsvLineEnd line_end : {CsvLineEnd::kCrLf, CsvLineEnd::kLf}) {
      const std::string bytes = Write({row, row}, {quoting, line_end, false});
      CsvReader reader(bytes);
      CsvRecord record;
      for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(reader.Next(record));
        std::vector<std::string> read;
        for (const CsvField& field : record.fields) {
          read.push_back(field.quoted ? UnescapeQuotes(field.bytes) : std::string(field.bytes));
        }
        EXPECT_THAT(read, ElementsAreArray(row));
      }
      EXPECT_FALSE(reader.Next(record));
    }
  }
}

TEST(IsSpreadsheetFormula, NamesWhatASpreadsheetRuns) {
  for (const std::string text : {"=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=", "-", "－１－１", "＝１",
                                 "＋a", "＠a", "-196℃", "+81-3", "--1", "-1.", "-.5", "-1e5"}) {
    EXPECT_TRUE(IsSpreadsheetFormula(text)) << text;
  }
}

TEST(IsSpreadsheetFormula, LetsOtherTextsAndNumbersPass) {
  for (const std::string text :
       {"", "a=1", "1-1", "-120", "+120", "-1.5", "0312345678", "ー", "～", "山田@渋谷", " =1"}) {
    EXPECT_FALSE(IsSpreadsheetFormula(text)) << text;
  }
}

}  // namespace
}  // namespace juchu::gateway
