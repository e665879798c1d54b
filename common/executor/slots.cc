#include "common/executor/slots.h"

namespace juchu {

std::optional<Slots::Slot> Slots::Take(absl::Time deadline) {
  const auto has_one = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return free_ > 0; };
  const bool taken = mutex_.LockWhenWithDeadline(absl::Condition(&has_one), deadline);
  if (taken) --free_;
  mutex_.Unlock();
  if (!taken) return std::nullopt;
  return Slot(*this);
}

void Slots::GiveBack() {
  absl::MutexLock lock(&mutex_);
  ++free_;
}

}  // namespace juchu
