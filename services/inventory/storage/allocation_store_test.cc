#include "services/inventory/storage/allocation_store.h"

#include "services/inventory/storage/inventory_storage_fixture.h"

namespace juchu::inventory {
namespace {

using ::juchu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AllocationStoreTest : public InventoryStorageTest {
 protected:
  v1::ReadAllocationsResponse::Read ReadOne(const std::string& order, const std::string& tenant = "acme") {
    v1::ReadAllocationsRequest request;
    request.add_order_numbers(order);
    const auto response = allocations_->Read(tenant, request, Deadline());
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->orders(0) : v1::ReadAllocationsResponse::Read();
  }

  std::vector<std::string> Waiting(const std::string& code, int most = 100) {
    v1::ListWaitingOrdersRequest request;
    request.set_product_code(code);
    request.set_max_orders(most);
    const auto response = allocations_->Waiting("acme", request, Deadline());
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return {};
    return {response->order_numbers().begin(), response->order_numbers().end()};
  }
};

TEST_F(AllocationStoreTest, OrderGetsWhatThereIsAndIsToldWhatIsNot) {
  Stock({{"A", 5}, {"B", 1}});
  const auto outcome = AllocateOne(NeedOf("O1", {{"A", 2}, {"A", 1}, {"B", 3}, {"X", 1}}));
  EXPECT_TRUE(outcome.changed());
  EXPECT_EQ(outcome.facts().state(), v1::PARTLY_ALLOCATED);
  EXPECT_EQ(outcome.facts().version(), 1);
  ASSERT_EQ(outcome.lines_size(), 4);
  EXPECT_EQ(outcome.lines(0).allocated(), 2);
  EXPECT_EQ(outcome.lines(1).allocated(), 1);
  EXPECT_EQ(outcome.lines(2).allocated(), 1);
  EXPECT_EQ(outcome.lines(2).short_reason(), v1::STOCK_SHORT);
  EXPECT_EQ(outcome.lines(3).short_reason(), v1::PRODUCT_NOT_REGISTERED);
  EXPECT_EQ(StockOfOne("A").allocated(), 3);
  EXPECT_EQ(StockOfOne("A").free(), 2);
  EXPECT_EQ(StockOfOne("B").free(), 0);
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(AllocationStoreTest, SameNeedAgainChangesNothing) {
  Stock({{"A", 5}});
  const auto need = NeedOf("O1", {{"A", 8}});
  const auto first = AllocateOne(need);
  const auto again = AllocateOne(need);
  EXPECT_FALSE(again.changed());
  EXPECT_EQ(again.facts().version(), first.facts().version());
  EXPECT_EQ(again.lines(0).allocated(), 5);
  EXPECT_EQ(StockOfOne("A").allocated(), 5);
}

TEST_F(AllocationStoreTest, WhatComesInLaterGoesToWhoWaitedFirst) {
  Stock({{"A", 1}});
  AllocateOne(NeedOf("O1", {{"A", 1}}, 1, 300));
  AllocateOne(NeedOf("O3", {{"A", 2}}, 1, 100));
  AllocateOne(NeedOf("O2", {{"A", 1}}, 1, 200));
  EXPECT_THAT(Waiting("A"), ElementsAre("O3", "O2"));
  EXPECT_THAT(Waiting("A", 1), ElementsAre("O3"));
  const auto read = ReadOne("O2");
  ASSERT_EQ(read.lacks_size(), 1);
  EXPECT_EQ(read.lacks(0).short_reason(), v1::STOCK_SHORT);
  EXPECT_EQ(read.lacks(0).orders_before(), 1);
  ASSERT_THAT(ChangeOne("A", v1::RECEIVED, 2), IsOk());
  // In one call the earlier one comes first, however they are named.
  const auto response = Allocate({NeedOf("O2", {{"A", 1}}, 1, 200), NeedOf("O3", {{"A", 2}}, 1, 100)});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->outcomes(0).facts().state(), v1::UNALLOCATED);
  EXPECT_EQ(response->outcomes(1).facts().state(), v1::ALLOCATED);
  EXPECT_THAT(Waiting("A"), ElementsAre("O2"));
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(AllocationStoreTest, EditedOrderGivesBackAndGetsAndACancelledOneGivesAllBackOnce) {
  Stock({{"A", 5}, {"B", 5}});
  AllocateOne(NeedOf("O1", {{"A", 4}}));
  const auto edited = AllocateOne(NeedOf("O1", {{"A", 1}, {"B", 2}}, 2));
  EXPECT_EQ(edited.facts().state(), v1::ALLOCATED);
  EXPECT_EQ(edited.facts().version(), 1) << "how far it is allocated has not changed";
  EXPECT_TRUE(edited.changed());
  EXPECT_EQ(StockOfOne("A").allocated(), 1);
  EXPECT_EQ(StockOfOne("B").allocated(), 2);
  for (int i = 0; i < 2; ++i) {
    AllocateOne(NeedOf("O1", {}, 3));
    EXPECT_EQ(StockOfOne("A").allocated(), 0);
    EXPECT_EQ(StockOfOne("B").allocated(), 0);
  }
  // News of an older version come late.
  const auto late = AllocateOne(NeedOf("O1", {{"A", 4}}, 1));
  EXPECT_FALSE(late.changed());
  EXPECT_EQ(StockOfOne("A").allocated(), 0);
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(AllocationStoreTest, ForcedOrderHoldsMoreThanThereIsAndIsShownAsSuch) {
  Stock({{"A", 2}});
  auto need = NeedOf("O1", {{"A", 5}});
  EXPECT_EQ(AllocateOne(need).facts().state(), v1::PARTLY_ALLOCATED);
  need.set_forced(true);
  const auto forced = AllocateOne(need);
  EXPECT_EQ(forced.facts().state(), v1::FORCIBLY_ALLOCATED);
  EXPECT_EQ(forced.facts().version(), 2);
  EXPECT_EQ(forced.lines(0).forced(), 3);
  EXPECT_EQ(StockOfOne("A").overdraft(), 3);
  EXPECT_THAT(Audit(), IsEmpty());
  // What comes in covers it first; nobody else gets of it.
  ASSERT_THAT(ChangeOne("A", v1::RECEIVED, 2), IsOk());
  EXPECT_EQ(StockOfOne("A").overdraft(), 1);
  EXPECT_EQ(AllocateOne(NeedOf("O2", {{"A", 1}})).facts().state(), v1::UNALLOCATED);
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(AllocationStoreTest, ShippedOrderTakesItsPiecesOutOfTheStockOnce) {
  Stock({{"A", 5}, {"B", 1}});
  AllocateOne(NeedOf("O1", {{"A", 2}, {"B", 1}}));
  auto forced = NeedOf("O2", {{"B", 2}});
  forced.set_forced(true);
  AllocateOne(forced);
  for (int i = 0; i < 2; ++i) {
    const auto shipped = Ship({"O2", "O1", "O9"});
    ASSERT_THAT(shipped, IsOk());
    for (const auto& facts : shipped->facts()) EXPECT_TRUE(facts.shipped()) << facts.ShortDebugString();
    EXPECT_EQ(shipped->facts(0).state(), v1::FORCIBLY_ALLOCATED);
    EXPECT_EQ(StockOfOne("A").on_hand(), 3);
    EXPECT_EQ(StockOfOne("A").allocated(), 0);
    EXPECT_EQ(StockOfOne("B").on_hand(), -2) << "more was there than had been counted";
    EXPECT_THAT(Audit(), IsEmpty());
  }
  // It holds nothing any more, whatever is asked for it.
  EXPECT_FALSE(AllocateOne(NeedOf("O1", {{"A", 2}}, 5)).changed());
  EXPECT_FALSE(AllocateOne(NeedOf("O9", {{"A", 2}}, 5)).changed());
  EXPECT_EQ(StockOfOne("A").allocated(), 0);
  v1::ListLedgerRequest request;
  request.set_product_code("A");
  request.set_page_size(1);
  const auto ledger = stocks_->Ledger("acme", request, Deadline());
  EXPECT_EQ(ledger->entries(0).kind(), v1::SHIPPED);
  EXPECT_EQ(ledger->entries(0).reason(), "O1");
}

TEST_F(AllocationStoreTest, AnotherTenantsStockAndOrdersAreNotThere) {
  Stock({{"A", 5}}, "acme");
  AllocateOne(NeedOf("O1", {{"A", 1}}));
  EXPECT_EQ(AllocateOne(NeedOf("O1", {{"A", 1}}), "other").lines(0).short_reason(), v1::PRODUCT_NOT_REGISTERED);
  EXPECT_EQ(ReadOne("O1", "other").facts().state(), v1::UNALLOCATED);
  EXPECT_EQ(ReadOne("O2", "other").facts().version(), 0);
  ASSERT_THAT(Ship({"O1"}, "other"), IsOk());
  EXPECT_FALSE(ReadOne("O1").facts().shipped());
  EXPECT_EQ(StockOfOne("A").allocated(), 1);
}

// Who is first in priority is planned first, before the other has given back.
TEST_F(AllocationStoreTest, WhatAnOrderGivesBackInTheSameCallGoesToWhoWasShort) {
  Stock({{"A", 10}});
  AllocateOne(NeedOf("O2", {{"A", 5}}, 1, 200));
  auto gives_back = NeedOf("O2", {}, 2, 200);
  const auto response = Allocate({NeedOf("O1", {{"A", 10}}, 1, 100), gives_back});
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->outcomes(0).facts().state(), v1::ALLOCATED);
  EXPECT_EQ(StockOfOne("A").free(), 0);
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(AllocationStoreTest, ManyLinesCostAsManyStatementsAsOneAndManyOrdersFew) {
  Pieces pieces;
  Pieces lines;
  for (int i = 0; i < 20; ++i) {
    pieces.emplace_back(absl::StrCat("P", i), 100'000);
    lines.emplace_back(absl::StrCat("P", i), 1);
  }
  Stock(pieces);
  std::vector<v1::AllocateOrdersRequest::Need> many;
  for (int i = 0; i < 500; ++i) many.push_back(NeedOf(absl::StrCat("M", i), {{"P1", 1}, {"P2", 2}, {"P3", 3}}));
  const auto cost = [&](const std::vector<v1::AllocateOrdersRequest::Need>& needs) {
    const auto before = pool_->stats();
    EXPECT_THAT(Allocate(needs), IsOk());
    const auto after = pool_->stats();
    EXPECT_EQ(after.commits - before.commits, 1);
    return after.statements - before.statements;
  };
  const int64_t of_one_line = cost({NeedOf("O1", {{"P0", 1}})});
  EXPECT_EQ(cost({NeedOf("O2", lines)}), of_one_line);
  // Orders, levels, then what is written: orders, allocations, news, stock.
  EXPECT_EQ(of_one_line, 6);
  // Of 500 orders and 1,500 allocations in lengths that stay prepared.
  EXPECT_LE(cost(many), 14);
  EXPECT_THAT(Audit(), IsEmpty());
}

}  // namespace
}  // namespace juchu::inventory
