#ifndef COMMON_RPC_RETRY_LOOP_H_
#define COMMON_RPC_RETRY_LOOP_H_

#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/time/clock.h"

namespace juchu::rpc {

// How often and how soon a call is tried again. Before try n the wait is random between 0 and first_backoff * 2^(n-2),
// at most max_backoff, so that many callers do not come back at once.
struct RetryPolicy {
  // Tries in all, at least 1.
  int max_tries = 5;
  absl::Duration first_backoff = absl::Milliseconds(50);
  absl::Duration max_backoff = absl::Seconds(1);
  // Whether RESOURCE_EXHAUSTED, which means that nothing was done, is tried again, too: as often as time allows.
  bool awaits_room = false;
  // Waits; absl::SleepFor when empty.
  std::function<void(absl::Duration)> sleep;
  // A random number in [0, 1); absl::BitGen when empty.
  std::function<double()> random;
};

// Calls `attempt` until it returns anything but UNAVAILABLE (or what the policy says), the tries are used up, or the
// next wait would end behind `deadline`. Only for calls that may be repeated. An earlier try may have been carried out
// though its answer was lost: when a later one is refused by RESOURCE_EXHAUSTED, which means that nothing was done,
// UNAVAILABLE is the result.
absl::Status RetryUnavailable(const RetryPolicy& policy, const Clock& clock, absl::Time deadline,
                              absl::FunctionRef<absl::Status()> attempt);

}  // namespace juchu::rpc

#endif  // COMMON_RPC_RETRY_LOOP_H_
