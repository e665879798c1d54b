#ifndef TESTS_PROOF_CLUSTER_H_
#define TESTS_PROOF_CLUSTER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/child_process.h"
#include "common/testing/mariadb_instance.h"
#include "common/testing/scoped_database.h"
#include "common/testing/temp_folder.h"
#include "services/gateway/auth/token_minter.h"
#include "tests/contract/merchant.h"

namespace juchu::proof {

struct ClusterOptions {
  int reconcilers = 1;
  // How many of each; all gateways use all of each service in turn.
  int orders = 1;
  int inventories = 1;
  int payments = 1;
  int gateways = 1;
  // More flags of each process, and of one process by name.
  std::vector<std::string> order_flags;
  std::vector<std::string> inventory_flags;
  std::vector<std::string> payment_flags;
  std::vector<std::string> gateway_flags;
  std::map<std::string, std::vector<std::string>> flags_of;
  // Added to the environment of both, and of one process by name.
  std::map<std::string, std::string> environment;
  std::map<std::string, std::map<std::string, std::string>> environment_of;
  // Ports to listen on, by process, when a proxy must know them before; a free one for those not named.
  std::map<std::string, int> ports;
  // Tokens hold for gateways whose clocks are wrong by so much, either way.
  absl::Duration clock_error;
  // The services reach their databases over the server's socket, as a program beside its server does; else by TLS.
  bool database_over_socket = false;
  // Where the gateway finds the services, these their databases, and the payment service the card company, when not
  // directly: a proxy's port.
  int order_port_for_gateway = 0;
  int inventory_port_for_gateway = 0;
  int payment_port_for_gateway = 0;
  int database_port_for_order = 0;
  int database_port_for_inventory = 0;
  int database_port_for_payment = 0;
  int company_port_for_payment = 0;
  // Shops with an account at the card company: tenant and shop.
  std::vector<std::pair<std::string, std::string>> card_shops;
  // How long the card company takes.
  absl::Duration company_delay = absl::Milliseconds(50);
};

// The programs of juchu, and the card company's stand-in, as processes of their own on databases of their own, with
// real identity: what a test can kill. Fault points are armed by files in fault_folder(<process>). Ends the program
// with a message when a part is missing.
class Cluster {
 public:
  // `server` must outlive the cluster. Made and used by one thread, whose end is the processes' end.
  explicit Cluster(testing::MariaDbInstance& server, ClusterOptions options = {});

  // The processes by name: "order", "order-2" …, "inventory" …, "company", "payment" …, "gateway", "gateway-2" …
  testing::ChildProcess& process(const std::string& name) { return *processes_.at(name); }
  const std::vector<std::string>& process_names() const { return process_names_; }

  // Starts those that do not run and waits until they serve.
  void Heal();

  // The first gateway; and any, by its name.
  contract::Endpoint gateway() const;
  contract::Endpoint gateway(const std::string& name);
  // All gateways, as a target of gRPC.
  std::string gateway_target() const { return Target("gateway"); }
  // What a client of the gateway shows; the gateways' certificates name localhost.
  rpc::TlsFiles client_identity() { return certificates_.For("frontend"); }
  std::string Token(const std::string& tenant, const std::string& role) const;
  std::string fault_folder(const std::string& process) const { return folder_.File("faults/" + process); }
  int order_port() const { return ports_.at("order"); }
  testing::ScopedDatabase& database() { return *database_; }
  testing::ScopedDatabase& inventory_database() { return *inventory_database_; }
  testing::ScopedDatabase& payment_database() { return *payment_database_; }
  int company_port() const { return ports_.at("company"); }
  std::string ca_file() { return certificates_.For("frontend").ca_file; }
  std::string log_file(const std::string& process) const { return folder_.File(process + ".log"); }
  // The end of what a process has logged.
  std::string LogTail(const std::string& process) const;

 private:
  // "order" makes the names order, order-2 … with a port each.
  void Name(const std::string& program, int count);
  // The addresses of all processes of a program.
  std::string Target(const std::string& program) const;
  // Where the gateway finds a program: at a proxy's port, or directly.
  std::string TargetFor(const std::string& program, int proxy_port) const;
  // A process of a service with a database, at the proxy's port when there is one; `service` names program, certificate
  // and migrations.
  void MakeService(const std::string& name, const std::string& service, const mysql::Options& database, int proxy_port,
                   const std::vector<std::string>& flags);
  void MakeGateway(const std::string& name);
  // The card company, and what the payment service is told of it.
  void MakeCompany();
  std::vector<std::string> PaymentFlags();
  void Make(const std::string& name, std::vector<std::string> command);
  std::string WriteSecret(const std::string& name, const std::string& text) const;
  std::vector<std::string> IdentityFlags(const std::string& name);
  void StartAndWait(const std::string& name);
  // Whether it serves: services say so, the company takes connections.
  bool Serves(const std::string& name);

  const ClusterOptions options_;
  testing::MariaDbInstance& server_;
  const testing::TempFolder folder_{"juchu-cluster"};
  rpc::TestCertificates certificates_;
  gateway::SigningKey key_;
  std::unique_ptr<testing::ScopedDatabase> database_;
  std::unique_ptr<testing::ScopedDatabase> inventory_database_;
  std::unique_ptr<testing::ScopedDatabase> payment_database_;
  std::vector<std::string> process_names_;
  std::map<std::string, int> ports_;
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
