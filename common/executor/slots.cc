#include "common/executor/slots.h"

namespace juchu {

std::optional<Slots::Slot> Slots::Take(Share& share, absl::Time deadline) {
  const auto may_take = [this, &share]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return free_ > 0 && (starving_ == 0 || Starves(share));
  };
  absl::MutexLock lock(&mutex_);
  Change(share, 0, 1);
  const bool taken = mutex_.AwaitWithDeadline(absl::Condition(&may_take), deadline);
  Change(share, taken ? 1 : 0, -1);
  if (!taken) return std::nullopt;
  return Slot(*this, share);
}

void Slots::Change(Share& share, int held, int waiting) {
  starving_ -= Starves(share) ? 1 : 0;
  share.held += held;
  share.waiting += waiting;
  free_ -= held;
  starving_ += Starves(share) ? 1 : 0;
}

void Slots::GiveBack(Share& share) {
  absl::MutexLock lock(&mutex_);
  Change(share, -1, 0);
}

}  // namespace juchu
