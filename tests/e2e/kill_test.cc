// Processes are killed in the middle of a bulk update of 1,000 orders. After a restart every order must be at its
// fixpoint, nothing lost or done twice, and the repeat with the same request id must do what is left.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "tests/e2e/dev_stack.h"

namespace juchu::e2e {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr int kOrders = 1000;

pb::Order NewOrder(const std::string& shop_order_number) {
  pb::Order order;
  order.set_shop_id("own-site");
  order.set_shop_order_number(shop_order_number);
  order.mutable_order_time()->set_seconds(1795480200);
  order.set_payment_method("銀行振込");
  auto* orderer = order.mutable_orderer();
  orderer->set_name("髙橋 太郎");
  orderer->set_postal_code("1000001");
  orderer->set_address1("東京都千代田区千代田1-1");
  order.set_orderer_mail("taro@example.jp");
  auto* delivery = order.add_deliveries();
  *delivery->mutable_recipient() = *orderer;
  auto* item = delivery->add_items();
  item->set_product_code("SKU-1");
  item->set_product_name("商品");
  item->set_unit_price_yen(1000);
  item->set_quantity(1);
  order.mutable_amounts()->set_goods_yen(1000);
  order.mutable_amounts()->set_total_yen(1000);
  return order;
}

class KillTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto& stack = DevStack::Get();
    stack.Up();
    orders_ = stack.Orders();
    auto configuration = stack.Configuration();
    gw::CreateShopRequest shop;
    shop.mutable_shop()->set_shop_id("own-site");
    shop.mutable_shop()->set_name("自社サイト");
    shop.mutable_shop()->set_mall(pb::OWN_SITE);
    shop.set_request_id(NewRequestId());
    pb::Shop made;
    configuration->CreateShop(stack.Context("admin").get(), shop, &made);
    gw::CreatePaymentMethodRequest method;
    method.mutable_payment_method()->set_payment_method_id("bank");
    method.mutable_payment_method()->set_name("銀行振込");
    method.mutable_payment_method()->set_kind(pb::PREPAID);
    method.set_request_id(NewRequestId());
    pb::PaymentMethod made_method;
    configuration->CreatePaymentMethod(stack.Context("manager").get(), method, &made_method);
    // Who allocates by itself would change orders behind the test's back.
    gw::UpdateSettingsRequest settings;
    settings.mutable_settings()->set_allocation(pb::ALLOCATE_BY_COMMAND);
    settings.mutable_update_mask()->add_paths("allocation");
    settings.set_request_id(NewRequestId());
    pb::Settings set;
    configuration->UpdateSettings(stack.Context("admin").get(), settings, &set);
  }

  // Takes in kOrders prepaid orders; they go to 入金待 by themselves.
  std::vector<std::string> CreateOrders(const std::string& prefix) {
    std::vector<std::string> numbers;
    for (int first = 0; first < kOrders; first += 500) {
      gw::CreateOrdersRequest request;
      for (int i = first; i < first + 500; ++i) *request.add_orders() = NewOrder(absl::StrCat(prefix, "-", i));
      gw::CreateOrdersResponse response;
      const auto status = orders_->CreateOrders(DevStack::Get().Context().get(), request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const auto& outcome : response.outcomes()) {
        EXPECT_EQ(outcome.result(), gw::OrderIntakeOutcome::CREATED);
        EXPECT_EQ(outcome.status(), pb::AWAITING_PAYMENT);
        numbers.push_back(outcome.order_number());
      }
    }
    return numbers;
  }

  gw::BulkUpdateOrdersRequest PaidRequest(const std::vector<std::string>& numbers) {
    gw::BulkUpdateOrdersRequest request;
    request.mutable_orders()->mutable_order_numbers()->Assign(numbers.begin(), numbers.end());
    request.mutable_changes()->add_state_values(pb::PREPAYMENT_PAID);
    request.mutable_changes()->mutable_paid_time()->set_seconds(1795480300);
    request.set_request_id(NewRequestId());
    return request;
  }

  std::unique_ptr<gw::GatewayService::Stub> orders_;
};

// The bulk update's outcomes by order number; kills `victim` after `kill_after` outcomes (0: never).
std::map<std::string, gw::BulkOutcome> RunBulk(gw::GatewayService::Stub& orders,
                                               const gw::BulkUpdateOrdersRequest& request, const std::string& victim,
                                               int kill_after, bool* finished) {
  std::map<std::string, gw::BulkOutcome> outcomes;
  auto context = DevStack::Get().Context("operator", absl::Seconds(60));
  auto stream = orders.BulkUpdateOrders(context.get(), request);
  gw::BulkUpdateOrdersResponse response;
  while (stream->Read(&response)) {
    if (!response.has_outcome()) continue;
    outcomes[response.outcome().order_number()] = response.outcome();
    if (static_cast<int>(outcomes.size()) == kill_after) DevStack::Get().Kill(victim);
  }
  *finished = stream->Finish().ok();
  return outcomes;
}

TEST_P(KillTest, BulkUpdateKilledHalfWayIsFinishedByItsRepeat) {
  const std::string victim = GetParam();
  const auto numbers = CreateOrders(absl::StrCat("K", victim, "-", absl::ToUnixMicros(absl::Now())));
  ASSERT_EQ(numbers.size(), static_cast<size_t>(kOrders));
  const auto request = PaidRequest(numbers);

  bool finished = false;
  const auto before = RunBulk(*orders_, request, victim, 100, &finished);
  DevStack::Get().Up();
  orders_ = DevStack::Get().Orders();

  // Every order is at a fixpoint already: paid and moved on, or not touched at all.
  for (const auto& number : numbers) {
    gw::GetOrderRequest get;
    get.set_order_number(number);
    pb::Order order;
    const auto status = orders_->GetOrder(DevStack::Get().Context().get(), get, &order);
    ASSERT_TRUE(status.ok()) << status.error_message();
    const bool moved = order.status() == pb::AWAITING_ALLOCATION && order.version() == 2 && order.has_paid_time();
    const bool untouched = order.status() == pb::AWAITING_PAYMENT && order.version() == 1 && !order.has_paid_time();
    EXPECT_TRUE(moved || untouched) << order.ShortDebugString();
    // What was acknowledged is there.
    const auto acknowledged = before.find(number);
    if (acknowledged != before.end() && acknowledged->second.has_change()) {
      EXPECT_TRUE(moved) << number;
    }
  }

  const auto after = RunBulk(*orders_, request, "", 0, &finished);
  EXPECT_TRUE(finished);
  EXPECT_EQ(after.size(), static_cast<size_t>(kOrders));
  for (const auto& [number, outcome] : after) {
    EXPECT_FALSE(outcome.has_error()) << outcome.ShortDebugString();
    // Version 2 for every one of them: done once, by whichever of the two calls.
    EXPECT_EQ(outcome.change().version(), 2) << number;
    EXPECT_EQ(outcome.change().status(), pb::AWAITING_ALLOCATION);
    const auto first = before.find(number);
    if (first != before.end() && first->second.has_change()) {
      EXPECT_TRUE(outcome.repeated_request()) << number;
      EXPECT_EQ(outcome.change().SerializeAsString(), first->second.change().SerializeAsString());
    }
    gw::ListOrderHistoryRequest list;
    list.set_order_number(number);
    gw::ListOrderHistoryResponse history;
    ASSERT_TRUE(orders_->ListOrderHistory(DevStack::Get().Context().get(), list, &history).ok());
    EXPECT_EQ(history.entries_size(), 2) << number;
  }
}

INSTANTIATE_TEST_SUITE_P(Victims, KillTest, testing::Values("gateway", "order", "mariadb"),
                         [](const auto& victim) { return std::string(victim.param); });

}  // namespace
}  // namespace juchu::e2e
