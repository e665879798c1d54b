#ifndef TESTS_PROOF_CLUSTER_H_
#define TESTS_PROOF_CLUSTER_H_

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/rpc/testing/test_certificates.h"
#include "common/testing/child_process.h"
#include "common/testing/mariadb_instance.h"
#include "common/testing/scoped_database.h"
#include "services/gateway/auth/token_minter.h"
#include "tests/contract/merchant.h"

namespace juchu::proof {

struct ClusterOptions {
  int reconcilers = 1;
  // More flags of each process.
  std::vector<std::string> order_flags;
  std::vector<std::string> gateway_flags;
  // Added to the environment of both.
  std::map<std::string, std::string> environment;
  // Where the gateway finds the order service, and the order service its database, when not directly: a proxy's port.
  int order_port_for_gateway = 0;
  int database_port_for_order = 0;
};

// The programs of juchu as processes of their own on a database of their own, with real identity: what a test can kill.
// Fault points are armed by files in fault_folder(<process>). Ends the program with a message when a part is missing.
class Cluster {
 public:
  // `server` must outlive the cluster. Made and used by one thread, whose end is the processes' end.
  explicit Cluster(testing::MariaDbInstance& server, ClusterOptions options = {});
  ~Cluster();

  // The processes by name: "order", "gateway".
  testing::ChildProcess& process(const std::string& name) { return *processes_.at(name); }
  std::vector<std::string> process_names() const { return {"order", "gateway"}; }

  // Starts those that do not run and waits until they serve.
  void Heal();

  contract::Endpoint gateway() const;
  std::string Token(const std::string& tenant, const std::string& role) const;
  std::string fault_folder(const std::string& process) const { return (folder_ / "faults" / process).string(); }
  int order_port() const { return order_port_; }
  testing::ScopedDatabase& database() { return *database_; }
  // The end of what a process has logged.
  std::string LogTail(const std::string& process) const;

 private:
  void MakeOrder();
  void MakeGateway();
  std::string WriteSecret(const std::string& name, const std::string& text) const;
  std::vector<std::string> IdentityFlags(const std::string& name);
  void StartAndWait(const std::string& name, int port);

  const ClusterOptions options_;
  testing::MariaDbInstance& server_;
  std::filesystem::path folder_;
  rpc::TestCertificates certificates_;
  gateway::SigningKey key_;
  std::unique_ptr<testing::ScopedDatabase> database_;
  int order_port_ = 0;
  int gateway_port_ = 0;
  std::map<std::string, std::unique_ptr<testing::ChildProcess>> processes_;
  std::shared_ptr<grpc::Channel> channel_;
};

// Ends the program with the reason when there is no value.
template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "the cluster: %s\n", value.status().ToString().c_str());
    std::abort();
  }
  return *std::move(value);
}

}  // namespace juchu::proof

#endif  // TESTS_PROOF_CLUSTER_H_
