#ifndef SERVICES_GATEWAY_APP_TEST_CROWD_H_
#define SERVICES_GATEWAY_APP_TEST_CROWD_H_

#include <algorithm>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace juchu::gateway {

// Counts how many are somewhere at a time. Each who comes waits for `all` to be there, for a while or until all are let
// go. Thread-safe.
class TestCrowd {
 public:
  explicit TestCrowd(int all) : all_(all) {}

  void Meet() {
    const auto are_here = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return let_go_ || here_ == all_; };
    absl::MutexLock lock(&mutex_);
    most_ = std::max(most_, ++here_);
    mutex_.AwaitWithTimeout(absl::Condition(&are_here), patience);
    --here_;
  }

  int most() {
    absl::MutexLock lock(&mutex_);
    return most_;
  }
  // False when so many do not come.
  bool AwaitHere(int count) {
    const auto are_here = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return here_ >= count; };
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&are_here), absl::Seconds(30));
  }
  void LetGo() {
    absl::MutexLock lock(&mutex_);
    let_go_ = true;
  }

  absl::Duration patience = absl::Milliseconds(100);

 private:
  const int all_;
  absl::Mutex mutex_;
  bool let_go_ ABSL_GUARDED_BY(mutex_) = false;
  int here_ ABSL_GUARDED_BY(mutex_) = 0;
  int most_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_TEST_CROWD_H_
