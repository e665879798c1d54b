#include "services/gateway/intake/order_amounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/status/error.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

pb::Item Item(int64_t price, int quantity, int rate) {
  pb::Item item;
  item.set_unit_price_yen(price);
  item.set_quantity(quantity);
  item.set_tax_rate_percent(rate);
  return item;
}

struct Settled {
  pb::Amounts amounts;
  std::vector<std::string> notes;
};

std::vector<const pb::Item*> Pointers(const std::vector<pb::Item>& items) {
  std::vector<const pb::Item*> pointers;
  for (const pb::Item& item : items) pointers.push_back(&item);
  return pointers;
}

Settled Settle(const FileAmounts& file, const std::vector<pb::Item>& items) {
  std::vector<IntakeNote> notes;
  const absl::StatusOr<pb::Amounts> amounts = SettleAmounts(file, Pointers(items), notes);
  EXPECT_TRUE(amounts.ok()) << amounts.status();
  Settled settled{amounts.value_or(pb::Amounts()), {}};
  for (const IntakeNote& note : notes) settled.notes.push_back(note.reason);
  return settled;
}

TEST(SettleAmounts, WorksOutWhatTheFileLacks) {
  const Settled settled = Settle({.shipping = 550, .points = 100, .other = -50}, {Item(1100, 2, 10), Item(540, 1, 8)});
  EXPECT_EQ(settled.amounts.goods_yen(), 2740);
  EXPECT_EQ(settled.amounts.total_yen(), 2740 + 550 - 100 - 50);
  EXPECT_EQ(settled.amounts.tax_8_yen(), 40);
  EXPECT_EQ(settled.amounts.tax_10_yen(), (2200 + 550 - 50) * 10 / 110);
  EXPECT_THAT(settled.notes, IsEmpty());
}

TEST(SettleAmounts, TakesTheFilesAmountsAndNotesWhatDiffers) {
  const Settled settled = Settle({.goods = 2000, .total = 9999}, {Item(1100, 2, 10)});
  EXPECT_EQ(settled.amounts.goods_yen(), 2000);
  EXPECT_EQ(settled.amounts.total_yen(), 9999);
  EXPECT_THAT(settled.notes, ElementsAre("GOODS_DIFFER", "TOTAL_DIFFERS"));
}

TEST(SettleAmounts, TaxContainedInThePricesIsSplitByRate) {
  const Settled settled = Settle({.goods = 2740, .tax = 240, .total = 2740}, {Item(1100, 2, 10), Item(540, 1, 8)});
  EXPECT_EQ(settled.amounts.tax_8_yen(), 40);
  EXPECT_EQ(settled.amounts.tax_10_yen(), 200);
  EXPECT_THAT(settled.notes, IsEmpty());
}

TEST(SettleAmounts, TaxAddedToThePricesIsNoted) {
  const Settled settled = Settle({.goods = 2500, .tax = 240, .total = 2740}, {Item(1000, 2, 10), Item(500, 1, 8)});
  EXPECT_EQ(settled.amounts.tax_8_yen(), 40);
  EXPECT_EQ(settled.amounts.tax_10_yen(), 200);
  EXPECT_EQ(settled.amounts.total_yen(), 2740);
  EXPECT_THAT(settled.notes, ElementsAre("TAX_ADDED"));
}

TEST(SettleAmounts, OneRateTakesTheWholeTax) {
  EXPECT_EQ(Settle({.tax = 41, .total = 540}, {Item(540, 1, 8)}).amounts.tax_8_yen(), 41);
  EXPECT_EQ(Settle({.tax = 41, .total = 540}, {Item(540, 1, 8)}).amounts.tax_10_yen(), 0);
}

TEST(SettleAmounts, AmountsPerRateOfTheFileCount) {
  const std::vector<pb::Item> items = {Item(1100, 2, 10), Item(540, 1, 8)};
  const Settled given = Settle({.taxable_10 = 2200, .tax_10 = 199, .taxable_8 = 540, .tax_8 = 39}, items);
  EXPECT_EQ(given.amounts.tax_10_yen(), 199);
  EXPECT_EQ(given.amounts.tax_8_yen(), 39);
  const Settled taxable_only = Settle({.taxable_10 = 1100, .taxable_8 = 1080}, items);
  EXPECT_EQ(taxable_only.amounts.tax_10_yen(), 100);
  EXPECT_EQ(taxable_only.amounts.tax_8_yen(), 80);
}

TEST(SettleAmounts, PointsWrittenWithAMinusLowerTheTotalWhereTheFileSaysSo) {
  const Settled lowered = Settle({.points = -100, .total = 1000}, {Item(1100, 1, 10)});
  EXPECT_EQ(lowered.amounts.points_yen(), 100);
  EXPECT_THAT(lowered.notes, IsEmpty());
  const Settled raised = Settle({.points = -100, .total = 1200}, {Item(1100, 1, 10)});
  EXPECT_EQ(raised.amounts.points_yen(), -100);
  EXPECT_THAT(raised.notes, IsEmpty());
}

TEST(SettleAmounts, DiscountLinesLowerTheGoods) {
  const Settled settled = Settle({.goods = 900, .total = 900}, {Item(1000, 1, 10), Item(-100, 1, 10)});
  EXPECT_EQ(settled.amounts.goods_yen(), 900);
  EXPECT_EQ(settled.amounts.tax_10_yen(), 81);
  EXPECT_THAT(settled.notes, IsEmpty());
}

TEST(SettleAmounts, SumBeyondTheLimitIsRefused) {
  std::vector<IntakeNote> notes;
  const pb::Item one = Item(1, 1, 10);
  const std::vector<pb::Item> items(100, Item(999'999'999, 999'999, 10));
  EXPECT_EQ(ReasonOf(SettleAmounts({}, Pointers(items), notes).status()), "NUMBER_OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(SettleAmounts({.goods = kMaxAmountYen, .shipping = 1}, {&one}, notes).status()),
            "NUMBER_OUT_OF_RANGE");
  // The tax is worked out from the items, whatever the file says of their sum.
  EXPECT_EQ(ReasonOf(SettleAmounts({.goods = 100, .total = 100}, Pointers(items), notes).status()),
            "NUMBER_OUT_OF_RANGE");
  const std::vector<pb::Item> reduced(100, Item(999'999'999, 999'999, 8));
  EXPECT_EQ(ReasonOf(SettleAmounts({.goods = 100, .total = 100}, Pointers(reduced), notes).status()),
            "NUMBER_OUT_OF_RANGE");
}

}  // namespace
}  // namespace juchu::gateway
