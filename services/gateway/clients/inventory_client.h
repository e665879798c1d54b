#ifndef SERVICES_GATEWAY_CLIENTS_INVENTORY_CLIENT_H_
#define SERVICES_GATEWAY_CLIENTS_INVENTORY_CLIENT_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/inventory/v1/inventory_service.grpc.pb.h"
#include "services/gateway/clients/change_feed.h"
#include "services/gateway/clients/service_client.h"

namespace juchu::gateway {

// TranslateServiceStatus for one thing of a batch.
absl::Status ToStatus(const inventory::v1::InventoryError& error);

// The inventory service's interface, one method for each RPC. Every status that comes back has gone through
// TranslateServiceStatus, save that what the service says of a request's fields passes where people make the request:
// products, stock, ledger.
class InventoryClient : public ServiceClient<inventory::v1::InventoryService>, public ChangeFeed {
 public:
  InventoryClient(std::shared_ptr<Stub> stub, const Clock& clock, std::function<void(absl::Duration)> wait = {})
      : ServiceClient(std::move(stub), clock, std::move(wait)) {}
  virtual ~InventoryClient() = default;
  InventoryClient(const InventoryClient&) = delete;
  InventoryClient& operator=(const InventoryClient&) = delete;

  // Virtual, so that tests of the layers above can stand in for the service.
  virtual absl::StatusOr<inventory::v1::PutProductsResponse> PutProducts(
      const rpc::CallContext& context, const inventory::v1::PutProductsRequest& request);
  virtual absl::StatusOr<inventory::v1::SearchProductsResponse> SearchProducts(
      const rpc::CallContext& context, const inventory::v1::SearchProductsRequest& request);
  virtual absl::StatusOr<inventory::v1::ReadStockResponse> ReadStock(const rpc::CallContext& context,
                                                                     const inventory::v1::ReadStockRequest& request);
  virtual absl::StatusOr<inventory::v1::ChangeStockResponse> ChangeStock(
      const rpc::CallContext& context, const inventory::v1::ChangeStockRequest& request);
  virtual absl::StatusOr<inventory::v1::ListLedgerResponse> ListLedger(const rpc::CallContext& context,
                                                                       const inventory::v1::ListLedgerRequest& request);
  virtual absl::StatusOr<inventory::v1::AllocateOrdersResponse> AllocateOrders(
      const rpc::CallContext& context, const inventory::v1::AllocateOrdersRequest& request);
  virtual absl::StatusOr<inventory::v1::ShipOrdersResponse> ShipOrders(const rpc::CallContext& context,
                                                                       const inventory::v1::ShipOrdersRequest& request);
  virtual absl::StatusOr<inventory::v1::ReadAllocationsResponse> ReadAllocations(
      const rpc::CallContext& context, const inventory::v1::ReadAllocationsRequest& request);
  virtual absl::StatusOr<inventory::v1::ListWaitingOrdersResponse> ListWaitingOrders(
      const rpc::CallContext& context, const inventory::v1::ListWaitingOrdersRequest& request);
  virtual absl::StatusOr<inventory::v1::AuditInventoryResponse> AuditInventory(
      const rpc::CallContext& context, const inventory::v1::AuditInventoryRequest& request);
  absl::StatusOr<common::v1::LeaseChangesResponse> LeaseChanges(
      const rpc::CallContext& context, const common::v1::LeaseChangesRequest& request) override;
  absl::StatusOr<common::v1::ExtendLeasesResponse> ExtendLeases(
      const rpc::CallContext& context, const common::v1::ExtendLeasesRequest& request) override;
  absl::StatusOr<common::v1::AckChangesResponse> AckChanges(const rpc::CallContext& context,
                                                            const common::v1::AckChangesRequest& request) override;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_INVENTORY_CLIENT_H_
