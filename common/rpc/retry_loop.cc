#include "common/rpc/retry_loop.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/time/clock.h"

namespace juchu::rpc {

absl::Status RetryUnavailable(const RetryPolicy& policy, const Clock& clock, absl::Time deadline,
                              absl::FunctionRef<absl::Status()> attempt) {
  absl::Duration limit = policy.first_backoff;
  absl::Status unavailable;
  for (int tries = 1;; ++tries) {
    absl::Status status = attempt();
    if (absl::IsResourceExhausted(status) && !unavailable.ok()) return unavailable;
    if (absl::IsUnavailable(status)) unavailable = status;
    if (!absl::IsUnavailable(status) || tries >= policy.max_tries) return status;
    double fraction = 0;
    if (policy.random) {
      fraction = policy.random();
    } else {
      thread_local absl::BitGen generator;
      fraction = absl::Uniform<double>(generator, 0, 1);
    }
    const absl::Duration wait = fraction * std::min(limit, policy.max_backoff);
    if (clock.Now() + wait >= deadline) return status;
    if (policy.sleep) {
      policy.sleep(wait);
    } else {
      absl::SleepFor(wait);
    }
    limit *= 2;
  }
}

}  // namespace juchu::rpc
