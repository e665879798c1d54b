#ifndef SERVICES_GATEWAY_APP_ORDER_ALLOCATOR_H_
#define SERVICES_GATEWAY_APP_ORDER_ALLOCATOR_H_

#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/order_settler.h"
#include "services/gateway/clients/inventory_client.h"

namespace juchu::gateway {

// 在庫引当 by command. Thread-safe.
class OrderAllocator {
 public:
  // All must outlive the allocator.
  OrderAllocator(OrderSettler& settler, InventoryClient& inventory, FactsAcknowledger& acknowledger)
      : settler_(settler), inventory_(inventory), acknowledger_(acknowledger) {}

  // As GatewayService.AllocateOrders.
  absl::StatusOr<v1::AllocateOrdersResponse> Allocate(const rpc::CallContext& context,
                                                      const v1::AllocateOrdersRequest& request);

 private:
  OrderSettler& settler_;
  InventoryClient& inventory_;
  FactsAcknowledger& acknowledger_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_ALLOCATOR_H_
