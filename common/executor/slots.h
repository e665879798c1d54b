#ifndef COMMON_EXECUTOR_SLOTS_H_
#define COMMON_EXECUTOR_SLOTS_H_

#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace juchu {

// How much of one kind of work may be under way, whoever began it: for work that would take what others need, too, if
// many began it at a time. Thread-safe.
class Slots {
 public:
  // One that has been taken; given back at its end.
  class Slot {
   public:
    explicit Slot(Slots& slots) : slots_(&slots) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (slots_ != nullptr) slots_->GiveBack();
    }

   private:
    Slots* slots_;
  };

  explicit Slots(int count) : free_(count) {}
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  // Nothing when none is free before `deadline`; one that has passed waits for none.
  std::optional<Slot> Take(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void GiveBack() ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  int free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu

#endif  // COMMON_EXECUTOR_SLOTS_H_
