#ifndef SERVICES_GATEWAY_APP_ORDER_AUDITOR_H_
#define SERVICES_GATEWAY_APP_ORDER_AUDITOR_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/clients/order_client.h"
#include "services/gateway/clients/payment_client.h"
#include "services/gateway/workflow/audit.h"

namespace juchu::gateway {

// Checks a tenant's orders against the invariants: what is stored by the order service, what the workflow allows here,
// what the inventory and the payment service say of them. Thread-safe.
class OrderAuditor {
 public:
  // Takes one message for the caller; false when the caller is gone.
  using Sink = std::function<bool(const v1::AuditOrdersResponse&)>;

  // All must outlive the auditor.
  OrderAuditor(OrderClient& orders, InventoryClient& inventory, PaymentClient& payment)
      : orders_(orders), inventory_(inventory), payment_(payment) {}

  // As GatewayService.AuditOrders.
  absl::Status Run(const rpc::CallContext& context, const Sink& sink);

 private:
  // By order number.
  using Violations = std::map<std::string, std::vector<workflow::Violation>>;

  // Add what of the page's orders the neighbour contradicts.
  absl::Status AuditStock(const rpc::CallContext& context, const order::v1::AuditOrdersResponse& page,
                          Violations& violations);
  absl::Status AuditPayments(const rpc::CallContext& context, const order::v1::AuditOrdersResponse& page,
                             Violations& violations);

  // Adds those of the orders that, read anew, still do not know what the neighbour knew.
  class Untold;
  absl::Status AuditUntold(const rpc::CallContext& context, const Untold& untold,
                           int64_t (order::v1::FactVersions::*known)() const, Violations& violations);

  OrderClient& orders_;
  InventoryClient& inventory_;
  PaymentClient& payment_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_AUDITOR_H_
