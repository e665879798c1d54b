#ifndef TOOLS_LOAD_LOAD_ORDERS_H_
#define TOOLS_LOAD_LOAD_ORDERS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "common/mysql/pool.h"
#include "juchu/order/v1/order.pb.h"
#include "tools/load/sample_order.h"

namespace juchu::load {

// Makes the tenant known if it is not, and stores orders 0 to `orders` - 1 through the order service's own storage, 500
// a transaction, on as many threads as the pool has connections. Orders that are there already stay: a load that was
// cut off is finished by running it again. `make` gives the order of an index. Says how far it is on standard error.
absl::Status LoadOrders(mysql::Pool& pool, const std::string& tenant, int64_t orders,
                        const std::function<order::v1::Order(int64_t)>& make = SampleOrder);

}  // namespace juchu::load

#endif  // TOOLS_LOAD_LOAD_ORDERS_H_
