#include "services/gateway/app/order_need.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/time/timestamps.h"
#include "google/protobuf/text_format.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

pb::Order OrderOf(const std::string& text) {
  pb::Order order;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &order));
  return order;
}

// An order with one line, ordered `seconds` after 2026-01-01, to be shipped on the day of that month, or on none.
pb::Order Ordered(int64_t seconds, int ship_day) {
  pb::Order order = OrderOf("deliveries { delivery_number: 1 items { line_number: 1 product_code: 'A' quantity: 1 } }");
  order.mutable_order_time()->set_seconds(1767225600 + seconds);
  if (ship_day == 0) return order;
  auto& date = *order.mutable_deliveries(0)->mutable_ship_date();
  date.set_year(2026);
  date.set_month(2);
  date.set_day(ship_day);
  return order;
}

int64_t PriorityOf(const pb::Order& order, pb::AllocationOrder setting) {
  pb::Configuration configuration;
  configuration.mutable_settings()->set_allocation_order(setting);
  return MicrosFromTimestamp(NeedOf(order, configuration).priority_time());
}

TEST(NeedOfTest, NamesEveryLineOfEveryDelivery) {
  const auto order = OrderOf(
      "order_number: '0000000000000001' version: 7 forced_allocation: true deliveries { delivery_number: 1 items { "
      "line_number: 1 product_code: 'A' quantity: 2 } } deliveries { delivery_number: 3 items { line_number: 2 "
      "product_code: ' A ' quantity: 1 } items { line_number: 5 product_code: 'B' quantity: 4 } }");
  pb::Configuration configuration;
  configuration.mutable_settings()->set_allocate_all_or_nothing(true);
  const auto need = NeedOf(order, configuration);
  EXPECT_EQ(need.order_version(), 7);
  EXPECT_TRUE(need.forced());
  EXPECT_TRUE(need.all_or_nothing());
  std::string lines;
  for (const auto& line : need.lines()) absl::StrAppend(&lines, line.line(), line.product_code(), line.quantity(), " ");
  EXPECT_EQ(lines, "1-1A2 3-2A1 3-5B4 ");
}

TEST(NeedOfTest, CodeOfSpacesIsSentAsOneThatNobodyHas) {
  const auto order = OrderOf("deliveries { items { product_code: '  ' quantity: 1 } }");
  EXPECT_EQ(NeedOf(order, pb::Configuration()).lines(0).product_code(), "-");
}

TEST(NeedOfTest, EarlierOrderTimeComesFirst) {
  EXPECT_LT(PriorityOf(Ordered(1, 28), pb::BY_ORDER_TIME), PriorityOf(Ordered(2, 1), pb::BY_ORDER_TIME));
}

TEST(NeedOfTest, EarlierShipDateComesFirstThenTheOrderTime) {
  const auto by_date = [](const pb::Order& order) { return PriorityOf(order, pb::BY_SHIP_DATE); };
  EXPECT_LT(by_date(Ordered(999'999, 1)), by_date(Ordered(0, 2)));
  EXPECT_LT(by_date(Ordered(1, 1)), by_date(Ordered(2, 1)));
  EXPECT_LT(by_date(Ordered(999'999, 28)), by_date(Ordered(0, 0))) << "without a ship date it comes last";
}

TEST(NeedsMoreTest, SumsTheLinesOfAProduct) {
  const auto two_lines =
      OrderOf("deliveries { items { product_code: 'A' quantity: 2 } items { product_code: 'A' quantity: 3 } }");
  const auto one_line = OrderOf("deliveries { items { product_code: 'A' quantity: 5 } }");
  const auto more = OrderOf("deliveries { items { product_code: 'A' quantity: 6 } }");
  const auto other = OrderOf("deliveries { items { product_code: 'B' quantity: 1 } }");
  EXPECT_FALSE(NeedsMore(two_lines, one_line));
  EXPECT_FALSE(NeedsMore(more, one_line));
  EXPECT_TRUE(NeedsMore(one_line, more));
  EXPECT_TRUE(NeedsMore(one_line, other));
}

}  // namespace
}  // namespace juchu::gateway
