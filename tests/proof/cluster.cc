#include "tests/proof/cluster.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/rpc/channel_factory.h"
#include "common/rpc/health.h"
#include "nlohmann/json.hpp"

namespace juchu::proof {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kStartLimit = absl::Seconds(30);

fs::path MakeFolder() {
  std::string name = (fs::temp_directory_path() / "juchu-cluster-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) std::abort();
  return name;
}

// build/<preset>/bin, beside which the test runs.
std::string Binary(const std::string& name) { return absl::StrCat(JUCHU_BINARY_DIR, "/bin/", name); }

}  // namespace

Cluster::Cluster(testing::MariaDbInstance& server, ClusterOptions options)
    : options_(std::move(options)),
      server_(server),
      folder_(MakeFolder()),
      key_(Must(gateway::GenerateSigningKey("k"))),
      database_(Must(testing::ScopedDatabase::Create(server, "services/order/migrations"))),
      inventory_database_(Must(testing::ScopedDatabase::Create(server, "services/inventory/migrations"))) {
  Name("order", options_.orders);
  Name("inventory", 1);
  Name("gateway", options_.gateways);
  for (const auto& name : process_names_) {
    fs::create_directories(fault_folder(name));
    if (absl::StartsWith(name, "order")) {
      MakeService(name, "order", database_->options(), options_.database_port_for_order, options_.order_flags);
    } else if (absl::StartsWith(name, "inventory")) {
      MakeService(name, "inventory", inventory_database_->options(), options_.database_port_for_inventory,
                  options_.inventory_flags);
    } else {
      MakeGateway(name);
    }
  }
  channel_ = Must(rpc::CreateMtlsChannel(absl::StrCat("127.0.0.1:", ports_.at("gateway")), client_identity()));
  Heal();
}

void Cluster::Name(const std::string& program, int count) {
  for (int i = 1; i <= count; ++i) {
    process_names_.push_back(i == 1 ? program : absl::StrCat(program, "-", i));
    const auto given = options_.ports.find(process_names_.back());
    ports_[process_names_.back()] = given == options_.ports.end() ? testing::FreePort() : given->second;
  }
}

std::string Cluster::Target(const std::string& program) const {
  std::vector<std::string> addresses;
  for (const auto& [name, port] : ports_) {
    if (absl::StartsWith(name, program)) addresses.push_back(absl::StrCat("127.0.0.1:", port));
  }
  return absl::StrCat("ipv4:", absl::StrJoin(addresses, ","));
}

Cluster::~Cluster() {
  processes_.clear();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Cluster::WriteSecret(const std::string& name, const std::string& text) const {
  const std::string path = (folder_ / name).string();
  std::ofstream(path) << text;
  chmod(path.c_str(), 0600);
  return path;
}

std::vector<std::string> Cluster::IdentityFlags(const std::string& name) {
  const auto files = certificates_.For(name);
  return {absl::StrCat("--tls_ca_file=", files.ca_file), absl::StrCat("--tls_cert_file=", files.cert_file),
          absl::StrCat("--tls_key_file=", files.key_file)};
}

void Cluster::MakeService(const std::string& name, const std::string& service, const mysql::Options& database,
                          int proxy_port, const std::vector<std::string>& flags) {
  std::vector<std::string> command = {
      Binary("juchu-" + service),
      absl::StrCat("--listen=127.0.0.1:", ports_.at(name)),
      absl::StrCat("--mysql_host=", database.host),
      absl::StrCat("--mysql_port=", proxy_port != 0 ? proxy_port : database.port),
      absl::StrCat("--mysql_schema=", database.schema),
      absl::StrCat("--mysql_user=", database.user),
      absl::StrCat("--mysql_password_file=", WriteSecret("mysql-" + service, database.password)),
      absl::StrCat("--mysql_ca_file=", database.ca_file),
      absl::StrCat("--migrations_dir=", testing::SourceRoot(), "/services/", service, "/migrations")};
  for (const auto& flag : IdentityFlags(service)) command.push_back(flag);
  for (const auto& flag : flags) command.push_back(flag);
  Make(name, std::move(command));
}

std::string Cluster::TargetFor(const std::string& program, int proxy_port) const {
  return proxy_port != 0 ? absl::StrCat("ipv4:127.0.0.1:", proxy_port) : Target(program);
}

void Cluster::MakeGateway(const std::string& name) {
  std::vector<std::string> command = {
      Binary("juchu-gateway"),
      absl::StrCat("--listen=127.0.0.1:", ports_.at(name)),
      absl::StrCat("--order_address=", TargetFor("order", options_.order_port_for_gateway)),
      "--order_server_name=localhost",
      absl::StrCat("--inventory_address=", TargetFor("inventory", options_.inventory_port_for_gateway)),
      "--inventory_server_name=localhost",
      absl::StrCat("--jwks_file=", WriteSecret("jwks.json", Must(gateway::PublicJwks(key_)))),
      "--token_issuer=issuer",
      absl::StrCat("--page_token_key_file=", WriteSecret("page-token", std::string(64, 'k'))),
      "--allowed_clients=frontend",
      absl::StrCat("--token_max_age=", absl::FormatDuration(absl::Hours(24) + 2 * options_.clock_error)),
      absl::StrCat("--reconcilers=", options_.reconcilers)};
  for (const auto& flag : IdentityFlags("gateway")) command.push_back(flag);
  for (const auto& flag : options_.gateway_flags) command.push_back(flag);
  Make(name, std::move(command));
}

void Cluster::Make(const std::string& name, std::vector<std::string> command) {
  if (const auto own = options_.flags_of.find(name); own != options_.flags_of.end()) {
    command.insert(command.end(), own->second.begin(), own->second.end());
  }
  auto environment = options_.environment;
  environment.emplace("JUCHU_FAULT_DIR", fault_folder(name));
  if (const auto own = options_.environment_of.find(name); own != options_.environment_of.end()) {
    environment.insert(own->second.begin(), own->second.end());
  }
  processes_[name] =
      std::make_unique<testing::ChildProcess>(std::move(command), std::move(environment), log_file(name));
}

void Cluster::StartAndWait(const std::string& name) {
  if (process(name).Running()) return;
  if (const auto status = process(name).Start(); !status.ok()) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), status.ToString().c_str());
    std::abort();
  }
  // Each knock is a new channel: one that has failed waits before it tries again.
  const absl::Time limit = absl::Now() + kStartLimit;
  const std::string address = absl::StrCat("127.0.0.1:", ports_.at(name));
  while (!rpc::IsServing(Must(rpc::CreateMtlsChannel(address, certificates_.For("gateway"))), absl::Seconds(1))) {
    if (!process(name).Running() || absl::Now() > limit) {
      std::fprintf(stderr, "%s does not serve:\n%s\n", name.c_str(), LogTail(name).c_str());
      std::abort();
    }
    absl::SleepFor(absl::Milliseconds(10));
  }
}

void Cluster::Heal() {
  for (const auto& name : process_names_) StartAndWait(name);
}

contract::Endpoint Cluster::gateway() const {
  return {channel_, [this](const std::string& tenant, const std::string& role) { return Token(tenant, role); }};
}

contract::Endpoint Cluster::gateway(const std::string& name) {
  contract::Endpoint endpoint = gateway();
  endpoint.channel =
      Must(rpc::CreateMtlsChannel(absl::StrCat("127.0.0.1:", ports_.at(name)), client_identity(), "localhost"));
  return endpoint;
}

std::string Cluster::Token(const std::string& tenant, const std::string& role) const {
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  const int64_t error = absl::ToInt64Seconds(options_.clock_error);
  return Must(gateway::MintToken(key_, {{"iss", "issuer"},
                                        {"aud", "juchu"},
                                        {"sub", "hanako"},
                                        {"tenant", tenant},
                                        {"role", role},
                                        {"iat", now - error},
                                        {"exp", now + 36'000 + error}}));
}

std::string Cluster::LogTail(const std::string& process) const {
  std::ifstream file(log_file(process));
  std::stringstream text;
  text << file.rdbuf();
  const std::string log = text.str();
  constexpr size_t kTail = 3000;
  return log.size() > kTail ? log.substr(log.size() - kTail) : log;
}

}  // namespace juchu::proof
