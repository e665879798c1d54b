#include "services/inventory/rpc/inventory_service.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/inventory/rpc/inventory_requests.h"
#include "services/inventory/storage/stock_rows.h"

namespace juchu::inventory {

template <typename Request, typename Response, typename Fn>
grpc::Status InventoryService::Serve(grpc::ServerContext& context, const char* method, const Request& request,
                                     Response& response, Fn serve) const {
  return handler_.ServeUnary(context, method, response, [&](const rpc::CallContext& call) -> absl::StatusOr<Response> {
    // Everything belongs to a tenant, and only the caller's metadata says which.
    if (call.tenant.empty()) {
      return InvalidField("TENANT_REQUIRED", "x-juchu-tenant", "is missing", "send the tenant as metadata");
    }
    JUCHU_RETURN_IF_ERROR(CheckRequest(request));
    return serve(call);
  });
}

grpc::Status InventoryService::PutProducts(grpc::ServerContext* context, const v1::PutProductsRequest* request,
                                           v1::PutProductsResponse* response) {
  return Serve(*context, "PutProducts", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.products.Put(call.tenant, *request, call.deadline);
  });
}

grpc::Status InventoryService::SearchProducts(grpc::ServerContext* context, const v1::SearchProductsRequest* request,
                                              v1::SearchProductsResponse* response) {
  return Serve(*context, "SearchProducts", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.products.Search(call.tenant, *request, call.deadline);
  });
}

grpc::Status InventoryService::ReadStock(grpc::ServerContext* context, const v1::ReadStockRequest* request,
                                         v1::ReadStockResponse* response) {
  return Serve(*context, "ReadStock", *request, *response,
               [&](const rpc::CallContext& call) { return stores_.stocks.Read(call.tenant, *request, call.deadline); });
}

grpc::Status InventoryService::ChangeStock(grpc::ServerContext* context, const v1::ChangeStockRequest* request,
                                           v1::ChangeStockResponse* response) {
  return Serve(*context, "ChangeStock", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.stocks.Change(call.tenant, *request, PersonNamed(call.actor), call.deadline);
  });
}

grpc::Status InventoryService::ListLedger(grpc::ServerContext* context, const v1::ListLedgerRequest* request,
                                          v1::ListLedgerResponse* response) {
  return Serve(*context, "ListLedger", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.stocks.Ledger(call.tenant, *request, call.deadline);
  });
}

grpc::Status InventoryService::AllocateOrders(grpc::ServerContext* context, const v1::AllocateOrdersRequest* request,
                                              v1::AllocateOrdersResponse* response) {
  return Serve(*context, "AllocateOrders", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.allocations.Allocate(call.tenant, *request, call.deadline);
  });
}

grpc::Status InventoryService::ShipOrders(grpc::ServerContext* context, const v1::ShipOrdersRequest* request,
                                          v1::ShipOrdersResponse* response) {
  return Serve(*context, "ShipOrders", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.allocations.Ship(call.tenant, *request, PersonNamed(call.actor), call.deadline);
  });
}

grpc::Status InventoryService::ReadAllocations(grpc::ServerContext* context, const v1::ReadAllocationsRequest* request,
                                               v1::ReadAllocationsResponse* response) {
  return Serve(*context, "ReadAllocations", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.allocations.Read(call.tenant, *request, call.deadline);
  });
}

grpc::Status InventoryService::ListWaitingOrders(grpc::ServerContext* context,
                                                 const v1::ListWaitingOrdersRequest* request,
                                                 v1::ListWaitingOrdersResponse* response) {
  return Serve(*context, "ListWaitingOrders", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.allocations.Waiting(call.tenant, *request, call.deadline);
  });
}

// News are of all tenants.
grpc::Status InventoryService::LeaseChanges(grpc::ServerContext* context,
                                            const common::v1::LeaseChangesRequest* request,
                                            common::v1::LeaseChangesResponse* response) {
  return handler_.ServeUnary(*context, "LeaseChanges", *response, [&](const rpc::CallContext& call) {
    return stores_.queue.Lease(*request, call.deadline, call.cancelled);
  });
}

grpc::Status InventoryService::ExtendLeases(grpc::ServerContext* context,
                                            const common::v1::ExtendLeasesRequest* request,
                                            common::v1::ExtendLeasesResponse* response) {
  return handler_.ServeUnary(*context, "ExtendLeases", *response, [&](const rpc::CallContext& call) {
    return stores_.queue.Extend(*request, call.deadline);
  });
}

grpc::Status InventoryService::AckChanges(grpc::ServerContext* context, const common::v1::AckChangesRequest* request,
                                          common::v1::AckChangesResponse* response) {
  return handler_.ServeUnary(*context, "AckChanges", *response,
                             [&](const rpc::CallContext& call) { return stores_.queue.Ack(*request, call.deadline); });
}

grpc::Status InventoryService::AuditInventory(grpc::ServerContext* context, const v1::AuditInventoryRequest* request,
                                              v1::AuditInventoryResponse* response) {
  return Serve(*context, "AuditInventory", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.stocks.Audit(call.tenant, *request, PersonNamed(call.actor), call.deadline);
  });
}

}  // namespace juchu::inventory
