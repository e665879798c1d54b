#include "common/executor/slots.h"

#include <thread>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace juchu {
namespace {

TEST(SlotsTest, NoMoreThanThereAreUntilOneIsGivenBack) {
  Slots slots(2);
  const auto one = slots.Take(absl::InfinitePast());
  auto other = slots.Take(absl::InfinitePast());
  EXPECT_TRUE(one.has_value());
  EXPECT_TRUE(other.has_value());
  EXPECT_FALSE(slots.Take(absl::InfinitePast()).has_value());
  other.reset();
  EXPECT_TRUE(slots.Take(absl::InfinitePast()).has_value());
}

TEST(SlotsTest, OneThatIsHandedOnIsGivenBackOnce) {
  Slots slots(1);
  {
    auto taken = slots.Take(absl::InfinitePast());
    ASSERT_TRUE(taken.has_value());
    const Slots::Slot held = *std::move(taken);
    EXPECT_FALSE(slots.Take(absl::InfinitePast()).has_value());
  }
  const auto again = slots.Take(absl::InfinitePast());
  EXPECT_TRUE(again.has_value());
  EXPECT_FALSE(slots.Take(absl::InfinitePast()).has_value());
}

TEST(SlotsTest, WhoWaitsGetsTheOneThatIsGivenBack) {
  Slots slots(1);
  auto first = slots.Take(absl::InfinitePast());
  ASSERT_TRUE(first.has_value());
  absl::Notification waits;
  bool taken = false;
  std::thread waiting([&] {
    waits.Notify();
    taken = slots.Take(absl::InfiniteFuture()).has_value();
  });
  waits.WaitForNotification();
  first.reset();
  waiting.join();
  EXPECT_TRUE(taken);
}

}  // namespace
}  // namespace juchu
