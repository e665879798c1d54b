#ifndef SERVICES_GATEWAY_CLIENTS_GATHERING_INVENTORY_CLIENT_H_
#define SERVICES_GATEWAY_CLIENTS_GATHERING_INVENTORY_CLIENT_H_

#include <functional>
#include <memory>

#include "services/gateway/clients/gatherer.h"
#include "services/gateway/clients/inventory_client.h"

namespace juchu::gateway {

// An inventory client that sends the allocations of single orders, asked for at the same time by different callers of
// one tenant, as one batch: one transaction that takes a hot product's row once. Thread-safe.
class GatheringInventoryClient final : public InventoryClient {
 public:
  // As InventoryClient.
  GatheringInventoryClient(std::shared_ptr<Stub> stub, const Clock& clock,
                           std::function<void(absl::Duration)> wait = {});

  absl::StatusOr<inventory::v1::AllocateOrdersResponse> AllocateOrders(
      const rpc::CallContext& context, const inventory::v1::AllocateOrdersRequest& request) override;

 private:
  Gatherer<inventory::v1::AllocateOrdersRequest, inventory::v1::AllocateOrdersResponse> allocations_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_GATHERING_INVENTORY_CLIENT_H_
