#include "services/inventory/storage/stock_store.h"

#include "services/inventory/storage/inventory_storage_fixture.h"

namespace juchu::inventory {
namespace {

using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StockStoreTest : public InventoryStorageTest {
 protected:
  v1::ListLedgerResponse Ledger(const std::string& code, int page_size = 100, const std::string& before = "") {
    v1::ListLedgerRequest request;
    request.set_product_code(code);
    request.set_page_size(page_size);
    request.set_before_entry_id(before);
    const auto response = stocks_->Ledger("acme", request, Deadline());
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *response : v1::ListLedgerResponse();
  }
};

TEST_F(StockStoreTest, CountedReceivedAndTakenEachWritesTheLedger) {
  Stock({{"A", 0}});
  EXPECT_EQ(ChangeOne("A", v1::COUNTED, 10)->stock().on_hand(), 10);
  EXPECT_EQ(ChangeOne("A", v1::RECEIVED, 5)->stock().on_hand(), 15);
  EXPECT_EQ(ChangeOne("A", v1::TAKEN, 3)->stock().on_hand(), 12);
  EXPECT_EQ(ChangeOne("A", v1::COUNTED, 2)->stock().on_hand(), 2);
  EXPECT_EQ(StockOfOne("A").free(), 2);

  const auto ledger = Ledger("A");
  std::vector<int64_t> quantities;
  std::vector<int64_t> balances;
  for (const auto& entry : ledger.entries()) {
    quantities.push_back(entry.quantity());
    balances.push_back(entry.balance());
    EXPECT_EQ(entry.actor().id(), "hanako");
    EXPECT_EQ(entry.reason(), "棚卸");
  }
  EXPECT_THAT(quantities, ElementsAre(-10, -3, 5, 10)) << "newest first";
  EXPECT_THAT(balances, ElementsAre(2, 12, 15, 10));
  EXPECT_THAT(Audit(), IsEmpty());

  const auto page = Ledger("A", 2, ledger.entries(1).entry_id());
  EXPECT_EQ(page.entries(0).balance(), 15) << "of all entries up to it, not of the page";
  EXPECT_FALSE(page.more());
  EXPECT_TRUE(Ledger("A", 2).more());
}

TEST_F(StockStoreTest, LedgerOfAProductThatIsNotThereSaysSo) {
  Stock({{"A", 0}});
  EXPECT_THAT(Ledger("A").entries(), IsEmpty());
  v1::ListLedgerRequest request;
  request.set_product_code("B");
  request.set_page_size(10);
  EXPECT_THAT(stocks_->Ledger("acme", request, Deadline()),
              StatusIs(absl::StatusCode::kNotFound, HasReason("PRODUCT_NOT_FOUND")));
}

TEST_F(StockStoreTest, EachChangeOfACallSucceedsOrFailsForItself) {
  Stock({{"A", 3}, {"B", 3}});
  auto request = ChangeRequest("A", v1::TAKEN, 4);
  *request.add_changes() = ChangeRequest("X", v1::RECEIVED, 1).changes(0);
  *request.add_changes() = ChangeRequest("B", v1::TAKEN, 3).changes(0);
  const auto response = stocks_->Change("acme", request, PersonNamed("hanako"), Deadline());
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->outcomes(0).error().reason(), "STOCK_BELOW_ZERO");
  EXPECT_EQ(response->outcomes(0).error().metadata().at("on_hand"), "3");
  EXPECT_EQ(response->outcomes(1).error().reason(), "PRODUCT_NOT_FOUND");
  EXPECT_EQ(response->outcomes(2).stock().on_hand(), 0);
  EXPECT_EQ(StockOfOne("A").on_hand(), 3);
  EXPECT_EQ(StockOfOne("B").on_hand(), 0);
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(StockStoreTest, RepeatedRequestGetsTheFirstAnswerAndChangesNothing) {
  Stock({{"A", 0}});
  auto request = ChangeRequest("A", v1::RECEIVED, 5);
  ASSERT_THAT(stocks_->Change("acme", request, PersonNamed("hanako"), Deadline()), IsOk());
  const auto again = stocks_->Change("acme", request, PersonNamed("hanako"), Deadline());
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->repeated_request());
  EXPECT_EQ(again->outcomes(0).stock().on_hand(), 5);
  EXPECT_EQ(StockOfOne("A").on_hand(), 5);
  // The same id is another tenant's own.
  Stock({{"A", 0}}, "other");
  EXPECT_FALSE(stocks_->Change("other", request, PersonNamed("hanako"), Deadline())->repeated_request());
  request.set_request_hash(std::string(32, 'x'));
  EXPECT_THAT(stocks_->Change("acme", request, PersonNamed("hanako"), Deadline()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasReason("REQUEST_ID_REUSED")));
}

TEST_F(StockStoreTest, StockBelowWhatIsAllocatedIsRefusedUnlessStated) {
  Stock({{"A", 10}});
  AllocateOne(NeedOf("O1", {{"A", 8}}));
  const auto refused = ChangeOne("A", v1::COUNTED, 6);
  ASSERT_THAT(refused, IsOk());
  EXPECT_EQ(refused->error().reason(), "STOCK_BELOW_ALLOCATED");
  EXPECT_THAT(refused->error().message(), HasSubstr("of which 2 would not be there"));
  EXPECT_EQ(StockOfOne("A").on_hand(), 10);

  const auto stated = ChangeOne("A", v1::COUNTED, 6, /*below_allocated=*/true);
  EXPECT_EQ(stated->stock().overdraft(), 2);
  EXPECT_EQ(stated->stock().free(), -2);
  EXPECT_THAT(Audit(), IsEmpty());
  // Nobody else gets anything until it is covered again.
  EXPECT_EQ(AllocateOne(NeedOf("O2", {{"A", 1}})).facts().state(), v1::UNALLOCATED);
  ASSERT_THAT(ChangeOne("A", v1::RECEIVED, 2), IsOk());
  EXPECT_EQ(AllocateOne(NeedOf("O2", {{"A", 1}})).facts().state(), v1::UNALLOCATED);
  ASSERT_THAT(ChangeOne("A", v1::RECEIVED, 1), IsOk());
  EXPECT_EQ(AllocateOne(NeedOf("O2", {{"A", 1}})).facts().state(), v1::ALLOCATED);
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(StockStoreTest, AuditNamesWhatIsWrongAndRepairsByTheLedger) {
  Stock({{"A", 10}, {"B", 5}, {"C", 5}, {"D", 5}});
  AllocateOne(NeedOf("O1", {{"A", 3}, {"B", 2}}));
  ASSERT_THAT(database_->RootSql("UPDATE stocks SET on_hand = 11 WHERE product_code = 'A';"
                                 "UPDATE stocks SET allocated = 1 WHERE product_code = 'B';"
                                 "UPDATE stocks SET overdraft = 4 WHERE product_code = 'C'"),
              IsOk());
  const auto wrong = Audit();
  EXPECT_THAT(wrong, ElementsAre("A: ON_HAND_NOT_LEDGER: on hand is 11, the ledger's sum 10",
                                 "B: ALLOCATED_NOT_ALLOCATIONS: allocated is 1, the allocations' sum 2",
                                 "C: OVERDRAFT_WRONG: the overdraft is 4, allocated beyond on hand 0",
                                 "C: OVERDRAFT_UNSTATED: the overdraft is 4, forced or stated 0"));
  EXPECT_EQ(Audit(/*repair=*/true), wrong);
  EXPECT_THAT(Audit(), IsEmpty());
  const auto ledger = Ledger("A");
  EXPECT_EQ(ledger.entries(0).kind(), v1::REPAIRED);
  EXPECT_EQ(ledger.entries(0).quantity(), 1);
  EXPECT_EQ(ledger.entries(0).actor().id(), "auditor");
  EXPECT_EQ(ledger.entries_size(), 2) << "what was there stays as it was";
  EXPECT_EQ(StockOfOne("B").allocated(), 2);
}

TEST_F(StockStoreTest, AuditGoesPageByPage) {
  Pieces pieces;
  for (int i = 0; i < 7; ++i) pieces.emplace_back(absl::StrCat("P", i), 1);
  Stock(pieces);
  v1::AuditInventoryRequest request;
  request.set_page_size(3);
  int64_t products = 0;
  int pages = 0;
  do {
    const auto response = stocks_->Audit("acme", request, PersonNamed("a"), Deadline());
    ASSERT_THAT(response, IsOk());
    products += response->products();
    ++pages;
    request.set_after_product_code(response->next());
  } while (!request.after_product_code().empty());
  EXPECT_EQ(products, 7);
  EXPECT_EQ(pages, 3);
}

}  // namespace
}  // namespace juchu::inventory
