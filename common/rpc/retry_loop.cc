#include "common/rpc/retry_loop.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/time/clock.h"
#include "common/fiber/fiber.h"

namespace juchu::rpc {
namespace {

double RandomFraction(const RetryPolicy& policy) {
  if (policy.random) return policy.random();
  absl::BitGen generator;
  return absl::Uniform<double>(generator, 0, 1);
}

}  // namespace

absl::Status RetryUnavailable(const RetryPolicy& policy, const Clock& clock, absl::Time deadline,
                              absl::FunctionRef<absl::Status()> attempt) {
  absl::Duration limit = policy.first_backoff;
  absl::Status unavailable;
  for (int tries = 0;;) {
    absl::Status status = attempt();
    if (absl::IsResourceExhausted(status) && !unavailable.ok()) return unavailable;
    if (absl::IsUnavailable(status)) {
      unavailable = status;
      if (++tries >= policy.max_tries) return status;
    } else if (!absl::IsResourceExhausted(status) || !policy.awaits_room) {
      return status;
    }
    const absl::Duration wait = RandomFraction(policy) * std::min(limit, policy.max_backoff);
    if (clock.Now() + wait >= deadline) return status;
    // What waits here would hold up the fibers of its thread.
    fiber::MoveToThread();
    if (policy.sleep) {
      policy.sleep(wait);
    } else {
      absl::SleepFor(wait);
    }
    limit *= 2;
  }
}

}  // namespace juchu::rpc
