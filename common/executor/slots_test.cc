#include "common/executor/slots.h"

#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace juchu {
namespace {

TEST(SlotsTest, NoMoreThanThereAreUntilOneIsGivenBack) {
  Slots slots(2);
  EXPECT_TRUE(slots.Take(absl::InfinitePast()));
  EXPECT_TRUE(slots.Take(absl::InfinitePast()));
  EXPECT_FALSE(slots.Take(absl::InfinitePast()));
  slots.GiveBack();
  EXPECT_TRUE(slots.Take(absl::InfinitePast()));
}

TEST(SlotsTest, WhoWaitsGetsTheOneThatIsGivenBack) {
  Slots slots(1);
  ASSERT_TRUE(slots.Take(absl::InfinitePast()));
  absl::Notification waits;
  bool taken = false;
  std::thread waiting([&] {
    waits.Notify();
    taken = slots.Take(absl::InfiniteFuture());
  });
  waits.WaitForNotification();
  slots.GiveBack();
  waiting.join();
  EXPECT_TRUE(taken);
  EXPECT_FALSE(slots.Take(absl::InfinitePast()));
}

}  // namespace
}  // namespace juchu
