#ifndef SERVICES_GATEWAY_APP_ORDER_AUDITOR_H_
#define SERVICES_GATEWAY_APP_ORDER_AUDITOR_H_

#include <functional>

#include "absl/status/status.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Checks a tenant's orders against the invariants: what is stored by the order service, what the workflow allows here.
// Thread-safe.
class OrderAuditor {
 public:
  // Takes one message for the caller; false when the caller is gone.
  using Sink = std::function<bool(const v1::AuditOrdersResponse&)>;

  // `orders` must outlive the auditor.
  explicit OrderAuditor(OrderClient& orders) : orders_(orders) {}

  // As GatewayService.AuditOrders.
  absl::Status Run(const rpc::CallContext& context, const Sink& sink);

 private:
  OrderClient& orders_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_AUDITOR_H_
