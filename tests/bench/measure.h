#ifndef TESTS_BENCH_MEASURE_H_
#define TESTS_BENCH_MEASURE_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace juchu::bench {

// A process whose cost is counted; read anew each time, as processes are started again.
struct Process {
  std::string name;
  std::function<pid_t()> pid;
};

// Processor time that a process has used since its start, and its memory (kB): now, and the most since ResetPeak.
absl::Duration CpuTime(pid_t pid);
int64_t ResidentKb(pid_t pid);
int64_t PeakResidentKb(pid_t pid);
void ResetPeak(pid_t pid);

// What the database server has counted since its start.
struct ServerCounts {
  int64_t statements = 0;
  int64_t commits = 0;
  // Statement texts sent to be parsed, ahead of being executed.
  int64_t prepares = 0;
};

// One way of doing the work that is measured.
struct Contender {
  std::string name;
  std::vector<Process> processes;
  // What one call of an operation does: the unit of every figure.
  double units_per_call = 1;
  // The operation of worker `index` of `count`, which calls it again and again. Workers must not meet on an order.
  std::function<absl::StatusOr<std::function<absl::Status()>>(int index, int count)> make_worker = {};
  // Called before the warm-up and before the measurement, when nothing is counted; may be empty.
  std::function<absl::Status()> reset = {};
};

// A figure of each process, by its name and in the contender's order.
using ByProcess = std::vector<std::pair<std::string, double>>;

// One measurement. Times per call; costs per unit.
struct Sample {
  double units_per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  ByProcess cpu_us;
  // The most memory of a process meanwhile, with what it held before.
  ByProcess peak_mib;
  double statements = 0;
  double commits = 0;
  double prepares = 0;
};

// Lets `in_flight` workers of `contender` call in a closed loop, for `duration` and at least once each; before that for
// `warm_up`, not counted. The first failure of a call ends it.
absl::StatusOr<Sample> Measure(const Contender& contender, int in_flight, absl::Duration warm_up,
                               absl::Duration duration, const std::function<absl::StatusOr<ServerCounts>()>& counts);

// The middle one; of an even number the upper. 0 of none.
double Median(std::vector<double> values);

}  // namespace juchu::bench

#endif  // TESTS_BENCH_MEASURE_H_
