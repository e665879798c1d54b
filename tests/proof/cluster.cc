#include "tests/proof/cluster.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

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

nlohmann::json AccountOf(const std::string& tenant, const std::string& shop) {
  return {{"auth_key", absl::StrCat("key-of-", tenant, "-", shop)},
          {"shop_url", absl::StrCat(tenant, "-", shop)},
          {"user_name", "user"}};
}

// Whether somebody listens there.
bool TakesConnections(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return connected;
}

// build/<preset>/bin, beside which the test runs.
std::string Binary(const std::string& name) { return absl::StrCat(JUCHU_BINARY_DIR, "/bin/", name); }

}  // namespace

Cluster::Cluster(testing::MariaDbInstance& server, ClusterOptions options)
    : options_(std::move(options)),
      server_(server),
      key_(Must(gateway::GenerateSigningKey("k"))),
      database_(Must(testing::ScopedDatabase::Create(server, "services/order/migrations"))),
      inventory_database_(Must(testing::ScopedDatabase::Create(server, "services/inventory/migrations"))),
      payment_database_(Must(testing::ScopedDatabase::Create(server, "services/payment/migrations"))) {
  Name("order", options_.orders);
  Name("inventory", options_.inventories);
  Name("company", 1);
  Name("payment", options_.payments);
  Name("gateway", options_.gateways);
  for (const auto& name : process_names_) {
    fs::create_directories(fault_folder(name));
    if (absl::StartsWith(name, "order")) {
      MakeService(name, "order", database_->options(), options_.database_port_for_order, options_.order_flags);
    } else if (absl::StartsWith(name, "inventory")) {
      MakeService(name, "inventory", inventory_database_->options(), options_.database_port_for_inventory,
                  options_.inventory_flags);
    } else if (name == "company") {
      MakeCompany();
    } else if (absl::StartsWith(name, "payment")) {
      MakeService(name, "payment", payment_database_->options(), options_.database_port_for_payment, PaymentFlags());
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

std::string Cluster::WriteSecret(const std::string& name, const std::string& text) const {
  const std::string path = folder_.File(name);
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
      absl::StrCat("--mysql_schema=", database.schema),
      absl::StrCat("--mysql_user=", database.user),
      absl::StrCat("--mysql_password_file=", WriteSecret("mysql-" + service, database.password)),
      absl::StrCat("--migrations_dir=", testing::SourceRoot(), "/services/", service, "/migrations")};
  if (options_.database_over_socket) {
    command.push_back(absl::StrCat("--mysql_socket=", server_.socket_file()));
  } else {
    command.push_back(absl::StrCat("--mysql_host=", database.host));
    command.push_back(absl::StrCat("--mysql_port=", proxy_port != 0 ? proxy_port : database.port));
    command.push_back(absl::StrCat("--mysql_ca_file=", database.ca_file));
  }
  for (const auto& flag : IdentityFlags(service)) command.push_back(flag);
  for (const auto& flag : flags) command.push_back(flag);
  Make(name, std::move(command));
}

std::string Cluster::TargetFor(const std::string& program, int proxy_port) const {
  return proxy_port != 0 ? absl::StrCat("ipv4:127.0.0.1:", proxy_port) : Target(program);
}

void Cluster::MakeCompany() {
  nlohmann::json accounts = nlohmann::json::array();
  for (const auto& [tenant, shop] : options_.card_shops) {
    accounts.push_back(AccountOf(tenant, shop));
  }
  // Without any account it would not start.
  if (accounts.empty()) accounts.push_back(AccountOf("nobody", "none"));
  const auto tls = certificates_.For("company");
  Make("company",
       {Binary("juchu-rccs-standin"), absl::StrCat("--port=", ports_.at("company")),
        absl::StrCat("--journal=", folder_.File("company-journal")), absl::StrCat("--certificate=", tls.cert_file),
        absl::StrCat("--key=", tls.key_file), absl::StrCat("--delay=", absl::FormatDuration(options_.company_delay)),
        absl::StrCat("--accounts=", WriteSecret("company-accounts.json", accounts.dump()))});
}

std::vector<std::string> Cluster::PaymentFlags() {
  nlohmann::json file = {{"accounts", nlohmann::json::array()}};
  for (const auto& [tenant, shop] : options_.card_shops) {
    nlohmann::json account = AccountOf(tenant, shop);
    account["tenant_id"] = tenant;
    account["shop_id"] = shop;
    file["accounts"].push_back(std::move(account));
  }
  const int port = options_.company_port_for_payment != 0 ? options_.company_port_for_payment : ports_.at("company");
  // Everything that operation does within minutes is done within seconds.
  std::vector<std::string> flags = {
      absl::StrCat("--card_company_url=https://127.0.0.1:", port, "/rccsapi-services/RCCSApiService"),
      absl::StrCat("--card_company_ca_file=", ca_file()),
      absl::StrCat("--card_accounts_file=", WriteSecret("card-accounts.json", file.dump())),
      "--card_call_timeout=2s",
      "--card_first_check=100ms",
      "--card_longest_check=1s",
      "--card_resend_after=3s",
      "--card_lease=4s"};
  flags.insert(flags.end(), options_.payment_flags.begin(), options_.payment_flags.end());
  return flags;
}

void Cluster::MakeGateway(const std::string& name) {
  std::vector<std::string> command = {
      Binary("juchu-gateway"),
      absl::StrCat("--listen=127.0.0.1:", ports_.at(name)),
      absl::StrCat("--order_address=", TargetFor("order", options_.order_port_for_gateway)),
      "--order_server_name=localhost",
      absl::StrCat("--inventory_address=", TargetFor("inventory", options_.inventory_port_for_gateway)),
      "--inventory_server_name=localhost",
      absl::StrCat("--payment_address=", TargetFor("payment", options_.payment_port_for_gateway)),
      "--payment_server_name=localhost",
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

bool Cluster::Serves(const std::string& name) {
  if (name == "company") return TakesConnections(ports_.at(name));
  const std::string address = absl::StrCat("127.0.0.1:", ports_.at(name));
  return rpc::IsServing(Must(rpc::CreateMtlsChannel(address, certificates_.For("gateway"))), absl::Seconds(1));
}

void Cluster::StartAndWait(const std::string& name) {
  if (process(name).Running()) return;
  if (const auto status = process(name).Start(); !status.ok()) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), status.ToString().c_str());
    std::abort();
  }
  // Each knock is a new channel: one that has failed waits before it tries again.
  const absl::Time limit = absl::Now() + kStartLimit;
  while (!Serves(name)) {
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
