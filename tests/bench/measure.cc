#include "tests/bench/measure.h"

#include <time.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status/status_macros.h"

namespace juchu::bench {
namespace {

// "VmRSS:  12345 kB" of /proc/<pid>/status.
int64_t StatusKb(pid_t pid, const std::string& field) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/status"));
  for (std::string word; file >> word;) {
    int64_t value = 0;
    if (word == field && file >> value) return value;
  }
  return 0;
}

struct Worker {
  std::function<absl::Status()> call;
  std::vector<double> times_ms;
  absl::Status failure;
};

// All workers call until `duration` is over; the time that it took.
absl::StatusOr<absl::Duration> RunAll(std::vector<Worker>& workers, absl::Duration duration) {
  const absl::Time start = absl::Now();
  const absl::Time end = start + duration;
  std::vector<std::thread> threads;
  for (auto& worker : workers) {
    worker.times_ms.clear();
    threads.emplace_back([&worker, end] {
      absl::Time before = absl::Now();
      do {
        worker.failure = worker.call();
        if (!worker.failure.ok()) return;
        const absl::Time after = absl::Now();
        worker.times_ms.push_back(absl::ToDoubleMilliseconds(after - before));
        before = after;
      } while (before < end);
    });
  }
  for (auto& thread : threads) thread.join();
  const absl::Duration taken = absl::Now() - start;
  for (const auto& worker : workers) JUCHU_RETURN_IF_ERROR(worker.failure);
  return taken;
}

double Percentile(const std::vector<double>& sorted, double part) {
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(part * static_cast<double>(sorted.size())))];
}

}  // namespace

absl::Duration CpuTime(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return absl::ZeroDuration();
  return absl::DurationFromTimespec(time);
}

int64_t ResidentKb(pid_t pid) { return StatusKb(pid, "VmRSS:"); }
int64_t PeakResidentKb(pid_t pid) { return StatusKb(pid, "VmHWM:"); }
void ResetPeak(pid_t pid) { std::ofstream(absl::StrCat("/proc/", pid, "/clear_refs")) << "5"; }

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

absl::StatusOr<Sample> Measure(const Contender& contender, int in_flight, absl::Duration warm_up,
                               absl::Duration duration, const std::function<absl::StatusOr<ServerCounts>()>& counts) {
  std::vector<Worker> workers(static_cast<size_t>(in_flight));
  for (int i = 0; i < in_flight; ++i) {
    JUCHU_ASSIGN_OR_RETURN(workers[static_cast<size_t>(i)].call, contender.make_worker(i, in_flight));
  }
  if (contender.reset) JUCHU_RETURN_IF_ERROR(contender.reset());
  JUCHU_RETURN_IF_ERROR(RunAll(workers, warm_up).status());
  if (contender.reset) JUCHU_RETURN_IF_ERROR(contender.reset());
  for (const auto& process : contender.processes) ResetPeak(process.pid());
  JUCHU_ASSIGN_OR_RETURN(const ServerCounts counts_before, counts());
  std::vector<absl::Duration> cpu_before;
  for (const auto& process : contender.processes) cpu_before.push_back(CpuTime(process.pid()));

  JUCHU_ASSIGN_OR_RETURN(const absl::Duration taken, RunAll(workers, duration));

  std::vector<double> times;
  for (const auto& worker : workers) times.insert(times.end(), worker.times_ms.begin(), worker.times_ms.end());
  std::sort(times.begin(), times.end());
  const double units = static_cast<double>(times.size()) * contender.units_per_call;
  Sample sample;
  sample.units_per_second = units / absl::ToDoubleSeconds(taken);
  sample.p50_ms = Percentile(times, 0.50);
  sample.p99_ms = Percentile(times, 0.99);
  for (size_t i = 0; i < contender.processes.size(); ++i) {
    const auto& [name, pid] = contender.processes[i];
    sample.cpu_us.emplace_back(name, absl::ToDoubleMicroseconds(CpuTime(pid()) - cpu_before[i]) / units);
    sample.peak_mib.emplace_back(name, static_cast<double>(PeakResidentKb(pid())) / 1024);
  }
  JUCHU_ASSIGN_OR_RETURN(const ServerCounts counts_after, counts());
  const auto each = [&](int64_t ServerCounts::*count) {
    return static_cast<double>(counts_after.*count - counts_before.*count) / units;
  };
  // Less the question itself.
  sample.statements = each(&ServerCounts::statements) - 1 / units;
  sample.commits = each(&ServerCounts::commits);
  sample.prepares = each(&ServerCounts::prepares);
  return sample;
}

}  // namespace juchu::bench
