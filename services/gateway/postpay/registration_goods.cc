#include "services/gateway/postpay/registration_goods.h"

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/gateway/postpay/layout_file.h"
#include "services/gateway/postpay/order_texts.h"
#include "services/gateway/postpay/postpay_rules.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

constexpr char kMakeSumsAgree[] = "make prices, charges, discounts and total of the order agree";

struct Goods {
  std::string name;
  int64_t price_yen = 0;
  int64_t quantity = 1;
};

// What changes the total beside the items; less than zero where it lowers it.
struct Charge {
  absl::string_view name;
  int64_t yen;
};

std::array<Charge, 5> ChargesOf(const pb::Amounts& amounts) {
  return {{{"送料", amounts.shipping_yen()},
           {"手数料", amounts.fee_yen()},
           {"その他", amounts.other_yen()},
           {"ポイント", -amounts.points_yen()},
           {"クーポン", -amounts.coupon_yen()}}};
}

std::vector<Goods> GoodsOf(const pb::Order& order) {
  std::vector<Goods> goods;
  for (const pb::Delivery& delivery : order.deliveries()) {
    for (const pb::Item& item : delivery.items()) {
      goods.push_back({item.product_name(), item.unit_price_yen(), item.quantity()});
    }
  }
  int64_t discount = 0;
  for (const Charge& charge : ChargesOf(order.amounts())) {
    if (charge.yen > 0) goods.push_back({std::string(charge.name), charge.yen, 1});
    if (charge.yen < 0) discount += charge.yen;
  }
  if (discount < 0) goods.push_back({"値引", discount, 1});
  return goods;
}

void CheckNumber(int64_t value, int64_t min, int64_t max, std::string field, std::vector<PostpayProblem>& problems) {
  if (value >= min && value <= max) return;
  problems.push_back({std::move(field), "AMOUNT_OUT_OF_RANGE", absl::StrCat("not between ", min, " and ", max),
                      "correct the order, or register it on the company's screen"});
}

// Each row's product is below 10^15 and there are at most some hundred rows: the sum cannot overflow.
void CheckSum(const std::vector<Goods>& goods, int64_t billed_yen, std::vector<PostpayProblem>& problems) {
  int64_t sum = 0;
  for (const Goods& row : goods) sum += row.price_yen * row.quantity;
  if (sum < billed_yen) {
    problems.push_back(
        {"goods", "GOODS_BELOW_BILLED",
         absl::StrCat("the rows of goods come to ", billed_yen - sum, " yen less than the billed amount"),
         kMakeSumsAgree});
  } else if (sum - billed_yen > kMaxGoodsAboveBilledYen) {
    problems.push_back(
        {"goods", "GOODS_ABOVE_BILLED",
         absl::StrCat("the rows of goods come to ", sum - billed_yen, " yen more than the billed amount, and at most ",
                      kMaxGoodsAboveBilledYen, " yen is allowed"),
         kMakeSumsAgree});
  }
}

}  // namespace

std::vector<FieldValues> MakeGoods(PostpayCompany company, const pb::Order& order,
                                   std::vector<PostpayProblem>& problems) {
  const CompanyLimits& limits = LimitsOf(company);
  std::vector<Goods> goods = GoodsOf(order);
  if (!limits.goods_are_summed) {
    std::erase_if(goods, [](const Goods& row) { return row.price_yen < 0; });
  }
  if (goods.empty()) {
    problems.push_back(
        {"goods", "GOODS_MISSING", "no goods that the company takes", "give the order an item with a price"});
    return {};
  }
  const int64_t min_price = limits.goods_are_summed ? -limits.max_goods_price_yen : 0;
  std::vector<FieldValues> rows;
  for (std::size_t i = 0; i < goods.size(); ++i) {
    const Goods& row = goods[i];
    const std::string name = ReadOrderText(row.name, GoodsFieldName(i, "goods_name"),
                                           {.required = true, .max = limits.max_goods_name}, problems);
    CheckNumber(row.price_yen, min_price, limits.max_goods_price_yen, GoodsFieldName(i, "goods_price"), problems);
    CheckNumber(row.quantity, 1, limits.max_goods_quantity, GoodsFieldName(i, "goods_quantity"), problems);
    rows.push_back({{"goods_name", name},
                    {"goods_price", absl::StrCat(row.price_yen)},
                    {"goods_quantity", absl::StrCat(row.quantity)}});
  }
  if (limits.goods_are_summed) CheckSum(goods, order.amounts().total_yen(), problems);
  return rows;
}

}  // namespace juchu::gateway
