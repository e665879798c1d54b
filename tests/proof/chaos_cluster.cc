#include "tests/proof/chaos_cluster.h"

#include <stdlib.h>

#include <cstdio>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/rpc/channel_factory.h"
#include "tests/proof/card_round.h"

namespace juchu::proof {
namespace {

namespace fs = std::filesystem;

// Further than any clock is moved.
constexpr absl::Duration kClockError = absl::Hours(24 * 40);

// Found by the loader, in the folder that Debian gives it.
std::string FakeTimeLibrary() {
  for (const char* folder : {"/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime"}) {
    const fs::path library = fs::path(folder) / "libfaketimeMT.so.1";
    if (fs::exists(library)) return library.string();
  }
  std::fprintf(stderr, "clocks cannot be moved: the package libfaketime is missing; run tools/setup\n");
  std::abort();
}

std::string CardTenant(int number) { return absl::StrCat("cards-", number); }

fs::path ClockFile(const fs::path& folder, const std::string& process) { return folder / (process + "-clock"); }

std::map<std::string, std::string> FakeTimeVariables(const fs::path& clock_file) {
  return {{"LD_PRELOAD", FakeTimeLibrary()},
          {"FAKETIME_TIMESTAMP_FILE", clock_file.string()},
          // A move is seen at once.
          {"FAKETIME_NO_CACHE", "1"},
          // What measures how long something takes is not moved, as on a machine whose clock is set.
          {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}};
}

}  // namespace

const std::vector<std::string>& ChaosCluster::Links() {
  static const auto* const links =
      new std::vector<std::string>{"client-gateway",  "gateway-order", "gateway-inventory", "gateway-payment",
                                   "payment-company", "order-mariadb", "inventory-mariadb", "payment-mariadb"};
  return *links;
}

ChaosCluster::ChaosCluster(testing::MariaDbInstance& server, const Options& options)
    : server_(server), options_(options) {
  ClusterOptions cluster;
  cluster.reconcilers = options.reconcilers;
  cluster.payment_flags = options.payment_flags;
  // A crowd of orders is several batches, of which the first have many rows (mysql::kManyRows).
  cluster.gateway_flags = {"--reconcile_lease=5s", "--bulk_batch=33"};
  cluster.clock_error = kClockError;
  for (int i = 1; i <= options.card_tenants; ++i) cluster.card_shops.emplace_back(CardTenant(i), kCardShop);
  for (const char* process : {"order", "inventory", "company", "payment", "gateway"}) {
    cluster.ports[process] = testing::FreePort();
    SetClock(process, absl::ZeroDuration());
    // The company's clock is not ours to set.
    if (options.movable_clocks && process != std::string("company")) {
      cluster.environment_of[process] = FakeTimeVariables(ClockFile(folder_.path(), process));
    }
  }
  proxies_["client-gateway"] = Must(ChaosProxy::Start(cluster.ports.at("gateway")));
  proxies_["gateway-order"] = Must(ChaosProxy::Start(cluster.ports.at("order")));
  proxies_["gateway-inventory"] = Must(ChaosProxy::Start(cluster.ports.at("inventory")));
  proxies_["gateway-payment"] = Must(ChaosProxy::Start(cluster.ports.at("payment")));
  proxies_["payment-company"] = Must(ChaosProxy::Start(cluster.ports.at("company")));
  proxies_["payment-mariadb"] = Must(ChaosProxy::Start(server.port()));
  proxies_["order-mariadb"] = Must(ChaosProxy::Start(server.port()));
  proxies_["inventory-mariadb"] = Must(ChaosProxy::Start(server.port()));
  cluster.order_port_for_gateway = proxies_.at("gateway-order")->port();
  cluster.inventory_port_for_gateway = proxies_.at("gateway-inventory")->port();
  cluster.payment_port_for_gateway = proxies_.at("gateway-payment")->port();
  cluster.company_port_for_payment = proxies_.at("payment-company")->port();
  cluster.database_port_for_payment = proxies_.at("payment-mariadb")->port();
  cluster.database_port_for_inventory = proxies_.at("inventory-mariadb")->port();
  cluster.database_port_for_order = proxies_.at("order-mariadb")->port();
  cluster_ = std::make_unique<Cluster>(server, std::move(cluster));
}

contract::Endpoint ChaosCluster::Connect() {
  const std::string address = absl::StrCat("127.0.0.1:", proxies_.at("client-gateway")->port());
  // Another name for each, so that gRPC does not share one connection among them.
  return {Must(rpc::CreateMtlsChannel(address, cluster_->client_identity())),
          [this](const std::string& tenant, const std::string& role) { return cluster_->Token(tenant, role); }};
}

std::string ChaosCluster::NextCardTenant() {
  if (card_tenants_given_ < options_.card_tenants) return CardTenant(++card_tenants_given_);
  std::fprintf(stderr, "more rounds of cards than card_tenants\n");
  std::abort();
}

void ChaosCluster::SetClock(const std::string& process, absl::Duration error) {
  const fs::path file = ClockFile(folder_.path(), process);
  // Whole at every moment: a process may read it just now.
  const fs::path unfinished = file.string() + ".new";
  std::ofstream(unfinished) << (error < absl::ZeroDuration() ? "" : "+") << absl::ToInt64Seconds(error) << "\n";
  fs::rename(unfinished, file);
}

void ChaosCluster::Heal() {
  for (const auto& [link, proxy] : proxies_) proxy->Heal();
  server_.Continue();
  if (!server_.running()) {
    if (const auto status = server_.Restart(); !status.ok()) {
      std::fprintf(stderr, "MariaDB does not start again: %s\n", std::string(status.message()).c_str());
      std::abort();
    }
  }
  for (const auto& process : cluster_->process_names()) {
    SetClock(process, absl::ZeroDuration());
    cluster_->process(process).Continue();
  }
  cluster_->Heal();
}

}  // namespace juchu::proof
