#include "services/gateway/auth/gateway_authorizer.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "gtest/gtest.h"
#include "juchu/common/v1/method_options.pb.h"
#include "juchu/gateway/v1/configuration_service.pb.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/gateway/v1/product_service.pb.h"
#include "juchu/order/v1/order_service.pb.h"
#include "services/gateway/auth/token_minter.h"

namespace juchu::gateway {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

std::vector<const ServiceDescriptor*> PublicServices() {
  return {v1::GetOrderRequest::descriptor()->file()->FindServiceByName("GatewayService"),
          v1::GetSettingsRequest::descriptor()->file()->FindServiceByName("ConfigurationService"),
          v1::GetStockRequest::descriptor()->file()->FindServiceByName("ProductService")};
}

class GatewayAuthorizerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = std::filesystem::temp_directory_path() / absl::StrCat("juchu-authorizer-test-", ::getpid());
    std::ofstream(path) << *PublicJwks(key_);
    auto keys = KeyStore::Open(path.string(), absl::Seconds(5), clock_, nullptr);
    std::filesystem::remove(path);
    ASSERT_TRUE(keys.ok()) << keys.status();
    keys_ = *std::move(keys);
    TokenRules rules;
    rules.issuer = "issuer";
    rules.audience = "juchu";
    verifier_ = std::make_unique<TokenVerifier>(*keys_, clock_, rules);
    authorizer_ = std::make_unique<GatewayAuthorizer>(*verifier_, std::set<std::string>{"edge", "juchuctl"});
    context_.caller = "edge";
  }

  std::string Token(const std::string& role) const {
    const int64_t now = absl::ToUnixSeconds(clock_.Now());
    return *MintToken(key_, {{"iss", "issuer"},
                             {"aud", "juchu"},
                             {"sub", "hanako"},
                             {"tenant", "shop-a"},
                             {"role", role},
                             {"iat", now},
                             {"exp", now + 60}});
  }

  absl::Status Authorize(const MethodDescriptor& method, const std::map<std::string, std::string>& metadata) {
    return authorizer_->Authorize(
        method,
        [&](absl::string_view key) -> std::optional<std::string> {
          auto found = metadata.find(std::string(key));
          return found == metadata.end() ? std::nullopt : std::optional<std::string>(found->second);
        },
        context_);
  }

  const MethodDescriptor& GetOrder() const { return *PublicServices()[0]->FindMethodByName("GetOrder"); }

  juchu::testing::FakeClock clock_;
  SigningKey key_ = *GenerateSigningKey("k");
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<TokenVerifier> verifier_;
  std::unique_ptr<GatewayAuthorizer> authorizer_;
  rpc::CallContext context_;
};

TEST_F(GatewayAuthorizerTest, EveryMethodLetsInExactlyItsRoleAndAbove) {
  int methods = 0;
  for (const ServiceDescriptor* service : PublicServices()) {
    for (int m = 0; m < service->method_count(); ++m) {
      const MethodDescriptor& method = *service->method(m);
      const common::v1::Role needed = method.options().GetExtension(common::v1::required_role);
      ++methods;
      for (common::v1::Role have :
           {common::v1::ROLE_VIEWER, common::v1::ROLE_OPERATOR, common::v1::ROLE_MANAGER, common::v1::ROLE_ADMIN}) {
        const std::string name(RoleClaim(have));
        const absl::Status status = Authorize(method, {{"authorization", absl::StrCat("Bearer ", Token(name))}});
        if (have >= needed) {
          EXPECT_TRUE(status.ok()) << method.full_name() << " as " << name << ": " << status;
          continue;
        }
        EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << method.full_name() << " as " << name;
        EXPECT_EQ(ReasonOf(status), "ROLE_TOO_LOW");
        EXPECT_EQ(GetErrorInfo(status)->metadata["needed"], std::string(RoleClaim(needed)));
        EXPECT_EQ(GetErrorInfo(status)->metadata["have"], name);
      }
    }
  }
  EXPECT_EQ(methods, 15 + 24 + 7) << "a method more or less: is this table still all of the public interface?";
}

TEST_F(GatewayAuthorizerTest, ContextIsFilledFromTheTokenAndNothingElse) {
  const absl::Status status = Authorize(GetOrder(), {{"authorization", absl::StrCat("bearer ", Token("manager"))},
                                                     {"x-juchu-tenant", "shop-b"},
                                                     {"x-juchu-actor", "taro"},
                                                     {"x-tenant-id", "shop-b"}});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(context_.tenant, "shop-a");
  EXPECT_EQ(context_.actor, "hanako");
  EXPECT_EQ(context_.role, common::v1::ROLE_MANAGER);
}

TEST_F(GatewayAuthorizerTest, UnlistedClientIsDeniedWhateverItsToken) {
  for (const char* caller : {"", "order", "edge2", "EDGE"}) {
    context_.caller = caller;
    const absl::Status status = Authorize(GetOrder(), {{"authorization", absl::StrCat("Bearer ", Token("admin"))}});
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << caller;
    EXPECT_EQ(ReasonOf(status), "CALLER_NOT_ALLOWED") << caller;
  }
}

TEST_F(GatewayAuthorizerTest, CallWithoutBearerTokenIsUnauthenticated) {
  const std::string token = Token("admin");
  for (const std::string& value :
       {std::string(), std::string("Bearer"), std::string("Bearer "), "Basic " + token, token, "BearerX " + token}) {
    const absl::Status status = Authorize(GetOrder(), {{"authorization", value}});
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << value;
    EXPECT_EQ(ReasonOf(status), "TOKEN_MISSING") << value;
  }
  EXPECT_EQ(ReasonOf(Authorize(GetOrder(), {})), "TOKEN_MISSING");
  EXPECT_TRUE(context_.tenant.empty());
}

TEST_F(GatewayAuthorizerTest, ServiceWithAMethodWithoutRoleDoesNotStart) {
  for (const ServiceDescriptor* service : PublicServices()) EXPECT_TRUE(authorizer_->CheckService(*service).ok());
  // The order service's methods name callers and no roles.
  const auto* internal = order::v1::LoadOrdersRequest::descriptor()->file()->FindServiceByName("OrderService");
  EXPECT_FALSE(authorizer_->CheckService(*internal).ok());
}

}  // namespace
}  // namespace juchu::gateway
