#ifndef COMMON_TIME_CLOCK_GUARD_H_
#define COMMON_TIME_CLOCK_GUARD_H_

#include <thread>

namespace juchu {

// Ends the process when the clock is set back under it (see ClockWatch), at once and with kExitCode, to be started
// again. First thing in main: what is begun while the clock is ahead hangs as well. An orderly end would wait by the
// same clock; what is under way ends as in a crash, and nothing that was acknowledged is lost by that.
class ClockGuard {
 public:
  static constexpr int kExitCode = 75;

  ClockGuard();
  ~ClockGuard();
  ClockGuard(const ClockGuard&) = delete;
  ClockGuard& operator=(const ClockGuard&) = delete;

 private:
  void Run() const;

  // Readable when the guard is to stop.
  const int stop_;
  std::thread thread_;
};

}  // namespace juchu

#endif  // COMMON_TIME_CLOCK_GUARD_H_
