// What a tenant sets up, and that a change of it moves the orders that it lets go on.
#include <string>

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

absl::StatusOr<pb::Settings> SetAllocation(const Tenant& tenant, pb::AllocationSetting value) {
  gw::UpdateSettingsRequest request;
  request.mutable_settings()->set_allocation(value);
  request.mutable_update_mask()->add_paths("allocation");
  request.set_request_id(NewRequestId());
  return tenant.Call(&ConfigurationStub::UpdateSettings, request, "admin");
}

TEST(ConfigurationTest, ChangedSettingMovesWaitingAutoOrdersAndNoOthers) {
  Tenant tenant;
  Tenant other;
  const std::string automatic = tenant.NewOrder("代金引換");
  const std::string manual = tenant.NewOrder("代金引換");
  const std::string foreign = other.NewOrder("代金引換");
  ASSERT_TRUE(tenant.SetMode(manual, pb::MANUAL).ok());
  ASSERT_EQ(tenant.Get(automatic).status(), pb::AWAITING_ALLOCATION);
  ASSERT_TRUE(SetAllocation(tenant, pb::ALLOCATE_NOTHING).ok());
  Stack::Get().Reconcile();
  EXPECT_EQ(tenant.Get(automatic).status(), pb::AWAITING_SHIPMENT);
  EXPECT_EQ(tenant.Get(manual).status(), pb::AWAITING_ALLOCATION);
  EXPECT_EQ(other.Get(foreign).status(), pb::AWAITING_ALLOCATION);
  const auto history = tenant.History(automatic);
  EXPECT_EQ(history.back().actor().kind(), common::v1::Actor::RULE);
}

TEST(ConfigurationTest, RemovedStopOfAnOrderTagLetsOrdersGoOn) {
  Tenant tenant;
  ASSERT_TRUE(SetAllocation(tenant, pb::ALLOCATE_NOTHING).ok());
  const std::string number = tenant.NewOrder("代金引換", "order_tag_ids: 'stop-shipment'");
  tenant.Override(number, pb::SHIPMENT_CONFIRMED);
  ASSERT_EQ(tenant.Get(number).status(), pb::AWAITING_SHIPMENT) << "held by the order tag";
  auto request = Parse<gw::UpdateOrderTagRequest>(
      "order_tag { order_tag_id: 'stop-shipment' } update_mask { paths: 'stop_status' }");
  request.set_request_id(NewRequestId());
  const auto updated = tenant.Call(&ConfigurationStub::UpdateOrderTag, request, "manager");
  ASSERT_TRUE(updated.ok()) << updated.status();
  Stack::Get().Reconcile();
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_POSTPAYMENT);
}

TEST(ConfigurationTest, FirstModeOfNewOrdersIsTheTenantsSetting) {
  Tenant tenant;
  auto request =
      Parse<gw::UpdateSettingsRequest>("settings { initial_mode: MANUAL } update_mask { paths: 'initial_mode' }");
  request.set_request_id(NewRequestId());
  ASSERT_TRUE(tenant.Call(&ConfigurationStub::UpdateSettings, request, "admin").ok());
  const std::string number = tenant.NewOrder("銀行振込");
  EXPECT_EQ(tenant.Get(number).mode(), pb::MANUAL);
  EXPECT_EQ(tenant.Get(number).status(), pb::UNCONFIRMED) << "a MANUAL order waits for a person";
}

TEST(ConfigurationTest, OrderTagInUseIsNotDeleted) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込", "order_tag_ids: 'hold'");
  gw::DeleteOrderTagRequest request;
  request.set_order_tag_id("hold");
  request.set_request_id(NewRequestId());
  EXPECT_THAT(tenant.Call(&ConfigurationStub::DeleteOrderTag, request, "manager"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("CONFIGURATION_IN_USE")));
  auto take_off = Parse<gw::BulkUpdateOrdersRequest>("changes { remove_order_tag_ids: 'hold' }");
  take_off.mutable_orders()->add_order_numbers(number);
  take_off.set_request_id(NewRequestId());
  ASSERT_TRUE(tenant.Bulk(take_off).status.ok());
  request.set_request_id(NewRequestId());
  EXPECT_TRUE(tenant.Call(&ConfigurationStub::DeleteOrderTag, request, "manager").ok());
  gw::ListOrderTagsRequest list;
  EXPECT_EQ(tenant.Call(&ConfigurationStub::ListOrderTags, list, "viewer")->order_tags_size(), 1);
}

TEST(ConfigurationTest, ShippingHoldKeepsAnOrderFromShipping) {
  Tenant tenant;
  ASSERT_TRUE(SetAllocation(tenant, pb::ALLOCATE_NOTHING).ok());
  const std::string number = tenant.NewOrder("代金引換", "order_tag_ids: 'hold'");
  tenant.Override(number, pb::INSTRUCTED);
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_SHIPMENT);
}

}  // namespace
}  // namespace juchu::integration
