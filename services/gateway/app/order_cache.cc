#include "services/gateway/app/order_cache.h"

namespace juchu::gateway {

order::v1::Order BasicViewOf(const order::v1::Order& order) {
  order::v1::Order basic = order;
  basic.clear_deliveries();
  basic.clear_customer_note();
  basic.clear_worker_note();
  basic.clear_gift();
  basic.clear_noshi();
  basic.clear_wrapping();
  basic.clear_enclosed_message();
  basic.clear_customer_code();
  basic.clear_orderer();
  basic.mutable_orderer()->set_name(order.orderer().name());
  basic.mutable_orderer()->set_phone(order.orderer().phone());
  basic.clear_amounts();
  basic.mutable_amounts()->set_total_yen(order.amounts().total_yen());
  for (auto& tag : *basic.mutable_state_tags()) {
    tag.clear_set_by();
    tag.clear_set_time();
    tag.clear_reason();
  }
  return basic;
}

}  // namespace juchu::gateway
