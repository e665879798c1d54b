#ifndef TESTS_FUZZ_STORED_ORDERS_H_
#define TESTS_FUZZ_STORED_ORDERS_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "juchu/order/v1/order.pb.h"
#include "tests/fuzz/order_service_double.h"

namespace juchu::fuzz {

// Null: the category does not apply to the order.
inline const order::v1::StateTag* TagOf(const order::v1::Order& order, order::v1::StateCategory category) {
  const auto& tags = order.state_tags();
  const auto it = std::find_if(tags.begin(), tags.end(), [&](const auto& tag) { return tag.category() == category; });
  return it == tags.end() ? nullptr : &*it;
}

// By order number. The same as before exactly when no order has changed.
inline std::map<std::string, int64_t> VersionsOf(const OrderServiceDouble& orders) {
  std::map<std::string, int64_t> versions;
  for (const auto& [number, stored] : orders.orders()) versions[number] = stored.order.version();
  return versions;
}

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_STORED_ORDERS_H_
