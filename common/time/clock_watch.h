#ifndef COMMON_TIME_CLOCK_WATCH_H_
#define COMMON_TIME_CLOCK_WATCH_H_

#include "absl/time/time.h"

namespace juchu {

// Notices that the time of day is set back while the process runs. Abseil and gRPC wait until times of day, also for
// "in a second": what waits when the clock is set back by an hour waits an hour longer, and gRPC's timers with it, so
// that a connection is not made again and a deadline does not pass. Nothing can be done about it from outside of them
// but to start again.
class ClockWatch {
 public:
  // Less makes what waits late by as much, no more.
  static constexpr absl::Duration kTolerance = absl::Seconds(5);

  // `now`: the time of day; `steady`: any time that nobody sets, such as that since the machine's start.
  ClockWatch(absl::Time now, absl::Duration steady) : now_(now), steady_(steady) {}

  // By how much the clock was set back since the last look, when that is more than kTolerance; else zero. Meant to be
  // asked often, so that a clock that is slowly made to agree with others is none that was set.
  absl::Duration Look(absl::Time now, absl::Duration steady);

 private:
  absl::Time now_;
  absl::Duration steady_;
};

}  // namespace juchu

#endif  // COMMON_TIME_CLOCK_WATCH_H_
