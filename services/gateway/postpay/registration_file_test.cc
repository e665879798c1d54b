#include "services/gateway/postpay/registration_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "services/gateway/postpay/default_profiles.h"
#include "services/gateway/postpay/test_postpay.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;
using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Order = ::juchu::order::v1::Order;

constexpr PostpayCompany kNp = PostpayCompany::kNp;
constexpr PostpayCompany kGmo = PostpayCompany::kGmo;

// What became of orders that were added one after the other.
struct RegistrationFile {
  std::string bytes;
  std::vector<std::string> included;
  std::vector<LeftOutOrder> left_out;
};

RegistrationFile Write(const pb::LayoutProfile& profile, const std::vector<Order>& orders) {
  RegistrationFile file;
  absl::StatusOr<RegistrationWriter> writer = RegistrationWriter::Create(profile);
  EXPECT_TRUE(writer.ok()) << writer.status();
  if (!writer.ok()) return file;
  for (const Order& order : orders) {
    std::vector<PostpayProblem> problems = writer->Add(order);
    if (problems.empty()) {
      file.included.push_back(order.order_number());
    } else {
      file.left_out.push_back({order.order_number(), std::move(problems)});
    }
  }
  file.bytes = writer->Take();
  return file;
}

// A profile of NP's with these fields ("goods_name:2" with a number, "=02" a constant), in UTF-8.
pb::LayoutProfile ProfileOf(const std::vector<std::string>& fields) {
  pb::LayoutProfile profile = DefaultProfile(pb::NP_REGISTRATION);
  profile.set_encoding(pb::UTF_8);
  profile.clear_columns();
  for (const std::string& field : fields) {
    pb::LayoutColumn& column = *profile.add_columns();
    column.set_header(absl::StrCat("列", profile.columns_size()));
    const std::size_t colon = field.find(':');
    if (absl::StartsWith(field, "=")) {
      column.set_constant(field.substr(1));
    } else {
      column.set_field(field.substr(0, colon));
      if (colon != std::string::npos) column.set_goods_number(std::stoi(field.substr(colon + 1)));
    }
  }
  return profile;
}

std::vector<std::vector<std::string>> RowsOf(const pb::LayoutProfile& profile, const std::vector<Order>& orders) {
  const RegistrationFile file = Write(profile, orders);
  EXPECT_THAT(Brief(file.left_out), IsEmpty());
  return CellsOf(file.bytes, profile.encoding() == pb::CP932 ? TextEncoding::kCp932 : TextEncoding::kUtf8);
}

TEST(RegistrationWriter, WhatGoesOutInCp932IsReadAgainAsItWas) {
  for (const auto& [company, kind] : {std::pair(kNp, pb::NP_REGISTRATION), std::pair(kGmo, pb::GMO_REGISTRATION)}) {
    Order order = TestOrder(company);
    order.mutable_orderer()->set_name("髙﨑①～－ｱﾞ");
    order.mutable_deliveries(0)->mutable_items(0)->set_product_name("表,\"能\"ソ\u301C\u2212");
    const auto rows = RowsOf(DefaultProfile(kind), {order});
    ASSERT_THAT(rows, SizeIs(2));
    ASSERT_THAT(rows[0], SizeIs(105));
    ASSERT_THAT(rows[1], SizeIs(105));
    EXPECT_EQ(rows[0][0], "加盟店取引ID");
    EXPECT_EQ(rows[0][104], "商品数量30");
    EXPECT_THAT(
        std::vector(rows[1].begin(), rows[1].begin() + 10),
        ElementsAre("01K0TESTORDER001", "2026/07/08", company == kNp ? "02" : "2", "1600", "髙﨑①～－ｱﾞ", "ﾀｶﾊｼ ﾊﾅｺ",
                    "1500001", "東京都渋谷区神宮前４－１－①　﨑ビル～２０１", "0312345678", "hanako@example.jp"));
    EXPECT_EQ(rows[1][10], "髙橋　花子");  // the destination
    EXPECT_THAT(std::vector(rows[1].begin() + 15, rows[1].begin() + 22),
                ElementsAre("表,\"能\"ソ～－", "550", "2", "送料", "500", "1", ""));
  }
}

TEST(RegistrationWriter, TheProfileSaysEncodingLineEndAndQuotes) {
  pb::LayoutProfile profile = ProfileOf({"shop_transaction_id", "=", "billed_amount", "=固定"});
  const std::vector<Order> orders = {TestOrder(kNp)};
  EXPECT_EQ(Write(profile, orders).bytes, "列1,列2,列3,列4\r\n01K0TESTORDER001,,1600,固定\r\n");
  profile.set_encoding(pb::UTF_8_WITH_BOM);
  profile.set_line_end(pb::LF);
  profile.set_quoting(pb::QUOTE_ALL);
  profile.clear_header_line();
  EXPECT_EQ(Write(profile, orders).bytes,
            "\xEF\xBB\xBF"
            "\"01K0TESTORDER001\",\"\",\"1600\",\"固定\"\n");
  profile.set_encoding(pb::CP932);
  profile.set_quoting(pb::QUOTE_MINIMAL);
  EXPECT_EQ(Write(profile, orders).bytes, "01K0TESTORDER001,,1600,\x8C\xC5\x92\xE8\n");
}

TEST(RegistrationWriter, AnOrderThatCannotGoOutIsNamedAndTheRestGoes) {
  std::vector<Order> orders;
  for (int i = 0; i < 5; ++i) orders.push_back(TestOrder(kNp, absl::StrCat("ORDER", i)));
  orders[1].mutable_orderer()->set_name("🍣寿司");
  orders[1].mutable_deliveries(0)->mutable_items(0)->set_product_name("𠮷の🍣");
  orders[1].mutable_amounts()->set_total_yen(0);
  orders[2].mutable_orderer()->set_name("𠮷田");
  orders[2].mutable_deliveries(0)->mutable_items(0)->set_product_name("𠮷の🍣");
  orders[3].mutable_deliveries(0)->mutable_items(0)->set_product_name("=1+1");
  const RegistrationFile file = Write(DefaultProfile(pb::NP_REGISTRATION), orders);
  EXPECT_THAT(file.included, ElementsAre("ORDER0", "ORDER4"));
  EXPECT_THAT(CellsOf(file.bytes, TextEncoding::kCp932), SizeIs(3));
  EXPECT_THAT(Brief(file.left_out),
              ElementsAre("ORDER1: billed_amount AMOUNT_OUT_OF_RANGE",
                          "ORDER2: customer_name CHARACTER_NOT_IN_CP932 goods[0].goods_name CHARACTER_NOT_IN_CP932",
                          "ORDER3: goods[0].goods_name CELL_IS_FORMULA"));
  EXPECT_THAT(file.left_out[1].problems[0].message, HasSubstr("U+20BB7"));
  EXPECT_THAT(file.left_out[1].problems[1].message, HasSubstr("U+20BB7, U+1F363"));
}

TEST(RegistrationWriter, Utf8TakesEveryCharacter) {
  Order order = TestOrder(kNp);
  order.mutable_orderer()->set_name("𠮷田🍣");
  EXPECT_THAT(
      RowsOf(ProfileOf({"shop_transaction_id", "billed_amount", "customer_name", "destination_address"}), {order})
          .at(1),
      ElementsAre("01K0TESTORDER001", "1600", "𠮷田🍣", "東京都渋谷区神宮前４－１－①　﨑ビル～２０１"));
}

TEST(RegistrationWriter, NothingToSendIsNoFile) {
  Order order = TestOrder(kNp);
  order.clear_orderer_mail();
  EXPECT_EQ(Write(DefaultProfile(pb::NP_REGISTRATION), {order}).bytes, "");
  EXPECT_EQ(Write(DefaultProfile(pb::NP_REGISTRATION), {}).bytes, "");
}

TEST(RegistrationWriter, GoodsWithoutNumbersHaveARowEach) {
  EXPECT_THAT(RowsOf(ProfileOf({"shop_transaction_id", "billed_amount", "goods_name", "goods_quantity"}),
                     {TestOrder(kNp, "A1"), TestOrder(kNp, "A2")}),
              ElementsAre(SizeIs(4), ElementsAre("A1", "1600", "りんご", "2"), ElementsAre("A1", "1600", "送料", "1"),
                          ElementsAre("A2", "1600", "りんご", "2"), ElementsAre("A2", "1600", "送料", "1")));
}

TEST(RegistrationWriter, WhatTheOrderLacksIsSaidOnceAndNotInEachRow) {
  Order order = TestOrder(kNp);
  order.mutable_orderer()->set_name("=髙橋");
  *order.mutable_deliveries(0)->mutable_recipient() = order.orderer();
  order.mutable_deliveries(0)->mutable_items(0)->set_product_name("@home");
  EXPECT_THAT(
      Brief(
          Write(ProfileOf({"shop_transaction_id", "billed_amount", "customer_name", "goods_name"}), {order}).left_out),
      ElementsAre("01K0TESTORDER001: customer_name CELL_IS_FORMULA goods[0].goods_name CELL_IS_FORMULA"));
}

TEST(RegistrationWriter, MoreGoodsThanTheLayoutHasAreNamed) {
  const std::vector<std::string> fields = {"shop_transaction_id", "billed_amount", "goods_name:1", "goods_name:2"};
  Order order = TestOrder(kNp);
  EXPECT_THAT(RowsOf(ProfileOf(fields), {order}).at(1), ElementsAre("01K0TESTORDER001", "1600", "りんご", "送料"));
  order.mutable_amounts()->set_fee_yen(1);
  EXPECT_THAT(Brief(Write(ProfileOf(fields), {order}).left_out), ElementsAre("01K0TESTORDER001: goods GOODS_TOO_MANY"));
}

TEST(RegistrationWriter, ColumnsHaveLimitsOfTheirOwn) {
  pb::LayoutProfile profile =
      ProfileOf({"shop_transaction_id", "billed_amount", "customer_name", "customer_name_kana"});
  profile.set_encoding(pb::CP932);
  profile.mutable_columns(2)->set_max_characters(4);
  profile.mutable_columns(3)->set_max_bytes(6);
  profile.mutable_columns(3)->set_required(true);
  const auto outcome = [&](const std::string& name, const std::string& kana) {
    Order order = TestOrder(kNp);
    order.mutable_orderer()->set_name(name);
    order.mutable_orderer()->set_name_kana(kana);
    *order.mutable_deliveries(0)->mutable_recipient() = order.orderer();
    return Brief(Write(profile, {order}).left_out);
  };
  EXPECT_THAT(outcome("髙橋花子", "ﾀｶﾊｼﾊﾅ"), IsEmpty());
  EXPECT_THAT(outcome("髙橋花子", "タカハ"), IsEmpty());
  EXPECT_THAT(outcome("髙橋　花子", "タカハシ"),
              ElementsAre("01K0TESTORDER001: customer_name TEXT_TOO_LONG customer_name_kana TEXT_TOO_LONG"));
  EXPECT_THAT(outcome("髙橋", ""), ElementsAre("01K0TESTORDER001: customer_name_kana VALUE_MISSING"));
}

TEST(RegistrationWriter, ADestinationIsNeverLostForWantOfAColumn) {
  Order order = TestOrder(kNp);
  order.mutable_orderer()->set_name("山田　太郎");
  EXPECT_THAT(Brief(Write(ProfileOf({"shop_transaction_id", "billed_amount"}), {order}).left_out),
              ElementsAre("01K0TESTORDER001: destination_address DESTINATION_NOT_IN_LAYOUT"));
}

TEST(RegistrationWriter, AnOrderGoesOutOnce) {
  const RegistrationFile file =
      Write(DefaultProfile(pb::GMO_REGISTRATION), {TestOrder(kGmo, "A"), TestOrder(kGmo, "B"), TestOrder(kGmo, "A")});
  EXPECT_THAT(file.included, ElementsAre("A", "B"));
  EXPECT_THAT(Brief(file.left_out), ElementsAre("A:  ORDER_TWICE"));
}

TEST(RegistrationWriter, NpTakesAThousandOrders) {
  std::vector<Order> orders;
  for (int i = 0; i < 1002; ++i) orders.push_back(TestOrder(kNp, absl::StrCat("N", i)));
  orders[0].clear_orderer_mail();
  const RegistrationFile np = Write(DefaultProfile(pb::NP_REGISTRATION), orders);
  EXPECT_THAT(np.included, SizeIs(1000));
  EXPECT_THAT(Brief(np.left_out), ElementsAre("N0: customer_mail VALUE_MISSING", "N1001:  FILE_FULL"));
  for (Order& order : orders) order.set_payment_kind(juchu::order::v1::GMO_POSTPAY);
  EXPECT_THAT(Write(DefaultProfile(pb::GMO_REGISTRATION), orders).included, SizeIs(1001));
}

TEST(RegistrationWriter, RefusesAProfileThatIsWrong) {
  EXPECT_THAT(RegistrationWriter::Create(DefaultProfile(pb::NP_SLIP)), HasReason("LAYOUT_KIND_WRONG"));
  EXPECT_THAT(RegistrationWriter::Create(ProfileOf({"billed_amount"})), HasMetadata("field", "layout_profile.columns"));
}

}  // namespace
}  // namespace juchu::gateway
