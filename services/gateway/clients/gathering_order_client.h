#ifndef SERVICES_GATEWAY_CLIENTS_GATHERING_ORDER_CLIENT_H_
#define SERVICES_GATEWAY_CLIENTS_GATHERING_ORDER_CLIENT_H_

#include <functional>
#include <memory>

#include "services/gateway/clients/gatherer.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// An order client that sends the loads and commits of single orders, asked for at the same time by different callers of
// one tenant, as one batch: an RPC and a durable commit cost more than the orders in them. Each order still succeeds or
// fails for itself, and each caller is answered only after the commit. What is a batch already goes as it is.
// Thread-safe.
class GatheringOrderClient final : public OrderClient {
 public:
  // As OrderClient.
  GatheringOrderClient(std::shared_ptr<order::v1::OrderService::StubInterface> stub, const Clock& clock,
                       std::function<void(absl::Duration)> wait = {});

  absl::StatusOr<order::v1::LoadOrdersResponse> LoadOrders(const rpc::CallContext& context,
                                                           const order::v1::LoadOrdersRequest& request) override;
  absl::StatusOr<order::v1::CommitOrdersResponse> CommitOrders(const rpc::CallContext& context,
                                                               const order::v1::CommitOrdersRequest& request) override;

 private:
  Gatherer<order::v1::LoadOrdersRequest, order::v1::LoadOrdersResponse> loads_;
  Gatherer<order::v1::CommitOrdersRequest, order::v1::CommitOrdersResponse> commits_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_GATHERING_ORDER_CLIENT_H_
