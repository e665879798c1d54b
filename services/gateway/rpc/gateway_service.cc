#include "services/gateway/rpc/gateway_service.h"

#include <optional>

namespace juchu::gateway {
namespace {

constexpr int kShortPage = 100;

}  // namespace

grpc::Status GatewayService::ImportOrders(
    grpc::ServerContext* context, grpc::ServerReaderWriter<v1::ImportOrdersResponse, v1::ImportOrdersRequest>* stream) {
  return handler_.Serve(*context, "ImportOrders", [&](const rpc::CallContext& call) {
    const auto source = [stream]() -> std::optional<v1::ImportOrdersRequest> {
      v1::ImportOrdersRequest request;
      if (!stream->Read(&request)) return std::nullopt;
      return request;
    };
    return parts_.intake.Import(call, source,
                                [stream](const v1::ImportOrdersResponse& message) { return stream->Write(message); });
  });
}

grpc::Status GatewayService::CreateOrders(grpc::ServerContext* context, const v1::CreateOrdersRequest* request,
                                          v1::CreateOrdersResponse* response) {
  return handler_.ServeUnary(*context, "CreateOrders", *response,
                             [&](const rpc::CallContext& call) { return parts_.intake.Create(call, *request); });
}

grpc::ServerUnaryReactor* GatewayService::SearchOrders(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return rpc::ServeLargeInFiber<v1::SearchOrdersRequest>(
      handler_, *context, "SearchOrders", *request, *response,
      [this](const rpc::CallContext& call, const v1::SearchOrdersRequest& search, google::protobuf::Arena& arena) {
        // What is done with a long page keeps a processor busy, for which no other fiber should wait.
        if (search.page_size() > kShortPage) fiber::MoveToThread();
        return parts_.reader.Search(call, search, arena);
      });
}

grpc::ServerUnaryReactor* GatewayService::GetOrder(grpc::CallbackServerContext* context,
                                                   const v1::GetOrderRequest* request, order::v1::Order* response) {
  return handler_.ServeUnaryInFiber(*context, "GetOrder", *response, [this, request](const rpc::CallContext& call) {
    return parts_.reader.Get(call, *request);
  });
}

grpc::Status GatewayService::ListOrderHistory(grpc::ServerContext* context, const v1::ListOrderHistoryRequest* request,
                                              v1::ListOrderHistoryResponse* response) {
  return handler_.ServeUnary(*context, "ListOrderHistory", *response,
                             [&](const rpc::CallContext& call) { return parts_.reader.History(call, *request); });
}

grpc::Status GatewayService::ExplainOrder(grpc::ServerContext* context, const v1::ExplainOrderRequest* request,
                                          v1::ExplainOrderResponse* response) {
  return handler_.ServeUnary(*context, "ExplainOrder", *response,
                             [&](const rpc::CallContext& call) { return parts_.reader.Explain(call, *request); });
}

grpc::ServerUnaryReactor* GatewayService::UpdateOrder(grpc::CallbackServerContext* context,
                                                      const v1::UpdateOrderRequest* request,
                                                      v1::UpdateOrderResponse* response) {
  return handler_.ServeUnaryInFiber(*context, "UpdateOrder", *response, [this, request](const rpc::CallContext& call) {
    return parts_.changer.Update(call, *request);
  });
}

grpc::ServerUnaryReactor* GatewayService::ChangeOrderStatus(grpc::CallbackServerContext* context,
                                                            const v1::ChangeOrderStatusRequest* request,
                                                            v1::OrderChangeResponse* response) {
  return handler_.ServeUnaryInFiber(
      *context, "ChangeOrderStatus", *response,
      [this, request](const rpc::CallContext& call) { return parts_.changer.ChangeStatus(call, *request); });
}

grpc::ServerUnaryReactor* GatewayService::ChangeTransitionMode(grpc::CallbackServerContext* context,
                                                               const v1::ChangeTransitionModeRequest* request,
                                                               v1::OrderChangeResponse* response) {
  return handler_.ServeUnaryInFiber(
      *context, "ChangeTransitionMode", *response,
      [this, request](const rpc::CallContext& call) { return parts_.changer.ChangeMode(call, *request); });
}

grpc::ServerUnaryReactor* GatewayService::CancelOrder(grpc::CallbackServerContext* context,
                                                      const v1::CancelOrderRequest* request,
                                                      v1::OrderChangeResponse* response) {
  return handler_.ServeUnaryInFiber(*context, "CancelOrder", *response, [this, request](const rpc::CallContext& call) {
    return parts_.changer.Cancel(call, *request);
  });
}

grpc::Status GatewayService::BulkUpdateOrders(grpc::ServerContext* context, const v1::BulkUpdateOrdersRequest* request,
                                              grpc::ServerWriter<v1::BulkUpdateOrdersResponse>* stream) {
  return handler_.Serve(*context, "BulkUpdateOrders", [&](const rpc::CallContext& call) {
    return parts_.bulk.Run(call, *request,
                           [stream](const v1::BulkUpdateOrdersResponse& message) { return stream->Write(message); });
  });
}

grpc::ServerUnaryReactor* GatewayService::AllocateOrders(grpc::CallbackServerContext* context,
                                                         const v1::AllocateOrdersRequest* request,
                                                         v1::AllocateOrdersResponse* response) {
  return handler_.ServeUnaryInFiber(*context, "AllocateOrders", *response,
                                    [this, request](const rpc::CallContext& call) {
                                      // Many keep a processor busy, for which no other fiber should wait.
                                      if (request->order_numbers_size() > 1) fiber::MoveToThread();
                                      return parts_.allocator.Allocate(call, *request);
                                    });
}

grpc::ServerUnaryReactor* GatewayService::OverrideStateTag(grpc::CallbackServerContext* context,
                                                           const v1::OverrideStateTagRequest* request,
                                                           v1::OrderChangeResponse* response) {
  return handler_.ServeUnaryInFiber(
      *context, "OverrideStateTag", *response,
      [this, request](const rpc::CallContext& call) { return parts_.changer.Override(call, *request); });
}

grpc::Status GatewayService::SummarizeOrders(grpc::ServerContext* context, const v1::SummarizeOrdersRequest*,
                                             v1::SummarizeOrdersResponse* response) {
  return handler_.ServeUnary(*context, "SummarizeOrders", *response,
                             [&](const rpc::CallContext& call) { return parts_.reader.Summarize(call); });
}

grpc::Status GatewayService::AuditOrders(grpc::ServerContext* context, const v1::AuditOrdersRequest*,
                                         grpc::ServerWriter<v1::AuditOrdersResponse>* stream) {
  return handler_.Serve(*context, "AuditOrders", [&](const rpc::CallContext& call) {
    return parts_.auditor.Run(call,
                              [stream](const v1::AuditOrdersResponse& message) { return stream->Write(message); });
  });
}

}  // namespace juchu::gateway
