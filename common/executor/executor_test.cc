#include "common/executor/executor.h"

#include <atomic>
#include <vector>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu {
namespace {

TEST(ExecutorTest, OneThreadRunsInOrder) {
  Executor executor(1);
  std::vector<int> order;
  auto first = executor.Run([&] {
    order.push_back(1);
    return std::this_thread::get_id();
  });
  auto second = executor.Run([&] {
    order.push_back(2);
    return std::this_thread::get_id();
  });
  const auto thread = second.get();
  EXPECT_EQ(first.get(), thread);
  EXPECT_NE(thread, std::this_thread::get_id());
  EXPECT_THAT(order, ::testing::ElementsAre(1, 2));
}

TEST(ExecutorTest, OneThatTakesLongHoldsUpNoOther) {
  Executor executor(2);
  absl::Notification others_done;
  auto slow = executor.Run([&] { others_done.WaitForNotification(); });
  for (int i = 0; i < 10; ++i) executor.Run([] {}).get();
  others_done.Notify();
  slow.get();
}

TEST(ExecutorTest, EndWaitsForWhatWasGiven) {
  std::atomic<int> done = 0;
  {
    Executor executor(2);
    for (int i = 0; i < 100; ++i) executor.Run([&] { return ++done; });
  }
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace juchu
