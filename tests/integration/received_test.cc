// 入金額: recorded for one order and in bulk, shown beside the total, never taken for a person's word that it is paid.
#include <string>

#include "common/ids/uuid.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::StatusIs;
using ::testing::HasSubstr;

// The fields of `text` (text format) saved on the order as it is; those that `paths` name beside them are taken off.
absl::StatusOr<gw::UpdateOrderResponse> Save(const Tenant& tenant, const std::string& number, const std::string& text,
                                             const std::vector<std::string>& paths) {
  gw::UpdateOrderRequest request;
  *request.mutable_order() = Parse<pb::Order>(text);
  request.mutable_order()->set_order_number(number);
  request.mutable_order()->set_version(tenant.Get(number).version());
  for (const auto& path : paths) request.mutable_update_mask()->add_paths(path);
  request.set_request_id(NewRequestId());
  return tenant.Call(&GatewayStub::UpdateOrder, request);
}

gw::BulkUpdateOrdersRequest Bulk(const std::vector<std::string>& numbers, const std::string& changes) {
  gw::BulkUpdateOrdersRequest request;
  request.mutable_orders()->mutable_order_numbers()->Assign(numbers.begin(), numbers.end());
  *request.mutable_changes() = Parse<gw::BulkChanges>(changes);
  request.set_request_id(NewRequestId());
  return request;
}

std::string Standing(const pb::Order& order) {
  return order.has_payment_balance() ? order.payment_balance().ShortDebugString() : "";
}

gw::ExplainOrderResponse Explain(const Tenant& tenant, const std::string& number) {
  gw::ExplainOrderRequest request;
  request.set_order_number(number);
  const auto response = tenant.Call(&GatewayStub::ExplainOrder, request);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.value_or(gw::ExplainOrderResponse());
}

TEST(ReceivedTest, PartOfTheMoneyIsShownEverywhereAndMovesNothing) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込", "amounts { total_yen: 5000 }");
  EXPECT_EQ(Standing(tenant.Get(number)), "") << "nothing recorded is not nothing received";
  EXPECT_EQ(Explain(tenant, number).payment(), "");
  const auto saved = Save(tenant, number, "received_yen: 3000", {"received_yen"});
  ASSERT_TRUE(saved.ok()) << saved.status();
  const std::string partly = "standing: PARTLY_PAID difference_yen: -2000";
  EXPECT_EQ(Standing(saved->order()), partly);
  const pb::Order order = tenant.Get(number);
  EXPECT_EQ(order.received_yen(), 3000);
  EXPECT_EQ(Standing(order), partly);
  EXPECT_EQ(order.status(), pb::AWAITING_PAYMENT);
  EXPECT_EQ(order.mode(), pb::AUTO);
  EXPECT_EQ(ValueOf(order, pb::PREPAYMENT), pb::PREPAYMENT_UNPAID);
  for (const auto view : {pb::ORDER_VIEW_BASIC, pb::ORDER_VIEW_FULL}) {
    gw::SearchOrdersRequest search;
    search.mutable_query()->add_order_numbers(number);
    search.set_view(view);
    const auto found = tenant.Call(&GatewayStub::SearchOrders, search);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(Standing(found->orders(0)), partly);
  }
  EXPECT_EQ(Explain(tenant, number).payment(), "3000 of 5000 yen have been received (一部入金): 2000 yen are missing");
  EXPECT_THAT(tenant.History(number).back().DebugString(), HasSubstr("path: \"received_yen\"\n  after: \"3000\""));
}

TEST(ReceivedTest, ShownDifferenceFollowsTheTotalAndEndsWithTheAmount) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込", "amounts { total_yen: 5000 }");
  ASSERT_TRUE(Save(tenant, number, "received_yen: 5000", {"received_yen"}).ok());
  EXPECT_EQ(Standing(tenant.Get(number)), "standing: PAID_IN_FULL");
  const auto cheaper = Save(tenant, number, "amounts { total_yen: 4500 }", {"amounts.total_yen"});
  ASSERT_TRUE(cheaper.ok()) << cheaper.status();
  EXPECT_EQ(Standing(cheaper->order()), "standing: OVERPAID difference_yen: 500");
  EXPECT_EQ(Standing(tenant.Get(number)), "standing: OVERPAID difference_yen: 500");
  ASSERT_TRUE(Save(tenant, number, "", {"received_yen"}).ok());
  EXPECT_FALSE(tenant.Get(number).has_received_yen());
  EXPECT_EQ(Standing(tenant.Get(number)), "");
}

TEST(ReceivedTest, PersonMaySetAnOrderPaidThatIsNotPaidInFull) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込", "amounts { total_yen: 5000 }");
  const auto result = tenant.Bulk(Bulk({number}, "received_yen: 4800 state_values: PREPAYMENT_PAID"));
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.outcomes[0].change().status(), pb::AWAITING_ALLOCATION);
  EXPECT_EQ(Standing(tenant.Get(number)), "standing: PARTLY_PAID difference_yen: -200");
  EXPECT_EQ(ValueOf(tenant.Get(number), pb::PREPAYMENT), pb::PREPAYMENT_PAID);
}

TEST(ReceivedTest, BulkRecordsEachOrdersOwnTotal) {
  Tenant tenant;
  const std::string one = tenant.NewOrder("銀行振込", "amounts { total_yen: 5000 }");
  const std::string other = tenant.NewOrder("代金引換", "amounts { total_yen: 800 }");
  const std::string owed = tenant.NewOrder("銀行振込", "amounts { total_yen: -1 }");
  auto request = Bulk({one, other, owed}, "received_in_full: true");
  request.set_dry_run(true);
  EXPECT_EQ(tenant.Bulk(request).summary.changed(), 2);
  EXPECT_FALSE(tenant.Get(one).has_received_yen());
  request.set_dry_run(false);
  const auto result = tenant.Bulk(request);
  ASSERT_TRUE(result.status.ok()) << result.status;
  ASSERT_EQ(result.outcomes.size(), 3u);
  EXPECT_EQ(result.summary.changed(), 2);
  EXPECT_EQ(tenant.Get(one).received_yen(), 5000);
  EXPECT_EQ(tenant.Get(other).received_yen(), 800);
  EXPECT_EQ(Standing(tenant.Get(other)), "standing: PAID_IN_FULL");
  EXPECT_EQ(tenant.Get(one).status(), pb::AWAITING_PAYMENT);
  EXPECT_EQ(result.outcomes[2].error().reason(), "VALUE_OUT_OF_RANGE");
  EXPECT_EQ(result.outcomes[2].error().metadata().at("field"), "changes.received_in_full");
  EXPECT_FALSE(result.outcomes[2].error().metadata().at("remedy").empty());
  EXPECT_EQ(tenant.Get(owed).version(), 1);
}

TEST(ReceivedTest, NegativeAmountIsRefusedWithFieldAndRemedy) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  const auto refused = Save(tenant, number, "received_yen: -1", {"received_yen"});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument, HasReason("VALUE_OUT_OF_RANGE")));
  EXPECT_THAT(refused, HasMetadata("field", "order.received_yen"));
  EXPECT_THAT(refused, HasMetadata("remedy", "give 0 to 999999999999"));
  EXPECT_EQ(tenant.Get(number).version(), 1);
}

// Who sends back an order as it was read sends what was derived of it too.
TEST(ReceivedTest, BalanceIsOutputOnly) {
  Tenant tenant;
  const std::string number =
      tenant.NewOrder("銀行振込", "received_yen: 1000 payment_balance { standing: OVERPAID difference_yen: 9 }");
  const pb::Order order = tenant.Get(number);
  EXPECT_EQ(order.received_yen(), 1000);
  EXPECT_EQ(order.payment_balance().difference_yen(), 1000 - order.amounts().total_yen());
  gw::UpdateOrderRequest request;
  *request.mutable_order() = order;
  request.mutable_order()->mutable_payment_balance()->set_difference_yen(9);
  request.mutable_update_mask()->add_paths("*");
  request.set_request_id(NewRequestId());
  const auto saved = tenant.Call(&GatewayStub::UpdateOrder, request);
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_FALSE(saved->changed());
  EXPECT_EQ(Standing(saved->order()), Standing(order));
}

}  // namespace
}  // namespace juchu::integration
