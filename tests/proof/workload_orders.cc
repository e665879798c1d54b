#include "tests/proof/workload_orders.h"

#include "absl/strings/str_cat.h"

namespace juchu::proof {
namespace pb = ::juchu::order::v1;

std::string CanaryOf(const std::string& tenant) { return absl::StrCat("canary[", tenant, "]"); }

pb::Order OrderOf(const std::string& tenant, const std::string& shop_order_number) {
  pb::Order order;
  order.set_shop_id(kWorkloadShop);
  order.set_shop_order_number(shop_order_number);
  order.mutable_order_time()->set_seconds(1795480200);
  order.set_payment_method(kPaymentMethods[0]);
  auto& orderer = *order.mutable_orderer();
  orderer.set_name(CanaryOf(tenant));
  orderer.set_postal_code("1000001");
  orderer.set_address1("東京都千代田区千代田1-1");
  order.set_orderer_mail("taro@example.jp");
  order.set_customer_note(CanaryOf(tenant));
  auto& delivery = *order.add_deliveries();
  *delivery.mutable_recipient() = orderer;
  delivery.set_shipping_method("宅配便");
  auto& item = *delivery.add_items();
  item.set_product_code("SKU-1");
  item.set_product_name("商品");
  item.set_unit_price_yen(1000);
  item.set_quantity(1);
  order.mutable_amounts()->set_goods_yen(1000);
  order.mutable_amounts()->set_total_yen(1000);
  return order;
}

OrderView ViewOf(const pb::Order& order) {
  OrderView view;
  view.version = order.version();
  view.status = order.status();
  view.mode = order.mode();
  for (const auto& tag : order.state_tags()) view.paid |= tag.value() == pb::PREPAYMENT_PAID;
  view.paid_time = order.paid_time().seconds();
  view.payment_method = order.payment_method() == kPaymentMethods[1] ? 1 : 0;
  return view;
}

}  // namespace juchu::proof
