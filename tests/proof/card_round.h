#ifndef TESTS_PROOF_CARD_ROUND_H_
#define TESTS_PROOF_CARD_ROUND_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "tests/contract/merchant.h"
#include "tests/proof/cluster.h"
#include "tests/proof/company_control.h"
#include "tests/proof/history.h"

namespace juchu::proof {

// The shop of a round's tenant; it must have an account at the card company (ClusterOptions::card_shops).
inline constexpr char kCardShop[] = "rakuten";

// Clients of one tenant that take in orders paid by card, authorize, change, ship, capture and cancel them, each its
// own, while other things happen to the processes and to the card company. Each writes down what it was told.
// Afterwards no card was charged twice, none for what was not shipped, and the company's book says what juchu says.
class CardRound {
 public:
  struct Counts {
    // Acknowledged for their orders.
    int64_t authorizations = 0;
    int64_t captures = 0;
    int64_t cancels = 0;
    int64_t changes = 0;
    int64_t shipments = 0;
    // Tries that were not answered, or not with OK.
    int64_t repeats = 0;
  };

  // Sets up a tenant of this name, which begins no other's. `connect` makes a connection to the gateway of `cluster`,
  // for each of `clients`. Ends the program when the gateway refuses.
  CardRound(Cluster& cluster, const std::function<contract::Endpoint()>& connect, std::string tenant, int clients,
            uint64_t seed);
  ~CardRound();

  // `trouble`: the company misbehaves at random until Stop.
  void Start(bool trouble = true);
  // Lets each client end what it does.
  void Stop();
  Counts counts() const;
  // Operations that have come to their end.
  int64_t operations_done() const;

  // Once everything serves again and the clients have stopped: findings of CardJudge and of the check "card answers".
  std::vector<Finding> Judge();

 private:
  struct Client;

  void SetUp(bool by_itself);
  // Also after the company was started again.
  void MakeTrouble();

  Cluster& cluster_;
  const CompanyControl company_;
  std::vector<std::unique_ptr<Client>> clients_;
  absl::Notification stopping_;
  std::thread trouble_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_CARD_ROUND_H_
