#ifndef TESTS_PROOF_NEMESIS_H_
#define TESTS_PROOF_NEMESIS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/proof/chaos_cluster.h"

namespace juchu::proof {

// Does harm to a cluster, one fault at a time, each by its name:
//   mariadb/kill, mariadb/stop, mariadb/pause        kill -9, an orderly restart, SIGSTOP for a while
//   order/kill, order/stop, order/pause              the same for each service; what has ended is started again at once
//   gateway/kill …
//   client-gateway/slow, /throttle, /black-hole-to-server, /black-hole-to-client, /cut-to-server, /cut-to-client,
//   /half-close-to-server, /half-close-to-client, /refuse, /reset, /lose-answer     for each link of ChaosCluster
//   clock/order+1h, clock/gateway-2h, clock/all+30d …
// Used by the thread that made the cluster.
class Nemesis {
 public:
  // The same seed does the same; `chaos` has movable clocks and must outlive it.
  Nemesis(ChaosCluster& chaos, uint64_t seed);

  // The names, in a fixed order.
  std::vector<std::string> Faults() const;
  // One of the names whose beginning is `prefix`, at random.
  std::string Draw(absl::string_view prefix = "");

  // Begins the fault, lets it last for a moment, and ends it. What has been killed runs again, but need not serve yet.
  // Aborts when there is no such fault.
  void Do(const std::string& fault);
  // Starts what has ended, as Kubernetes does.
  void Restart();
  // Everything runs and serves; ends the program with the reason when it does not.
  void Heal() { chaos_.Heal(); }

  // How often each fault has been done.
  const std::map<std::string, int64_t>& done() const { return done_; }
  // How often a process did not notice that its clock was set back, and was killed.
  int64_t unnoticed() const { return unnoticed_; }

 private:
  // Sets the clocks of the processes, which are wrong by `from`, to be wrong by `to`.
  void MoveClocks(const std::vector<std::string>& processes, absl::Duration from, absl::Duration to);
  void AddProcessFaults();
  void AddLinkFaults(const std::string& link);
  void AddClockFaults();
  // A random time up to `limit`, at least a third of it.
  absl::Duration Moment(absl::Duration limit);
  int64_t Between(int64_t low, int64_t high);
  void RestartServer();

  ChaosCluster& chaos_;
  std::mt19937_64 random_;
  std::map<std::string, std::function<void()>> faults_;
  std::map<std::string, int64_t> done_;
  int64_t unnoticed_ = 0;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_NEMESIS_H_
