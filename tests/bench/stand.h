#ifndef TESTS_BENCH_STAND_H_
#define TESTS_BENCH_STAND_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/mysql/pool.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/child_process.h"
#include "common/testing/mariadb_instance.h"
#include "common/testing/temp_folder.h"
#include "juchu/order/v1/order.pb.h"
#include "tests/bench/hand_connection.h"
#include "tests/bench/measure.h"
#include "tests/proof/cluster.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace juchu::bench {

// juchu's gateways by the names of their processes: as it runs, and one that holds no copies of orders.
inline constexpr char kGateway[] = "gateway";
inline constexpr char kGatewayWithoutCopies[] = "gateway-2";

// Orders in the tables of HandOrders.
inline constexpr int kHandOrders = 20'000;

// Everything that is measured, on one private MariaDB with the settings of production: juchu's processes, the two-hop
// RPC in its two forms, and a schema for SQL by hand. Made and used by one thread, whose end is the processes' end.
class Stand {
 public:
  static absl::StatusOr<std::unique_ptr<Stand>> Start();

  proof::Cluster& cluster() { return *cluster_; }
  testing::MariaDbInstance& server() { return *server_; }
  // juchu's own tables, as the order service reaches them: for loading, not for what is measured.
  mysql::Pool& pool() { return *pool_; }
  // The schema for SQL by hand; its user may read juchu's schema too.
  const HandDatabase& hand_database() const { return hand_database_; }

  // The fronts of the two-hop RPC: with one commit a call, and with gathered commits.
  std::shared_ptr<grpc::Channel> two_hop_channel(bool gathered) const { return hops_[gathered ? 1 : 0].channel; }

  Process client_process() const;
  Process database_process() const;
  std::vector<Process> juchu_processes(const std::string& gateway = kGateway);
  // Those, and the inventory.
  std::vector<Process> allocation_processes();
  std::vector<Process> two_hop_processes(bool gathered);

  // Whether LoadSearchOrders has done its work.
  bool search_orders_loaded = false;

  // Of the whole server.
  absl::StatusOr<ServerCounts> Counts();

 private:
  struct Hop {
    std::unique_ptr<testing::ChildProcess> back;
    std::unique_ptr<testing::ChildProcess> front;
    std::shared_ptr<grpc::Channel> channel;
  };

  Stand() = default;
  absl::Status MakeHandDatabase();
  absl::Status StartHop(bool gathered);
  absl::StatusOr<std::unique_ptr<testing::ChildProcess>> StartHopProcess(const std::string& name,
                                                                         std::vector<std::string> flags);

  const SystemClock clock_;
  rpc::TestCertificates certificates_;
  const testing::TempFolder folder_{"juchu-bench"};
  HandDatabase hand_database_;
  std::unique_ptr<testing::MariaDbInstance> server_;
  std::unique_ptr<proof::Cluster> cluster_;
  std::unique_ptr<mysql::Pool> pool_;
  std::unique_ptr<HandConnection> counts_;
  Hop hops_[2];
};

}  // namespace juchu::bench

#endif  // TESTS_BENCH_STAND_H_
