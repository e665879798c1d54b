#ifndef COMMON_EXECUTOR_SLOTS_H_
#define COMMON_EXECUTOR_SLOTS_H_

#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace juchu {

// How much of one kind of work may be under way, whoever began it: for work that would take what others need, too, if
// many began it at a time. What is given back goes first to those who hold nothing. Thread-safe.
class Slots {
 public:
  // What one caller holds, who may take several. Outlives what is taken for it.
  class Share {
   private:
    friend class Slots;
    // Guarded by the mutex of the slots.
    int held = 0;
    int waiting = 0;
  };

  // One that has been taken; given back at its end.
  class Slot {
   public:
    Slot(Slots& slots, Share& share) : slots_(&slots), share_(&share) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)), share_(other.share_) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (slots_ != nullptr) slots_->GiveBack(*share_);
    }

   private:
    Slots* slots_;
    Share* share_;
  };

  explicit Slots(int count) : free_(count) {}
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  // Nothing when none is free for `share` before `deadline`; one that has passed waits for none.
  std::optional<Slot> Take(Share& share, absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);

  // Who hold nothing and wait.
  int starving() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return starving_;
  }

 private:
  static bool Starves(const Share& share) { return share.held == 0 && share.waiting > 0; }
  void Change(Share& share, int held, int waiting) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GiveBack(Share& share) ABSL_LOCKS_EXCLUDED(mutex_);

  mutable absl::Mutex mutex_;
  int free_ ABSL_GUARDED_BY(mutex_);
  int starving_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace juchu

#endif  // COMMON_EXECUTOR_SLOTS_H_
