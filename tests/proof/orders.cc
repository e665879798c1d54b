#include "tests/proof/orders.h"

#include <grpcpp/grpcpp.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/testing/scoped_database.h"
#include "juchu/gateway/v1/gateway_service.pb.h"

namespace juchu::proof {
namespace {

namespace gw = ::juchu::gateway::v1;

constexpr absl::Duration kLimit = absl::Seconds(60);
constexpr int kMostAtOnce = 500;

const contract::Operation& OperationNamed(const std::string& method) {
  for (const auto& operation : contract::Operations()) {
    if (operation.method == method) return operation;
  }
  std::fprintf(stderr, "no operation %s\n", method.c_str());
  std::abort();
}

contract::Messages Call(const contract::Merchant& merchant, const contract::Operation& operation) {
  auto answer = merchant.CallUntilAnswered(operation, merchant.Fill(operation, ""), kLimit);
  if (answer.status.ok()) return std::move(answer.messages);
  std::fprintf(stderr, "%s: %s\n", operation.method.c_str(), answer.status.ToString().c_str());
  std::abort();
}

std::string ReadAll(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

std::vector<std::string> TakeIn(const contract::Merchant& merchant, const std::string& prefix, int count) {
  const auto& sample = OperationNamed("GatewayService/CreateOrders");
  std::vector<std::string> numbers;
  for (int made = 0; made < count;) {
    std::string text;
    for (int i = 0; i < kMostAtOnce && made < count; ++i) {
      absl::StrAppend(
          &text, " ",
          absl::StrReplaceAll(sample.requests.front(), {{"'N-1'", absl::StrCat("'", prefix, made++, "'")}}));
    }
    const auto messages = Call(merchant, {sample.method, {text}});
    for (const auto& outcome : static_cast<const gw::CreateOrdersResponse&>(*messages.front()).outcomes()) {
      numbers.push_back(outcome.order_number());
    }
  }
  return numbers;
}

Recorded Record(const contract::Merchant& merchant, const std::string& order_number) {
  Recorded recorded{0, true};
  std::string page_token;
  do {
    const auto messages =
        Call(merchant,
             {"GatewayService/ListOrderHistory",
              {absl::StrCat("order_number: '", order_number, "' page_size: 1000 page_token: '", page_token, "'")}});
    const auto& page = static_cast<const gw::ListOrderHistoryResponse&>(*messages.front());
    for (const auto& entry : page.entries()) {
      recorded.gapless = recorded.gapless && entry.version() == ++recorded.version;
    }
    page_token = page.next_page_token();
  } while (!page_token.empty());
  return recorded;
}

std::string Audit(const contract::Merchant& merchant) {
  std::string findings;
  bool whole = false;
  for (const auto& message : Call(merchant, {"GatewayService/AuditOrders", {""}})) {
    const auto& part = static_cast<const gw::AuditOrdersResponse&>(*message);
    if (part.has_finding()) absl::StrAppend(&findings, part.finding().ShortDebugString(), "\n");
    whole = whole || part.has_summary();
  }
  return whole ? findings : findings + "the audit has no summary";
}

std::string PublishedServiceConfig() { return ReadAll(testing::SourceRoot() + "/deploy/client/service_config.json"); }

std::shared_ptr<grpc::Channel> PlainChannel(Cluster& cluster, int connection) {
  const auto files = cluster.client_identity();
  grpc::SslCredentialsOptions identity;
  identity.pem_root_certs = ReadAll(files.ca_file);
  identity.pem_cert_chain = ReadAll(files.cert_file);
  identity.pem_private_key = ReadAll(files.key_file);
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(PublishedServiceConfig());
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetSslTargetNameOverride("localhost");
  // Channels with equal arguments share their connections.
  arguments.SetInt("juchu.connection", connection);
  return grpc::CreateCustomChannel(cluster.gateway_target(), grpc::SslCredentials(identity), arguments);
}

}  // namespace juchu::proof
