#include "common/fiber/signal.h"

#include "common/fiber/fiber.h"
#include "common/fiber/switching.h"

namespace juchu::fiber {
namespace {

// Stands for "it has happened".
char happened;

}  // namespace

Signal::Signal() : for_fiber_(IsCurrent()) {}

void Signal::Notify() {
  if (!for_fiber_) {
    for_thread_.Notify();
    return;
  }
  void* const waiting = state_.exchange(&happened, std::memory_order_acq_rel);
  if (waiting != nullptr) internal::Resume(*static_cast<internal::Fiber*>(waiting));
}

void Signal::Wait() { WaitUntil(absl::InfiniteFuture()); }

bool Signal::WaitUntil(absl::Time deadline) {
  if (!for_fiber_) return for_thread_.WaitForNotificationWithDeadline(deadline);
  if (state_.load(std::memory_order_acquire) == &happened) return true;
  internal::Leave([this](internal::Fiber& fiber) {
    void* none = nullptr;
    if (!state_.compare_exchange_strong(none, &fiber, std::memory_order_acq_rel)) internal::Resume(fiber);
  });
  return true;
}

}  // namespace juchu::fiber
