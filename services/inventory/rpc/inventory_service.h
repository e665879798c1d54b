#ifndef SERVICES_INVENTORY_RPC_INVENTORY_SERVICE_H_
#define SERVICES_INVENTORY_RPC_INVENTORY_SERVICE_H_

#include <utility>

#include "common/queue/change_queue.h"
#include "common/rpc/handler.h"
#include "juchu/inventory/v1/inventory_service.grpc.pb.h"
#include "services/inventory/storage/allocation_store.h"
#include "services/inventory/storage/product_store.h"
#include "services/inventory/storage/stock_store.h"

namespace juchu::inventory {

// The inventory service's interface over the wire: checks, calls the storage, converts. No rule lives here.
// Thread-safe.
class InventoryService final : public v1::InventoryService::Service {
 public:
  struct Stores {
    ProductStore& products;
    StockStore& stocks;
    AllocationStore& allocations;
    ChangeQueue& queue;
  };

  InventoryService(rpc::Handler handler, Stores stores) : handler_(std::move(handler)), stores_(stores) {}

  grpc::Status PutProducts(grpc::ServerContext* context, const v1::PutProductsRequest* request,
                           v1::PutProductsResponse* response) override;
  grpc::Status SearchProducts(grpc::ServerContext* context, const v1::SearchProductsRequest* request,
                              v1::SearchProductsResponse* response) override;
  grpc::Status ReadStock(grpc::ServerContext* context, const v1::ReadStockRequest* request,
                         v1::ReadStockResponse* response) override;
  grpc::Status ChangeStock(grpc::ServerContext* context, const v1::ChangeStockRequest* request,
                           v1::ChangeStockResponse* response) override;
  grpc::Status ListLedger(grpc::ServerContext* context, const v1::ListLedgerRequest* request,
                          v1::ListLedgerResponse* response) override;
  grpc::Status AllocateOrders(grpc::ServerContext* context, const v1::AllocateOrdersRequest* request,
                              v1::AllocateOrdersResponse* response) override;
  grpc::Status ShipOrders(grpc::ServerContext* context, const v1::ShipOrdersRequest* request,
                          v1::ShipOrdersResponse* response) override;
  grpc::Status ReadAllocations(grpc::ServerContext* context, const v1::ReadAllocationsRequest* request,
                               v1::ReadAllocationsResponse* response) override;
  grpc::Status ListWaitingOrders(grpc::ServerContext* context, const v1::ListWaitingOrdersRequest* request,
                                 v1::ListWaitingOrdersResponse* response) override;
  grpc::Status LeaseChanges(grpc::ServerContext* context, const common::v1::LeaseChangesRequest* request,
                            common::v1::LeaseChangesResponse* response) override;
  grpc::Status ExtendLeases(grpc::ServerContext* context, const common::v1::ExtendLeasesRequest* request,
                            common::v1::ExtendLeasesResponse* response) override;
  grpc::Status AckChanges(grpc::ServerContext* context, const common::v1::AckChangesRequest* request,
                          common::v1::AckChangesResponse* response) override;
  grpc::Status AuditInventory(grpc::ServerContext* context, const v1::AuditInventoryRequest* request,
                              v1::AuditInventoryResponse* response) override;

 private:
  // One call: whose it is and whether the request holds together, then `serve`.
  template <typename Request, typename Response, typename Fn>
  grpc::Status Serve(grpc::ServerContext& context, const char* method, const Request& request, Response& response,
                     Fn serve) const;

  const rpc::Handler handler_;
  const Stores stores_;
};

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_RPC_INVENTORY_SERVICE_H_
