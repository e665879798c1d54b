#ifndef SERVICES_GATEWAY_APP_ORDER_ALLOCATOR_H_
#define SERVICES_GATEWAY_APP_ORDER_ALLOCATOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/order_cache.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Brings orders and the inventory together: loads the orders, asks the inventory for what they wish
// (workflow::WishOf), and commits what it answers to the orders, which then go on as far as their facts let them. Each
// step may be repeated at any time and on any replica: the inventory takes a need with the order's version, the order
// takes facts with their version. One path for one order and for many. Thread-safe.
class OrderAllocator {
 public:
  // Why orders are looked at.
  enum class Cause {
    // A person asks for stock for them (在庫引当).
    kAsked,
    // Something of them has changed.
    kChanged,
    // The inventory has facts of them that nobody has acknowledged: what they hold there the orders may not know.
    kFacts,
    // Stock has come for which they may wait; MANUAL orders go on waiting.
    kStock,
  };

  // All must outlive the allocator.
  OrderAllocator(OrderClient& orders, InventoryClient& inventory, ConfigurationCache& configurations,
                 OrderCache& copies, OrderChanger& changer, FactsAcknowledger& acknowledger)
      : orders_(orders),
        inventory_(inventory),
        configurations_(configurations),
        copies_(copies),
        changer_(changer),
        acknowledger_(acknowledger) {}

  // As GatewayService.AllocateOrders.
  absl::StatusOr<v1::AllocateOrdersResponse> Allocate(const rpc::CallContext& context,
                                                      const v1::AllocateOrdersRequest& request);

  // Settles at most 500 orders, none named twice. One status for each, in their order.
  absl::StatusOr<std::vector<absl::Status>> Settle(const rpc::CallContext& context,
                                                   absl::Span<const std::string> order_numbers, Cause cause);

 private:
  struct Work;
  struct Batch;
  absl::StatusOr<std::vector<Work>> Run(const rpc::CallContext& context, absl::Span<const std::string> order_numbers,
                                        Cause cause, const Change& change);
  absl::Status Load(const rpc::CallContext& context, Batch& batch);
  absl::Status AskInventory(const rpc::CallContext& context, Batch& batch);
  absl::Status Commit(const rpc::CallContext& context, Batch& batch);
  absl::Status CommitSome(const rpc::CallContext& context, Change change, const std::vector<size_t>& indexes,
                          Batch& batch);

  OrderClient& orders_;
  InventoryClient& inventory_;
  ConfigurationCache& configurations_;
  OrderCache& copies_;
  OrderChanger& changer_;
  FactsAcknowledger& acknowledger_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_ALLOCATOR_H_
