#include "common/time/clock_watch.h"

#include <gtest/gtest.h>

namespace juchu {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
constexpr absl::Duration kSteady = absl::Hours(7);

TEST(ClockWatchTest, OnlyAClockThatIsSetBackIsTold) {
  ClockWatch watch(kNow, kSteady);
  absl::Time now = kNow;
  absl::Duration steady = kSteady;
  const auto look = [&](absl::Duration by_clock, absl::Duration in_truth) {
    now += by_clock;
    steady += in_truth;
    return watch.Look(now, steady);
  };
  EXPECT_EQ(look(absl::Seconds(1), absl::Seconds(1)), absl::ZeroDuration());
  EXPECT_EQ(look(absl::Hours(720), absl::Seconds(1)), absl::ZeroDuration()) << "set forward, all waits end";
  EXPECT_EQ(look(-absl::Hours(2), absl::Seconds(1)), absl::Hours(2) + absl::Seconds(1));
  EXPECT_EQ(look(absl::Seconds(1), absl::Seconds(1)), absl::ZeroDuration()) << "told once";
  EXPECT_EQ(look(absl::ZeroDuration(), absl::Minutes(9)), absl::Minutes(9)) << "also when nobody looked for long";
  EXPECT_EQ(look(-absl::Seconds(4), absl::Seconds(1)), absl::ZeroDuration()) << "tolerated";
}

TEST(ClockWatchTest, AClockThatIsSlowlyMadeToAgreeIsNotSet) {
  ClockWatch watch(kNow, kSteady);
  for (int second = 1; second <= 100'000; ++second) {
    ASSERT_EQ(watch.Look(kNow + second * absl::Milliseconds(999), kSteady + absl::Seconds(second)),
              absl::ZeroDuration());
  }
}

}  // namespace
}  // namespace juchu
