#include "common/time/clock_guard.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "absl/time/clock.h"
#include "common/log/log.h"
#include "common/time/clock_watch.h"

namespace juchu {
namespace {

constexpr int kIntervalMs = 100;

// From the kernel itself: where a preloaded library sets the clock, as tests do, it may set this one as well.
absl::Duration SinceStart() {
  timespec time{};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
  return absl::DurationFromTimespec(time);
}

}  // namespace

ClockGuard::ClockGuard() : stop_(eventfd(0, EFD_CLOEXEC)), thread_([this] { Run(); }) {}

ClockGuard::~ClockGuard() {
  const uint64_t one = 1;
  // An eventfd that is not full takes it.
  if (write(stop_, &one, sizeof one) != sizeof one) std::abort();
  thread_.join();
  close(stop_);
}

void ClockGuard::Run() const {
  ClockWatch watch(absl::Now(), SinceStart());
  pollfd stop = {stop_, POLLIN, 0};
  // For a time and not until one: by no clock that anybody sets.
  while (poll(&stop, 1, kIntervalMs) <= 0) {
    const absl::Duration set_back = watch.Look(absl::Now(), SinceStart());
    if (set_back <= absl::ZeroDuration()) continue;
    Log(LogLevel::kError, "clock_set_back", {{"seconds", absl::ToInt64Seconds(set_back)}, {"remedy", "started again"}});
    std::_Exit(kExitCode);
  }
}

}  // namespace juchu
