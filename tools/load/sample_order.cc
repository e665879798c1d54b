#include "tools/load/sample_order.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace juchu::load {
namespace {

namespace pb = ::juchu::order::v1;

void SetDate(absl::CivilDay day, common::v1::Date& date) {
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
}

void SetTime(int64_t seconds, google::protobuf::Timestamp& time) { time.set_seconds(seconds); }

// 2024-01-01 00:00 in Japan.
constexpr int64_t kFirstSecond = 1'704'034'800;

pb::Status StatusOf(int64_t index) {
  if (index % 50 == 7) return pb::CANCELLED;
  switch (index % 40) {
    case 1:
      return pb::AWAITING_CONFIRMATION;
    case 2:
      return pb::AWAITING_PAYMENT;
    case 3:
      return pb::AWAITING_ALLOCATION;
    case 4:
      return pb::AWAITING_SHIPMENT;
    case 5:
      return pb::SHIPPED;
    default:
      return pb::COMPLETED;
  }
}

void SetTag(pb::StateCategory category, pb::StateValue value, pb::Order& order) {
  auto& tag = *order.add_state_tags();
  tag.set_category(category);
  tag.set_value(value);
}

}  // namespace

std::string ShopOrderNumber(int64_t index) { return absl::StrFormat("LOAD-%09d", index); }
std::string OrderTagId(int64_t number) { return absl::StrFormat("tag-%02d", number); }
std::string ManagementCategoryId(int64_t number) { return absl::StrFormat("category-%02d", number); }
absl::CivilDay OrderDay(int64_t index) { return absl::CivilDay(2024, 1, 1) + index / kOrdersPerDay; }

pb::Order SampleOrder(int64_t index) {
  pb::Order order;
  order.set_shop_id(kShopId);
  order.set_shop_order_number(ShopOrderNumber(index));
  order.set_status(StatusOf(index));
  order.set_mode(index % 7 == 0 ? pb::MANUAL : pb::AUTO);
  const int64_t ordered = kFirstSecond + index * 60;
  SetTime(ordered, *order.mutable_order_time());
  if (order.status() == pb::CANCELLED) SetTime(ordered + 3600, *order.mutable_cancel_time());
  order.set_payment_method("外部決済");
  order.set_payment_kind(pb::SETTLED_ELSEWHERE);
  auto& orderer = *order.mutable_orderer();
  orderer.set_name(absl::StrCat("髙橋 ", index % 10'000));
  orderer.set_postal_code("1000001");
  orderer.set_address1("東京都千代田区千代田1-1");
  orderer.set_phone(absl::StrFormat("03%08d", index % 100'000'000));
  order.set_orderer_mail(absl::StrCat("customer", index, "@example.jp"));
  auto& delivery = *order.add_deliveries();
  delivery.set_delivery_number(1);
  *delivery.mutable_recipient() = orderer;
  SetDate(OrderDay(index) + 3, *delivery.mutable_delivery_date());
  SetDate(OrderDay(index) + 2, *delivery.mutable_ship_date());
  if (order.status() == pb::COMPLETED) SetDate(OrderDay(index) + 2, *delivery.mutable_ship_confirmed_date());
  const int64_t items = 1 + index % 3;
  for (int64_t i = 0; i < items; ++i) {
    auto& item = *delivery.add_items();
    item.set_line_number(static_cast<int32_t>(i + 1));
    item.set_product_code(absl::StrCat("SKU-", (index + i * 37) % 5000));
    item.set_product_name("りんごジュース 1000ml");
    item.set_unit_price_yen(1000);
    item.set_quantity(1);
  }
  order.mutable_amounts()->set_goods_yen(1000 * items);
  order.mutable_amounts()->set_total_yen(1000 * items);
  if (index % 10 == 0) order.add_order_tag_ids(OrderTagId(index / 10 % kOrderTags));
  if (index % 2 == 0) order.set_management_category_id(ManagementCategoryId(index / 2 % kManagementCategories));
  SetTag(pb::CUSTOMER, pb::REGULAR_CUSTOMER, order);
  SetTag(pb::ADDRESS, pb::ADDRESS_OK, order);
  SetTag(pb::DELIVERY_DATE, pb::DELIVERY_DATE_CONFIRMED, order);
  SetTag(pb::WARNING, pb::NO_WARNING, order);
  const bool done = order.status() == pb::COMPLETED;
  SetTag(pb::ALLOCATION, done ? pb::ALLOCATED : pb::UNALLOCATED, order);
  SetTag(pb::SHIPMENT, done ? pb::SHIPMENT_CONFIRMED : pb::UNSHIPPED, order);
  return order;
}

}  // namespace juchu::load
