#ifndef SERVICES_GATEWAY_APP_ORDER_LACKS_H_
#define SERVICES_GATEWAY_APP_ORDER_LACKS_H_

#include <vector>

#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/inventory/v1/inventory_service.pb.h"
#include "juchu/order/v1/order.pb.h"

namespace juchu::gateway {

// What `order` (FULL view) lacks of which product, as people are told. Pure. A product that is on none of its lines any
// more is left out.
std::vector<v1::AllocationLack> LacksOf(const order::v1::Order& order,
                                        const inventory::v1::ReadAllocationsResponse::Read& read);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_LACKS_H_
