#ifndef TESTS_PROOF_POSTPAY_ROUND_H_
#define TESTS_PROOF_POSTPAY_ROUND_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/contract/merchant.h"
#include "tests/proof/cluster.h"
#include "tests/proof/history.h"

namespace juchu::proof {

// Clients of one tenant that register orders with NP and GMO, import what the company decided, ship and report slips,
// while other things happen to the processes. Half of them deal with each company, so that they meet: in files of all
// that wait, and by slip numbers that two want. Afterwards no order was registered or reported twice, no result was
// taken twice, no slip number was reported for two orders, and what was acknowledged is so.
class PostpayRound {
 public:
  struct Counts {
    // Acknowledged: orders in files, and results.
    int64_t registrations = 0;
    int64_t results = 0;
    int64_t slips = 0;
    // Tries that were not answered, or not with OK.
    int64_t repeats = 0;
  };

  // Sets up a tenant of this name. `connect` makes a connection to the gateway of `cluster`, for each of `clients`.
  // Ends the program when the gateway refuses.
  PostpayRound(Cluster& cluster, const std::function<contract::Endpoint()>& connect, const std::string& tenant,
               int clients, uint64_t seed);
  ~PostpayRound();

  void Start();
  // Lets each client end what it does.
  void Stop();
  Counts counts() const;

  // Once everything serves again and the clients have stopped: findings of the checks "postpay" (what was acknowledged
  // and what is stored), "postpay answers", "order audit" and "queue".
  std::vector<Finding> Judge();

 private:
  struct Client;
  struct Known;
  // What is stored of an order's screening.
  struct Stored;

  void SetUp();
  void JudgeOrder(const Known& known, const Stored& stored, std::vector<Finding>& findings) const;
  std::map<std::string, Stored> ReadStored(std::vector<Finding>& findings);
  std::string OfTenant(const std::string& table) const;

  Cluster& cluster_;
  const std::string tenant_;
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_POSTPAY_ROUND_H_
