#ifndef SERVICES_GATEWAY_RPC_GATEWAY_SERVICE_H_
#define SERVICES_GATEWAY_RPC_GATEWAY_SERVICE_H_

#include <utility>

#include "common/rpc/handler.h"
#include "common/rpc/serve_in_arena.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"
#include "services/gateway/app/bulk_updater.h"
#include "services/gateway/app/order_allocator.h"
#include "services/gateway/app/order_auditor.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/app/order_intake.h"
#include "services/gateway/app/order_reader.h"

namespace juchu::gateway {

// What many operators do at the same time and what mostly waits, changes of one order, searches and looks at one, is
// served in fibers, all else by threads.
using GatewayServiceBase =
    v1::GatewayService::WithCallbackMethod_UpdateOrder<v1::GatewayService::WithCallbackMethod_ChangeOrderStatus<
        v1::GatewayService::WithCallbackMethod_ChangeTransitionMode<
            v1::GatewayService::WithCallbackMethod_CancelOrder<v1::GatewayService::WithCallbackMethod_OverrideStateTag<
                v1::GatewayService::WithCallbackMethod_AllocateOrders<
                    v1::GatewayService::WithRawCallbackMethod_SearchOrders<
                        v1::GatewayService::WithCallbackMethod_GetOrder<v1::GatewayService::Service>>>>>>>>;

// The public interface for orders over the wire: nothing but calls of the application. Thread-safe.
class GatewayService final : public GatewayServiceBase {
 public:
  struct Parts {
    OrderReader& reader;
    OrderChanger& changer;
    BulkUpdater& bulk;
    OrderIntake& intake;
    OrderAuditor& auditor;
    OrderAllocator& allocator;
  };

  GatewayService(rpc::Handler handler, Parts parts) : handler_(std::move(handler)), parts_(parts) {}

  grpc::Status ImportOrders(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::ImportOrdersResponse, v1::ImportOrdersRequest>* stream) override;
  grpc::Status CreateOrders(grpc::ServerContext* context, const v1::CreateOrdersRequest* request,
                            v1::CreateOrdersResponse* response) override;
  grpc::ServerUnaryReactor* SearchOrders(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context, const v1::GetOrderRequest* request,
                                     order::v1::Order* response) override;
  grpc::Status ListOrderHistory(grpc::ServerContext* context, const v1::ListOrderHistoryRequest* request,
                                v1::ListOrderHistoryResponse* response) override;
  grpc::Status ExplainOrder(grpc::ServerContext* context, const v1::ExplainOrderRequest* request,
                            v1::ExplainOrderResponse* response) override;
  grpc::ServerUnaryReactor* UpdateOrder(grpc::CallbackServerContext* context, const v1::UpdateOrderRequest* request,
                                        v1::UpdateOrderResponse* response) override;
  grpc::ServerUnaryReactor* ChangeOrderStatus(grpc::CallbackServerContext* context,
                                              const v1::ChangeOrderStatusRequest* request,
                                              v1::OrderChangeResponse* response) override;
  grpc::ServerUnaryReactor* ChangeTransitionMode(grpc::CallbackServerContext* context,
                                                 const v1::ChangeTransitionModeRequest* request,
                                                 v1::OrderChangeResponse* response) override;
  grpc::ServerUnaryReactor* CancelOrder(grpc::CallbackServerContext* context, const v1::CancelOrderRequest* request,
                                        v1::OrderChangeResponse* response) override;
  grpc::Status BulkUpdateOrders(grpc::ServerContext* context, const v1::BulkUpdateOrdersRequest* request,
                                grpc::ServerWriter<v1::BulkUpdateOrdersResponse>* stream) override;
  grpc::ServerUnaryReactor* AllocateOrders(grpc::CallbackServerContext* context,
                                           const v1::AllocateOrdersRequest* request,
                                           v1::AllocateOrdersResponse* response) override;
  grpc::ServerUnaryReactor* OverrideStateTag(grpc::CallbackServerContext* context,
                                             const v1::OverrideStateTagRequest* request,
                                             v1::OrderChangeResponse* response) override;
  grpc::Status SummarizeOrders(grpc::ServerContext* context, const v1::SummarizeOrdersRequest* request,
                               v1::SummarizeOrdersResponse* response) override;
  grpc::Status AuditOrders(grpc::ServerContext* context, const v1::AuditOrdersRequest* request,
                           grpc::ServerWriter<v1::AuditOrdersResponse>* stream) override;

 private:
  const rpc::Handler handler_;
  const Parts parts_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_RPC_GATEWAY_SERVICE_H_
