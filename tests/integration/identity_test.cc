// Who is let in, to what, and that nobody sees another merchant's order.
#include <string>

#include "common/ids/uuid.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "services/gateway/auth/token_minter.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
using ::juchu::testing::HasReason;
using ::juchu::testing::StatusIs;

absl::Status Summarize(const std::string& caller, const std::string& token) {
  const auto context = ContextWith(token);
  gw::SummarizeOrdersResponse response;
  return rpc::FromGrpcStatus(
      Stack::Get().Orders(caller)->SummarizeOrders(context.get(), gw::SummarizeOrdersRequest(), &response));
}

TEST(IdentityTest, TokenIsNeededAndMustBeGood) {
  const Tenant tenant;
  auto& stack = Stack::Get();
  EXPECT_TRUE(Summarize("frontend", stack.Token(tenant.id(), "viewer")).ok());
  const auto refused = [](absl::string_view reason) {
    return StatusIs(absl::StatusCode::kUnauthenticated, HasReason(std::string(reason)));
  };
  EXPECT_THAT(Summarize("frontend", ""), refused("TOKEN_MISSING"));
  EXPECT_THAT(Summarize("frontend", "nonsense"), refused("TOKEN_MALFORMED"));
  EXPECT_THAT(Summarize("frontend", stack.TokenWith(tenant.id(), {{"aud", "another"}})),
              refused("TOKEN_AUDIENCE_WRONG"));
  EXPECT_THAT(Summarize("frontend", stack.TokenWith(tenant.id(), {{"iat", 1000}, {"exp", 2000}})),
              refused("TOKEN_EXPIRED"));
  EXPECT_THAT(Summarize("frontend", stack.TokenWith(tenant.id(), {{"tenant", nullptr}})),
              refused("TOKEN_CLAIM_INVALID"));
  // {"alg":"none","kid":"k"} before the same claims, without a signature.
  const std::string good = stack.Token(tenant.id(), "admin");
  const std::string claims = good.substr(good.find('.'), good.rfind('.') - good.find('.') + 1);
  EXPECT_THAT(Summarize("frontend", "eyJhbGciOiJub25lIiwia2lkIjoiayJ9" + claims),
              StatusIs(absl::StatusCode::kUnauthenticated));
  // Signed by somebody else's key under our key's name.
  const auto foreign =
      gateway::MintToken(*gateway::GenerateSigningKey("k"), {{"iss", "issuer"},
                                                             {"aud", "juchu"},
                                                             {"sub", "x"},
                                                             {"tenant", tenant.id()},
                                                             {"role", "admin"},
                                                             {"iat", absl::ToUnixSeconds(absl::Now())},
                                                             {"exp", absl::ToUnixSeconds(absl::Now()) + 600}});
  EXPECT_THAT(Summarize("frontend", *foreign), refused("TOKEN_SIGNATURE_INVALID"));
}

TEST(IdentityTest, RoleTooLowIsRefusedAndChangesNothing) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  EXPECT_THAT(tenant.Move(number, pb::SHIPPED, "", "viewer"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(tenant.Get(number).version(), 1);
  auto settings =
      Parse<gw::UpdateSettingsRequest>("settings { allocation: ALLOCATE_NOTHING } update_mask { paths: 'allocation' }");
  settings.set_request_id(NewRequestId());
  EXPECT_THAT(tenant.Call(&ConfigurationStub::UpdateSettings, settings, "manager"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  gw::OverrideStateTagRequest override_tag;
  override_tag.set_order_number(number);
  override_tag.set_value(pb::ALLOCATED);
  override_tag.set_reason("x");
  override_tag.set_request_id(NewRequestId());
  EXPECT_THAT(tenant.Call(&GatewayStub::OverrideStateTag, override_tag, "operator"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(IdentityTest, CertificateThatIsNotListedIsRefusedWhateverTheToken) {
  const Tenant tenant;
  EXPECT_THAT(Summarize("stranger", Stack::Get().Token(tenant.id(), "admin")),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(IdentityTest, OrderServiceTakesCallsOfTheGatewayOnly) {
  const Tenant tenant;
  const auto call = [&](const std::string& caller) {
    const auto context = ContextWith("");
    context->AddMetadata("x-juchu-tenant", tenant.id());
    context->AddMetadata("x-juchu-actor", "person:hanako");
    pb::LoadOrdersResponse response;
    return rpc::FromGrpcStatus(
        Stack::Get().OrderService(caller)->LoadOrders(context.get(), pb::LoadOrdersRequest(), &response));
  };
  EXPECT_TRUE(call("gateway").ok()) << call("gateway");
  EXPECT_THAT(call("frontend"), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST(IdentityTest, CallInsideWithoutADeadlineIsRefused) {
  const Tenant tenant;
  grpc::ClientContext context;
  context.AddMetadata("x-juchu-tenant", tenant.id());
  pb::LoadOrdersResponse response;
  EXPECT_THAT(rpc::FromGrpcStatus(
                  Stack::Get().OrderService("gateway")->LoadOrders(&context, pb::LoadOrdersRequest(), &response)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasReason("DEADLINE_REQUIRED")));
}

TEST(IdentityTest, AnotherTenantsOrderDoesNotExist) {
  Tenant owner;
  const Tenant other;
  const std::string number = owner.NewOrder("銀行振込");
  const auto not_found = StatusIs(absl::StatusCode::kNotFound, HasReason("ORDER_NOT_FOUND"));

  gw::GetOrderRequest get;
  get.set_order_number(number);
  EXPECT_THAT(other.Call(&GatewayStub::GetOrder, get), not_found);
  gw::ListOrderHistoryRequest history;
  history.set_order_number(number);
  EXPECT_THAT(other.Call(&GatewayStub::ListOrderHistory, history), not_found);
  gw::ExplainOrderRequest explain;
  explain.set_order_number(number);
  EXPECT_THAT(other.Call(&GatewayStub::ExplainOrder, explain), not_found);
  EXPECT_THAT(other.Move(number, pb::SHIPPED), not_found);
  EXPECT_THAT(other.SetMode(number, pb::MANUAL), not_found);
  EXPECT_THAT(other.Cancel(number), not_found);
  gw::UpdateOrderRequest update;
  update.mutable_order()->set_order_number(number);
  update.mutable_order()->set_version(1);
  update.mutable_order()->set_worker_note("x");
  update.mutable_update_mask()->add_paths("worker_note");
  update.set_request_id(NewRequestId());
  EXPECT_THAT(other.Call(&GatewayStub::UpdateOrder, update), not_found);
  gw::BulkUpdateOrdersRequest bulk;
  bulk.mutable_orders()->add_order_numbers(number);
  bulk.mutable_changes()->set_mode(pb::MANUAL);
  bulk.set_request_id(NewRequestId());
  const auto result = other.Bulk(bulk);
  ASSERT_EQ(result.outcomes.size(), 1u);
  EXPECT_EQ(result.outcomes[0].error().reason(), "ORDER_NOT_FOUND");
  gw::SearchOrdersRequest search;
  search.mutable_query()->add_order_numbers(number);
  EXPECT_EQ(other.Call(&GatewayStub::SearchOrders, search)->orders_size(), 0);
  EXPECT_EQ(owner.Call(&GatewayStub::SearchOrders, search)->orders_size(), 1);

  EXPECT_EQ(owner.Get(number).version(), 1);
}

TEST(IdentityTest, TenantThatNobodyMadeKnownIsNotFound) {
  auto& stack = Stack::Get();
  EXPECT_THAT(Summarize("frontend", stack.Token("nobody", "admin")),
              StatusIs(absl::StatusCode::kNotFound, HasReason("TENANT_NOT_FOUND")));
}

}  // namespace
}  // namespace juchu::integration
