#include "tests/proof/chaos_round.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/proof/allocation_round.h"

namespace juchu::proof {
namespace {

// How long nothing may come to its end after a fault: a client's longest try, its waits and a restart, generously.
constexpr absl::Duration kStandstill = absl::Seconds(30);
// A lease that died with its reconciler must run out first.
constexpr absl::Duration kSettled = absl::Seconds(90);
constexpr absl::Duration kPoll = absl::Milliseconds(5);
// What counts as load.
constexpr int64_t kOperationsForEachClient = 3;
constexpr int kAllocatingClients = 3;

// Waits until the clients have done some more; false when they do not.
bool WaitForLoad(const Workload& workload, Nemesis& nemesis) {
  const int64_t enough = workload.operations_done() + kOperationsForEachClient * workload.options().clients;
  for (const absl::Time limit = absl::Now() + kStandstill; workload.operations_done() < enough; absl::SleepFor(kPoll)) {
    // A service that could not reach its database at its start has ended again.
    nemesis.Restart();
    if (absl::Now() > limit) return false;
  }
  return true;
}

}  // namespace

Verdict RunUnderFaults(ChaosCluster& chaos, Nemesis& nemesis, const std::vector<std::string>& faults,
                       WorkloadOptions options) {
  options.operations = 0;
  AllocationRound allocations(
      chaos.cluster(), [&chaos] { return chaos.Connect(); }, options.tenants.front() + "-stock", kAllocatingClients,
      options.seed);
  Workload workload([&chaos] { return chaos.Connect(); }, std::move(options));
  workload.Start();
  allocations.Start();
  std::vector<Finding> standstills;
  const auto expect_load = [&](const std::string& when) {
    if (WaitForLoad(workload, nemesis)) return true;
    standstills.push_back(
        {"liveness", absl::StrCat("no work was done within ", absl::FormatDuration(kStandstill), " ", when)});
    return false;
  };
  bool alive = expect_load("without a fault");
  for (size_t i = 0; alive && i < faults.size(); ++i) {
    nemesis.Do(faults[i]);
    alive = expect_load("after " + faults[i]);
  }
  nemesis.Heal();
  workload.Stop();
  allocations.Stop();
  Verdict verdict = workload.Judge();
  const auto counts = allocations.counts();
  verdict.allocations = counts.allocations;
  verdict.operations += allocations.operations_done();
  for (auto& finding : allocations.Judge()) verdict.findings.push_back(std::move(finding));
  verdict.findings.insert(verdict.findings.begin(), standstills.begin(), standstills.end());
  return verdict;
}

std::optional<Finding> WaitUntilSettled(ChaosCluster& chaos) {
  std::string left;
  for (const absl::Time limit = absl::Now() + kSettled; absl::Now() < limit; absl::SleepFor(kPoll)) {
    left.clear();
    for (auto* database : {&chaos.cluster().database(), &chaos.cluster().inventory_database()}) {
      const bool is_order = database == &chaos.cluster().database();
      std::string count = Must(
          database->RootSql(absl::StrCat("SELECT COUNT(*) FROM ", is_order ? "order_changes" : "inventory_changes")));
      absl::StripAsciiWhitespace(&count);
      if (count != "0") absl::StrAppend(&left, left.empty() ? "" : " and ", count, is_order ? "" : " of the inventory");
    }
    if (left.empty()) return std::nullopt;
  }
  return Finding{"queue",
                 absl::StrCat(left, " changes are still queued ", absl::FormatDuration(kSettled), " after the end")};
}

}  // namespace juchu::proof
