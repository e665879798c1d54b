#ifndef COMMON_FIBER_FIBER_H_
#define COMMON_FIBER_FIBER_H_

#include <functional>

// Fibers: work that waits without holding a thread. A call that is served by a thread of its own costs two changes of
// threads each time it waits for others; many of them share a few threads as fibers, in code that reads as if each had
// its own.
//
// What runs in a fiber must hold no lock and be in no catch block while it waits for a Signal, must not keep a
// reference to a thread_local variable across it, and has 256 KiB of stack.
namespace juchu::fiber {

// Runs `work`, which does not throw, in a fiber on this thread until it ends or waits for a Signal; then Start returns,
// and whoever tells the signal goes on with the work, on their thread.
void Start(std::function<void()> work);

// Whether the code that asks runs in a fiber: then what would hold its thread up should wait for a Signal, or move to a
// thread first.
bool IsCurrent();

// The rest of the current fiber's work runs on a thread of its own and may hold it up: IsCurrent() is false from now
// on. For what is rare and long. Does nothing outside of a fiber.
void MoveToThread();

}  // namespace juchu::fiber

#endif  // COMMON_FIBER_FIBER_H_
