// Real threads on one order, each on its own connection.
#include <atomic>
#include <functional>
#include <map>
#include <thread>

#include "services/order/storage/order_storage_fixture.h"

namespace juchu::order {
namespace {

using ::juchu::testing::IsOk;

class OrderRaceTest : public OrderStorageTest {};

TEST_F(OrderRaceTest, ExactlyOneWriterWinsEachVersion) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 25;
  const std::string number = CreateOne("A-1");
  std::atomic<int> won = 0;
  std::atomic<int> lost = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < kRounds; ++round) {
        const int64_t version = Get(number).version();
        const auto response = Commit({NoteCommit(number, version, absl::StrCat(thread, "/", round))});
        ASSERT_THAT(response, IsOk());
        if (response->outcomes(0).version() == version + 1) {
          ++won;
        } else {
          EXPECT_EQ(response->outcomes(0).error().reason(), "ORDER_VERSION_STALE");
          ++lost;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won + lost, kThreads * kRounds);
  EXPECT_GE(won, kRounds);
  EXPECT_EQ(Get(number).version(), 1 + won);
  const auto history = History(number);
  ASSERT_EQ(history.size(), static_cast<size_t>(1 + won));
  for (size_t i = 0; i < history.size(); ++i) EXPECT_EQ(history[i].version(), static_cast<int64_t>(i) + 1);
}

// Order numbers are unique in a tenant, request ids in an order: two tenants that use the same ones at once see nothing
// of each other.
TEST_F(OrderRaceTest, SameNumberAndSameRequestInTwoTenantsAtOnceAreTwoOrders) {
  // Not as many of each: their versions must not agree by chance.
  const std::map<std::string, int> changes = {{"acme", 50}, {"beta", 30}};
  CreateTenant("beta");
  v1::CreateOrdersRequest create;
  create.set_configuration_version(1);
  auto& created = *create.add_orders();
  *created.mutable_order() = SampleOrder("A-1");
  const std::string number = numbers_.Next();
  created.mutable_order()->set_order_number(number);
  std::vector<v1::CommitOrdersRequest::Commit> commits;
  for (int i = 1; i <= changes.at("acme"); ++i) commits.push_back(NoteCommit(number, i, absl::StrCat("変更 ", i)));
  std::vector<std::thread> threads;
  for (const auto& [name, number_of_changes] : changes) {
    threads.emplace_back([&, tenant = name, count = number_of_changes] {
      v1::CreateOrdersRequest request = create;
      request.mutable_orders(0)->set_reason(tenant);
      const auto response = writer_->Create(tenant, request, Deadline());
      ASSERT_THAT(response, IsOk());
      EXPECT_FALSE(response->outcomes(0).already_known());
      for (int i = 0; i < count; ++i) {
        auto commit = commits[static_cast<size_t>(i)];
        commit.mutable_order()->set_worker_note(absl::StrCat(tenant, " ", commit.order().worker_note()));
        const auto changed = Commit({commit}, tenant);
        ASSERT_THAT(changed, IsOk());
        EXPECT_EQ(changed->outcomes(0).version(), commit.expected_version() + 1);
        EXPECT_FALSE(changed->outcomes(0).has_earlier_answer());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& [tenant, count] : changes) {
    EXPECT_EQ(Get(number, tenant).worker_note(), absl::StrCat(tenant, " 変更 ", count));
    EXPECT_EQ(Get(number, tenant).version(), 1 + count);
    EXPECT_EQ(History(number, tenant).size(), static_cast<size_t>(1 + count));
  }
}

TEST_F(OrderRaceTest, SameRequestFiftyTimesAtOnceIsOneEffectAndOneAnswer) {
  const std::string number = CreateOne("A-1");
  const auto commit = NoteCommit(number, 1, "一度だけ");
  std::atomic<int> first = 0;
  std::atomic<int> repeated = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([&] {
      const auto response = Commit({commit});
      ASSERT_THAT(response, IsOk());
      const auto& outcome = response->outcomes(0);
      ASSERT_FALSE(outcome.has_error()) << outcome.ShortDebugString();
      if (outcome.has_earlier_answer()) {
        EXPECT_EQ(outcome.earlier_answer(), commit.answer());
        ++repeated;
      } else {
        EXPECT_EQ(outcome.version(), 2);
        ++first;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(repeated, 49);
  EXPECT_EQ(History(number).size(), 2u);
}

TEST_F(OrderRaceTest, SameShopOrderTakenInByManyAtOnceIsOneOrder) {
  std::atomic<int> created = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      // Numbers in a different order in each call, as two imports of one file may meet.
      const auto response = Create({SampleOrder("A-1"), SampleOrder("A-2"), SampleOrder("A-3")});
      ASSERT_THAT(response, IsOk());
      for (const auto& outcome : response->outcomes()) {
        ASSERT_FALSE(outcome.has_error()) << outcome.ShortDebugString();
        created += outcome.already_known() ? 0 : 1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(created, 3);
  EXPECT_EQ(database_->RootSql("SELECT COUNT(*) FROM orders").value(), "3\n");
}

// Few and many: other statements lock them and move them (mysql::kManyRows), in the same order.
TEST_F(OrderRaceTest, BatchesThatOverlapDoNotBlockEachOtherForGoodAndOneOfThemWins) {
  constexpr int kMany = 60;
  constexpr int kFew = 20;
  std::vector<std::string> numbers;
  for (int i = 0; i < kMany; ++i) numbers.push_back(CreateOne(absl::StrCat("A-", i)));
  using Make = std::function<decltype(NoteCommit)>;
  const auto move = [](const std::string& number, int64_t version, const std::string&) {
    auto commit = StatusCommit(number, version, v1::AWAITING_SHIPMENT);
    commit.mutable_order()->clear_state_tags();
    commit.mutable_order()->set_mode(version % 2 == 0 ? v1::MANUAL : v1::AUTO);
    commit.mutable_update_mask()->clear_paths();
    for (const char* path : {"status", "mode"}) commit.mutable_update_mask()->add_paths(path);
    return commit;
  };
  int64_t version = 1;
  for (const Make& make : {Make(NoteCommit), Make(move), Make(move)}) {
    std::vector<std::thread> threads;
    std::atomic<int> won = 0;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        std::vector<v1::CommitOrdersRequest::Commit> commits;
        for (const auto& number : numbers) commits.push_back(make(number, version, absl::StrCat(thread)));
        if (thread % 2 == 1) std::reverse(commits.begin(), commits.end());
        if (thread % 4 >= 2) commits.resize(kFew);
        const auto response = Commit(commits);
        ASSERT_THAT(response, IsOk());
        for (const auto& outcome : response->outcomes()) won += outcome.has_error() ? 0 : 1;
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(won, kMany);
    ++version;
    for (const auto& number : numbers) {
      EXPECT_EQ(Get(number).version(), version);
      EXPECT_EQ(History(number).size(), static_cast<size_t>(version));
    }
  }
  EXPECT_EQ(pool_->stats().reruns, 0) << "they wait for each other, and never in a circle";
}

}  // namespace
}  // namespace juchu::order
