#include "services/gateway/rpc/product_service.h"

#include <optional>

namespace juchu::gateway {

grpc::Status ProductService::PutProducts(grpc::ServerContext* context, const v1::PutProductsRequest* request,
                                         v1::PutProductsResponse* response) {
  return handler_.ServeUnary(*context, "PutProducts", *response,
                             [&](const rpc::CallContext& call) { return parts_.products.Put(call, *request); });
}

grpc::Status ProductService::SearchProducts(grpc::ServerContext* context, const v1::SearchProductsRequest* request,
                                            v1::SearchProductsResponse* response) {
  return handler_.ServeUnary(*context, "SearchProducts", *response,
                             [&](const rpc::CallContext& call) { return parts_.products.Search(call, *request); });
}

grpc::Status ProductService::GetStock(grpc::ServerContext* context, const v1::GetStockRequest* request,
                                      v1::GetStockResponse* response) {
  return handler_.ServeUnary(*context, "GetStock", *response,
                             [&](const rpc::CallContext& call) { return parts_.products.GetStock(call, *request); });
}

grpc::Status ProductService::ChangeStock(grpc::ServerContext* context, const v1::ChangeStockRequest* request,
                                         v1::ChangeStockResponse* response) {
  return handler_.ServeUnary(*context, "ChangeStock", *response,
                             [&](const rpc::CallContext& call) { return parts_.products.ChangeStock(call, *request); });
}

grpc::Status ProductService::ListLedger(grpc::ServerContext* context, const v1::ListLedgerRequest* request,
                                        v1::ListLedgerResponse* response) {
  return handler_.ServeUnary(*context, "ListLedger", *response,
                             [&](const rpc::CallContext& call) { return parts_.products.Ledger(call, *request); });
}

grpc::Status ProductService::ImportStock(
    grpc::ServerContext* context, grpc::ServerReaderWriter<v1::ImportStockResponse, v1::ImportStockRequest>* stream) {
  return handler_.Serve(*context, "ImportStock", [&](const rpc::CallContext& call) {
    const auto source = [stream]() -> std::optional<v1::ImportStockRequest> {
      v1::ImportStockRequest request;
      if (!stream->Read(&request)) return std::nullopt;
      return request;
    };
    return parts_.intake.Import(call, source,
                                [stream](const v1::ImportStockResponse& message) { return stream->Write(message); });
  });
}

grpc::Status ProductService::AuditInventory(grpc::ServerContext* context, const v1::AuditInventoryRequest* request,
                                            grpc::ServerWriter<v1::AuditInventoryResponse>* stream) {
  return handler_.Serve(*context, "AuditInventory", [&](const rpc::CallContext& call) {
    return parts_.products.Audit(
        call, *request, [stream](const v1::AuditInventoryResponse& message) { return stream->Write(message); });
  });
}

}  // namespace juchu::gateway
