#ifndef COMMON_EXECUTOR_SLOTS_H_
#define COMMON_EXECUTOR_SLOTS_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace juchu {

// How much of one kind of work may be under way, whoever began it: for work that would take what others need, too, if
// many began it at a time. Thread-safe.
class Slots {
 public:
  explicit Slots(int count) : free_(count) {}
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  // Takes a slot, which the caller gives back. False when none is free before `deadline`; one that has passed waits for
  // none.
  bool Take(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  void GiveBack() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Mutex mutex_;
  int free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu

#endif  // COMMON_EXECUTOR_SLOTS_H_
