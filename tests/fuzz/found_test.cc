// What the fuzz target "request" has found, each told as what must hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "google/protobuf/text_format.h"
#include "services/gateway/app/bulk_updater.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/app/order_intake.h"
#include "services/gateway/app/order_validation.h"
#include "tests/fuzz/order_service_double.h"

namespace juchu::gateway {
namespace {

using ::testing::IsEmpty;

constexpr char kUuid[] = "7e7d3b0c-5f0e-4c7e-9a36-0b8f6d2f9a11";
constexpr char kCard[] = "4111 1111 1111 1111";

order::v1::Order AnOrder() {
  order::v1::Order order;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        shop_id: "shop"
        shop_order_number: "N-1"
        order_time { seconds: 1795480200 }
        payment_method: "銀行振込"
        orderer { name: "髙橋" postal_code: "1000001" address1: "東京都千代田区" }
        deliveries {
          recipient { name: "髙橋" postal_code: "1000001" address1: "東京都千代田区" }
          items { product_code: "SKU-1" product_name: "商品" unit_price_yen: 1000 quantity: 1 }
        }
        amounts { total_yen: 1000 }
      )pb",
      &order));
  return order;
}

class FoundTest : public ::testing::Test {
 protected:
  FoundTest() {
    context_.tenant = "acme";
    context_.actor = "hanako";
    context_.role = common::v1::ROLE_MANAGER;
  }

  void Create(const order::v1::Order& order) {
    v1::CreateOrdersRequest request;
    *request.add_orders() = order;
    const auto response = intake_.Create(context_, request);
    ASSERT_TRUE(response.ok()) << response.status();
    ASSERT_EQ(response->outcomes(0).result(), v1::OrderIntakeOutcome::CREATED) << response->DebugString();
  }

  const order::StoredOrder& Stored() const { return orders_.orders().begin()->second; }

  // The only order's outcome of a bulk update.
  v1::BulkOutcome Bulk(v1::BulkUpdateOrdersRequest request) {
    request.set_request_id(kUuid);
    request.mutable_orders()->add_order_numbers(Stored().order.order_number());
    v1::BulkOutcome outcome;
    EXPECT_TRUE(bulk_
                    .Run(context_, request,
                         [&](const v1::BulkUpdateOrdersResponse& message) {
                           if (message.has_outcome()) outcome = message.outcome();
                           return true;
                         })
                    .ok());
    return outcome;
  }

  testing::FakeClock clock_;
  fuzz::OrderServiceDouble orders_{clock_};
  ConfigurationCache cache_{1};
  OrderNumberGenerator numbers_{clock_};
  OrderIntake intake_{orders_, cache_, numbers_};
  OrderCache copies_{2};
  OrderChanger changer_{orders_, cache_, copies_, clock_};
  BulkUpdater bulk_{orders_, changer_};
  rpc::CallContext context_;
};

TEST_F(FoundTest, CardNumberInAnyFreeTextIsMasked) {
  order::v1::Order order = AnOrder();
  for (auto* contact : {order.mutable_orderer(), order.mutable_deliveries(0)->mutable_recipient()}) {
    contact->set_name(kCard);
    contact->set_name_kana(kCard);
    contact->set_address1(kCard);
    contact->set_address2(kCard);
  }
  order.mutable_deliveries(0)->set_shipping_method(kCard);
  order.mutable_deliveries(0)->set_delivery_time_slot(kCard);
  order.mutable_deliveries(0)->mutable_items(0)->set_product_name(kCard);
  order.mutable_deliveries(0)->mutable_items(0)->set_product_option(kCard);
  order.set_payment_method(kCard);
  order.set_customer_note(kCard);
  order.set_worker_note(kCard);
  order.set_noshi(kCard);
  order.set_wrapping(kCard);
  order.set_enclosed_message(kCard);
  Create(order);
  const std::string stored = Stored().order.ShortDebugString();
  EXPECT_EQ(stored.find("4111"), std::string::npos) << stored;
  EXPECT_EQ(Stored().order.orderer().name(), "**** **** **** 1111");
}

TEST_F(FoundTest, CardNumberInAReasonIsMasked) {
  Create(AnOrder());
  v1::ChangeTransitionModeRequest mode;
  mode.set_order_number(Stored().order.order_number());
  mode.set_mode(order::v1::MANUAL);
  mode.set_reason(absl::StrCat("card ", kCard));
  mode.set_request_id(kUuid);
  ASSERT_TRUE(changer_.ChangeMode(context_, mode).ok());
  EXPECT_EQ(Stored().history.back().entry.reason(), "card **** **** **** 1111");

  v1::UpdateOrderRequest update;
  update.mutable_order()->set_order_number(Stored().order.order_number());
  update.mutable_order()->set_version(Stored().order.version());
  update.mutable_order()->set_worker_note("x");
  update.mutable_update_mask()->add_paths("worker_note");
  update.set_reason(kCard);
  update.set_request_id("7e7d3b0c-5f0e-4c7e-9a36-0b8f6d2f9a12");
  ASSERT_TRUE(changer_.Update(context_, update).ok());
  EXPECT_EQ(Stored().history.back().entry.reason(), "**** **** **** 1111");
}

TEST_F(FoundTest, CardNumberInTheReasonOfABulkUpdateIsMasked) {
  Create(AnOrder());
  v1::BulkUpdateOrdersRequest request;
  request.mutable_changes()->set_mode(order::v1::MANUAL);
  request.set_reason(kCard);
  EXPECT_TRUE(Bulk(request).change().changed());
  EXPECT_EQ(Stored().history.back().entry.reason(), "**** **** **** 1111");
}

TEST_F(FoundTest, BulkUpdateGivesAnOrderNoMoreTagsThanItMayHave) {
  Create(AnOrder());
  v1::BulkUpdateOrdersRequest request;
  for (size_t i = 0; i < kMaxOrderTags; ++i) {
    request.mutable_changes()->add_add_order_tag_ids(
        orders_.configuration().order_tags(static_cast<int>(i)).order_tag_id());
  }
  v1::BulkUpdateOrdersRequest one_more = request;
  one_more.mutable_changes()->add_add_order_tag_ids(
      orders_.configuration().order_tags(static_cast<int>(kMaxOrderTags)).order_tag_id());
  const v1::BulkOutcome refused = Bulk(one_more);
  EXPECT_EQ(refused.error().reason(), "LIST_TOO_LONG") << refused.DebugString();
  EXPECT_TRUE(Bulk(request).change().changed());
  EXPECT_THAT(ValidateOrder(Stored().order, orders_.configuration(), "order"), IsEmpty());
}

// The history's detail is cut; half a character would be text that gRPC cannot send.
TEST_F(FoundTest, LongFileNameIsCutBetweenCharacters) {
  const std::string file =
      "店舗伝票番号,受注日,受注郵便番号,受注住所１,受注名,受注メールアドレス,商品名,商品コード,商品価格,受注数量\n"
      "1001,2026/07/08,150-0001,東京都渋谷区,髙橋,hanako@example.jp,りんご,APPLE,1100,1\n";
  for (int letters = 0; letters < 3; ++letters) {
    std::vector<v1::ImportOrdersRequest> messages(2);
    messages[0].mutable_header()->set_shop_id("shop");
    std::string name(static_cast<size_t>(letters), 'x');
    for (int i = 0; i < 100; ++i) name += "表";
    messages[0].mutable_header()->set_file_name(name);
    messages[1].set_data(file);
    size_t next = 0;
    const auto source = [&]() -> std::optional<v1::ImportOrdersRequest> {
      if (next == messages.size()) return std::nullopt;
      return messages[next++];
    };
    // The double ends the process when it is sent what cannot be read.
    EXPECT_TRUE(intake_.Import(context_, source, [](const v1::ImportOrdersResponse&) { return true; }).ok());
  }
  EXPECT_EQ(Stored().history.front().entry.actor().detail().size(), 255u);
}

// Midnight of 1900 in Japan is a time of 1899 in UTC; a file can say it, so the gateway must take it.
TEST_F(FoundTest, TimesEndWithTheYearsInJapan) {
  order::v1::Order order = AnOrder();
  const auto reasons = [&](int64_t seconds) {
    order.mutable_order_time()->set_seconds(seconds);
    std::vector<std::string> found;
    for (const auto& status : ValidateOrder(order, orders_.configuration(), "order")) found.push_back(ReasonOf(status));
    return found;
  };
  const int64_t first = absl::ToUnixSeconds(absl::FromCivil(absl::CivilDay(1900, 1, 1), absl::FixedTimeZone(9 * 3600)));
  const int64_t end = absl::ToUnixSeconds(absl::FromCivil(absl::CivilDay(10000, 1, 1), absl::FixedTimeZone(9 * 3600)));
  EXPECT_THAT(reasons(first), IsEmpty());
  EXPECT_THAT(reasons(first - 1), ::testing::ElementsAre("TIME_INVALID"));
  EXPECT_THAT(reasons(end - 1), IsEmpty());
  EXPECT_THAT(reasons(end), ::testing::ElementsAre("TIME_INVALID"));
}

}  // namespace
}  // namespace juchu::gateway
