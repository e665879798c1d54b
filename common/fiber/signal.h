#ifndef COMMON_FIBER_SIGNAL_H_
#define COMMON_FIBER_SIGNAL_H_

#include <atomic>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace juchu::fiber {

// Something that happens once, waited for by the one who made the signal: a fiber, which leaves its thread to others,
// or a thread. Thread-safe.
class Signal {
 public:
  Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  // It has happened; to be called once. A fiber that waits goes on here and now, until it waits again or ends, so the
  // caller holds no lock. The waiting one may then destroy the signal.
  void Notify();

  // Waits until it has happened. For the one who made it.
  void Wait();

  // As Wait, but a thread gives up at `deadline` and returns whether it has happened. A fiber does not: whoever tells
  // it must do so in time.
  bool WaitUntil(absl::Time deadline);

 private:
  const bool for_fiber_;
  // Null, then the fiber that waits or a mark that it has happened, whichever comes first.
  std::atomic<void*> state_{nullptr};
  absl::Notification for_thread_;
};

}  // namespace juchu::fiber

#endif  // COMMON_FIBER_SIGNAL_H_
