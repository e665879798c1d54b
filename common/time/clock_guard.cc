#include "common/time/clock_guard.h"

#include <chrono>
#include <cstdlib>

#include "absl/time/clock.h"
#include "common/log/log.h"
#include "common/time/clock_watch.h"

namespace juchu {
namespace {

constexpr std::chrono::milliseconds kInterval(100);

absl::Duration SinceStart() { return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch()); }

}  // namespace

ClockGuard::ClockGuard() : thread_([this] { Run(); }) {}

ClockGuard::~ClockGuard() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ClockGuard::Run() {
  ClockWatch watch(absl::Now(), SinceStart());
  std::unique_lock<std::mutex> lock(mutex_);
  while (!changed_.wait_for(lock, kInterval, [this] { return stopping_; })) {
    const absl::Duration set_back = watch.Look(absl::Now(), SinceStart());
    if (set_back <= absl::ZeroDuration()) continue;
    Log(LogLevel::kError, "clock_set_back", {{"seconds", absl::ToInt64Seconds(set_back)}, {"remedy", "started again"}});
    std::_Exit(kExitCode);
  }
}

}  // namespace juchu
