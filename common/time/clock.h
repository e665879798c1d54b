#ifndef COMMON_TIME_CLOCK_H_
#define COMMON_TIME_CLOCK_H_

#include "absl/time/time.h"

namespace juchu {

// The one source of the time of day. Thread-safe. Tests inject FakeClock (common/testing/fake_clock.h).
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
};

}  // namespace juchu

#endif  // COMMON_TIME_CLOCK_H_
