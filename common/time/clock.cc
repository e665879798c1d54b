#include "common/time/clock.h"

#include "absl/time/clock.h"

namespace juchu {

absl::Time SystemClock::Now() const { return absl::Now(); }

}  // namespace juchu
