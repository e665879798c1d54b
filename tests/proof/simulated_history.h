#ifndef TESTS_PROOF_SIMULATED_HISTORY_H_
#define TESTS_PROOF_SIMULATED_HISTORY_H_

#include <cstdint>
#include <vector>

#include "tests/proof/history.h"
#include "tests/proof/version_chain.h"

namespace juchu::proof {

struct SimulationOptions {
  uint64_t seed = 1;
  int orders = 10;
  int operations_per_order = 80;
  int clients = 8;
  // Of a thousand changes, so many are never answered; half of these happen all the same, at once or much later.
  int unknown_per_mille = 10;
};

struct Simulation {
  History history;
  std::vector<StoredOrder> stored;
};

// What a system without a fault would have told clients who ask at random: operations overlap, and each takes its
// effect at one moment between its call and its answer.
Simulation Simulate(const SimulationOptions& options);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_SIMULATED_HISTORY_H_
