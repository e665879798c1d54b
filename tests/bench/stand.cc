#include "tests/bench/stand.h"

#include <cppconn/resultset.h>
#include <grpcpp/grpcpp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/rpc/channel_factory.h"
#include "common/status/status_macros.h"
#include "tests/bench/hand_orders.h"

namespace juchu::bench {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kStartLimit = absl::Seconds(30);
constexpr char kSchema[] = "by_hand";
// As many connections as do most on two cores; gathering wants few, so that calls meet while a commit is under way.
constexpr int kWorkers = 8;
constexpr int kGatheringWorkers = 2;
constexpr int kGather = 16;

// A pool that holds a million orders' hot pages, and a log that is not the limit. A commit is durable, as always.
std::vector<std::string> ServerFlags() {
  return {"--innodb-buffer-pool-size=4G", "--innodb-log-file-size=1G", "--innodb-flush-log-at-trx-commit=1"};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Stand>> Stand::Start() {
  std::unique_ptr<Stand> stand(new Stand());
  testing::MariaDbOptions options;
  options.flags = ServerFlags();
  JUCHU_ASSIGN_OR_RETURN(stand->server_, testing::MariaDbInstance::Start(std::move(options)));
  proof::ClusterOptions cluster;
  cluster.gateways = 2;
  cluster.database_over_socket = true;
  cluster.flags_of[kGatewayWithoutCopies] = {"--order_cache_size=0", "--reconcilers=0"};
  stand->cluster_ = std::make_unique<proof::Cluster>(*stand->server_, std::move(cluster));
  mysql::Options database = stand->cluster_->database().options();
  database.pool_size = kWorkers;
  // More than these wait for their turn: nobody is refused here.
  database.acquire_timeout = absl::Seconds(30);
  JUCHU_ASSIGN_OR_RETURN(stand->pool_, mysql::Pool::Create(std::move(database), stand->clock_));
  JUCHU_RETURN_IF_ERROR(stand->MakeHandDatabase());
  JUCHU_RETURN_IF_ERROR(stand->StartHop(false));
  JUCHU_RETURN_IF_ERROR(stand->StartHop(true));
  return stand;
}

absl::Status Stand::MakeHandDatabase() {
  hand_database_ = {server_->socket_file(), "by_hand", "by-hand-Pw", kSchema};
  const std::string password_file = folder_.File("password");
  std::ofstream(password_file) << hand_database_.password;
  chmod(password_file.c_str(), 0600);
  JUCHU_RETURN_IF_ERROR(server_
                            ->RootSql(absl::StrCat("CREATE DATABASE ", kSchema, "; CREATE USER '", hand_database_.user,
                                                   "'@'localhost' IDENTIFIED BY '", hand_database_.password,
                                                   "'; GRANT ALL ON *.* TO '", hand_database_.user, "'@'localhost'"))
                            .status());
  return Guarded([this] {
    counts_ = std::make_unique<HandConnection>(hand_database_);
    HandOrders::MakeTables(*counts_, kHandOrders);
  });
}

absl::StatusOr<std::unique_ptr<testing::ChildProcess>> Stand::StartHopProcess(const std::string& name,
                                                                              std::vector<std::string> flags) {
  const auto tls = certificates_.For(name);
  std::vector<std::string> command = {
      fs::read_symlink("/proc/self/exe").parent_path() / "juchu-bench-hop", absl::StrCat("--tls_ca_file=", tls.ca_file),
      absl::StrCat("--tls_cert_file=", tls.cert_file), absl::StrCat("--tls_key_file=", tls.key_file)};
  for (auto& flag : flags) command.push_back(std::move(flag));
  auto process = std::make_unique<testing::ChildProcess>(std::move(command), std::map<std::string, std::string>(),
                                                         folder_.File(name + ".log"));
  JUCHU_RETURN_IF_ERROR(process->Start());
  return process;
}

absl::Status Stand::StartHop(bool gathered) {
  Hop& hop = hops_[gathered ? 1 : 0];
  const std::string back = absl::StrCat("127.0.0.1:", testing::FreePort());
  JUCHU_ASSIGN_OR_RETURN(
      hop.back, StartHopProcess(gathered ? "gathering-back" : "back",
                                {absl::StrCat("--listen=", back), "--mysql_socket=" + hand_database_.socket,
                                 "--mysql_user=" + hand_database_.user, "--mysql_schema=" + std::string(kSchema),
                                 "--mysql_password_file=" + folder_.File("password"),
                                 absl::StrCat("--workers=", gathered ? kGatheringWorkers : kWorkers),
                                 absl::StrCat("--gather=", gathered ? kGather : 1)}));
  const std::string front = absl::StrCat("127.0.0.1:", testing::FreePort());
  JUCHU_ASSIGN_OR_RETURN(hop.front, StartHopProcess(gathered ? "gathering-front" : "front",
                                                    {absl::StrCat("--listen=", front), "--back_address=" + back}));
  JUCHU_ASSIGN_OR_RETURN(hop.channel, rpc::CreateMtlsChannel(front, certificates_.For("client")));
  if (!hop.channel->WaitForConnected(absl::ToChronoTime(absl::Now() + kStartLimit))) {
    return absl::UnavailableError("the two-hop RPC's front does not serve");
  }
  return absl::OkStatus();
}

Process Stand::client_process() const {
  return {"client", [] { return getpid(); }};
}

Process Stand::database_process() const {
  return {"mariadbd", [this] { return server_->pid(); }};
}

std::vector<Process> Stand::juchu_processes(const std::string& gateway) {
  return {client_process(),
          {"gateway", [this, gateway] { return cluster_->process(gateway).pid(); }},
          {"order", [this] { return cluster_->process("order").pid(); }},
          database_process()};
}

std::vector<Process> Stand::allocation_processes() {
  std::vector<Process> processes = juchu_processes();
  processes.insert(processes.end() - 1, {"inventory", [this] { return cluster_->process("inventory").pid(); }});
  return processes;
}

std::vector<Process> Stand::two_hop_processes(bool gathered) {
  Hop& hop = hops_[gathered ? 1 : 0];
  return {client_process(),
          {"front", [&hop] { return hop.front->pid(); }},
          {"back", [&hop] { return hop.back->pid(); }},
          database_process()};
}

absl::StatusOr<ServerCounts> Stand::Counts() {
  ServerCounts counts;
  JUCHU_RETURN_IF_ERROR(Guarded([&] {
    const auto rows =
        counts_->Query("SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Com_commit', 'Com_stmt_prepare')");
    while (rows->next()) {
      const std::string name = rows->getString(1).asStdString();
      int64_t& count = name == "Questions"    ? counts.statements
                       : name == "Com_commit" ? counts.commits
                                              : counts.prepares;
      count = rows->getInt64(2);
    }
  }));
  return counts;
}

}  // namespace juchu::bench
