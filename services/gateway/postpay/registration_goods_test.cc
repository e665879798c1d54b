#include "services/gateway/postpay/registration_goods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/gateway/postpay/test_postpay.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr PostpayCompany kNp = PostpayCompany::kNp;
constexpr PostpayCompany kGmo = PostpayCompany::kGmo;

// "name price×quantity" of each row, then the problems.
std::vector<std::string> GoodsOf(PostpayCompany company, const pb::Order& order) {
  std::vector<PostpayProblem> problems;
  std::vector<std::string> brief;
  for (const FieldValues& row : MakeGoods(company, order, problems)) {
    brief.push_back(absl::StrCat(row.at("goods_name"), " ", row.at("goods_price"), "×", row.at("goods_quantity")));
  }
  for (const std::string& problem : Brief(problems)) brief.push_back(problem);
  return brief;
}

std::vector<std::string> ProblemsOf(PostpayCompany company, const pb::Order& order) {
  std::vector<PostpayProblem> problems;
  MakeGoods(company, order, problems);
  return Brief(problems);
}

pb::Order OrderWithDiscounts() {
  pb::Order order = TestOrder(kNp);
  pb::Item& discount = *order.mutable_deliveries(0)->add_items();
  discount.set_product_name("まとめ買い割引");
  discount.set_unit_price_yen(-50);
  discount.set_quantity(1);
  order.mutable_amounts()->set_fee_yen(330);
  order.mutable_amounts()->set_other_yen(-20);
  order.mutable_amounts()->set_points_yen(100);
  order.mutable_amounts()->set_coupon_yen(200);
  order.mutable_amounts()->set_total_yen(1560);
  return order;
}

TEST(MakeGoods, NpGetsChargesAndOneRowForAllDiscounts) {
  EXPECT_THAT(GoodsOf(kNp, OrderWithDiscounts()),
              ElementsAre("りんご 550×2", "まとめ買い割引 -50×1", "送料 500×1", "手数料 330×1", "値引 -320×1"));
}

TEST(MakeGoods, GmoGetsNoNegativePrice) {
  EXPECT_THAT(GoodsOf(kGmo, OrderWithDiscounts()), ElementsAre("りんご 550×2", "送料 500×1", "手数料 330×1"));
}

TEST(MakeGoods, NegativePointsAreACharge) {
  pb::Order order = TestOrder(kNp);
  order.mutable_amounts()->set_points_yen(-100);
  order.mutable_amounts()->set_other_yen(30);
  order.mutable_amounts()->set_total_yen(1730);
  EXPECT_THAT(GoodsOf(kNp, order), ElementsAre("りんご 550×2", "送料 500×1", "その他 30×1", "ポイント 100×1"));
}

TEST(MakeGoods, ItemsOfAllDeliveriesStandInTheirOrder) {
  pb::Order order = TestOrder(kGmo);
  for (const std::string name : {"みかん", "もも"}) {
    pb::Item& item = *order.add_deliveries()->add_items();
    item.set_product_name(name);
    item.set_unit_price_yen(0);
    item.set_quantity(1);
  }
  EXPECT_THAT(GoodsOf(kGmo, order), ElementsAre("りんご 550×2", "みかん 0×1", "もも 0×1", "送料 500×1"));
}

TEST(MakeGoods, NpWantsTheRowsToComeToTheBilledAmountOrALittleMore) {
  pb::Order order = TestOrder(kNp);
  const auto with_total = [&](int64_t yen) {
    order.mutable_amounts()->set_total_yen(yen);
    return ProblemsOf(kNp, order);
  };
  order.mutable_amounts()->set_shipping_yen(5000);
  EXPECT_THAT(with_total(6100), IsEmpty());
  EXPECT_THAT(with_total(6101), ElementsAre("goods GOODS_BELOW_BILLED"));
  EXPECT_THAT(with_total(3100), IsEmpty());
  EXPECT_THAT(with_total(3099), ElementsAre("goods GOODS_ABOVE_BILLED"));
  EXPECT_THAT(ProblemsOf(kGmo, order), IsEmpty());
}

TEST(MakeGoods, NamesHaveTheCompanysLength) {
  pb::Order order = TestOrder(kNp);
  const auto with_name = [&](PostpayCompany company, int characters) {
    order.mutable_deliveries(0)->mutable_items(0)->set_product_name(Repeat("名", characters));
    return ProblemsOf(company, order);
  };
  EXPECT_THAT(with_name(kNp, 150), IsEmpty());
  EXPECT_THAT(with_name(kNp, 151), ElementsAre("goods[0].goods_name TEXT_TOO_LONG"));
  EXPECT_THAT(with_name(kGmo, 300), IsEmpty());
  EXPECT_THAT(with_name(kGmo, 301), ElementsAre("goods[0].goods_name TEXT_TOO_LONG"));
  EXPECT_THAT(with_name(kGmo, 0), ElementsAre("goods[0].goods_name VALUE_MISSING"));
}

TEST(MakeGoods, GmoTakesSixDigitsOfPriceAndFiveOfQuantity) {
  pb::Order order = TestOrder(kGmo);
  pb::Item& item = *order.mutable_deliveries(0)->mutable_items(0);
  item.set_unit_price_yen(999'999);
  item.set_quantity(99'999);
  EXPECT_THAT(ProblemsOf(kGmo, order), IsEmpty());
  item.set_unit_price_yen(1'000'000);
  item.set_quantity(100'000);
  EXPECT_THAT(ProblemsOf(kGmo, order),
              ElementsAre("goods[0].goods_price AMOUNT_OUT_OF_RANGE", "goods[0].goods_quantity AMOUNT_OUT_OF_RANGE"));
}

TEST(MakeGoods, AnOrderOfDiscountsOnlyHasNoGoodsForGmo) {
  pb::Order order = TestOrder(kGmo);
  order.mutable_amounts()->clear_shipping_yen();
  order.mutable_deliveries(0)->mutable_items(0)->set_unit_price_yen(-1);
  EXPECT_THAT(ProblemsOf(kGmo, order), ElementsAre("goods GOODS_MISSING"));
  order.clear_deliveries();
  EXPECT_THAT(ProblemsOf(kNp, order), ElementsAre("goods GOODS_MISSING"));
}

}  // namespace
}  // namespace juchu::gateway
