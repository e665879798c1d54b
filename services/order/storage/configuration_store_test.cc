#include "services/order/storage/configuration_store.h"

#include "services/order/storage/order_storage_fixture.h"

namespace juchu::order {
namespace {

using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::StatusIs;

class ConfigurationStoreTest : public OrderStorageTest {
 protected:
  absl::StatusOr<v1::ChangeConfigurationResponse> Change(const std::string& text, const std::string& tenant = "acme") {
    auto request = FromText<v1::ChangeConfigurationRequest>(absl::StrCat(text, " actor { id: 'hanako' }"));
    if (request.request_id().empty()) request.set_request_id(NewRequestId());
    request.set_request_hash(std::string(32, 'h'));
    return configuration_->Change(tenant, request, Deadline());
  }
};

TEST_F(ConfigurationStoreTest, CreatingATenantAgainChangesNothing) {
  ASSERT_THAT(Change("expected_version: 1 put_shop { shop_id: 'own' name: '自社' mall: OWN_SITE }"), IsOk());
  v1::ChangeConfigurationRequest request;
  request.set_create_tenant(true);
  request.mutable_actor()->set_id("test");
  const auto again = configuration_->Change("acme", request, Deadline());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->configuration().version(), 2);
  EXPECT_EQ(again->configuration().shops_size(), 1);
}

TEST_F(ConfigurationStoreTest, ChangeOnAnOldVersionIsRefused) {
  ASSERT_THAT(Change("expected_version: 1 put_order_tag { order_tag_id: 'a' name: 'A' }"), IsOk());
  EXPECT_THAT(Change("expected_version: 1 put_order_tag { order_tag_id: 'b' name: 'B' }"),
              StatusIs(absl::StatusCode::kAborted, HasReason("CONFIGURATION_STALE")));
  EXPECT_THAT(Change("expected_version: 1 put_order_tag { order_tag_id: 'b' name: 'B' }", "nobody"),
              StatusIs(absl::StatusCode::kNotFound, HasReason("TENANT_NOT_FOUND")));
}

TEST_F(ConfigurationStoreTest, RepeatedRequestIsOneChange) {
  const std::string text = absl::StrCat(
      "expected_version: 1 put_order_tag { order_tag_id: 'a' name: 'A' } request_id: '", NewRequestId(), "'");
  ASSERT_THAT(Change(text), IsOk());
  const auto again = Change(text);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->configuration().version(), 2);
}

TEST_F(ConfigurationStoreTest, WhatOrdersUseIsNotDeleted) {
  ASSERT_THAT(Change("expected_version: 1 put_order_tag { order_tag_id: 'a' name: 'A' }"), IsOk());
  ASSERT_THAT(Change("expected_version: 2 put_shop { shop_id: 'own' name: '自社' mall: OWN_SITE }"), IsOk());
  ASSERT_THAT(Create({SampleOrder("A-1", "order_tag_ids: 'a'")}, "acme", 3), IsOk());
  EXPECT_THAT(Change("expected_version: 3 delete_order_tag_id: 'a'"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("CONFIGURATION_IN_USE")));
  EXPECT_THAT(Change("expected_version: 3 delete_shop_id: 'own'"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("CONFIGURATION_IN_USE")));
}

}  // namespace
}  // namespace juchu::order
