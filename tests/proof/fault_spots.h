#ifndef TESTS_PROOF_FAULT_SPOTS_H_
#define TESTS_PROOF_FAULT_SPOTS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/fault/fault_state.h"
#include "tests/contract/merchant.h"
#include "tests/proof/cluster.h"

namespace juchu::proof {

// A point that is passed in a process, for the hit-th time.
struct Spot {
  std::string process;
  std::string point;
  int hit = 1;

  friend auto operator<=>(const Spot&, const Spot&) = default;
};

// "crash".
const char* NameOf(fault::Action action);

// Which fault points a cluster's processes pass, and what is to happen at one of them. Used by one thread.
class FaultSpots {
 public:
  // The cluster must outlive it.
  explicit FaultSpots(Cluster& cluster) : cluster_(cluster) {}

  // The points passed since the last call, by process, each in its order.
  std::vector<Spot> TakePassed();

  // Lets the process do it there, counted from now. A stall is of JUCHU_STALL_MS, 50 when that is not set: short enough
  // for a check on each change.
  void Arm(const Spot& spot, fault::Action action);
  // Whether it has happened.
  bool HasCome(const Spot& spot) const;
  void Disarm(const Spot& spot);

  // Starts again what has crashed, as Kubernetes does.
  void Heal();
  // Calls as a client does, with the standard retries, while whatever crashes is started again.
  contract::Answer CallThroughTheFault(const contract::Merchant& merchant, const contract::Operation& operation,
                                       const contract::Messages& requests, absl::Duration limit);

 private:
  Cluster& cluster_;
  int plans_ = 0;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_FAULT_SPOTS_H_
