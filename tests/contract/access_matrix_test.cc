// All methods × every kind of certificate × every role, on the live servers, held against one table written by hand.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/testing/scoped_database.h"
#include "juchu/common/v1/method_options.pb.h"
#include "nlohmann/json.hpp"
#include "tests/contract/generic_call.h"
#include "tests/contract/stack_endpoint.h"

namespace juchu::contract {
namespace {

using integration::Stack;

const std::vector<std::string>& Roles() {
  static const auto* const roles = new std::vector<std::string>{"viewer", "operator", "manager", "admin"};
  return *roles;
}

int RankOf(const std::string& role) {
  for (size_t i = 0; i < Roles().size(); ++i) {
    if (Roles()[i] == role) return static_cast<int>(i);
  }
  ADD_FAILURE() << "no such role: " << role;
  return 0;
}

struct Access {
  std::set<std::string> callers;
  std::string role;  // "" when no token is asked for.
};

std::map<std::string, Access> ReadTable() {
  std::map<std::string, Access> table;
  std::ifstream file(absl::StrCat(testing::SourceRoot(), "/tests/contract/method_access.txt"));
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    Access access;
    access.callers = {words.begin() + 1, words.end() - 1};
    if (words.back() != "-") access.role = words.back();
    EXPECT_TRUE(table.emplace(words.front(), access).second) << words.front() << " stands twice";
  }
  return table;
}

// A kind of client: what it shows of itself.
struct Client {
  std::string name;
  std::shared_ptr<grpc::Channel> channel;
  // Whether TLS lets it in at all.
  bool connects = true;
  // The name that its certificate gives it; "" for none.
  std::string caller;
};

std::vector<Client> ClientsOf(const std::string& server) {
  auto& stack = Stack::Get();
  auto& certificates = stack.certificates();
  static rpc::TestCertificates other_authority;
  const auto ours = certificates.For("frontend");
  const auto other = other_authority.For("gateway");
  std::vector<Client> clients;
  for (const char* name : {"gateway", "order", "inventory", "payment", "shipping", "mail", "frontend", "juchuctl",
                           "stranger", "Gateway", "gateway2"}) {
    clients.push_back({name, stack.Channel(server, certificates.For(name)), true, name});
  }
  const auto refused = [&](const char* name, const rpc::TlsFiles& files) {
    clients.push_back({name, stack.Channel(server, files), false, ""});
  };
  refused("expired", certificates.For("gateway", {"URI:spiffe://juchu/gateway", -1}));
  refused("other authority", {ours.ca_file, other.cert_file, other.key_file});
  for (const char* names : {"URI:spiffe://other/gateway", "URI:spiffe://juchu/a/gateway", "DNS:gateway",
                            "URI:https://juchu/gateway", "email:gateway@juchu"}) {
    clients.push_back({names, stack.Channel(server, certificates.For("gateway", {names, 2})), true, ""});
  }
  grpc::SslCredentialsOptions anonymous;
  std::ifstream ca(ours.ca_file);
  anonymous.pem_root_certs.assign(std::istreambuf_iterator<char>(ca), {});
  clients.push_back(
      {"no certificate", grpc::CreateChannel(stack.Address(server), grpc::SslCredentials(anonymous)), false, ""});
  clients.push_back(
      {"no TLS", grpc::CreateChannel(stack.Address(server), grpc::InsecureChannelCredentials()), false, ""});
  return clients;
}

absl::Status Knock(const Client& client, const google::protobuf::MethodDescriptor& method, const std::string& token) {
  const auto context = integration::ContextWith(token, absl::Seconds(20));
  Messages requests;
  requests.push_back(Parse(*method.input_type(), ""));
  return Call(client.channel, method, requests, *context).status;
}

// What the table says of this call: a code that keeps it out, or OK for "let in, whatever comes of it".
absl::StatusCode Expected(const Access& access, const Client& client, const std::string& role) {
  if (!client.connects) return absl::StatusCode::kUnavailable;
  if (access.callers.count(client.caller) == 0) return absl::StatusCode::kPermissionDenied;
  if (access.role.empty()) return absl::StatusCode::kOk;
  if (role.empty()) return absl::StatusCode::kUnauthenticated;
  return RankOf(role) >= RankOf(access.role) ? absl::StatusCode::kOk : absl::StatusCode::kPermissionDenied;
}

TEST(AccessMatrixTest, EveryMethodLetsInWhomTheTableNamesAndNobodyElse) {
  auto table = ReadTable();
  const Merchant merchant(StackEndpoint(), NewMerchantId());
  int cells = 0;
  std::set<std::string> seen;
  for (const auto* service : AllServices()) {
    const std::string server = ServerOf(*service);
    const auto clients = ClientsOf(server);
    for (int m = 0; m < service->method_count(); ++m) {
      const auto& method = *service->method(m);
      const std::string name = absl::StrCat(server, ".", service->name(), "/", method.name());
      ASSERT_TRUE(table.count(name) > 0) << name << " has no row in tests/contract/method_access.txt";
      seen.insert(name);
      // A client that TLS keeps out never gets as far as a token.
      for (const auto& client : clients) {
        for (const std::string& role : {std::string(), Roles()[0], Roles()[1], Roles()[2], Roles()[3]}) {
          if (!client.connects && role != "admin") continue;
          const std::string token = role.empty() ? "" : Stack::Get().Token(merchant.id(), role);
          const absl::Status status = Knock(client, method, token);
          const absl::StatusCode expected = Expected(table[name], client, role);
          const bool kept_out =
              absl::IsUnauthenticated(status) || absl::IsPermissionDenied(status) || absl::IsUnavailable(status);
          EXPECT_TRUE(expected == absl::StatusCode::kOk ? !kept_out : status.code() == expected)
              << name << " as " << client.name << " with " << (role.empty() ? "no token" : role) << ": " << status;
          ++cells;
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), table.size()) << "the table has rows of methods that are no more";
  // The configuration that the stack runs with is the one of tools/dev: two clients, six services.
  EXPECT_GT(cells, 3000);
  std::printf("%d cells\n", cells);
}

// All that the call says, the later messages of a stream included.
std::string TextOf(const Messages& requests) {
  std::string text;
  for (const auto& request : requests) absl::StrAppend(&text, request->DebugString());
  return text;
}

TEST(AccessMatrixTest, TenantComesFromTheTokenWhateverTheCallSays) {
  const Merchant ours(StackEndpoint(), NewMerchantId());
  const Merchant theirs(StackEndpoint(), NewMerchantId());
  const std::string their_state = theirs.Dump();
  for (const auto& operation : Operations()) {
    const auto& method = MethodOf(operation);
    const auto requests = theirs.Fill(operation, "0193a7b0-0000-7000-8000-000000000001");
    const auto context = integration::ContextWith(Stack::Get().Token(ours.id(), "admin"));
    for (const char* header : {"x-juchu-tenant", "x-tenant-id", "tenant", "x-juchu-actor"}) {
      context->AddMetadata(header, theirs.id());
    }
    const auto answer = Call(StackEndpoint().channel, method, requests, *context);
    for (const auto& [word, meaning] : theirs.words()) {
      if (TextOf(requests).find(meaning) != std::string::npos) continue;
      EXPECT_EQ(answer.Text().find(meaning), std::string::npos) << operation.method << " shows " << word;
    }
  }
  EXPECT_EQ(theirs.Dump(), their_state) << "a call in another tenant's name has changed its data";
}

}  // namespace
}  // namespace juchu::contract
