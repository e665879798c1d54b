#include "services/gateway/intake/generic_order_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/test_order_csv.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

GenericOrderFile ReadFile(const std::string& csv, EncodingHint hint = EncodingHint::kAuto) {
  absl::StatusOr<GenericOrderFile> file = GenericOrderFile::Read(csv, hint);
  EXPECT_TRUE(file.ok()) << file.status();
  return *std::move(file);
}

ReadResult ReadOnlyOrder(const std::vector<TestRow>& rows, const std::vector<std::string>& columns = TestColumns()) {
  const GenericOrderFile file = ReadFile(TestCsv(rows, columns));
  EXPECT_EQ(file.order_count(), 1U);
  EXPECT_THAT(file.problems(), IsEmpty());
  return ReadOrder(file, 0);
}

TEST(GenericOrderFile, ReadsEveryColumn) {
  const ReadResult intake = ReadOnlyOrder({{{"受注住所２", "①ビル 3F"},
                                            {"受注名カナ", "タカハシ　ハナコ"},
                                            {"受注電話番号", "03-1234-5678"},
                                            {"発送郵便番号", "530-0001"},
                                            {"発送先住所１", "大阪府大阪市北区梅田1"},
                                            {"発送先住所２", "㈱能"},
                                            {"発送先名", "山﨑 太郎"},
                                            {"発送先カナ", "ヤマサキ"},
                                            {"発送電話番号", "０６－１２３４－５６７８"},
                                            {"発送方法", "宅配便"},
                                            {"商品計", "2200"},
                                            {"税金", "0"},
                                            {"発送料", "550"},
                                            {"手数料", "330"},
                                            {"ポイント", "100"},
                                            {"その他費用", "-80"},
                                            {"合計金額", "2900"},
                                            {"ギフトフラグ", "1"},
                                            {"時間帯指定", "午前中"},
                                            {"日付指定", "2026/7/15"},
                                            {"作業者欄", "要電話"},
                                            {"備考", "玄関に、\r\n\"置いて\",ください"},
                                            {"受注数量", "2"},
                                            {"商品オプション", "色:赤"},
                                            {"顧客コード", "C-7"},
                                            {"消費税率（%）", "8"},
                                            {"のし", "御祝"},
                                            {"ラッピング", "赤"},
                                            {"メッセージ", "おめでとう\n🎉"}}});
  ASSERT_THAT(intake.problems, IsEmpty());
  EXPECT_THAT(intake.lines, ElementsAre(2));
  EXPECT_THAT(intake.notes, IsEmpty());
  const pb::Order& order = intake.order;
  EXPECT_EQ(order.shop_order_number(), "1001");
  EXPECT_EQ(order.order_time().seconds(), 1783469103);  // 2026-07-08T00:05:03Z
  EXPECT_EQ(order.payment_method(), "銀行振込");
  EXPECT_EQ(order.orderer().name(), "髙橋　花子");
  EXPECT_EQ(order.orderer().name_kana(), "タカハシ　ハナコ");
  EXPECT_EQ(order.orderer().postal_code(), "1500001");
  EXPECT_EQ(order.orderer().address1(), "東京都渋谷区神宮前４－１");
  EXPECT_EQ(order.orderer().address2(), "①ビル 3F");
  EXPECT_EQ(order.orderer().phone(), "0312345678");
  EXPECT_EQ(order.orderer_mail(), "hanako@example.jp");
  ASSERT_EQ(order.deliveries_size(), 1);
  const pb::Delivery& delivery = order.deliveries(0);
  EXPECT_EQ(delivery.recipient().name(), "山﨑 太郎");
  EXPECT_EQ(delivery.recipient().postal_code(), "5300001");
  EXPECT_EQ(delivery.recipient().phone(), "0612345678");
  EXPECT_EQ(delivery.recipient().address2(), "㈱能");
  EXPECT_EQ(delivery.shipping_method(), "宅配便");
  EXPECT_EQ(delivery.delivery_time_slot(), "午前中");
  EXPECT_EQ(delivery.delivery_date().month(), 7);
  EXPECT_EQ(delivery.delivery_date().day(), 15);
  ASSERT_EQ(delivery.items_size(), 1);
  EXPECT_EQ(delivery.items(0).product_name(), "りんご");
  EXPECT_EQ(delivery.items(0).product_code(), "APPLE-1");
  EXPECT_EQ(delivery.items(0).product_option(), "色:赤");
  EXPECT_EQ(delivery.items(0).unit_price_yen(), 1100);
  EXPECT_EQ(delivery.items(0).quantity(), 2);
  EXPECT_EQ(delivery.items(0).tax_rate_percent(), 8);
  EXPECT_EQ(order.amounts().goods_yen(), 2200);
  EXPECT_EQ(order.amounts().shipping_yen(), 550);
  EXPECT_EQ(order.amounts().fee_yen(), 330);
  EXPECT_EQ(order.amounts().points_yen(), 100);
  EXPECT_EQ(order.amounts().other_yen(), -80);
  EXPECT_EQ(order.amounts().total_yen(), 2900);
  EXPECT_EQ(order.customer_note(), "玄関に、\n\"置いて\",ください");
  EXPECT_EQ(order.worker_note(), "要電話");
  EXPECT_TRUE(order.gift());
  EXPECT_EQ(order.noshi(), "御祝");
  EXPECT_EQ(order.wrapping(), "赤");
  EXPECT_EQ(order.enclosed_message(), "おめでとう\n🎉");
  EXPECT_EQ(order.customer_code(), "C-7");
}

TEST(GenericOrderFile, ReadsEveryWidthInAnyColumnOrder) {
  for (const std::size_t width : {35U, 37U, 38U, 41U}) {
    std::vector<std::string> columns(TestColumns().begin(), TestColumns().begin() + static_cast<std::ptrdiff_t>(width));
    for (int turn = 0; turn < 2; ++turn) {
      const ReadResult order = ReadOnlyOrder({{{"備考", "左から"}}}, columns);
      EXPECT_THAT(order.problems, IsEmpty()) << width;
      EXPECT_EQ(order.order.customer_note(), "左から");
      std::reverse(columns.begin(), columns.end());
    }
  }
}

TEST(GenericOrderFile, ReadsTheWiderFilesWithAmountsPerRate) {
  std::vector<std::string> columns = TestColumns();
  columns.insert(std::find(columns.begin(), columns.end(), "合計金額"),
                 {"10％対象額", "10％消費税", "8%対象額", "8%消費税"});
  const ReadResult order = ReadOnlyOrder(
      {{{"10％対象額", "1100"}, {"10％消費税", "99"}, {"8%対象額", "1080"}, {"8%消費税", "80"}}}, columns);
  ASSERT_THAT(order.problems, IsEmpty());
  EXPECT_EQ(order.order.amounts().tax_10_yen(), 99);
  EXPECT_EQ(order.order.amounts().tax_8_yen(), 80);
}

TEST(GenericOrderFile, HeaderNamesMayDifferInWidthAndSpaces) {
  std::vector<std::string> columns = TestColumns();
  const auto rename = [&columns](const std::string& from, const std::string& to) {
    std::replace(columns.begin(), columns.end(), from, to);
  };
  rename("受注住所１", "受注住所1");
  rename("発送先住所２", " 発送先住所2 ");
  rename("消費税率（%）", "消費税率(％)");
  rename("受注名カナ", "受注名ｶﾅ");
  const ReadResult order =
      ReadOnlyOrder({{{"受注住所1", "沖縄県那覇市"}, {"消費税率(％)", "0"}, {"受注名ｶﾅ", "ﾊﾅｺ"}}}, columns);
  ASSERT_THAT(order.problems, IsEmpty());
  EXPECT_EQ(order.order.orderer().address1(), "沖縄県那覇市");
  EXPECT_EQ(order.order.orderer().name_kana(), "ﾊﾅｺ");
  EXPECT_EQ(order.order.deliveries(0).items(0).tax_rate_percent(), 0);
}

TEST(GenericOrderFile, UnknownColumnsAreIgnoredAndNamed) {
  std::vector<std::string> columns = TestColumns();
  columns.insert(columns.begin() + 3, "独自項目");
  columns.push_back("");
  const GenericOrderFile file = ReadFile(TestCsv({{}}, columns));
  EXPECT_THAT(file.ignored_columns(), ElementsAre("独自項目", "顧客区分"));
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken"));
}

TEST(GenericOrderFile, WithoutADeliveryBlockTheOrdererReceivesIt) {
  const ReadResult order = ReadOnlyOrder({{{"発送方法", "メール便"}}});
  ASSERT_EQ(order.order.deliveries_size(), 1);
  EXPECT_EQ(order.order.deliveries(0).recipient().name(), "髙橋　花子");
  EXPECT_EQ(order.order.deliveries(0).recipient().postal_code(), "1500001");
  EXPECT_EQ(order.order.deliveries(0).shipping_method(), "メール便");
}

TEST(GenericOrderFile, RowsWithOtherRecipientsAreFurtherDeliveries) {
  const TestRow osaka = {{"発送郵便番号", "530-0001"}, {"発送先住所１", "大阪府大阪市"}, {"発送先名", "太郎"}};
  const auto with = [](TestRow row, const std::string& code) {
    row["商品コード"] = code;
    return row;
  };
  const TestRow orderer_spelled_out = {
      {"発送郵便番号", "1500001"}, {"発送先住所１", "東京都渋谷区神宮前４－１"}, {"発送先名", "髙橋　花子"}};
  TestRow later = osaka;
  later["日付指定"] = "2026/08/01";
  const ReadResult order = ReadOnlyOrder(
      {with(osaka, "A"), with({}, "B"), with(osaka, "C"), with(orderer_spelled_out, "D"), with(later, "E")});
  ASSERT_THAT(order.problems, IsEmpty());
  ASSERT_EQ(order.order.deliveries_size(), 3);
  ASSERT_EQ(order.order.deliveries(0).items_size(), 2);
  EXPECT_EQ(order.order.deliveries(0).recipient().name(), "太郎");
  EXPECT_EQ(order.order.deliveries(0).items(1).product_code(), "C");
  ASSERT_EQ(order.order.deliveries(1).items_size(), 2);
  EXPECT_EQ(order.order.deliveries(1).items(1).product_code(), "D");
  EXPECT_EQ(order.order.deliveries(2).items(0).product_code(), "E");
}

TEST(GenericOrderFile, RecipientWithoutAddressIsRefused) {
  EXPECT_THAT(Brief(ReadOnlyOrder({{{"発送先名", "太郎"}}}).problems),
              ElementsAre("2 発送郵便番号 VALUE_MISSING", "2 発送先住所１ VALUE_MISSING"));
}

TEST(GenericOrderFile, RowsOfAnOrderAreMergedWhereverTheyStand) {
  const GenericOrderFile file =
      ReadFile(TestCsv({{{"商品コード", "A"}}, {{"店舗伝票番号", "1002"}}, {{"商品コード", "B"}}}));
  EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken", "1002: taken"));
  const ReadResult order = ReadOrder(file, 0);
  EXPECT_THAT(order.lines, ElementsAre(2, 4));
  EXPECT_EQ(order.order.deliveries(0).items_size(), 2);
}

TEST(GenericOrderFile, OrderColumnsThatDifferRefuseTheOrder) {
  for (const auto& [column, value] : TestRow{{"受注名", "他人"},
                                             {"支払方法", "代金引換"},
                                             {"受注日", "2026/07/09"},
                                             {"合計金額", "5"},
                                             {"備考", "x"},
                                             {"ギフトフラグ", "1"}}) {
    const GenericOrderFile file = ReadFile(TestCsv({{}, {{column, value}}, {{"店舗伝票番号", "1002"}}}));
    EXPECT_THAT(Outcomes(file), ElementsAre("1001: refused", "1002: taken"));
    EXPECT_THAT(Brief(ReadOrder(file, 0).problems), ElementsAre(absl::StrCat("3 ", column, " ORDER_COLUMNS_DIFFER")));
  }
}

TEST(GenericOrderFile, SameValueWrittenInAnotherWayDoesNotDiffer) {
  const ReadResult order =
      ReadOnlyOrder({{{"ギフトフラグ", "0"}}, {{"受注日", "2026/7/8 9:05:03"}, {"受注郵便番号", "1500001"}}});
  EXPECT_THAT(order.problems, IsEmpty());
}

TEST(GenericOrderFile, AHundredItemsAreTheLimit) {
  EXPECT_EQ(ReadOnlyOrder(std::vector<TestRow>(100)).order.deliveries(0).items_size(), 100);
  EXPECT_THAT(Brief(ReadOnlyOrder(std::vector<TestRow>(101)).problems), ElementsAre("102 店舗伝票番号 TOO_MANY_ITEMS"));
}

struct BadValue {
  std::string column;
  std::string value;
  std::string reason;
};

TEST(GenericOrderFile, BadValuesAreNamedByLineAndColumnAndRefuseTheirOrderOnly) {
  const std::vector<BadValue> cases = {
      {"受注日", "2026/02/30", "DATE_INVALID"},
      {"受注日", "", "VALUE_MISSING"},
      {"日付指定", "2026/13/01", "DATE_INVALID"},
      {"受注郵便番号", "abc", "POSTAL_CODE_INVALID"},
      {"受注郵便番号", "　", "VALUE_MISSING"},
      {"受注住所１", "", "VALUE_MISSING"},
      {"受注名", std::string(101, 'x'), "TEXT_TOO_LONG"},
      {"受注名カナ", "a\nb", "CONTROL_CHARACTER"},
      {"受注電話番号", "電話なし", "PHONE_INVALID"},
      {"受注メールアドレス", "nobody", "MAIL_INVALID"},
      {"商品計", "1,000", "NUMBER_INVALID"},
      {"商品計", "-1", "NUMBER_OUT_OF_RANGE"},
      {"合計金額", "9223372036854775808", "NUMBER_OUT_OF_RANGE"},
      {"商品価格", "千円", "NUMBER_INVALID"},
      {"商品価格", "1000000000", "NUMBER_OUT_OF_RANGE"},
      {"受注数量", "0", "NUMBER_OUT_OF_RANGE"},
      {"受注数量", "-1", "NUMBER_OUT_OF_RANGE"},
      {"受注数量", "", "VALUE_MISSING"},
      {"ギフトフラグ", "2", "FLAG_INVALID"},
      {"消費税率（%）", "5", "TAX_RATE_INVALID"},
      {"商品名", "", "VALUE_MISSING"},
      {"商品コード", "", "VALUE_MISSING"},
      {"商品名", "a\u202Eb", "CONTROL_CHARACTER"},
      {"備考", std::string(4001, 'x'), "TEXT_TOO_LONG"},
      {"備考", "lost \uFFFD", "CHARACTERS_LOST"},
  };
  for (const BadValue& test : cases) {
    const GenericOrderFile file =
        ReadFile(TestCsv({{{"店舗伝票番号", "1000"}}, {{test.column, test.value}}, {{"店舗伝票番号", "1002"}}}));
    EXPECT_THAT(Outcomes(file), ElementsAre("1000: taken", "1001: refused", "1002: taken")) << test.column;
    const ReadResult order = ReadOrder(file, 1);
    EXPECT_THAT(Brief(order.problems), ElementsAre(absl::StrCat("3 ", test.column, " ", test.reason)));
    EXPECT_FALSE(order.problems.front().remedy.empty());
    EXPECT_FALSE(order.problems.front().message.empty());
  }
}

TEST(GenericOrderFile, TextLimitsCountCharacters) {
  std::string address = "東京都";
  while (CountCharacters(address) < 255) address += "髙";
  EXPECT_THAT(ReadOnlyOrder({{{"受注住所１", address}}}).problems, IsEmpty());
  EXPECT_THAT(Brief(ReadOnlyOrder({{{"受注住所１", address + "髙"}}}).problems),
              ElementsAre("2 受注住所１ TEXT_TOO_LONG"));
}

TEST(GenericOrderFile, EveryProblemOfAnOrderIsNamedUpToALimit) {
  EXPECT_THAT(Brief(ReadOnlyOrder({{{"受注日", "x"}, {"商品価格", "y"}}, {{"受注数量", "z"}}}).problems),
              ElementsAre("2 受注日 DATE_INVALID", "2 商品価格 NUMBER_INVALID", "3 受注数量 NUMBER_INVALID"));
  EXPECT_EQ(ReadOnlyOrder(std::vector<TestRow>(90, {{"受注日", "x"}})).problems.size(),
            static_cast<std::size_t>(kMaxProblemsPerOrder));
}

TEST(GenericOrderFile, NotesShippedFlagAndAmountsThatDiffer) {
  const ReadResult order = ReadOnlyOrder({{{"出荷済フラグ", "1"}, {"商品計", "1"}, {"合計金額", "9"}}});
  EXPECT_THAT(order.problems, IsEmpty());
  EXPECT_THAT(Brief(order.notes), ElementsAre("GOODS_DIFFER", "TOTAL_DIFFERS", "SHIPPED_ALREADY"));
}

TEST(GenericOrderFile, EveryEncodingGivesTheSameOrders) {
  const std::vector<TestRow> rows = {
      {{"受注名", "髙﨑①㈱ソ表能～－"}, {"受注住所１", "東京都千代田区ソ表能1"}, {"備考", "表,\r\nソ\"能\""}},
      {{"店舗伝票番号", "1002"}, {"受注名カナ", "ﾀｶﾊｼ"}}};
  const std::string utf8 = TestCsv(rows);
  const GenericOrderFile plain = ReadFile(utf8);
  EXPECT_EQ(plain.encoding(), TextEncoding::kUtf8);
  const GenericOrderFile bom = ReadFile("\xEF\xBB\xBF" + utf8);
  const GenericOrderFile cp932 = ReadFile(*EncodeCp932(utf8));
  EXPECT_EQ(cp932.encoding(), TextEncoding::kCp932);
  for (const GenericOrderFile* file : {&bom, &cp932}) {
    EXPECT_THAT(Outcomes(*file), ElementsAre("1001: taken", "1002: taken"));
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(ReadOrder(*file, i).order.SerializeAsString(), ReadOrder(plain, i).order.SerializeAsString());
      EXPECT_EQ(ReadOrder(*file, i).lines, ReadOrder(plain, i).lines);
    }
  }
  EXPECT_EQ(ReadOrder(plain, 0).order.orderer().name(), "髙﨑①㈱ソ表能～－");
}

TEST(GenericOrderFile, EveryLineEndGivesTheSameOrders) {
  const std::string crlf = TestCsv({{}, {{"店舗伝票番号", "1002"}}});
  for (const std::string end : {"\n", "\r"}) {
    const GenericOrderFile file = ReadFile(absl::StrReplaceAll(crlf, {{"\r\n", end}}));
    EXPECT_THAT(Outcomes(file), ElementsAre("1001: taken", "1002: taken"));
    EXPECT_THAT(ReadOrder(file, 1).lines, ElementsAre(3));
  }
}

TEST(GenericOrderFile, LinesCountLineBreaksInsideQuotes) {
  const GenericOrderFile file =
      ReadFile(TestCsv({{{"備考", "1\r\n2\n3"}}, {{"店舗伝票番号", "1002"}, {"受注日", "x"}}}));
  EXPECT_THAT(ReadOrder(file, 0).lines, ElementsAre(2));
  EXPECT_THAT(Brief(ReadOrder(file, 1).problems), ElementsAre("5 受注日 DATE_INVALID"));
}

TEST(IntakeFileBuffer, AnyPiecesMakeTheSameFile) {
  const std::string csv = *EncodeCp932(TestCsv({{{"備考", "表\r\n能"}}, {{"店舗伝票番号", "1002"}}}));
  const std::string expected = ReadOrder(ReadFile(csv), 0).order.SerializeAsString();
  for (std::size_t size = 1; size < 40; ++size) {
    IntakeFileBuffer buffer;
    for (std::size_t i = 0; i < csv.size(); i += size) ASSERT_TRUE(buffer.Append(csv.substr(i, size)).ok());
    const GenericOrderFile file = ReadFile(buffer.Take());
    EXPECT_EQ(ReadOrder(file, 0).order.SerializeAsString(), expected);
  }
}

TEST(IntakeFileBuffer, RefusesWhatIsTooLarge) {
  IntakeFileBuffer buffer;
  const std::string mebibyte(1024 * 1024, 'x');
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(buffer.Append(mebibyte).ok());
  EXPECT_EQ(ReasonOf(buffer.Append("x")), "FILE_TOO_LARGE");
  EXPECT_EQ(ReasonOf(GenericOrderFile::Read(buffer.Take() + "x", EncodingHint::kAuto).status()), "FILE_TOO_LARGE");
}

std::string ReasonOfReading(const std::string& csv) {
  return ReasonOf(GenericOrderFile::Read(csv, EncodingHint::kAuto).status());
}

TEST(GenericOrderFile, FilesThatCannotBeReadAreRefusedWhole) {
  EXPECT_EQ(ReasonOfReading(""), "FILE_EMPTY");
  EXPECT_EQ(ReasonOfReading("\xEF\xBB\xBF"), "FILE_EMPTY");
  EXPECT_EQ(ReasonOfReading("\r\n\r\n\x1A"), "FILE_EMPTY");
  EXPECT_EQ(ReasonOfReading(TestHeader()), "FILE_EMPTY");
  EXPECT_EQ(ReasonOfReading(TestHeader() + ",,,\r\n\r\n"), "FILE_EMPTY");
  EXPECT_EQ(ReasonOfReading("PK\x03\x04..."), "FILE_NOT_TEXT");
  EXPECT_EQ(ReasonOfReading("\x1F\x8B\x08"), "FILE_NOT_TEXT");
  EXPECT_EQ(ReasonOfReading("\xFF\xFE"
                            "a"),
            "FILE_NOT_TEXT");
  EXPECT_EQ(ReasonOfReading("\"" + TestHeader()), "HEADER_UNREADABLE");
  EXPECT_EQ(ReasonOfReading(std::string(200, ',') + "\n"), "HEADER_UNREADABLE");
  EXPECT_EQ(ReasonOfReading("受注住所1," + TestCsv({{}})), "COLUMN_DOUBLED");
  std::string many = TestHeader();
  for (int i = 0; i <= kMaxIntakeRows; ++i) absl::StrAppend(&many, "1,\n");
  EXPECT_EQ(ReasonOfReading(many), "TOO_MANY_ROWS");
}

TEST(GenericOrderFile, MissingColumnsAreAllNamed) {
  std::vector<std::string> columns = TestColumns();
  columns.erase(std::find(columns.begin(), columns.end(), "受注数量"));
  columns.erase(columns.begin());
  const absl::Status status = GenericOrderFile::Read(TestCsv({{}}, columns), EncodingHint::kAuto).status();
  EXPECT_EQ(ReasonOf(status), "COLUMNS_MISSING");
  EXPECT_EQ(GetErrorInfo(status)->metadata.at("columns"), "店舗伝票番号,受注数量");
  EXPECT_THAT(std::string(status.message()), HasSubstr("店舗伝票番号, 受注数量"));
}

double SecondsToRead(const std::string& csv) {
  const auto start = std::chrono::steady_clock::now();
  const GenericOrderFile file = ReadFile(csv);
  for (std::size_t i = 0; i < file.order_count(); ++i) (void)ReadOrder(file, i);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// No absolute time: a file of eight times the size takes about eight times as long, not sixty-four.
TEST(GenericOrderFile, TakesLinearTime) {
  const auto orders = [](int count) {
    std::vector<TestRow> rows;
    for (int i = 0; i < count; ++i) rows.push_back({{"店舗伝票番号", absl::StrCat("N", i)}});
    return TestCsv(rows);
  };
  const std::string small = orders(500);
  const std::string large = orders(4000);
  double ratio = 1000;
  for (int attempt = 0; attempt < 5 && ratio > 20; ++attempt) {
    ratio = std::min(ratio, SecondsToRead(large) / SecondsToRead(small));
  }
  EXPECT_LT(ratio, 20);
}

}  // namespace
}  // namespace juchu::gateway
