#ifndef SERVICES_GATEWAY_RPC_PRODUCT_SERVICE_H_
#define SERVICES_GATEWAY_RPC_PRODUCT_SERVICE_H_

#include <utility>

#include "common/rpc/handler.h"
#include "juchu/gateway/v1/product_service.grpc.pb.h"
#include "services/gateway/app/product_manager.h"
#include "services/gateway/app/stock_intake.h"

namespace juchu::gateway {

// The public interface for products and stock over the wire: nothing but calls of the application. Thread-safe.
class ProductService final : public v1::ProductService::Service {
 public:
  struct Parts {
    ProductManager& products;
    StockIntake& intake;
  };

  ProductService(rpc::Handler handler, Parts parts) : handler_(std::move(handler)), parts_(parts) {}

  grpc::Status PutProducts(grpc::ServerContext* context, const v1::PutProductsRequest* request,
                           v1::PutProductsResponse* response) override;
  grpc::Status SearchProducts(grpc::ServerContext* context, const v1::SearchProductsRequest* request,
                              v1::SearchProductsResponse* response) override;
  grpc::Status GetStock(grpc::ServerContext* context, const v1::GetStockRequest* request,
                        v1::GetStockResponse* response) override;
  grpc::Status ChangeStock(grpc::ServerContext* context, const v1::ChangeStockRequest* request,
                           v1::ChangeStockResponse* response) override;
  grpc::Status ListLedger(grpc::ServerContext* context, const v1::ListLedgerRequest* request,
                          v1::ListLedgerResponse* response) override;
  grpc::Status ImportStock(grpc::ServerContext* context,
                           grpc::ServerReaderWriter<v1::ImportStockResponse, v1::ImportStockRequest>* stream) override;
  grpc::Status AuditInventory(grpc::ServerContext* context, const v1::AuditInventoryRequest* request,
                              grpc::ServerWriter<v1::AuditInventoryResponse>* stream) override;

 private:
  const rpc::Handler handler_;
  const Parts parts_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_RPC_PRODUCT_SERVICE_H_
