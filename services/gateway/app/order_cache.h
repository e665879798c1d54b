#ifndef SERVICES_GATEWAY_APP_ORDER_CACHE_H_
#define SERVICES_GATEWAY_APP_ORDER_CACHE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "juchu/order/v1/order.pb.h"
#include "services/gateway/app/lru_map.h"

namespace juchu::gateway {

using OrderSnapshot = std::shared_ptr<const order::v1::Order>;

// The BASIC view of an order that was loaded FULL.
order::v1::Order BasicViewOf(const order::v1::Order& order);

// The orders that this gateway has lately loaded or changed, in the BASIC view, so that the next change of one of them
// is decided without loading it. A copy may be old at any time: it may only lead to a commit, which names its version
// and which the order service refuses when another one is stored. What else it leads to, a refusal or that nothing
// changes, must be found anew on the order itself. Thread-safe.
class OrderCache {
 public:
  // `capacity`: orders; 0 keeps none.
  explicit OrderCache(size_t capacity) : kept_(capacity) {}

  // Null when there is no copy. Its tags do not tell who set them.
  OrderSnapshot Find(absl::string_view tenant, absl::string_view order_number) const {
    return kept_.Find(Key(tenant, order_number));
  }
  // Keeps the copy unless a newer one is held.
  void Put(absl::string_view tenant, OrderSnapshot order) {
    const std::string key = Key(tenant, order->order_number());
    kept_.Put(key, std::move(order));
  }

 private:
  static std::string Key(absl::string_view tenant, absl::string_view order_number) {
    return absl::StrCat(tenant, "/", order_number);
  }

  LruMap<order::v1::Order> kept_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_CACHE_H_
