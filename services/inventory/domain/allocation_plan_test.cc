#include "services/inventory/domain/allocation_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace juchu::inventory {
namespace {

Levels Stock(int64_t a, int64_t b = 0) { return {{"A", {true, false, a}}, {"B", {true, false, b}}}; }

Need Needs(std::map<std::string, int64_t> pieces) { return {std::move(pieces), false, false}; }

TEST(AllocationPlanTest, GetsWhatIsFreeAndSaysWhatIsShort) {
  Levels levels = Stock(5, 1);
  const Plan plan = PlanOrder(Needs({{"A", 3}, {"B", 2}, {"C", 1}}), {}, levels);
  EXPECT_EQ(plan.at("A").after, (Holding{3, 0}));
  EXPECT_EQ(plan.at("A").short_reason, v1::SHORT_REASON_UNSPECIFIED);
  EXPECT_EQ(plan.at("B").after, (Holding{1, 0}));
  EXPECT_EQ(plan.at("B").short_reason, v1::STOCK_SHORT);
  EXPECT_EQ(plan.at("C").after, (Holding{0, 0}));
  EXPECT_EQ(plan.at("C").short_reason, v1::PRODUCT_NOT_REGISTERED);
  EXPECT_EQ(StateOf(plan), v1::PARTLY_ALLOCATED);
  EXPECT_EQ(levels.at("A").free, 2);
  EXPECT_EQ(levels.at("B").free, 0);
}

TEST(AllocationPlanTest, ForceTakesWhatIsNotThereButOnlyOfRegisteredProducts) {
  Levels levels = Stock(2);
  const Plan plan = PlanOrder({{{"A", 5}, {"C", 1}}, true, false}, {}, levels);
  EXPECT_EQ(plan.at("A").after, (Holding{5, 3}));
  EXPECT_EQ(plan.at("C").short_reason, v1::PRODUCT_NOT_REGISTERED);
  EXPECT_EQ(levels.at("A").free, -3);
  Levels more = Stock(2);
  EXPECT_EQ(StateOf(PlanOrder({{{"A", 5}}, true, false}, {}, more)), v1::FORCIBLY_ALLOCATED);
}

TEST(AllocationPlanTest, NothingIsFreeInAnOverdraft) {
  Levels levels = Stock(-3);
  const Plan plan = PlanOrder(Needs({{"A", 1}}), {}, levels);
  EXPECT_EQ(plan.at("A").after, (Holding{0, 0}));
  EXPECT_EQ(plan.at("A").short_reason, v1::STOCK_SHORT);
  EXPECT_EQ(StateOf(plan), v1::UNALLOCATED);
}

TEST(AllocationPlanTest, KeepsWhatItHoldsAndGivesBackWhatItNeedsNoMore) {
  Levels levels = Stock(0, 0);
  const std::map<std::string, Holding> held = {{"A", {5, 3}}, {"B", {2, 0}}};
  const Plan plan = PlanOrder(Needs({{"A", 4}}), held, levels);
  EXPECT_EQ(plan.at("A").after, (Holding{4, 2})) << "what lies beyond the stock goes first";
  EXPECT_EQ(plan.at("B").after, (Holding{0, 0}));
  EXPECT_EQ(levels.at("A").free, 1);
  EXPECT_EQ(levels.at("B").free, 2);
}

TEST(AllocationPlanTest, InactiveProductKeepsItsAllocationsAndTakesNoNewOnes) {
  Levels levels = {{"A", {true, true, 9}}};
  const Plan plan = PlanOrder(Needs({{"A", 3}}), {{"A", {1, 0}}}, levels);
  EXPECT_EQ(plan.at("A").after, (Holding{1, 0}));
  EXPECT_EQ(plan.at("A").short_reason, v1::PRODUCT_INACTIVE);
}

TEST(AllocationPlanTest, AllOrNothingGivesBackWhatIsNotWhole) {
  Levels levels = Stock(5, 1);
  const Plan plan = PlanOrder({{{"A", 3}, {"B", 2}}, false, true}, {{"A", {1, 0}}}, levels);
  EXPECT_EQ(plan.at("A").after, (Holding{0, 0}));
  EXPECT_EQ(plan.at("A").short_reason, v1::ORDER_NOT_WHOLE);
  EXPECT_EQ(plan.at("B").short_reason, v1::STOCK_SHORT);
  EXPECT_EQ(levels.at("A").free, 6);
  EXPECT_EQ(levels.at("B").free, 1);
  EXPECT_EQ(StateOf(plan), v1::UNALLOCATED);
  Levels enough = Stock(5, 2);
  EXPECT_EQ(StateOf(PlanOrder({{{"A", 3}, {"B", 2}}, false, true}, {}, enough)), v1::ALLOCATED);
}

TEST(AllocationPlanTest, AnOrderThatNeedsNothingIsAllocated) {
  Levels levels;
  EXPECT_EQ(StateOf(PlanOrder(Needs({}), {}, levels)), v1::UNALLOCATED);
}

TEST(AllocationPlanTest, LinesOfOneProductAreSummedAndGetWhatThereIsInTheirOrder) {
  google::protobuf::RepeatedPtrField<v1::LineNeed> lines;
  for (const auto& [line, quantity] :
       std::vector<std::pair<std::string, int64_t>>{{"1-1", 2}, {"1-2", 3}, {"2-1", 1}}) {
    auto& need = *lines.Add();
    need.set_line(line);
    need.set_product_code("A");
    need.set_quantity(quantity);
  }
  EXPECT_EQ(SumLines(lines), (std::map<std::string, int64_t>{{"A", 6}}));
  Levels levels = Stock(4);
  const auto result = LinesOf(lines, PlanOrder(Needs(SumLines(lines)), {}, levels));
  ASSERT_EQ(result.size(), 3u);
  EXPECT_EQ(result[0].allocated(), 2);
  EXPECT_EQ(result[1].allocated(), 2);
  EXPECT_EQ(result[1].short_reason(), v1::STOCK_SHORT);
  EXPECT_EQ(result[2].allocated(), 0);
  EXPECT_EQ(result[0].short_reason(), v1::SHORT_REASON_UNSPECIFIED);
}

// Whatever comes in whatever order: no piece is given twice, nobody holds more than it needs, and the same need again
// changes nothing.
TEST(AllocationPlanTest, RandomOrdersNeverHoldMoreThanThereIs) {
  std::mt19937_64 random(20261125);
  const auto draw = [&](int64_t most) { return static_cast<int64_t>(random() % static_cast<uint64_t>(most + 1)); };
  for (int round = 0; round < 300; ++round) {
    const std::vector<std::string> codes = {"A", "B", "C"};
    std::map<std::string, int64_t> on_hand;
    Levels levels;
    for (const auto& code : codes) levels[code] = {true, false, on_hand[code] = draw(10)};
    std::vector<std::map<std::string, Holding>> held(6);
    for (int step = 0; step < 40; ++step) {
      const auto order = static_cast<size_t>(draw(5));
      Need need;
      for (const auto& code : codes) {
        if (draw(1) == 1) need.pieces[code] = 1 + draw(5);
      }
      need.forced = draw(9) == 0;
      need.all_or_nothing = draw(3) == 0;
      const Plan plan = PlanOrder(need, held[order], levels);
      held[order].clear();
      for (const auto& [code, product] : plan) {
        EXPECT_LE(product.after.allocated, product.needed);
        EXPECT_LE(product.after.forced, product.after.allocated);
        EXPECT_EQ(product.after.allocated < product.needed, product.short_reason != v1::SHORT_REASON_UNSPECIFIED);
        if (product.after.allocated > 0) held[order][code] = product.after;
      }
      Levels again_levels = levels;
      for (const auto& [code, product] : PlanOrder(need, held[order], again_levels)) {
        EXPECT_EQ(product.after, product.before) << "the same need again";
      }
      for (const auto& code : codes) {
        int64_t allocated = 0;
        int64_t forced = 0;
        for (const auto& holdings : held) {
          const auto it = holdings.find(code);
          if (it == holdings.end()) continue;
          allocated += it->second.allocated;
          forced += it->second.forced;
        }
        EXPECT_EQ(levels.at(code).free, on_hand[code] - allocated);
        EXPECT_LE(allocated, on_hand[code] + forced);
      }
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace juchu::inventory
