#include "common/executor/slots.h"

#include <optional>
#include <thread>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace juchu {
namespace {

constexpr absl::Time kAtOnce = absl::InfinitePast();

TEST(SlotsTest, NoMoreThanThereAreUntilOneIsGivenBack) {
  Slots slots(2);
  Slots::Share share;
  const auto one = slots.Take(share, kAtOnce);
  auto other = slots.Take(share, kAtOnce);
  EXPECT_TRUE(one.has_value());
  EXPECT_TRUE(other.has_value());
  EXPECT_FALSE(slots.Take(share, kAtOnce).has_value());
  other.reset();
  EXPECT_TRUE(slots.Take(share, kAtOnce).has_value());
}

TEST(SlotsTest, OneThatIsHandedOnIsGivenBackOnce) {
  Slots slots(1);
  Slots::Share share;
  {
    auto taken = slots.Take(share, kAtOnce);
    ASSERT_TRUE(taken.has_value());
    const Slots::Slot held = *std::move(taken);
    EXPECT_FALSE(slots.Take(share, kAtOnce).has_value());
  }
  const auto again = slots.Take(share, kAtOnce);
  EXPECT_TRUE(again.has_value());
  EXPECT_FALSE(slots.Take(share, kAtOnce).has_value());
}

TEST(SlotsTest, WhoWaitsGetsTheOneThatIsGivenBack) {
  Slots slots(1);
  Slots::Share share;
  auto first = slots.Take(share, kAtOnce);
  ASSERT_TRUE(first.has_value());
  absl::Notification waits;
  bool taken = false;
  std::thread waiting([&] {
    Slots::Share own;
    waits.Notify();
    taken = slots.Take(own, absl::InfiniteFuture()).has_value();
  });
  waits.WaitForNotification();
  first.reset();
  waiting.join();
  EXPECT_TRUE(taken);
}

TEST(SlotsTest, WhoHoldsNothingGoesBeforeWhoHoldsSome) {
  Slots slots(2);
  Slots::Share rich;
  auto one = slots.Take(rich, kAtOnce);
  auto other = slots.Take(rich, kAtOnce);
  Slots::Share poor;
  std::optional<Slots::Slot> taken;
  std::thread waiting([&] { taken.emplace(*slots.Take(poor, absl::InfiniteFuture())); });
  while (slots.starving() == 0) std::this_thread::yield();
  one.reset();
  EXPECT_FALSE(slots.Take(rich, kAtOnce).has_value());
  waiting.join();
  EXPECT_TRUE(taken.has_value());
  // Both hold one now, and what is given back is anybody's.
  taken.reset();
  EXPECT_TRUE(slots.Take(rich, kAtOnce).has_value());
}

TEST(SlotsTest, WhoHasGivenUpHoldsUpNobody) {
  Slots slots(2);
  Slots::Share rich;
  auto one = slots.Take(rich, kAtOnce);
  auto other = slots.Take(rich, kAtOnce);
  Slots::Share poor;
  EXPECT_FALSE(slots.Take(poor, kAtOnce).has_value());
  one.reset();
  EXPECT_TRUE(slots.Take(rich, kAtOnce).has_value());
}

}  // namespace
}  // namespace juchu
