// Many at once, on real threads: no piece is given twice, and every audit in between says so.
#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "services/inventory/storage/inventory_storage_fixture.h"

namespace juchu::inventory {
namespace {

using ::juchu::testing::IsOk;
using ::testing::IsEmpty;

class AllocationRaceTest : public InventoryStorageTest {};

TEST_F(AllocationRaceTest, LastPiecesOfAHotProductGoToAsManyAsThereAre) {
  constexpr int kThreads = 32;
  constexpr int64_t kPieces = 100;
  constexpr int kOrdersEach = 10;
  Stock({{"HOT", kPieces}});
  std::atomic<int64_t> allocated = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kOrdersEach; ++i) {
        const auto response = Allocate({NeedOf(absl::StrCat("T", thread, "-", i), {{"HOT", 1}})});
        ASSERT_THAT(response, IsOk());
        if (response->outcomes(0).facts().state() == v1::ALLOCATED) ++allocated;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(allocated, kPieces);
  EXPECT_EQ(StockOfOne("HOT").free(), 0);
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(AllocationRaceTest, OneOrderAskedForByManyAtOnceHoldsItsPiecesOnce) {
  Stock({{"A", 100}, {"B", 100}});
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 16; ++thread) {
    threads.emplace_back([&] { ASSERT_THAT(Allocate({NeedOf("O1", {{"A", 3}, {"B", 1}})}), IsOk()); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(StockOfOne("A").allocated(), 3);
  EXPECT_EQ(StockOfOne("B").allocated(), 1);
  EXPECT_THAT(Audit(), IsEmpty());
}

// An order that comes just when the stock does that it lacks: it gets it by itself, or whoever received the stock finds
// it waiting.
TEST_F(AllocationRaceTest, StockThatComesMeanwhileIsNotMissed) {
  constexpr int kRounds = 150;
  Stock({{"A", 0}});
  for (int round = 0; round < kRounds; ++round) {
    const auto need = NeedOf(absl::StrCat("R", round), {{"A", 1}});
    std::thread order([&] { ASSERT_THAT(Allocate({need}), IsOk()); });
    ASSERT_THAT(ChangeOne("A", v1::RECEIVED, 1), IsOk());
    v1::ListWaitingOrdersRequest waiting;
    waiting.set_product_code("A");
    waiting.set_max_orders(10);
    const auto found = allocations_->Waiting("acme", waiting, Deadline());
    ASSERT_THAT(found, IsOk());
    for (int i = 0; i < found->order_numbers_size(); ++i) ASSERT_THAT(Allocate({need}), IsOk());
    order.join();
    ASSERT_EQ(StockOfOne("A").free(), 0) << "in round " << round;
  }
}

TEST_F(AllocationRaceTest, AllocateEditCancelReceiveAndShipMixedKeepEverySum) {
  constexpr int kThreads = 12;
  constexpr int kStepsEach = 60;
  constexpr int kProducts = 6;
  constexpr int kOrders = 40;
  Pieces pieces;
  for (int i = 0; i < kProducts; ++i) pieces.emplace_back(absl::StrCat("P", i), 15);
  Stock(pieces);
  std::atomic<int> version = 1;
  std::atomic<bool> done = false;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      std::mt19937_64 random(static_cast<uint64_t>(thread));
      const auto draw = [&](uint64_t n) { return random() % n; };
      const auto order = [&] { return absl::StrCat("O", draw(kOrders)); };
      for (int i = 0; i < kStepsEach; ++i) {
        const uint64_t what = draw(20);
        if (what < 14) {
          std::vector<v1::AllocateOrdersRequest::Need> needs;
          std::set<std::string> numbers;
          for (uint64_t n = draw(4) + 1; n > 0; --n) numbers.insert(order());
          for (const auto& number : numbers) {
            Pieces lines;
            for (uint64_t n = draw(4); n > 0; --n) {
              lines.emplace_back(absl::StrCat("P", draw(kProducts)), static_cast<int64_t>(draw(4)) + 1);
            }
            needs.push_back(NeedOf(number, lines, version++, static_cast<int64_t>(draw(100))));
            needs.back().set_forced(draw(12) == 0);
            needs.back().set_all_or_nothing(draw(4) == 0);
          }
          ASSERT_THAT(Allocate(needs), IsOk());
        } else if (what < 17) {
          ASSERT_THAT(ChangeOne(absl::StrCat("P", draw(kProducts)), v1::RECEIVED, 1 + static_cast<int64_t>(draw(3))),
                      IsOk());
        } else if (what < 19) {
          ASSERT_THAT(
              ChangeOne(absl::StrCat("P", draw(kProducts)), v1::COUNTED, static_cast<int64_t>(draw(30)), draw(2) == 0),
              IsOk());
        } else {
          ASSERT_THAT(Ship({order()}), IsOk());
        }
      }
    });
  }
  std::thread auditor([&] {
    while (!done) EXPECT_THAT(Audit(), IsEmpty());
  });
  for (auto& thread : threads) thread.join();
  done = true;
  auditor.join();
  EXPECT_THAT(Audit(), IsEmpty());
}

}  // namespace
}  // namespace juchu::inventory
