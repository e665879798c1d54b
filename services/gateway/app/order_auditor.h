#ifndef SERVICES_GATEWAY_APP_ORDER_AUDITOR_H_
#define SERVICES_GATEWAY_APP_ORDER_AUDITOR_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Checks a tenant's orders against the invariants: what is stored by the order service, what the workflow allows here,
// what the inventory service says of them. Thread-safe.
class OrderAuditor {
 public:
  // Takes one message for the caller; false when the caller is gone.
  using Sink = std::function<bool(const v1::AuditOrdersResponse&)>;

  // Both must outlive the auditor.
  OrderAuditor(OrderClient& orders, InventoryClient& inventory) : orders_(orders), inventory_(inventory) {}

  // As GatewayService.AuditOrders.
  absl::Status Run(const rpc::CallContext& context, const Sink& sink);

 private:
  // Of which orders of the page 受注引当 is other than the inventory says, and how; by order number.
  absl::StatusOr<std::map<std::string, std::string>> AuditAllocations(const rpc::CallContext& context,
                                                                      const order::v1::AuditOrdersResponse& page);

  OrderClient& orders_;
  InventoryClient& inventory_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_AUDITOR_H_
