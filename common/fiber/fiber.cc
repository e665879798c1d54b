#include "common/fiber/fiber.h"

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/fiber/switching.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace juchu::fiber {
namespace internal {
namespace {

constexpr size_t kStackBytes = 256 << 10;

}  // namespace

struct Fiber {
  // Where it goes on; empty while it runs.
  boost::context::fiber inside;
  // Where whoever resumed it goes on; empty while it does not run.
  boost::context::fiber outside;
  std::function<void()> work;
  // What to do when it has been left.
  const std::function<void(Fiber&)>* left = nullptr;
  bool on_own_thread = false;
  // Its stack, and its resumer's while it runs: AddressSanitizer wants to know.
  const void* stack_bottom = nullptr;
  const void* outside_bottom = nullptr;
  size_t outside_size = 0;
  void* fake_stack = nullptr;
};

namespace {

thread_local Fiber* current_fiber = nullptr;

// A fiber goes on on other threads; inlined, the address of a thread's variable might be kept from the last one.
[[gnu::noinline]] Fiber* Current() { return current_fiber; }
[[gnu::noinline]] Fiber* SetCurrent(Fiber* fiber) { return std::exchange(current_fiber, fiber); }

void BeforeSwitch([[maybe_unused]] void** keep, [[maybe_unused]] const void* bottom, [[maybe_unused]] size_t size) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(keep, bottom, size);
#endif
}

void AfterSwitch([[maybe_unused]] void* kept, [[maybe_unused]] const void** bottom, [[maybe_unused]] size_t* size) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(kept, bottom, size);
#endif
}

// Fibers without work. A stack costs more to make than most work costs to do.
class IdleFibers {
 public:
  Fiber* Take() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    if (fibers_.empty()) return nullptr;
    Fiber* const fiber = fibers_.back();
    fibers_.pop_back();
    return fiber;
  }
  void Give(Fiber& fiber) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    fibers_.push_back(&fiber);
  }

 private:
  absl::Mutex mutex_;
  std::vector<Fiber*> fibers_ ABSL_GUARDED_BY(mutex_);
};

IdleFibers& Idle() {
  static auto* const idle = new IdleFibers();
  return *idle;
}

// What a fiber does all its life.
boost::context::fiber Live(Fiber& self, boost::context::fiber&& outside) {
  AfterSwitch(nullptr, &self.outside_bottom, &self.outside_size);
  self.outside = std::move(outside);
  while (true) {
    self.work();
    self.work = nullptr;
    self.on_own_thread = false;
    Leave([](Fiber& fiber) { Idle().Give(fiber); });
  }
}

Fiber& NewFiber() {
  auto* const fiber = new Fiber();
  boost::context::protected_fixedsize_stack stacks(kStackBytes);
  boost::context::stack_context stack = stacks.allocate();
  fiber->stack_bottom = static_cast<const char*>(stack.sp) - stack.size;
  fiber->inside =
      boost::context::fiber(std::allocator_arg, boost::context::preallocated(stack.sp, stack.size, stack), stacks,
                            [fiber](boost::context::fiber&& outside) { return Live(*fiber, std::move(outside)); });
  return *fiber;
}

}  // namespace

void Leave(const std::function<void(Fiber&)>& left) {
  Fiber& self = *Current();
  self.left = &left;
  BeforeSwitch(&self.fake_stack, self.outside_bottom, self.outside_size);
  self.outside = std::move(self.outside).resume();
  AfterSwitch(self.fake_stack, &self.outside_bottom, &self.outside_size);
}

void Resume(Fiber& fiber) {
  Fiber* const outer = SetCurrent(&fiber);
  void* fake_stack = nullptr;
  BeforeSwitch(&fake_stack, fiber.stack_bottom, kStackBytes);
  boost::context::fiber inside = std::move(fiber.inside).resume();
  AfterSwitch(fake_stack, nullptr, nullptr);
  SetCurrent(outer);
  fiber.inside = std::move(inside);
  // The function stands on the stack of the fiber, which is free to go on as soon as it has been told of.
  const std::function<void(Fiber&)> left = *std::exchange(fiber.left, nullptr);
  left(fiber);
}

}  // namespace internal

void Start(std::function<void()> work) {
  internal::Fiber* const idle = internal::Idle().Take();
  internal::Fiber& fiber = idle == nullptr ? internal::NewFiber() : *idle;
  fiber.work = std::move(work);
  internal::Resume(fiber);
}

bool IsCurrent() {
  const auto* const fiber = internal::Current();
  return fiber != nullptr && !fiber->on_own_thread;
}

void MoveToThread() {
  if (!IsCurrent()) return;
  internal::Leave([](internal::Fiber& fiber) {
    fiber.on_own_thread = true;
    std::thread([&fiber] { internal::Resume(fiber); }).detach();
  });
}

}  // namespace juchu::fiber
