#include "services/gateway/postpay/slip_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/gateway/postpay/default_profiles.h"
#include "services/gateway/postpay/result_file.h"
#include "services/gateway/postpay/test_postpay.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;
using ::juchu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SlipRow Row(const std::string& order_number, const std::string& slip_number, const std::string& carrier = "YAMATO") {
  return {.order_number = order_number,
          .shop_transaction_id = order_number,
          .transaction_id = "18121200001",
          .carrier = carrier,
          .slip_number = slip_number,
          .reported_before = "",
          .invoice_date = std::nullopt};
}

SlipFile Write(pb::LayoutKind kind, const std::vector<SlipRow>& rows) {
  absl::StatusOr<SlipFile> file = WriteSlipFile(DefaultProfile(kind), rows);
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *std::move(file) : SlipFile();
}

// The slip number in the file, or the problems.
std::string SlipNumber(pb::LayoutKind kind, const std::string& slip_number) {
  const SlipFile file = Write(kind, {Row("A", slip_number)});
  return file.left_out.empty() ? CellsOf(file.bytes, TextEncoding::kCp932).at(1).at(3) : Brief(file.left_out)[0];
}

TEST(WriteSlipFile, EachCompanyGetsItsCodes) {
  SlipRow with_invoice = Row("B", "4444-1375-8703", "JAPAN_POST_YUPACK");
  with_invoice.invoice_date = absl::CivilDay(2026, 7, 9);
  const std::vector<SlipRow> rows = {Row("A", "512547514334"), with_invoice};
  EXPECT_THAT(CellsOf(Write(pb::NP_SLIP, rows).bytes, TextEncoding::kCp932),
              ElementsAre(ElementsAre("NP取引ID", "加盟店取引ID", "運送会社コード", "配送伝票番号", "請求書発行日"),
                          ElementsAre("18121200001", "A", "59010", "512547514334", ""),
                          ElementsAre("18121200001", "B", "59041", "444413758703", "2026/07/09")));
  EXPECT_THAT(CellsOf(Write(pb::GMO_SLIP, rows).bytes, TextEncoding::kCp932),
              ElementsAre(ElementsAre("GMO取引ID", "加盟店取引ID", "運送会社コード", "伝票番号", "請求書発行日"),
                          ElementsAre("18121200001", "A", "12", "512547514334", ""),
                          ElementsAre("18121200001", "B", "16", "444413758703", "2026/07/09")));
}

TEST(WriteSlipFile, CarriersAreThoseOfTheProfile) {
  const auto code = [](pb::LayoutKind kind, const std::string& carrier) {
    const SlipFile file = Write(kind, {Row("A", "512547514334", carrier)});
    return file.left_out.empty() ? CellsOf(file.bytes, TextEncoding::kCp932).at(1).at(2) : Brief(file.left_out)[0];
  };
  EXPECT_EQ(code(pb::NP_SLIP, "SAGAWA"), "50000");
  EXPECT_EQ(code(pb::NP_SLIP, "59150"), "59150");
  EXPECT_EQ(code(pb::GMO_SLIP, "OTHER"), "99");
  // Two public lists contradict each other about GMO's code 17.
  EXPECT_EQ(code(pb::GMO_SLIP, "SEINO_SUPER_EXPRESS"), "A: carrier_code CARRIER_UNKNOWN");
  EXPECT_EQ(code(pb::GMO_SLIP, "59010"), "A: carrier_code CARRIER_UNKNOWN");
  EXPECT_EQ(code(pb::NP_SLIP, ""), "A: carrier_code CARRIER_UNKNOWN");
}

TEST(WriteSlipFile, SlipNumbersHaveTheCompanysLength) {
  const std::string invalid = "A: slip_number SLIP_NUMBER_INVALID";
  EXPECT_EQ(SlipNumber(pb::NP_SLIP, "1"), "1");
  EXPECT_EQ(SlipNumber(pb::NP_SLIP, Repeat("1", 20)), Repeat("1", 20));
  EXPECT_EQ(SlipNumber(pb::NP_SLIP, Repeat("1", 21)), invalid);
  EXPECT_EQ(SlipNumber(pb::NP_SLIP, ""), invalid);
  EXPECT_EQ(SlipNumber(pb::GMO_SLIP, "12345"), "12345");
  EXPECT_EQ(SlipNumber(pb::GMO_SLIP, "1234"), invalid);
  EXPECT_EQ(SlipNumber(pb::GMO_SLIP, Repeat("1", 20)), Repeat("1", 20));
  EXPECT_EQ(SlipNumber(pb::GMO_SLIP, Repeat("1", 21)), invalid);
}

TEST(WriteSlipFile, SlipNumbersAreWrittenPlain) {
  EXPECT_EQ(SlipNumber(pb::NP_SLIP, " ４４４４－1375 8703"), "444413758703");
  EXPECT_EQ(SlipNumber(pb::NP_SLIP, "CC963059157FR"), "CC963059157FR");
  EXPECT_EQ(SlipNumber(pb::NP_SLIP, "4444.13758703"), "A: slip_number SLIP_NUMBER_INVALID");
  EXPECT_EQ(SlipNumber(pb::NP_SLIP, "お問合せ"), "A: slip_number SLIP_NUMBER_INVALID");
}

TEST(WriteSlipFile, ACardNumberIsNoSlipNumber) {
  EXPECT_EQ(SlipNumber(pb::NP_SLIP, "4111-1111-1111-1111"), "A: slip_number CARD_NUMBER_REFUSED");
}

TEST(WriteSlipFile, ASlipNumberOfTwoOrdersIsNamedInBoth) {
  const SlipFile file =
      Write(pb::GMO_SLIP, {Row("A", "512547514334"), Row("B", "444413758703"), Row("C", "5125-4751-4334")});
  EXPECT_THAT(file.included, ElementsAre("B"));
  EXPECT_THAT(Brief(file.left_out),
              ElementsAre("A: slip_number SLIP_NUMBER_TWICE", "C: slip_number SLIP_NUMBER_TWICE"));
  EXPECT_THAT(file.left_out[0].problems[0].message, HasSubstr("order C "));
  EXPECT_THAT(file.left_out[1].problems[0].message, HasSubstr("order A "));
}

TEST(WriteSlipFile, ASlipNumberThatWasReportedForAnotherOrderIsNamedWithIt) {
  for (const auto kind : {pb::NP_SLIP, pb::GMO_SLIP}) {
    SlipRow row = Row("B", "5125-4751-4334");
    row.reported_before = "Z";
    const SlipFile file = Write(kind, {Row("A", "444413758703"), row});
    EXPECT_THAT(file.included, ElementsAre("A"));
    EXPECT_THAT(Brief(file.left_out), ElementsAre("B: slip_number SLIP_NUMBER_REPORTED"));
    EXPECT_THAT(file.left_out[0].problems[0].message, HasSubstr("order Z "));
    EXPECT_THAT(file.left_out[0].problems[0].remedy, HasSubstr("the company's screen"));
  }
}

TEST(WriteSlipFile, AnOrderIsReportedOnce) {
  const SlipFile file =
      Write(pb::NP_SLIP, {Row("A", "512547514334"), Row("A", "512547514334"), Row("A", "444413758703")});
  EXPECT_THAT(file.included, ElementsAre("A"));
  EXPECT_THAT(Brief(file.left_out), ElementsAre("A:  ORDER_TWICE", "A:  ORDER_TWICE"));
}

TEST(WriteSlipFile, TheTransactionMustBeKnown) {
  SlipRow row = Row("A", "512547514334");
  row.transaction_id = "";
  EXPECT_THAT(Brief(Write(pb::NP_SLIP, {row}).left_out), ElementsAre("A: transaction_id VALUE_MISSING"));
  row.transaction_id = Repeat("1", 41);
  EXPECT_THAT(Brief(Write(pb::NP_SLIP, {row}).left_out), ElementsAre("A: transaction_id TRANSACTION_ID_INVALID"));
  row.transaction_id = "-18121200001";
  EXPECT_THAT(Brief(Write(pb::NP_SLIP, {row}).left_out), ElementsAre("A: transaction_id TRANSACTION_ID_INVALID"));
  row.transaction_id = Repeat("1", 40);
  row.shop_transaction_id = "";
  EXPECT_THAT(Brief(Write(pb::NP_SLIP, {row}).left_out), IsEmpty());
}

TEST(WriteSlipFile, ATransactionThatAResultBroughtIsWrittenAsItCame) {
  const std::string header = "NP取引ID,加盟店取引ID,与信結果\n";
  const auto results =
      ReadResultFile(DefaultProfile(pb::NP_RESULT),
                     absl::StrCat(header, "1812-1200-001,A,OK\n-1812,B,OK\n", Repeat("1", 40), ",C,OK\n"));
  ASSERT_TRUE(results.ok()) << results.status();
  std::vector<SlipRow> rows;
  for (const ResultLine& line : results->lines) {
    if (!line.problems.empty()) continue;
    rows.push_back(Row(line.shop_transaction_id, absl::StrCat("51254751433", rows.size())));
    rows.back().transaction_id = line.transaction_id;
  }
  const SlipFile file = Write(pb::NP_SLIP, rows);
  EXPECT_THAT(file.included, ElementsAre("A", "C"));
  EXPECT_EQ(CellsOf(file.bytes, TextEncoding::kCp932).at(1).at(0), "1812-1200-001");
}

TEST(WriteSlipFile, NothingToReportIsNoFile) {
  EXPECT_EQ(Write(pb::NP_SLIP, {}).bytes, "");
  EXPECT_EQ(Write(pb::NP_SLIP, {Row("A", "")}).bytes, "");
}

TEST(WriteSlipFile, RefusesAProfileThatIsWrong) {
  EXPECT_THAT(WriteSlipFile(DefaultProfile(pb::NP_REGISTRATION), {}), HasReason("LAYOUT_KIND_WRONG"));
}

}  // namespace
}  // namespace juchu::gateway
