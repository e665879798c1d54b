#ifndef COMMON_FIBER_SWITCHING_H_
#define COMMON_FIBER_SWITCHING_H_

#include <functional>

// How fibers and signals work together; not for others.
namespace juchu::fiber::internal {

struct Fiber;

// Leaves the current fiber, which goes on when it is resumed. `left` runs on the thread that it has left, with the
// fiber ready to be resumed by anybody: afterwards nothing of it is touched there.
void Leave(const std::function<void(Fiber&)>& left);

// Goes on with a fiber that was left, on this thread, until it leaves again or ends.
void Resume(Fiber& fiber);

}  // namespace juchu::fiber::internal

#endif  // COMMON_FIBER_SWITCHING_H_
