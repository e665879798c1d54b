#ifndef TESTS_PROOF_ALLOCATION_ROUND_H_
#define TESTS_PROOF_ALLOCATION_ROUND_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/contract/merchant.h"
#include "tests/proof/cluster.h"
#include "tests/proof/history.h"

namespace juchu::proof {

// Clients of one tenant that allocate, cancel and receive, each its own orders of the same few products, while other
// things happen to the processes. Each writes down what it was told. Afterwards no piece was allocated twice, none that
// was acknowledged is gone, and none is held by an order that gave it back.
class AllocationRound {
 public:
  struct Counts {
    int64_t allocations = 0;
    int64_t cancels = 0;
    int64_t receipts = 0;
    // Tries that were not answered, or not with OK.
    int64_t repeats = 0;
  };

  // Sets up a tenant of this name with products. `connect` makes a connection to the gateway of `cluster`, for each of
  // `clients`. Ends the program when the gateway refuses.
  AllocationRound(Cluster& cluster, const std::function<contract::Endpoint()>& connect, std::string tenant, int clients,
                  uint64_t seed);
  ~AllocationRound();

  void Start();
  // Lets each client end what it does.
  void Stop();
  Counts counts() const;
  // Operations that have come to their end.
  int64_t operations_done() const;

  // Once everything serves again and the clients have stopped: findings of the checks "allocation" (what was
  // acknowledged), "stock" (pieces on hand), "inventory audit", "order audit", "queue" and "allocation answers".
  std::vector<Finding> Judge();

 private:
  struct Client;

  void SetUp();
  struct KnownOrder;
  void Allocate(Client& client, KnownOrder& order);
  void Step(Client& client);
  void JudgeOrders(std::vector<Finding>& findings);
  void JudgeAudits(std::vector<Finding>& findings);
  std::map<std::string, std::pair<int64_t, int64_t>> NeededAndHeld();

  Cluster& cluster_;
  const std::string tenant_;
  std::vector<std::unique_ptr<Client>> clients_;
  int64_t stock_at_first_ = 0;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_ALLOCATION_ROUND_H_
