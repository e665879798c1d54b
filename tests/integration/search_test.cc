// 受注検索 over the wire: the ten keys, filters, pages.
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
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
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Find(const Tenant& tenant, const std::string& query) {
  gw::SearchOrdersRequest request;
  *request.mutable_query() = Parse<pb::OrderQuery>(query);
  request.set_sort(pb::ORDER_NUMBER_ASC);
  const auto found = tenant.Call(&GatewayStub::SearchOrders, request, "viewer");
  EXPECT_TRUE(found.ok()) << query << ": " << found.status();
  std::vector<std::string> numbers;
  if (!found.ok()) return numbers;
  for (const auto& order : found->orders()) numbers.push_back(order.order_number());
  return numbers;
}

TEST(SearchTest, WithoutAKeyItIsRefusedWithAMessageThatListsThem) {
  const Tenant tenant;
  gw::SearchOrdersRequest request;
  request.mutable_query()->set_orderer_name("髙橋");
  const auto found = tenant.Call(&GatewayStub::SearchOrders, request, "viewer");
  EXPECT_THAT(found, StatusIs(absl::StatusCode::kInvalidArgument, HasReason("SEARCH_KEY_REQUIRED")));
  EXPECT_THAT(std::string(found.status().message()), HasSubstr("management category"));
}

TEST(SearchTest, EachKeyFindsTheOrderThatHasIt) {
  Tenant tenant;
  const std::string one = tenant.NewOrder(
      "銀行振込",
      "order_time { seconds: 1700000000 } order_tag_ids: 'hold' management_category_id: 'gift'"
      " deliveries { recipient { name: '山﨑 次郎' postal_code: '1000001' address1: '東京都千代田区千代田1-1' }"
      "   delivery_date { year: 2026 month: 12 day: 1 } ship_date { year: 2026 month: 11 day: 30 }"
      "   shipping_method: '宅配便' items { product_code: 'SKU-2' product_name: '商品' unit_price_yen: 1000 quantity: "
      "1 } }");
  const std::string other = tenant.NewOrder("代金引換");
  ASSERT_TRUE(tenant.Cancel(other).ok());
  const pb::Order order = tenant.Get(one);
  EXPECT_THAT(Find(tenant, absl::StrCat("order_numbers: '", one, "'")), ElementsAre(one));
  EXPECT_THAT(Find(tenant, absl::StrCat("shop_order_numbers: '", order.shop_order_number(), "'")), ElementsAre(one));
  EXPECT_THAT(Find(tenant, "order_time { start_time { seconds: 1700000000 } end_time { seconds: 1700000001 } }"),
              ElementsAre(one));
  EXPECT_THAT(Find(tenant, "cancel_time { start_time { seconds: 1700000000 } }"), ElementsAre(other));
  EXPECT_THAT(Find(tenant, "statuses: AWAITING_PAYMENT"), ElementsAre(one));
  EXPECT_THAT(
      Find(tenant,
           "delivery_date { start_date { year: 2026 month: 12 day: 1 } end_date { year: 2026 month: 12 day: 2 } }"),
      ElementsAre(one));
  EXPECT_THAT(Find(tenant, "management_category_ids: 'gift'"), ElementsAre(one));
  EXPECT_THAT(Find(tenant, "order_tag_ids: 'hold'"), ElementsAre(one));
  // Keys combine with AND; a range's end is outside.
  EXPECT_THAT(Find(tenant, "order_tag_ids: 'hold' statuses: CANCELLED"), ElementsAre());
  EXPECT_THAT(Find(tenant, "order_time { start_time { seconds: 1699999999 } end_time { seconds: 1700000000 } }"),
              ElementsAre());
  // Further filters beside a key.
  EXPECT_THAT(Find(tenant, "statuses: [AWAITING_PAYMENT, CANCELLED] orderer_name: '髙橋' mode: MANUAL"),
              ElementsAre(other));
}

TEST(SearchTest, PagesNeitherSkipNorRepeatAndTheirTokenIsBound) {
  Tenant tenant;
  std::set<std::string> all;
  for (int i = 0; i < 7; ++i) all.insert(tenant.NewOrder("銀行振込"));
  gw::SearchOrdersRequest request;
  request.mutable_query()->add_statuses(pb::AWAITING_PAYMENT);
  request.set_page_size(3);
  request.set_with_total(true);
  std::set<std::string> seen;
  std::string token;
  do {
    request.set_page_token(token);
    const auto page = tenant.Call(&GatewayStub::SearchOrders, request, "viewer");
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& order : page->orders()) EXPECT_TRUE(seen.insert(order.order_number()).second);
    if (seen.size() == 3) {
      EXPECT_EQ(page->total_size(), 7);
      // An order that comes in between does not push others about.
      tenant.NewOrder("代金引換");
    }
    token = page->next_page_token();
    if (token.empty()) break;

    const auto invalid = StatusIs(absl::StatusCode::kInvalidArgument, HasReason("PAGE_TOKEN_INVALID"));
    auto changed = request;
    changed.set_page_token(token.substr(0, token.size() - 2) + "xx");
    EXPECT_THAT(tenant.Call(&GatewayStub::SearchOrders, changed, "viewer"), invalid);
    changed.set_page_token(token);
    changed.mutable_query()->add_statuses(pb::SHIPPED);
    EXPECT_THAT(tenant.Call(&GatewayStub::SearchOrders, changed, "viewer"), invalid);
    const Tenant foreign;
    changed = request;
    changed.set_page_token(token);
    EXPECT_THAT(foreign.Call(&GatewayStub::SearchOrders, changed, "viewer"), invalid);
  } while (true);
  EXPECT_EQ(seen, all);
}

}  // namespace
}  // namespace juchu::integration
