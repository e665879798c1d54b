#include "services/gateway/intake/stock_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/status/error.h"
#include "services/gateway/intake/test_order_csv.h"

namespace juchu::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kHeader[] = "商品コード,商品名,在庫数\r\n";

StockFile ReadFile(const std::string& csv, bool zero_allowed = true, EncodingHint hint = EncodingHint::kAuto) {
  absl::StatusOr<StockFile> file = ReadStockFile(csv, hint, zero_allowed);
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *std::move(file) : StockFile();
}

// "line code name quantity" of each line, or "line code: problems".
std::vector<std::string> Brief(const StockFile& file) {
  std::vector<std::string> brief;
  for (const StockLine& line : file.lines) {
    brief.push_back(
        line.problems.empty()
            ? absl::StrCat(line.line, " ", line.product_code, " ", line.product_name, " ", line.quantity)
            : absl::StrCat(line.line, " ", line.product_code, ": ", absl::StrJoin(Brief(line.problems), ", ")));
    for (const IntakeProblem& problem : line.problems) {
      EXPECT_FALSE(problem.message.empty()) << problem.reason;
      EXPECT_FALSE(problem.remedy.empty()) << problem.reason;
    }
  }
  return brief;
}

// The rows under the three columns, with Brief's answer to them.
std::vector<std::string> BriefOf(const std::string& rows, bool zero_allowed = true) {
  return Brief(ReadFile(kHeader + rows, zero_allowed));
}

absl::Status StatusOf(const std::string& csv) { return ReadStockFile(csv, EncodingHint::kAuto, true).status(); }

std::string MetadataOf(const absl::Status& status, const std::string& key) {
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  return info.has_value() && info->metadata.contains(key) ? info->metadata.at(key) : "";
}

TEST(StockFile, EveryEncodingGivesTheSameLines) {
  const std::string utf8 = absl::StrCat(kHeader, "A-1,髙級ソ表能①～,5\r\n品-2,ﾘﾝｺﾞ,0\r\n");
  const auto expected = ElementsAre("2 A-1 髙級ソ表能①～ 5", "3 品-2 ﾘﾝｺﾞ 0");
  EXPECT_THAT(Brief(ReadFile(utf8)), expected);
  EXPECT_EQ(ReadFile(utf8).encoding, TextEncoding::kUtf8);
  EXPECT_THAT(Brief(ReadFile("\xEF\xBB\xBF" + utf8)), expected);
  EXPECT_THAT(Brief(ReadFile("\xEF\xBB\xBF" + utf8 + "\x1A")), expected);
  const std::string cp932 = *EncodeCp932(utf8);
  EXPECT_THAT(Brief(ReadFile(cp932)), expected);
  EXPECT_EQ(ReadFile(cp932).encoding, TextEncoding::kCp932);
  EXPECT_THAT(Brief(ReadFile(cp932, true, EncodingHint::kCp932)), expected);
  EXPECT_EQ(ReasonOf(ReadStockFile(cp932, EncodingHint::kUtf8, true).status()), "COLUMNS_MISSING");
}

TEST(StockFile, EveryLineEndGivesTheSameLines) {
  const std::string crlf = absl::StrCat(kHeader, "A,りんご,5\r\nB,みかん,6");
  for (const std::string end : {"\r\n", "\n", "\r"}) {
    EXPECT_THAT(Brief(ReadFile(absl::StrReplaceAll(crlf, {{"\r\n", end}}))),
                ElementsAre("2 A りんご 5", "3 B みかん 6"));
  }
}

TEST(StockFile, ColumnsStandInAnyOrderAndTheNameMayBeMissing) {
  EXPECT_THAT(Brief(ReadFile("在庫数,商品コード,商品名\n5,A,りんご\n")), ElementsAre("2 A りんご 5"));
  const StockFile file = ReadFile(" 在庫数 ,商品ｺｰﾄﾞ\n5,A\n");
  EXPECT_THAT(Brief(file), ElementsAre("2 A  5"));
  EXPECT_THAT(file.ignored_columns, IsEmpty());
  EXPECT_THAT(BriefOf("A,,5\n"), ElementsAre("2 A  5"));
}

TEST(StockFile, UnknownColumnsAreIgnoredAndNamed) {
  const StockFile file = ReadFile("棚,商品コード,JAN,在庫数,\n\xFF,A,4901234567894,5,\n");
  EXPECT_THAT(file.ignored_columns, ElementsAre("棚", "JAN"));
  EXPECT_THAT(Brief(file), ElementsAre("2 A  5"));
}

TEST(StockFile, QuotedCellsAndSpacesAroundValues) {
  EXPECT_THAT(BriefOf("\"A,1\",\"りんご \"\"大\"\"\",\"5\"\n\" B \",　みかん　, 6 \n"),
              ElementsAre("2 A,1 りんご \"大\" 5", "3 B みかん 6"));
}

TEST(StockFile, BlankLinesAreSkippedAndCounted) {
  EXPECT_THAT(Brief(ReadFile(absl::StrCat("\n", kHeader, "\n,,\nA,,5\n　, ,\n\nB,,6\n"))),
              ElementsAre("5 A  5", "8 B  6"));
}

TEST(StockFile, QuantitiesAreReadAsThoseOfOrders) {
  EXPECT_THAT(BriefOf("A,,０１２\nB,,7.00\nC,,999999999\nD,,-0\n"),
              ElementsAre("2 A  12", "3 B  7", "4 C  999999999", "5 D  0"));
  for (const std::string value : {"1.5", "\"1,000\"", "=\"123\"", "五", "+1", "1 000", "1e3", "0x10", "−"}) {
    EXPECT_THAT(BriefOf(absl::StrCat("A,,", value, "\nB,,1\n")), ElementsAre("2 A: 2 在庫数 NUMBER_INVALID", "3 B  1"))
        << value;
  }
  for (const std::string value : {"-1", "－１", "1000000000", "9223372036854775808"}) {
    EXPECT_THAT(BriefOf(absl::StrCat("A,,", value, "\nB,,1\n")),
                ElementsAre("2 A: 2 在庫数 NUMBER_OUT_OF_RANGE", "3 B  1"))
        << value;
  }
  EXPECT_THAT(BriefOf("A,x,\nB,,　\n"), ElementsAre("2 A: 2 在庫数 VALUE_MISSING", "3 B: 3 在庫数 VALUE_MISSING"));
}

TEST(StockFile, OnlyACountMayBeZero) {
  EXPECT_THAT(BriefOf("A,,0\nB,,1\n", true), ElementsAre("2 A  0", "3 B  1"));
  EXPECT_THAT(BriefOf("A,,0\nB,,1\n", false), ElementsAre("2 A: 2 在庫数 NUMBER_OUT_OF_RANGE", "3 B  1"));
}

TEST(StockFile, CodesAndNamesHaveTheInventorysLimits) {
  std::string code;
  for (int i = 0; i < 100; ++i) code += "品";
  std::string name = code + code;
  for (int i = 0; i < 55; ++i) name += "名";
  EXPECT_THAT(BriefOf(absl::StrCat(code, ",", name, ",5\n")), ElementsAre(absl::StrCat("2 ", code, " ", name, " 5")));
  EXPECT_THAT(BriefOf(absl::StrCat(code, "品,りんご,5\n")), ElementsAre("2 : 2 商品コード TEXT_TOO_LONG"));
  EXPECT_THAT(BriefOf(absl::StrCat("A,", name, "名,5\n")), ElementsAre("2 A: 2 商品名 TEXT_TOO_LONG"));
  EXPECT_THAT(BriefOf(",りんご,5\n"), ElementsAre("2 : 2 商品コード VALUE_MISSING"));
  EXPECT_THAT(BriefOf("\"A\nB\",,5\nC\tD,,5\nE,a\u202Eb,5\nF,\uFFFD,5\n"),
              ElementsAre("2 : 2 商品コード CONTROL_CHARACTER", "4 : 4 商品コード CONTROL_CHARACTER",
                          "5 E: 5 商品名 CONTROL_CHARACTER", "6 F: 6 商品名 CHARACTERS_LOST"));
}

TEST(StockFile, ACardNumberAsACodeRefusesItsLine) {
  EXPECT_THAT(BriefOf("4111111111111111,りんご,3\r\n"), ElementsAre("2 : 2 商品コード CARD_NUMBER_REFUSED"));
}

TEST(StockFile, EveryProblemOfALineIsNamedByTheFilesColumn) {
  EXPECT_THAT(
      Brief(ReadFile("商品ｺｰﾄﾞ, 商品名,在庫数\n,a\x7F,x\nB,,5\n")),
      ElementsAre("2 : 2 商品ｺｰﾄﾞ VALUE_MISSING, 2 商品名 CONTROL_CHARACTER, 2 在庫数 NUMBER_INVALID", "3 B  5"));
}

TEST(StockFile, AProductThatComesTwiceRefusesTheLaterLine) {
  const StockFile file = ReadFile(absl::StrCat(kHeader, "A,,5\nB,,6\n\" A\",,7\na,,8\nＡ,,9\nB,,x\nA,,1\n"));
  EXPECT_THAT(Brief(file), ElementsAre("2 A  5", "3 B  6", "4 A: 4 商品コード PRODUCT_TWICE", "5 a  8", "6 Ａ  9",
                                       "7 B: 7 在庫数 NUMBER_INVALID, 7 商品コード PRODUCT_TWICE",
                                       "8 A: 8 商品コード PRODUCT_TWICE"));
  ASSERT_THAT(file.lines.back().problems, SizeIs(1));
  EXPECT_THAT(file.lines.back().problems[0].message, HasSubstr("line 2"));
  EXPECT_THAT(file.lines.back().problems[0].remedy, HasSubstr("line 2"));
}

// The first line is refused; taking the second would hide that the file says two things.
TEST(StockFile, AProductComesTwiceAlsoAfterARefusedLine) {
  EXPECT_THAT(BriefOf("A,,x\nA,,7\n"), ElementsAre("2 A: 2 在庫数 NUMBER_INVALID", "3 A: 3 商品コード PRODUCT_TWICE"));
}

TEST(StockFile, AnUnclosedQuoteCostsOneLine) {
  EXPECT_THAT(BriefOf("A,,1\nB,\"みかん,2\nC,,3\nD,,4\n"),
              ElementsAre("2 A  1", "3 : 3 商品名 QUOTE_NOT_CLOSED", "4 C  3", "5 D  4"));
  EXPECT_THAT(BriefOf("A,,1\nB,\"みかん,2\n\"C\",,3\nD,,4\n"),
              ElementsAre("2 A  1", "3 : 3 商品名 QUOTE_MISPLACED", "4 C  3", "5 D  4"));
}

TEST(StockFile, LinesOfOtherWidthsAreRefused) {
  EXPECT_THAT(BriefOf("A,,1\nB,2\nC,,3,,\nD,りんご,大,4\nE,,5"),
              ElementsAre("2 A  1", "3 : 3 在庫数 COLUMNS_SHORT", "4 C  3", "5 : 5  COLUMNS_EXCESS", "6 E  5"));
}

TEST(StockFile, LinesAreCountedThroughLineBreaksInQuotes) {
  EXPECT_THAT(Brief(ReadFile("商品コード,備考,在庫数\nA,\"1\r\n2\",5\nB,\"\n\",x\n")),
              ElementsAre("2 A  5", "4 B: 4 在庫数 NUMBER_INVALID"));
}

TEST(StockFile, TextThatDoesNotDecodeRefusesItsLine) {
  EXPECT_THAT(BriefOf("A,\xE3\x81,1\nB,,2\n"), ElementsAre("2 A: 2 商品名 UNDECODABLE_BYTES", "3 B  2"));
  const std::string cp932 = *EncodeCp932(kHeader);
  const StockFile mixed = ReadFile(cp932 + "A,りんご,1\r\nB,,2\r\n");
  EXPECT_EQ(mixed.encoding, TextEncoding::kCp932);
  EXPECT_THAT(Brief(mixed), ElementsAre("2 : 2  ENCODING_MIXED", "3 B  2"));
}

TEST(StockFile, FilesThatCannotBeReadAreRefusedWhole) {
  for (const std::string csv : {"", "\xEF\xBB\xBF", "\r\n\x1A", kHeader, "商品コード,在庫数\n,\n"}) {
    EXPECT_EQ(ReasonOf(StatusOf(csv)), "FILE_EMPTY") << csv;
  }
  EXPECT_THAT(MetadataOf(StatusOf(kHeader), "remedy"), HasSubstr("each product"));
  EXPECT_EQ(ReasonOf(StatusOf("PK\x03\x04...")), "FILE_NOT_TEXT");
  EXPECT_EQ(ReasonOf(StatusOf(absl::StrCat("\"", kHeader, "A,,5\n"))), "HEADER_UNREADABLE");
  EXPECT_EQ(ReasonOf(StatusOf(kHeader + std::string(kMaxIntakeFileBytes, 'x'))), "FILE_TOO_LARGE");
}

TEST(StockFile, MissingAndDoubledColumnsAreNamed) {
  const absl::Status missing = StatusOf("商品名,JAN\nりんご,4\n");
  EXPECT_EQ(ReasonOf(missing), "COLUMNS_MISSING");
  EXPECT_EQ(MetadataOf(missing, "columns"), "商品コード,在庫数");
  EXPECT_EQ(ReasonOf(StatusOf("商品コード,商品名\nA,りんご\n")), "COLUMNS_MISSING");
  const absl::Status doubled = StatusOf("商品コード,在庫数,商品名, 在庫数\nA,1,,2\n");
  EXPECT_EQ(ReasonOf(doubled), "COLUMN_DOUBLED");
  EXPECT_EQ(MetadataOf(doubled, "column"), "在庫数");
  EXPECT_THAT(std::string(doubled.message()), HasSubstr("columns 2 and 4"));
  EXPECT_EQ(ReasonOf(StatusOf("商品名,商品コード,在庫数,商品名\n,A,1,\n")), "COLUMN_DOUBLED");
}

TEST(StockFile, RowsHaveALimit) {
  std::string csv = kHeader;
  for (int i = 0; i < kMaxIntakeRows; ++i) absl::StrAppend(&csv, i, ",,1\n");
  EXPECT_THAT(ReadFile(csv + "\n,,\n").lines, SizeIs(kMaxIntakeRows));
  const absl::Status status = StatusOf(csv + "A,,1\n");
  EXPECT_EQ(ReasonOf(status), "TOO_MANY_ROWS");
  EXPECT_THAT(MetadataOf(status, "remedy"), HasSubstr("between two lines"));
}

// Else a name as long as a field may be, repeated by each of a hundred thousand lines, is gigabytes.
TEST(StockFile, LongColumnNamesAreCutInReports) {
  std::string name = "a";
  std::string shown = "a";
  for (int i = 0; i < 1000; ++i) name += "棚";
  for (int i = 0; i < 98; ++i) shown += "棚";
  shown += "…";
  const StockFile file = ReadFile(absl::StrCat("商品コード,", name, ",在庫数\nA\n"));
  EXPECT_THAT(file.ignored_columns, ElementsAre(shown));
  EXPECT_THAT(Brief(file), ElementsAre(absl::StrCat("2 : 2 ", shown, " COLUMNS_SHORT")));
  const StockFile spaced = ReadFile(absl::StrCat("商品コード,在", std::string(1000, ' '), "庫数\nA,x\n"));
  ASSERT_THAT(spaced.lines, SizeIs(1));
  ASSERT_THAT(spaced.lines[0].problems, SizeIs(1));
  EXPECT_LE(spaced.lines[0].problems[0].column.size(), 300U);
}

TEST(StockFile, TheBufferNamesWhereToSplit) {
  IntakeFileBuffer buffer(kStockRows);
  const absl::Status status = buffer.Append(std::string(kMaxIntakeFileBytes + 1, 'x'));
  EXPECT_EQ(ReasonOf(status), "FILE_TOO_LARGE");
  EXPECT_THAT(MetadataOf(status, "remedy"), HasSubstr("between two lines"));
}

}  // namespace
}  // namespace juchu::gateway
