#ifndef SERVICES_GATEWAY_APP_ORDER_NEED_H_
#define SERVICES_GATEWAY_APP_ORDER_NEED_H_

#include "juchu/inventory/v1/inventory_service.pb.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order.pb.h"

// What an order needs of the stock, as the inventory service takes it. Pure.
namespace juchu::gateway {

// The whole need of `order` (FULL view): its lines as "delivery number-line number", and who comes first when stock is
// short, by the tenant's setting.
inventory::v1::AllocateOrdersRequest::Need NeedOf(const order::v1::Order& order,
                                                  const order::v1::Configuration& configuration);

// The need of an order that gives back what it holds.
inventory::v1::AllocateOrdersRequest::Need NoNeedOf(const order::v1::Order& order);

// Whether the lines of `after` need more of some product than those of `before`; both FULL.
bool NeedsMore(const order::v1::Order& before, const order::v1::Order& after);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_NEED_H_
