#include "common/executor/serial_executor.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu {
namespace {

TEST(SerialExecutorTest, RunsInOrderInOneThread) {
  SerialExecutor executor;
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

TEST(SerialExecutorTest, EndWaitsForWhatWasGiven) {
  int done = 0;
  {
    SerialExecutor executor;
    for (int i = 0; i < 100; ++i) executor.Run([&] { return ++done; });
  }
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace juchu
