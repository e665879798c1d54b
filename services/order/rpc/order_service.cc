#include "services/order/rpc/order_service.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/rpc/order_requests.h"

namespace juchu::order {
namespace {

// Every order belongs to a tenant, and only the caller's metadata says which.
absl::Status CheckTenant(const rpc::CallContext& call) {
  if (!call.tenant.empty()) return absl::OkStatus();
  return InvalidField("TENANT_REQUIRED", "x-juchu-tenant", "is missing", "send the tenant as metadata");
}

}  // namespace

grpc::Status OrderService::LoadOrders(grpc::ServerContext* context, const v1::LoadOrdersRequest* request,
                                      v1::LoadOrdersResponse* response) {
  return handler_.ServeUnary(*context, "LoadOrders", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::LoadOrdersResponse> {
                               JUCHU_RETURN_IF_ERROR(CheckTenant(call));
                               JUCHU_RETURN_IF_ERROR(CheckRequest(*request));
                               return stores_.reader.Load(call.tenant, *request, call.deadline);
                             });
}

grpc::Status OrderService::StreamedCreateOrders(
    grpc::ServerContext* context,
    grpc::ServerUnaryStreamer<v1::CreateOrdersRequest, v1::CreateOrdersResponse>* stream) {
  return rpc::ServeLargeByThread(
      handler_, *context, "CreateOrders", *stream,
      [&](const rpc::CallContext& call, v1::CreateOrdersRequest& request) -> absl::StatusOr<v1::CreateOrdersResponse> {
        JUCHU_RETURN_IF_ERROR(CheckTenant(call));
        JUCHU_RETURN_IF_ERROR(CheckRequest(request));
        return stores_.writer.Create(call.tenant, request, call.deadline);
      });
}

grpc::Status OrderService::StreamedCommitOrders(
    grpc::ServerContext* context,
    grpc::ServerUnaryStreamer<v1::CommitOrdersRequest, v1::CommitOrdersResponse>* stream) {
  return rpc::ServeLargeByThread(
      handler_, *context, "CommitOrders", *stream,
      [&](const rpc::CallContext& call, v1::CommitOrdersRequest& request) -> absl::StatusOr<v1::CommitOrdersResponse> {
        JUCHU_RETURN_IF_ERROR(CheckTenant(call));
        JUCHU_RETURN_IF_ERROR(CheckRequest(request));
        return stores_.writer.Commit(call.tenant, request, call.deadline);
      });
}

grpc::Status OrderService::FindOrders(grpc::ServerContext* context, const v1::FindOrdersRequest* request,
                                      v1::FindOrdersResponse* response) {
  return handler_.ServeUnary(*context, "FindOrders", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::FindOrdersResponse> {
                               JUCHU_RETURN_IF_ERROR(CheckTenant(call));
                               JUCHU_RETURN_IF_ERROR(CheckRequest(*request));
                               return stores_.reader.Find(call.tenant, *request, call.deadline);
                             });
}

grpc::Status OrderService::SearchOrders(grpc::ServerContext* context, const v1::SearchOrdersRequest* request,
                                        v1::SearchOrdersResponse* response) {
  return handler_.Serve(*context, "SearchOrders", [&](const rpc::CallContext& call) -> absl::Status {
    JUCHU_RETURN_IF_ERROR(CheckTenant(call));
    JUCHU_RETURN_IF_ERROR(CheckSearch(*request));
    return stores_.search.Search(call.tenant, *request, call.deadline, *response);
  });
}

grpc::Status OrderService::SummarizeOrders(grpc::ServerContext* context, const v1::SummarizeOrdersRequest*,
                                           v1::SummarizeOrdersResponse* response) {
  return handler_.ServeUnary(*context, "SummarizeOrders", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::SummarizeOrdersResponse> {
                               JUCHU_RETURN_IF_ERROR(CheckTenant(call));
                               return stores_.search.Summarize(call.tenant, call.deadline);
                             });
}

grpc::Status OrderService::ListOrderHistory(grpc::ServerContext* context, const v1::ListOrderHistoryRequest* request,
                                            v1::ListOrderHistoryResponse* response) {
  return handler_.ServeUnary(*context, "ListOrderHistory", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::ListOrderHistoryResponse> {
                               JUCHU_RETURN_IF_ERROR(CheckTenant(call));
                               JUCHU_RETURN_IF_ERROR(CheckRequest(*request));
                               return stores_.reader.History(call.tenant, *request, call.deadline);
                             });
}

grpc::Status OrderService::AuditOrders(grpc::ServerContext* context, const v1::AuditOrdersRequest* request,
                                       v1::AuditOrdersResponse* response) {
  return handler_.ServeUnary(*context, "AuditOrders", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::AuditOrdersResponse> {
                               JUCHU_RETURN_IF_ERROR(CheckTenant(call));
                               JUCHU_RETURN_IF_ERROR(CheckRequest(*request));
                               return stores_.auditor.Audit(call.tenant, *request, call.deadline);
                             });
}

grpc::Status OrderService::ChangeConfiguration(grpc::ServerContext* context,
                                               const v1::ChangeConfigurationRequest* request,
                                               v1::ChangeConfigurationResponse* response) {
  return handler_.ServeUnary(*context, "ChangeConfiguration", *response,
                             [&](const rpc::CallContext& call) -> absl::StatusOr<v1::ChangeConfigurationResponse> {
                               JUCHU_RETURN_IF_ERROR(CheckTenant(call));
                               JUCHU_RETURN_IF_ERROR(CheckRequest(*request));
                               return stores_.configuration.Change(call.tenant, *request, call.deadline);
                             });
}

grpc::Status OrderService::LeaseChanges(grpc::ServerContext* context, const common::v1::LeaseChangesRequest* request,
                                        common::v1::LeaseChangesResponse* response) {
  return handler_.ServeUnary(*context, "LeaseChanges", *response, [&](const rpc::CallContext& call) {
    return stores_.queue.Lease(*request, call.deadline, call.cancelled);
  });
}

grpc::Status OrderService::ExtendLeases(grpc::ServerContext* context, const common::v1::ExtendLeasesRequest* request,
                                        common::v1::ExtendLeasesResponse* response) {
  return handler_.ServeUnary(*context, "ExtendLeases", *response, [&](const rpc::CallContext& call) {
    return stores_.queue.Extend(*request, call.deadline);
  });
}

grpc::Status OrderService::AckChanges(grpc::ServerContext* context, const common::v1::AckChangesRequest* request,
                                      common::v1::AckChangesResponse* response) {
  return handler_.ServeUnary(*context, "AckChanges", *response,
                             [&](const rpc::CallContext& call) { return stores_.queue.Ack(*request, call.deadline); });
}

}  // namespace juchu::order
