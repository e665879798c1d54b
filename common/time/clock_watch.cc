#include "common/time/clock_watch.h"

namespace juchu {

absl::Duration ClockWatch::Look(absl::Time now, absl::Duration steady) {
  const absl::Duration set_back = (steady - steady_) - (now - now_);
  now_ = now;
  steady_ = steady;
  return set_back > kTolerance ? set_back : absl::ZeroDuration();
}

}  // namespace juchu
