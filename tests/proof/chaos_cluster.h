#ifndef TESTS_PROOF_CHAOS_CLUSTER_H_
#define TESTS_PROOF_CHAOS_CLUSTER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/testing/mariadb_instance.h"
#include "common/testing/temp_folder.h"
#include "tests/contract/merchant.h"
#include "tests/proof/chaos_proxy.h"
#include "tests/proof/cluster.h"

namespace juchu::proof {

// A cluster with a proxy on every way from one process to another, "client-gateway", "gateway-order", "order-mariadb",
// "payment-company" …, and, when asked for, clocks that can be moved. As thread-safe as Cluster: the proxies are.
class ChaosCluster {
 public:
  struct Options {
    int reconcilers = 1;
    // The processes see the time through libfaketime.
    bool movable_clocks = false;
    // Names for NextCardTenant.
    int card_tenants = 1;
    // More flags of juchu-payment.
    std::vector<std::string> payment_flags = {};
  };

  // `server` must outlive it. Ends the program with a message when a part is missing.
  ChaosCluster(testing::MariaDbInstance& server, const Options& options);

  static const std::vector<std::string>& Links();
  ChaosProxy& proxy(const std::string& link) { return *proxies_.at(link); }
  testing::MariaDbInstance& server() { return server_; }
  Cluster& cluster() { return *cluster_; }

  // The gateway through its proxy, on a connection of its own.
  contract::Endpoint Connect();

  // The name of a tenant that does not exist yet and whose shop kCardShop has an account at the card company. Ends the
  // program when there is none left.
  std::string NextCardTenant();

  // From now on the clock of "order", "inventory", "payment" or "gateway" is wrong by so much; zero makes it right.
  void SetClock(const std::string& process, absl::Duration error);

  // Everything is as it should be and serves again.
  void Heal();

 private:
  testing::MariaDbInstance& server_;
  const Options options_;
  int card_tenants_given_ = 0;
  const testing::TempFolder folder_{"juchu-chaos"};
  std::map<std::string, std::unique_ptr<ChaosProxy>> proxies_;
  std::unique_ptr<Cluster> cluster_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_CHAOS_CLUSTER_H_
