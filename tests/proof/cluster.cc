#include "tests/proof/cluster.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
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
      order_port_(testing::FreePort()),
      gateway_port_(testing::FreePort()) {
  for (const auto& name : process_names()) fs::create_directories(fault_folder(name));
  MakeOrder();
  MakeGateway();
  channel_ = Must(rpc::CreateMtlsChannel(absl::StrCat("127.0.0.1:", gateway_port_), certificates_.For("frontend")));
  Heal();
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

void Cluster::MakeOrder() {
  const auto& database = database_->options();
  const int port = options_.database_port_for_order != 0 ? options_.database_port_for_order : database.port;
  std::vector<std::string> command = {
      Binary("juchu-order"),
      absl::StrCat("--listen=127.0.0.1:", order_port_),
      absl::StrCat("--mysql_host=", database.host),
      absl::StrCat("--mysql_port=", port),
      absl::StrCat("--mysql_schema=", database.schema),
      absl::StrCat("--mysql_user=", database.user),
      absl::StrCat("--mysql_password_file=", WriteSecret("mysql-order", database.password)),
      absl::StrCat("--mysql_ca_file=", database.ca_file),
      absl::StrCat("--migrations_dir=", testing::SourceRoot(), "/services/order/migrations")};
  for (const auto& flag : IdentityFlags("order")) command.push_back(flag);
  for (const auto& flag : options_.order_flags) command.push_back(flag);
  auto environment = options_.environment;
  environment.emplace("JUCHU_FAULT_DIR", fault_folder("order"));
  processes_["order"] = std::make_unique<testing::ChildProcess>(std::move(command), std::move(environment),
                                                                (folder_ / "order.log").string());
}

void Cluster::MakeGateway() {
  const int order_port = options_.order_port_for_gateway != 0 ? options_.order_port_for_gateway : order_port_;
  std::vector<std::string> command = {
      Binary("juchu-gateway"),
      absl::StrCat("--listen=127.0.0.1:", gateway_port_),
      absl::StrCat("--order_address=127.0.0.1:", order_port),
      absl::StrCat("--jwks_file=", WriteSecret("jwks.json", Must(gateway::PublicJwks(key_)))),
      "--token_issuer=issuer",
      absl::StrCat("--page_token_key_file=", WriteSecret("page-token", std::string(64, 'k'))),
      "--allowed_clients=frontend",
      absl::StrCat("--reconcilers=", options_.reconcilers)};
  for (const auto& flag : IdentityFlags("gateway")) command.push_back(flag);
  for (const auto& flag : options_.gateway_flags) command.push_back(flag);
  auto environment = options_.environment;
  environment.emplace("JUCHU_FAULT_DIR", fault_folder("gateway"));
  processes_["gateway"] = std::make_unique<testing::ChildProcess>(std::move(command), std::move(environment),
                                                                  (folder_ / "gateway.log").string());
}

void Cluster::StartAndWait(const std::string& name, int port) {
  if (process(name).Running()) return;
  if (const auto status = process(name).Start(); !status.ok()) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), status.ToString().c_str());
    std::abort();
  }
  // Each knock is a new channel: one that has failed waits before it tries again.
  const absl::Time limit = absl::Now() + kStartLimit;
  while (!rpc::IsServing(Must(rpc::CreateMtlsChannel(absl::StrCat("127.0.0.1:", port), certificates_.For("gateway"))),
                         absl::Seconds(1))) {
    if (!process(name).Running() || absl::Now() > limit) {
      std::fprintf(stderr, "%s does not serve:\n%s\n", name.c_str(), LogTail(name).c_str());
      std::abort();
    }
    absl::SleepFor(absl::Milliseconds(10));
  }
}

void Cluster::Heal() {
  StartAndWait("order", order_port_);
  StartAndWait("gateway", gateway_port_);
}

contract::Endpoint Cluster::gateway() const {
  return {channel_, [this](const std::string& tenant, const std::string& role) { return Token(tenant, role); }};
}

std::string Cluster::Token(const std::string& tenant, const std::string& role) const {
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  return Must(gateway::MintToken(key_, {{"iss", "issuer"},
                                        {"aud", "juchu"},
                                        {"sub", "hanako"},
                                        {"tenant", tenant},
                                        {"role", role},
                                        {"iat", now},
                                        {"exp", now + 36'000}}));
}

std::string Cluster::LogTail(const std::string& process) const {
  std::ifstream file(folder_ / (process + ".log"));
  std::stringstream text;
  text << file.rdbuf();
  const std::string log = text.str();
  constexpr size_t kTail = 3000;
  return log.size() > kTail ? log.substr(log.size() - kTail) : log;
}

}  // namespace juchu::proof
