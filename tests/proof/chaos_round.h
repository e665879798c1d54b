#ifndef TESTS_PROOF_CHAOS_ROUND_H_
#define TESTS_PROOF_CHAOS_ROUND_H_

#include <optional>
#include <string>
#include <vector>

#include "tests/proof/chaos_cluster.h"
#include "tests/proof/nemesis.h"
#include "tests/proof/workload.h"

namespace juchu::proof {

// Runs a workload while the faults are done one after the other, with load before, between and after; then everything
// is healed, the clients stop, and the judges look at it all. That the work does not go on soon after a fault has ended
// is a finding of the check "liveness". `workload` without a number of operations.
Verdict RunUnderFaults(ChaosCluster& chaos, Nemesis& nemesis, const std::vector<std::string>& faults,
                       WorkloadOptions workload);

// That queued work of all tenants is done soon, once everything serves; a finding of the check "queue" when not.
std::optional<Finding> WaitUntilSettled(ChaosCluster& chaos);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_CHAOS_ROUND_H_
