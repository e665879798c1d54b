#include "services/gateway/intake/order_amounts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

// The items' sums. A hundred items of 999,999,999 yen times 999,999 fit an int64 ninety times over.
struct ItemSums {
  int64_t all = 0;
  int64_t rate_10 = 0;
  int64_t rate_8 = 0;
};

ItemSums SumItems(const std::vector<const pb::Item*>& items) {
  ItemSums sums;
  for (const pb::Item* item : items) {
    const int64_t yen = item->unit_price_yen() * item->quantity();
    const int rate = item->has_tax_rate_percent() ? item->tax_rate_percent() : 10;
    sums.all += yen;
    if (rate == 10) sums.rate_10 += yen;
    if (rate == 8) sums.rate_8 += yen;
  }
  return sums;
}

// The tax at `rate` per cent in an amount that contains it.
int64_t ContainedTax(int64_t amount, int64_t rate) { return std::max<int64_t>(0, amount) * rate / (100 + rate); }

// Sets the tax per rate. `tax_added`: the prices exclude the tax.
void SettleTax(const FileAmounts& file, const ItemSums& sums, bool tax_added, pb::Amounts& amounts) {
  const int64_t at_10 =
      sums.rate_10 + amounts.shipping_yen() + amounts.fee_yen() + amounts.other_yen() - amounts.coupon_yen();
  int64_t tax_8 = tax_added ? std::max<int64_t>(0, sums.rate_8) * 8 / 100 : ContainedTax(sums.rate_8, 8);
  int64_t tax_10 = ContainedTax(at_10, 10);
  if (file.tax.value_or(0) > 0) {
    if (sums.rate_10 == 0 && sums.rate_8 != 0) tax_8 = *file.tax;
    tax_8 = std::min(tax_8, *file.tax);
    tax_10 = *file.tax - tax_8;
  }
  if (file.taxable_8.has_value()) tax_8 = ContainedTax(*file.taxable_8, 8);
  if (file.taxable_10.has_value()) tax_10 = ContainedTax(*file.taxable_10, 10);
  amounts.set_tax_8_yen(file.tax_8.value_or(tax_8));
  amounts.set_tax_10_yen(file.tax_10.value_or(tax_10));
}

absl::Status CheckRange(int64_t yen, absl::string_view what) {
  if (yen >= -kMaxAmountYen && yen <= kMaxAmountYen) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "NUMBER_OUT_OF_RANGE",
                   absl::StrCat(what, " is beyond ", kMaxAmountYen, " yen"),
                   {{"remedy", "correct the prices and quantities"}});
}

}  // namespace

absl::StatusOr<pb::Amounts> SettleAmounts(const FileAmounts& file, const std::vector<const pb::Item*>& items,
                                          std::vector<IntakeNote>& notes) {
  const ItemSums sums = SumItems(items);
  pb::Amounts amounts;
  amounts.set_goods_yen(file.goods.value_or(sums.all));
  amounts.set_shipping_yen(file.shipping.value_or(0));
  amounts.set_fee_yen(file.fee.value_or(0));
  amounts.set_points_yen(file.points.value_or(0));
  amounts.set_coupon_yen(file.coupon.value_or(0));
  amounts.set_other_yen(file.other.value_or(0));
  if (absl::Status status = CheckRange(amounts.goods_yen(), "the sum of the items"); !status.ok()) return status;

  const int64_t charges =
      amounts.goods_yen() + amounts.shipping_yen() + amounts.fee_yen() + amounts.other_yen() - amounts.coupon_yen();
  const int64_t tax = file.tax.value_or(0);
  const int64_t total = file.total.value_or(charges - amounts.points_yen());
  const auto adds_up = [&](int64_t points) { return total == charges - points || total == charges - points + tax; };
  if (amounts.points_yen() < 0 && !adds_up(amounts.points_yen()) && adds_up(-amounts.points_yen())) {
    amounts.set_points_yen(-amounts.points_yen());
  }
  const bool tax_added = tax != 0 && total == charges - amounts.points_yen() + tax;
  amounts.set_total_yen(total);
  if (absl::Status status = CheckRange(total, "the total"); !status.ok()) return status;
  SettleTax(file, sums, tax_added, amounts);
  // The file's own sum of the goods may be small where its items are not.
  if (absl::Status status = CheckRange(amounts.tax_10_yen(), "the tax at 10 per cent"); !status.ok()) return status;
  if (absl::Status status = CheckRange(amounts.tax_8_yen(), "the tax at 8 per cent"); !status.ok()) return status;

  if (file.goods.has_value() && *file.goods != sums.all) {
    notes.push_back({"GOODS_DIFFER", absl::StrCat("商品計 is ", *file.goods, " yen, the items add up to ", sums.all)});
  }
  if (tax_added) {
    notes.push_back(
        {"TAX_ADDED", "the file's prices exclude the tax, which 合計金額 adds; they were kept as they stand"});
  } else if (!adds_up(amounts.points_yen())) {
    notes.push_back({"TOTAL_DIFFERS", absl::StrCat("合計金額 is ", total, " yen, the amounts add up to ",
                                                   charges - amounts.points_yen())});
  }
  return amounts;
}

}  // namespace juchu::gateway
