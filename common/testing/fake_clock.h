#ifndef COMMON_TESTING_FAKE_CLOCK_H_
#define COMMON_TESTING_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"

namespace juchu::testing {

// A clock that stands still until a test moves it. Thread-safe.
class FakeClock final : public Clock {
 public:
  // 2024-01-02T03:04:05Z unless told: no test depends on the day it runs.
  explicit FakeClock(absl::Time start = absl::FromUnixSeconds(1704164645)) : now_(start) {}

  absl::Time Now() const override ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Advance(absl::Duration step) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    now_ += step;
  }
  void Set(absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::testing

#endif  // COMMON_TESTING_FAKE_CLOCK_H_
