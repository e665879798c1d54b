// The audit over the wire: nothing in what juchu did itself, whatever was done; and what a hand in the database did.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ids/uuid.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

TEST(AuditTest, WhatJuchuDidIsAsItShouldBe) {
  Tenant tenant;
  const std::string paid = tenant.NewOrder("銀行振込");
  gw::BulkUpdateOrdersRequest bulk;
  bulk.mutable_orders()->add_order_numbers(paid);
  bulk.mutable_changes()->add_state_values(pb::PREPAYMENT_PAID);
  bulk.set_request_id(NewRequestId());
  ASSERT_EQ(tenant.Bulk(bulk).summary.changed(), 1);
  // A status and AUTO in one: moved by hand, and AUTO as asked.
  gw::BulkUpdateOrdersRequest both;
  both.mutable_orders()->add_order_numbers(paid);
  both.mutable_changes()->set_status(pb::SHIPPING);
  both.mutable_changes()->set_mode(pb::AUTO);
  both.set_request_id(NewRequestId());
  ASSERT_EQ(tenant.Bulk(both).summary.changed(), 1);
  const std::string cancelled = tenant.NewOrder("代金引換");
  ASSERT_TRUE(tenant.Cancel(cancelled).ok());
  const std::string card = tenant.NewOrder("楽天カード");
  tenant.Override(card, pb::AUTHORIZED);
  ASSERT_TRUE(tenant.Move(card, pb::SHIPPING).ok());
  ASSERT_TRUE(tenant.SetMode(card, pb::AUTO).ok());
  const auto audit = tenant.Audit();
  EXPECT_TRUE(audit.status.ok()) << audit.status;
  EXPECT_THAT(audit.findings, ::testing::IsEmpty());
  EXPECT_EQ(audit.summary.orders(), 3);
  EXPECT_GE(audit.summary.moves(), 6);
  EXPECT_EQ(audit.summary.findings(), 0);
}

TEST(AuditTest, AHandInTheDatabaseIsFound) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  // What the tenant's new settings have queued is done first: only then must an order be at rest.
  Stack::Get().Reconcile();
  // 前払入金済 written past juchu: the order should have gone on.
  Stack::Get().RootSql("UPDATE orders SET prepayment_state = 802 WHERE order_number = '" + number + "'");
  const auto audit = tenant.Audit();
  EXPECT_THAT(audit.findings, ::testing::ElementsAre(::testing::HasSubstr("NOT_AT_FIXPOINT")));
  EXPECT_EQ(audit.summary.findings(), 1);
}

TEST(AuditTest, OrderThatSaysMoreOfItsStockThanTheInventoryIsFound) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("代金引換");
  Stack::Get().Reconcile();
  ASSERT_EQ(ValueOf(tenant.Get(number), pb::ALLOCATION), pb::UNALLOCATED);
  ASSERT_TRUE(tenant.SetMode(number, pb::MANUAL).ok());
  Stack::Get().Reconcile();
  Stack::Get().RootSql("UPDATE orders SET allocation_state = 1003 WHERE order_number = '" + number + "'");
  EXPECT_THAT(tenant.Audit().findings, ::testing::ElementsAre(::testing::HasSubstr(
                                           "ALLOCATION_DIFFERS: it shows 受注引当済, and the inventory says 未引当")));
}

TEST(AuditTest, ShippedOrderWhoseStockTheInventoryStillHoldsIsFound) {
  Tenant tenant;
  tenant.Receive("SKU-1", 1);
  const std::string number = tenant.NewOrder("代金引換");
  Stack::Get().Reconcile();
  ASSERT_EQ(ValueOf(tenant.Get(number), pb::ALLOCATION), pb::ALLOCATED);
  tenant.Override(number, pb::SHIPMENT_CONFIRMED);
  EXPECT_THAT(tenant.Audit().findings, ::testing::IsEmpty()) << "the inventory is still to be told";
  Stack::Get().Reconcile();
  EXPECT_EQ(Stack::Get().InventorySql("SELECT COUNT(*) FROM inventory_changes WHERE order_number = '" + number + "'"),
            "0\n")
      << "the order knows that it was shipped, and the inventory knows that";
  EXPECT_THAT(tenant.Audit().findings, ::testing::IsEmpty());
  Stack::Get().InventorySql("UPDATE allocated_orders SET shipped = 0 WHERE order_number = '" + number + "'");
  EXPECT_THAT(tenant.Audit().findings,
              ::testing::ElementsAre(::testing::HasSubstr(
                  "SHIPPED_AND_HELD: its shipment is confirmed, and the inventory has not shipped it: 受注引当済")));
}

// An order that has gone out to NP and waits for its result.
std::string RegisteredOrder(Tenant& tenant) {
  const std::string number = tenant.NewOrder("NP後払い", "orderer { name_kana: 'ﾀｶﾊｼ ﾀﾛｳ' phone: '0312345678' }");
  gw::ExportRegistrationsRequest request;
  request.set_company(payment::v1::NP);
  request.add_order_numbers(number);
  request.set_request_id(NewRequestId());
  const auto exported = tenant.Call(&PostpayStub::ExportRegistrations, request);
  EXPECT_TRUE(exported.ok()) << exported.status();
  EXPECT_EQ(ValueOf(tenant.Get(number), pb::CREDIT_SCREENING), pb::SCREENING_PENDING);
  Stack::Get().Reconcile();
  return number;
}

TEST(AuditTest, ScreeningOtherThanThePaymentServiceSaysIsFound) {
  Tenant tenant;
  const std::string number = RegisteredOrder(tenant);
  const std::string of_the_order = " WHERE order_number = '" + number + "'";
  EXPECT_THAT(tenant.Audit().findings, ::testing::IsEmpty());
  Stack::Get().PaymentSql("UPDATE screenings SET state = 603" + of_the_order);
  EXPECT_THAT(tenant.Audit().findings, ::testing::ElementsAre(::testing::HasSubstr(
                                           "SCREENING_DIFFERS: it shows 与信中, and the payment service says 与信済")));
  Stack::Get().PaymentSql("UPDATE screenings SET registered_yen = 900" + of_the_order);
  EXPECT_THAT(tenant.Audit().findings, ::testing::ElementsAre(::testing::HasSubstr(
                                           "SCREENING_DIFFERS: it shows 与信中, and the payment service says 未登録")));
  tenant.Override(number, pb::SCREENING_ON_HOLD);
  EXPECT_THAT(tenant.Audit().findings, ::testing::IsEmpty()) << "a manager has said how it is";
}

TEST(AuditTest, SlipOtherThanThePaymentServiceSaysIsFound) {
  Tenant tenant;
  const std::string number = RegisteredOrder(tenant);
  Stack::Get().PaymentSql("UPDATE screenings SET slip_reported = 1 WHERE order_number = '" + number + "'");
  EXPECT_THAT(tenant.Audit().findings, ::testing::ElementsAre(::testing::HasSubstr(
                                           "SLIP_DIFFERS: it shows 未報告, and the payment service says 報告済")));
}

TEST(AuditTest, WhatAnOwnerHasLostIsFound) {
  Tenant tenant;
  tenant.Receive("SKU-1", 1);
  const std::string screened = RegisteredOrder(tenant);
  const std::string allocated = tenant.NewOrder("代金引換");
  Stack::Get().Reconcile();
  EXPECT_THAT(tenant.Audit().findings, ::testing::IsEmpty());
  Stack::Get().PaymentSql("DELETE FROM screenings WHERE order_number = '" + screened + "'");
  Stack::Get().InventorySql("DELETE FROM allocated_orders WHERE order_number = '" + allocated + "'");
  EXPECT_THAT(tenant.Audit().findings,
              ::testing::AllOf(::testing::SizeIs(2), ::testing::Each(::testing::HasSubstr("FACTS_LOST"))));
}

TEST(AuditTest, WhatAnOrderWasNotToldIsFoundUnlessItIsOnItsWay) {
  Tenant tenant;
  tenant.Receive("SKU-1", 1);
  const std::string screened = RegisteredOrder(tenant);
  const std::string allocated = tenant.NewOrder("代金引換");
  Stack::Get().Reconcile();
  // An AUTO order would have to ask for stock.
  ASSERT_TRUE(tenant.SetMode(allocated, pb::MANUAL).ok());
  Stack::Get().Reconcile();
  EXPECT_THAT(tenant.Audit().findings, ::testing::IsEmpty());
  Stack::Get().RootSql("UPDATE orders SET inventory_facts_version = 0 WHERE order_number = '" + allocated + "'");
  Stack::Get().RootSql("UPDATE orders SET payment_facts_version = 0 WHERE order_number = '" + screened + "'");
  EXPECT_THAT(
      tenant.Audit().findings,
      ::testing::UnorderedElementsAre(
          ::testing::HasSubstr("FACTS_UNTOLD: the order knows version 0 of what the inventory says, which knows"),
          ::testing::HasSubstr(
              "FACTS_UNTOLD: the order knows version 0 of what the payment service says, which knows")));
  Stack::Get().InventorySql(
      "INSERT INTO inventory_changes (tenant_id, order_number, product_code, generation, due_time_us, create_time_us) "
      "SELECT tenant_id, order_number, '', facts_version, 0, 0 FROM allocated_orders WHERE order_number = '" +
      allocated + "'");
  Stack::Get().PaymentSql(
      "INSERT INTO payment_changes (tenant_id, order_number, generation, due_time_us, create_time_us) "
      "SELECT tenant_id, order_number, facts_version, 0, 0 FROM screenings WHERE order_number = '" +
      screened + "'");
  EXPECT_THAT(tenant.Audit().findings, ::testing::IsEmpty()) << "news of both is on its way";
  Stack::Get().Reconcile();
  EXPECT_THAT(tenant.Audit().findings, ::testing::IsEmpty());
  EXPECT_GT(tenant.Get(allocated).fact_versions().inventory(), 0);
  EXPECT_GT(tenant.Get(screened).fact_versions().payment(), 0);
}

// The change takes the screening back, and it holds all the same.
TEST(AuditTest, AnotherPaymentMethodOfTheSameCompanyKeepsTheScreening) {
  Tenant tenant;
  auto create = Parse<gw::CreatePaymentMethodRequest>(
      "payment_method { payment_method_id: 'np-wiz' name: 'NP後払いwiz' kind: NP_POSTPAY }");
  create.set_request_id(NewRequestId());
  ASSERT_TRUE(tenant.Call(&ConfigurationStub::CreatePaymentMethod, create, "admin").ok());
  const std::string number = RegisteredOrder(tenant);
  gw::UpdateOrderRequest update;
  *update.mutable_order() = tenant.Get(number);
  update.mutable_order()->set_payment_method("NP後払いwiz");
  update.mutable_update_mask()->add_paths("payment_method");
  update.set_request_id(NewRequestId());
  const auto saved = tenant.Call(&GatewayStub::UpdateOrder, update);
  ASSERT_TRUE(saved.ok()) << saved.status();
  Stack::Get().Reconcile();
  EXPECT_EQ(ValueOf(tenant.Get(number), pb::CREDIT_SCREENING), pb::SCREENING_PENDING);
  EXPECT_THAT(tenant.Audit().findings, ::testing::IsEmpty());
}

TEST(AuditTest, IsForManagers) {
  Tenant tenant;
  EXPECT_EQ(tenant.Audit("operator").status.code(), absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace juchu::integration
