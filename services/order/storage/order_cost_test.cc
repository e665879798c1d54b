// What calls cost on the database: statements, durable commits and rows read, counted, for one order and for many.
#include <cstdio>

#include "absl/strings/numbers.h"
#include "services/order/storage/order_storage_fixture.h"

namespace juchu::order {
namespace {

using ::juchu::testing::IsOk;

// One that reads, and for each table written one statement, within BEGIN and COMMIT, which the counter leaves out.
constexpr int64_t kMostStatementsOfACommit = 3;
constexpr int64_t kMostStatementsOfACreate = 7;
// Five hundred rows are written by statements of lengths that stay prepared: 128 orders at most.
constexpr int64_t kMostStatementsOfManyCommits = 11;
constexpr int64_t kMostStatementsOfManyCreates = 23;
// Orders that go to one place are locked by one statement and moved by one.
constexpr int64_t kMostStatementsOfManyMoves = 6;
// Of a caller who does not know the configuration.
constexpr int64_t kMostStatementsOfALoad = 4;

class OrderCostTest : public OrderStorageTest {
 protected:
  struct Cost {
    int64_t statements;
    int64_t commits;
    int64_t prepares;
  };

  template <typename Call>
  Cost CostOf(Call&& call) {
    const auto before = pool_->stats();
    call();
    const auto after = pool_->stats();
    return {after.statements - before.statements, after.commits - before.commits, after.prepares - before.prepares};
  }

  std::vector<std::string> CreateMany(int count, const std::string& prefix) {
    std::vector<v1::Order> orders;
    for (int i = 0; i < count; ++i) {
      orders.push_back(SampleOrder(absl::StrCat(prefix, i), "order_tag_ids: ['a', 'b'] management_category_id: 'c'"));
    }
    std::vector<std::string> numbers;
    const auto response = Create(orders);
    EXPECT_THAT(response, IsOk());
    for (const auto& outcome : response->outcomes()) numbers.push_back(outcome.order_number());
    return numbers;
  }
};

TEST_F(OrderCostTest, FiveHundredOrdersCostFewStatementsAndOneCommit) {
  std::vector<std::string> one;
  std::vector<std::string> many;
  const Cost create_one = CostOf([&] { one = CreateMany(1, "one-"); });
  const Cost create_many = CostOf([&] { many = CreateMany(500, "many-"); });
  EXPECT_LE(create_one.statements, kMostStatementsOfACreate);
  EXPECT_LE(create_many.statements, kMostStatementsOfManyCreates);
  EXPECT_EQ(create_many.commits, 1);
  EXPECT_EQ(CostOf([&] { CreateMany(500, "again-"); }).prepares, 0);

  const auto commit_all = [&](const std::vector<std::string>& numbers, int64_t version, bool sets_states = true) {
    std::vector<v1::CommitOrdersRequest::Commit> commits;
    for (const auto& number : numbers) {
      commits.push_back(StatusCommit(number, version, v1::AWAITING_ALLOCATION));
      if (!sets_states) commits.back().mutable_update_mask()->mutable_paths()->RemoveLast();
    }
    const auto response = Commit(commits);
    ASSERT_THAT(response, IsOk());
    for (const auto& outcome : response->outcomes()) ASSERT_EQ(outcome.version(), version + 1);
  };
  const Cost commit_one = CostOf([&] { commit_all(one, 1); });
  const Cost commit_many = CostOf([&] { commit_all(many, 1); });
  EXPECT_LE(commit_one.statements, kMostStatementsOfACommit);
  EXPECT_LE(commit_many.statements, kMostStatementsOfManyCommits);
  EXPECT_EQ(commit_one.commits, 1);
  EXPECT_EQ(commit_many.commits, 1);
  EXPECT_EQ(CostOf([&] { commit_all(many, 2); }).prepares, 0);
  EXPECT_LE(CostOf([&] { commit_all(many, 3, /*sets_states=*/false); }).statements, kMostStatementsOfManyMoves);

  const Cost load_one = CostOf([&] { ASSERT_THAT(Load(one, v1::ORDER_VIEW_BASIC), IsOk()); });
  const Cost load_many = CostOf([&] { ASSERT_THAT(Load(many, v1::ORDER_VIEW_BASIC), IsOk()); });
  const Cost load_whole = CostOf([&] { ASSERT_THAT(Load(many, v1::ORDER_VIEW_FULL), IsOk()); });
  EXPECT_EQ(load_many.statements, load_one.statements);
  EXPECT_LE(load_whole.statements, kMostStatementsOfALoad);
  RecordProperty("create", static_cast<int>(create_many.statements));
  RecordProperty("commit", static_cast<int>(commit_many.statements));
  RecordProperty("load", static_cast<int>(load_many.statements));
  std::printf("statements: create %d, commit %d, load %d (whole %d)\n", static_cast<int>(create_many.statements),
              static_cast<int>(commit_many.statements), static_cast<int>(load_many.statements),
              static_cast<int>(load_whole.statements));
}

// However many orders there are, and however many of them the same request has changed.
TEST_F(OrderCostTest, ABatchReadsNoRowsButItsOwn) {
  const auto rows_read = [&] {
    const std::string status = database_->RootSql("SHOW GLOBAL STATUS LIKE 'Rows_read'").value();
    int64_t rows = 0;
    EXPECT_TRUE(absl::SimpleAtoi(status.substr(status.find('\t') + 1), &rows)) << status;
    return rows;
  };
  const std::string id = NewRequestId();
  // Loads, moves and loads again, then asks for the move once more: rows read by each order.
  const auto change = [&](const std::vector<std::string>& numbers) {
    v1::LoadOrdersRequest load;
    load.set_view(v1::ORDER_VIEW_BASIC);
    std::vector<v1::CommitOrdersRequest::Commit> commits;
    for (const auto& number : numbers) {
      commits.push_back(StatusCommit(number, 1, v1::SHIPPING));
      commits.back().mutable_update_mask()->mutable_paths()->RemoveLast();
      commits.back().set_request_id(id);
      auto& key = *load.add_keys();
      key.set_order_number(number);
      key.set_request_id(id);
      key.set_request_hash(commits.back().request_hash());
    }
    const int64_t before = rows_read();
    EXPECT_TRUE(reader_->Load("acme", load, Deadline())->orders(0).has_order());
    EXPECT_EQ(Commit(commits)->outcomes(0).version(), 2);
    EXPECT_TRUE(reader_->Load("acme", load, Deadline())->orders(0).has_answer());
    EXPECT_TRUE(Commit(commits)->outcomes(0).has_earlier_answer());
    return static_cast<double>(rows_read() - before) / static_cast<double>(numbers.size());
  };
  for (const int size : {20, 60}) {
    const double first = change(CreateMany(size, absl::StrCat("first-", size, "-")));
    change(CreateMany(500, absl::StrCat("more-", size, "-")));
    const double later = change(CreateMany(size, absl::StrCat("later-", size, "-")));
    std::printf("rows read by each of %d orders: %.1f, among 500 more %.1f\n", size, first, later);
    EXPECT_LE(later, 1.2 * first);
  }
}

}  // namespace
}  // namespace juchu::order
