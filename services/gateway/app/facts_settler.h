#ifndef SERVICES_GATEWAY_APP_FACTS_SETTLER_H_
#define SERVICES_GATEWAY_APP_FACTS_SETTLER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/rpc/call_context.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/order_settler.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/clients/payment_client.h"

namespace juchu::gateway {

// Settles orders behind their callers' backs: what their facts wish of the owners of facts, and what these know of
// them. Thread-safe.
class FactsSettler {
 public:
  // All must outlive the settler.
  struct Parts {
    OrderSettler& settler;
    InventoryClient& inventory;
    FactsAcknowledger& inventory_acknowledger;
    PaymentClient& payment;
    FactsAcknowledger& payment_acknowledger;
  };
  explicit FactsSettler(Parts parts) : parts_(parts) {}

  // Each settles at most 500 orders, none named twice. One status for each, in their order.
  //
  // Something of the orders has changed: all owners are asked for what they wish.
  absl::StatusOr<std::vector<absl::Status>> SettleChanged(const rpc::CallContext& context,
                                                          absl::Span<const std::string> order_numbers);
  // The inventory has news of them, kFacts or kStock.
  absl::StatusOr<std::vector<absl::Status>> SettleAllocations(const rpc::CallContext& context,
                                                              absl::Span<const std::string> order_numbers, Cause cause);
  // The payment service has news of them.
  absl::StatusOr<std::vector<absl::Status>> SettleCards(const rpc::CallContext& context,
                                                        absl::Span<const std::string> order_numbers);

 private:
  enum class Owners { kAll, kInventory, kPayment };
  absl::StatusOr<std::vector<absl::Status>> Settle(const rpc::CallContext& context,
                                                   absl::Span<const std::string> order_numbers, Owners owners,
                                                   Cause cause);

  const Parts parts_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_FACTS_SETTLER_H_
