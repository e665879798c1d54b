#ifndef TESTS_PROOF_CROWD_CLIENT_H_
#define TESTS_PROOF_CROWD_CLIENT_H_

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "tests/proof/gateway_caller.h"
#include "tests/proof/history.h"
#include "tests/proof/order_slots.h"
#include "tests/proof/workload_client.h"

namespace juchu::proof {

// One client that moves a crowd of orders, all to one status by one bulk update, now and then by a request that it
// sends again after the answer. Used by one thread.
class CrowdClient {
 public:
  // `caller` calls for the tenant, whose `crowd` is worked on by such clients only; all must outlive the client. No two
  // clients of a tenant have one seed.
  CrowdClient(GatewayCaller& caller, int client, uint64_t seed, WorkloadState& state, OrderSlots& crowd)
      : caller_(caller), client_(client), random_(seed), state_(state), crowd_(crowd) {}

  // Moves the crowd once, if every order that it needs could be taken in.
  void RunOne();

 private:
  // Orders and their slots.
  using Targets = std::vector<std::pair<int, WorkOrder>>;

  // The crowd as it is, after orders that are used up have been replaced; none when one could not be taken in.
  Targets Gather();
  void Move(Targets targets);

  GatewayCaller& caller_;
  const int client_;
  std::mt19937_64 random_;
  WorkloadState& state_;
  OrderSlots& crowd_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_CROWD_CLIENT_H_
