// Files that are damaged: what can be read whole is taken, nothing is taken half.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/gateway/intake/generic_order_file.h"
#include "services/gateway/intake/test_order_csv.h"

namespace juchu::gateway {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

GenericOrderFile ReadFile(const std::string& csv, EncodingHint hint = EncodingHint::kAuto) {
  absl::StatusOr<GenericOrderFile> file = GenericOrderFile::Read(csv, hint);
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

std::string Line(const std::string& number, TestRow row = {}) {
  row["店舗伝票番号"] = number;
  return TestLine(row);
}

TEST(DamagedFile, UnclosedQuoteIsNamedWhereItOpensAndOtherOrdersAreTaken) {
  std::string broken = Line("1002", {{"備考", "BROKEN"}});
  broken.replace(broken.find("BROKEN"), 6, "\"never closed");
  const GenericOrderFile file = ReadFile(TestHeader() + Line("1001") + broken + Line("1003") + Line("1004"));
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken", "1002: refused", "1003: taken", "1004: taken"));
  EXPECT_THAT(Brief(ReadOrder(file, 1).problems), ElementsAre("3 備考 QUOTE_NOT_CLOSED"));
  EXPECT_THAT(file.problems(), IsEmpty());
}

TEST(DamagedFile, UnclosedQuoteOnTheOrderNumberRefusesTheNeighbours) {
  const GenericOrderFile file =
      ReadFile(TestHeader() + Line("1000") + Line("1001") + "\"" + Line("1002") + Line("1003") + Line("1004"));
  EXPECT_THAT(Outcomes(file), ElementsAre("1000: taken", "1001: refused", "1003: refused", "1004: taken"));
  EXPECT_THAT(Brief(file.problems()), ElementsAre("4 店舗伝票番号 QUOTE_NOT_CLOSED"));
  EXPECT_THAT(Brief(ReadOrder(file, 1).problems), ElementsAre("4  ORDER_MAY_BE_INCOMPLETE"));
}

TEST(DamagedFile, OrderNamedInsideUnreadableBytesIsRefusedWhereverItStands) {
  std::string broken = "\"" + Line("1001");
  const GenericOrderFile file =
      ReadFile(TestHeader() + Line("1001") + Line("1002") + Line("1003") + broken + Line("1004") + Line("1005"));
  EXPECT_THAT(Outcomes(file),
              ElementsAre("1001: refused", "1002: taken", "1003: refused", "1004: refused", "1005: taken"));
}

TEST(DamagedFile, TextAfterAQuoteRefusesItsOrder) {
  std::string broken = Line("1002", {{"備考", "BROKEN"}});
  broken.replace(broken.find("BROKEN"), 6, "\"say \"hi\" there\"");
  const GenericOrderFile file = ReadFile(TestHeader() + Line("1001") + broken + Line("1003"));
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken", "1002: refused", "1003: taken"));
  EXPECT_THAT(Brief(ReadOrder(file, 1).problems), ElementsAre("3 備考 QUOTE_MISPLACED"));
}

TEST(DamagedFile, TooFewAndTooManyColumnsRefuseTheirOrder) {
  std::string excess = Line("1002");
  excess.insert(excess.find("東京都"), "千代田,");
  const GenericOrderFile file =
      ReadFile(TestHeader() + Line("1001") + excess + "1003,2026/07/08\r\n" + Line("1004") + "1005,\r\n");
  EXPECT_THAT(Outcomes(file),
              ElementsAre("1001: taken", "1002: refused", "1003: refused", "1004: taken", "1005: refused"));
  // The excess column shifts the last, empty one: the row has one field more than the header.
  EXPECT_THAT(Brief(ReadOrder(file, 2).problems), ElementsAre("4 受注郵便番号 COLUMNS_SHORT"));
}

TEST(DamagedFile, EmptyColumnsBeyondTheHeaderAreTaken) {
  std::string line = Line("1001");
  line.insert(line.size() - 2, ",,");
  EXPECT_THAT(Outcomes(ReadFile(TestHeader() + line)), ElementsAre("1001: taken"));
  line.insert(line.size() - 2, "x");
  const GenericOrderFile file = ReadFile(TestHeader() + line);
  EXPECT_THAT(Brief(ReadOrder(file, 0).problems), ElementsAre("2  COLUMNS_EXCESS"));
}

// Cut after every byte: an order is whole or refused, and orders before the cut are taken.
TEST(DamagedFile, FileThatStopsHalfWayAppliesNoOrderHalf) {
  const TestRow second = {{"商品コード", "SECOND"}, {"備考", "a\r\nb"}};
  const std::string before = TestHeader() + Line("1001") + Line("1001") + Line("1002", {{"備考", "a\r\nb"}});
  const std::string last = Line("1002", second);
  for (std::size_t size = 1; size + 2 < last.size(); ++size) {
    const GenericOrderFile file = ReadFile(before + last.substr(0, size));
    const ReadResult first = ReadOrder(file, 0);
    EXPECT_THAT(first.problems, IsEmpty()) << size;
    EXPECT_EQ(first.order.deliveries(0).items_size(), 2);
    const ReadResult cut = ReadOrder(file, 1);
    if (cut.problems.empty()) {
      // All columns are there; only the empty tail of the last may be missing.
      EXPECT_EQ(size, last.size() - 2);
    }
  }
  const GenericOrderFile unended = ReadFile(before + last.substr(0, last.size() - 2));
  EXPECT_THAT(Outcomes(unended), ElementsAre("1001: taken", "1002: taken"));
  EXPECT_THAT(Brief(ReadOrder(unended, 1).notes), Contains("LAST_LINE_NOT_ENDED"));
}

TEST(DamagedFile, CutOffOrderNumberIsNotTakenForAnOrder) {
  const GenericOrderFile file = ReadFile(TestHeader() + Line("1001") + Line("1002") + "10");
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken", "1002: refused"));
  EXPECT_THAT(Brief(file.problems()), ElementsAre("4 受注日 COLUMNS_SHORT"));
  const GenericOrderFile known = ReadFile(TestHeader() + Line("1001") + "1002,2026");
  EXPECT_THAT(Outcomes(known), ElementsAre("1001: taken", "1002: refused"));
}

TEST(DamagedFile, UndecodableBytesAreNamedByLineAndByteAndRefuseTheirOrder) {
  std::string bad = Line("1002", {{"備考", "1\nab@cd"}});
  bad.replace(bad.find('@', bad.find("ab@cd")), 1, "\xFF");
  const GenericOrderFile file = ReadFile(TestHeader() + Line("1001") + bad + Line("1003"));
  EXPECT_EQ(file.encoding(), TextEncoding::kUtf8);
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken", "1002: refused", "1003: taken"));
  const ReadResult order = ReadOrder(file, 1);
  EXPECT_THAT(Brief(order.problems), ElementsAre("4 備考 UNDECODABLE_BYTES"));
  EXPECT_EQ(order.problems.front().message, "byte 3 of the line is not UTF-8");
}

TEST(DamagedFile, UndecodableBytesInCp932LeaveTheStructureWhole) {
  std::string bad = *EncodeCp932(Line("1002", {{"受注名カナ", "KANA"}}));
  bad.replace(bad.find("KANA"), 4, "\x83");  // a lead byte before the comma
  const GenericOrderFile file =
      ReadFile(*EncodeCp932(TestHeader() + Line("1001")) + bad + *EncodeCp932(Line("1003", {{"備考", "ソ表能"}})));
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken", "1002: refused", "1003: taken"));
  EXPECT_THAT(Brief(ReadOrder(file, 1).problems), ElementsAre("3 受注名カナ UNDECODABLE_BYTES"));
  EXPECT_EQ(ReadOrder(file, 2).order.customer_note(), "ソ表能");
}

TEST(DamagedFile, LinesInAnotherEncodingAreRefused) {
  const std::string utf8_in_cp932 =
      *EncodeCp932(TestHeader() + Line("1001")) + Line("1002") + *EncodeCp932(Line("1003"));
  const GenericOrderFile cp932 = ReadFile(utf8_in_cp932);
  EXPECT_EQ(cp932.encoding(), TextEncoding::kCp932);
  EXPECT_THAT(Outcomes(cp932), ElementsAre("1001: taken", "1002: refused", "1003: taken"));
  const GenericOrderFile utf8 = ReadFile(TestHeader() + Line("1001") + *EncodeCp932(Line("1002")) + Line("1003"));
  EXPECT_EQ(utf8.encoding(), TextEncoding::kUtf8);
  EXPECT_THAT(Outcomes(utf8), ElementsAre("1001: taken", "1002: refused", "1003: taken"));
}

// Every field of this row in UTF-8 happens to decode as CP932, into other characters.
TEST(DamagedFile, Utf8LineThatPassesForCp932IsRefused) {
  const std::string passing =
      Line("1002", {{"受注住所１", "東京都渋谷区"}, {"受注名", "鈴木"}, {"商品名", "緑茶"}, {"支払方法", ""}});
  ASSERT_FALSE(DecodeText("東京都渋谷区", TextEncoding::kCp932).first_bad_byte.has_value());
  const GenericOrderFile file = ReadFile(*EncodeCp932(TestHeader() + Line("1001")) + passing);
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken", "1002: refused"));
  EXPECT_THAT(Brief(ReadOrder(file, 1).problems), ElementsAre("3  ENCODING_MIXED"));
}

TEST(DamagedFile, NulBytesRefuseTheirOrder) {
  std::string bad = Line("1002", {{"受注名", "NAME"}});
  bad.replace(bad.find("NAME"), 4, std::string("a\0b", 3));
  const GenericOrderFile file = ReadFile(TestHeader() + Line("1001") + bad);
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken", "1002: refused"));
  EXPECT_THAT(Brief(ReadOrder(file, 1).problems), ElementsAre("3 受注名 CONTROL_CHARACTER"));
}

TEST(DamagedFile, RowWithoutOrderNumberRefusesANeighbourOnlyWithTheSameOrderer) {
  const GenericOrderFile other = ReadFile(TestHeader() + Line("1001") + Line("", {{"受注名", "別人"}}) + Line("1002"));
  EXPECT_THAT(Outcomes(other), ElementsAre("1001: taken", "1002: taken"));
  EXPECT_THAT(Brief(other.problems()), ElementsAre("3 店舗伝票番号 SHOP_ORDER_NUMBER_INVALID"));
  const GenericOrderFile same =
      ReadFile(TestHeader() + Line("1001") + Line("") + Line("1002", {{"受注名", "別人"}}) + Line("1003"));
  EXPECT_THAT(Outcomes(same), ElementsAre("1001: refused", "1002: taken", "1003: taken"));
  const GenericOrderFile next = ReadFile(TestHeader() + Line("1001", {{"受注名", "別人"}}) + Line("") + Line("1002"));
  EXPECT_THAT(Outcomes(next), ElementsAre("1001: taken", "1002: refused"));
}

TEST(DamagedFile, OrderNumbersWithOtherCharactersAreRefused) {
  for (const std::string& number :
       std::vector<std::string>{"10 01", "注文1", "1001;DROP", std::string(31, '1'), "a_b"}) {
    const GenericOrderFile file = ReadFile(TestHeader() + Line(number, {{"受注名", "別人"}}) + Line("1002"));
    EXPECT_THAT(Outcomes(file), ElementsAre("1002: taken")) << number;
    EXPECT_THAT(Brief(file.problems()), ElementsAre("2 店舗伝票番号 SHOP_ORDER_NUMBER_INVALID"));
  }
}

TEST(DamagedFile, ProblemsAreListedUpToALimitAndCountedBeyond) {
  std::string csv = TestHeader() + Line("1001");
  for (int i = 0; i < kMaxFileProblems + 7; ++i) absl::StrAppend(&csv, Line("", {{"受注名", "別人"}}));
  const GenericOrderFile file = ReadFile(csv);
  EXPECT_EQ(file.problems().size(), static_cast<std::size_t>(kMaxFileProblems));
  EXPECT_EQ(file.problems_left_out(), 7);
  EXPECT_EQ(file.row_count(), kMaxFileProblems + 8);
}

TEST(DamagedFile, TwoRowsWithoutTheLineEndBetweenThemRefuseBothOrders) {
  std::string merged = Line("1001", {{"メッセージ", "ありがとう"}});
  merged.resize(merged.size() - 2);
  const GenericOrderFile file = ReadFile(TestHeader() + merged + Line("1002") + Line("1002") + Line("1003"));
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: refused", "1002: refused", "1003: taken"));
}

// One damaged place, anywhere but in an order number or the line end before it, costs its order and perhaps its
// neighbours, and leaves no order with a part of its rows.
TEST(DamagedFile, RandomDamageCostsFewOrdersAndHalvesNone) {
  std::string csv = *EncodeCp932(TestHeader());
  std::vector<std::pair<std::size_t, std::size_t>> kept;
  for (int i = 0; i < 20; ++i) {
    for (const std::string code : {"1", "2"}) {
      const std::string number = absl::StrCat("A", i);
      kept.emplace_back(csv.size() - 2, csv.size() + number.size() + 1);
      csv += *EncodeCp932(Line(number, {{"備考", "a,\"b\"\r\nソ表能"}, {"商品コード", code}}));
    }
  }
  std::mt19937 random(11);
  const std::string bytes("\",\r\n\x81\xFF\0", 7);
  for (int round = 0; round < 500; ++round) {
    const std::size_t at = kept.front().second + random() % (csv.size() - kept.front().second);
    const std::size_t erased = random() % 30;
    const bool touches = std::any_of(kept.begin(), kept.end(),
                                     [&](const auto& part) { return at < part.second && at + erased >= part.first; });
    if (touches || at + erased >= csv.size() - 2) continue;
    std::string damaged = csv;
    damaged.replace(at, erased, random() % 2 == 0 ? "" : bytes.substr(random() % bytes.size(), 1));
    const GenericOrderFile file = ReadFile(damaged);
    int taken = 0;
    for (std::size_t i = 0; i < file.order_count(); ++i) {
      const ReadResult order = ReadOrder(file, i);
      if (!order.problems.empty()) continue;
      ++taken;
      EXPECT_EQ(order.lines.size(), 2U) << "round " << round;
    }
    EXPECT_GE(taken, 17) << "round " << round;
  }
}

}  // namespace
}  // namespace juchu::gateway
