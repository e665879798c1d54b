// 一括更新: one outcome an order, one failure stops nobody, dry run, repeats.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
using ::juchu::testing::HasReason;
using ::juchu::testing::StatusIs;

// Takes in `count` prepaid orders; they go to 入金待 by themselves.
std::vector<std::string> ManyOrders(const Tenant& tenant, const pb::Order& model, int count) {
  std::vector<std::string> numbers;
  gw::CreateOrdersRequest request;
  for (int i = 0; i < count; ++i) {
    auto& order = *request.add_orders();
    order = model;
    order.set_shop_order_number(absl::StrCat("MANY-", i));
    if (request.orders_size() < 500 && i + 1 < count) continue;
    const auto response = tenant.Call(&GatewayStub::CreateOrders, request);
    EXPECT_TRUE(response.ok()) << response.status();
    if (!response.ok()) return numbers;
    for (const auto& outcome : response->outcomes()) numbers.push_back(outcome.order_number());
    request.clear_orders();
  }
  return numbers;
}

gw::BulkUpdateOrdersRequest Paid(const std::vector<std::string>& numbers) {
  gw::BulkUpdateOrdersRequest request;
  request.mutable_orders()->mutable_order_numbers()->Assign(numbers.begin(), numbers.end());
  request.mutable_changes()->add_state_values(pb::PREPAYMENT_PAID);
  request.mutable_changes()->mutable_paid_time()->set_seconds(1795480300);
  request.set_request_id(NewRequestId());
  return request;
}

TEST(BulkUpdateTest, OneFailureDoesNotStopTheRest) {
  Tenant tenant;
  const std::string paid = tenant.NewOrder("銀行振込");
  const std::string on_delivery = tenant.NewOrder("代金引換");
  const std::string other = tenant.NewOrder("銀行振込");
  const auto result = tenant.Bulk(Paid({paid, "0000000000000000", on_delivery, other}));
  ASSERT_TRUE(result.status.ok()) << result.status;
  ASSERT_EQ(result.outcomes.size(), 4u);
  EXPECT_EQ(result.outcomes[0].change().status(), pb::AWAITING_ALLOCATION);
  EXPECT_EQ(result.outcomes[1].error().reason(), "ORDER_NOT_FOUND");
  // 前払入金済 does not apply to 代金引換.
  EXPECT_TRUE(result.outcomes[2].has_error()) << result.outcomes[2].ShortDebugString();
  EXPECT_EQ(result.outcomes[3].change().status(), pb::AWAITING_ALLOCATION);
  EXPECT_EQ(result.summary.changed(), 2);
  EXPECT_EQ(result.summary.failed(), 2);
  EXPECT_EQ(tenant.Get(on_delivery).version(), 1);
  EXPECT_EQ(tenant.Get(paid).paid_time().seconds(), 1795480300);
  EXPECT_EQ(tenant.Get(paid).mode(), pb::AUTO);
}

TEST(BulkUpdateTest, DryRunSaysWhatWouldHappenAndChangesNothing) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  auto request = Paid({number});
  request.set_dry_run(true);
  const auto dry = tenant.Bulk(request);
  ASSERT_TRUE(dry.status.ok()) << dry.status;
  EXPECT_TRUE(dry.summary.dry_run());
  ASSERT_EQ(dry.outcomes.size(), 1u);
  EXPECT_EQ(dry.outcomes[0].change().status(), pb::AWAITING_ALLOCATION);
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_PAYMENT);
  EXPECT_EQ(tenant.Get(number).version(), 1);
}

TEST(BulkUpdateTest, ByQueryWithTagsCategoryStatusAndMode) {
  Tenant tenant;
  const std::string one = tenant.NewOrder("銀行振込");
  const std::string other = tenant.NewOrder("代金引換");
  auto request = Parse<gw::BulkUpdateOrdersRequest>(
      "query { statuses: AWAITING_PAYMENT }"
      " changes { status: AWAITING_SHIPMENT add_order_tag_ids: 'stop-shipment' management_category_id: 'gift' mode: "
      "AUTO }");
  request.set_request_id(NewRequestId());
  const auto result = tenant.Bulk(request);
  ASSERT_TRUE(result.status.ok()) << result.status;
  ASSERT_EQ(result.outcomes.size(), 1u);
  const pb::Order changed = tenant.Get(one);
  EXPECT_EQ(changed.status(), pb::AWAITING_SHIPMENT);
  EXPECT_EQ(changed.mode(), pb::AUTO) << "the status is set first, which turns MANUAL; then the mode";
  EXPECT_EQ(changed.order_tag_ids(0), "stop-shipment");
  EXPECT_EQ(changed.management_category_id(), "gift");
  EXPECT_EQ(tenant.Get(other).version(), 1);

  auto take_off = Parse<gw::BulkUpdateOrdersRequest>(
      "changes { remove_order_tag_ids: 'stop-shipment' management_category_id: '' }");
  take_off.mutable_orders()->add_order_numbers(one);
  take_off.set_request_id(NewRequestId());
  ASSERT_TRUE(tenant.Bulk(take_off).status.ok());
  EXPECT_TRUE(tenant.Get(one).order_tag_ids().empty());
  EXPECT_EQ(tenant.Get(one).management_category_id(), "");
}

TEST(BulkUpdateTest, RepeatGivesTheFirstOutcomes) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  const auto request = Paid({number});
  const auto first = tenant.Bulk(request);
  ASSERT_TRUE(first.status.ok()) << first.status;
  const auto again = tenant.Bulk(request);
  ASSERT_TRUE(again.status.ok()) << again.status;
  ASSERT_EQ(again.outcomes.size(), 1u);
  EXPECT_TRUE(again.outcomes[0].repeated_request());
  EXPECT_EQ(again.outcomes[0].change().SerializeAsString(), first.outcomes[0].change().SerializeAsString());
  EXPECT_EQ(tenant.Get(number).version(), 2);
}

TEST(BulkUpdateTest, OutcomesComeTogetherForWhoAsksForIt) {
  Tenant tenant;
  const std::string one = tenant.NewOrder("銀行振込");
  const std::string other = tenant.NewOrder("銀行振込");
  auto request = Paid({one, "0000000000000000", other});
  request.set_outcomes_per_message(2);
  const auto together = tenant.Bulk(request);
  ASSERT_TRUE(together.status.ok()) << together.status;
  EXPECT_EQ(together.messages_of_many, 2);
  ASSERT_EQ(together.outcomes.size(), 3u);
  EXPECT_EQ(together.outcomes[0].order_number(), one);
  EXPECT_EQ(together.outcomes[1].error().reason(), "ORDER_NOT_FOUND");
  EXPECT_EQ(together.outcomes[2].change().status(), pb::AWAITING_ALLOCATION);
  // How it is answered is no part of what was asked for.
  request.clear_outcomes_per_message();
  const auto again = tenant.Bulk(request);
  ASSERT_EQ(again.outcomes.size(), 3u) << again.status;
  EXPECT_EQ(again.messages_of_many, 0);
  EXPECT_TRUE(again.outcomes[0].repeated_request());
  request.set_outcomes_per_message(-1);
  EXPECT_THAT(tenant.Bulk(request).status, HasReason("VALUE_OUT_OF_RANGE"));
}

TEST(BulkUpdateTest, TenThousandOrdersInOneCallAtABoundedCost) {
  Tenant tenant;
  pb::Order model = tenant.Get(tenant.NewOrder("銀行振込"));
  const auto numbers = ManyOrders(tenant, model, 10'000);
  ASSERT_EQ(numbers.size(), 10'000u);
  auto& stack = Stack::Get();
  const auto calls = stack.internal_calls();
  const auto before = stack.database();
  const auto result = tenant.Bulk(Paid(numbers));
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.outcomes.size(), 10'000u);
  EXPECT_EQ(result.summary.changed(), 10'000);
  ASSERT_FALSE(result.progress.empty());
  EXPECT_EQ(result.progress.back().done(), 10'000);
  EXPECT_EQ(result.progress.back().total(), 10'000);
  // 29 batches, 24 of 384 orders and the rest smaller: two calls and one commit each.
  constexpr int kBatches = 29;
  EXPECT_EQ(stack.internal_calls() - calls, 2 * kBatches);
  EXPECT_EQ(stack.database().commits - before.commits, kBatches);
  // Loading takes one statement a batch and the commit a few, see the order service's tests.
  EXPECT_LE(stack.database().statements - before.statements, kBatches * 20);

  auto too_many = Paid(numbers);
  too_many.mutable_orders()->add_order_numbers(tenant.NewOrder("銀行振込"));
  EXPECT_THAT(tenant.Bulk(too_many).status, StatusIs(absl::StatusCode::kInvalidArgument, HasReason("TOO_MANY_ORDERS")));
}

}  // namespace
}  // namespace juchu::integration
