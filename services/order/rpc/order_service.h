#ifndef SERVICES_ORDER_RPC_ORDER_SERVICE_H_
#define SERVICES_ORDER_RPC_ORDER_SERVICE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/queue/change_queue.h"
#include "common/rpc/handler.h"
#include "common/rpc/serve_in_arena.h"
#include "juchu/order/v1/order_service.grpc.pb.h"
#include "services/order/storage/configuration_store.h"
#include "services/order/storage/order_auditor.h"
#include "services/order/storage/order_reader.h"
#include "services/order/storage/order_search.h"
#include "services/order/storage/order_writer.h"

namespace juchu::order {

// Hundreds of orders come in one request.
using OrderServiceBase = v1::OrderService::WithStreamedUnaryMethod_CreateOrders<
    v1::OrderService::WithStreamedUnaryMethod_CommitOrders<v1::OrderService::Service>>;

// The order service's interface over the wire: checks, calls the storage, converts. No rule lives here. Thread-safe.
class OrderService final : public OrderServiceBase {
 public:
  struct Stores {
    OrderReader& reader;
    OrderWriter& writer;
    OrderSearch& search;
    OrderAuditor& auditor;
    ConfigurationStore& configuration;
    ChangeQueue& queue;
  };

  OrderService(rpc::Handler handler, Stores stores) : handler_(std::move(handler)), stores_(stores) {}

  grpc::Status LoadOrders(grpc::ServerContext* context, const v1::LoadOrdersRequest* request,
                          v1::LoadOrdersResponse* response) override;
  grpc::Status StreamedCreateOrders(
      grpc::ServerContext* context,
      grpc::ServerUnaryStreamer<v1::CreateOrdersRequest, v1::CreateOrdersResponse>* stream) override;
  grpc::Status StreamedCommitOrders(
      grpc::ServerContext* context,
      grpc::ServerUnaryStreamer<v1::CommitOrdersRequest, v1::CommitOrdersResponse>* stream) override;
  grpc::Status FindOrders(grpc::ServerContext* context, const v1::FindOrdersRequest* request,
                          v1::FindOrdersResponse* response) override;
  grpc::Status SearchOrders(grpc::ServerContext* context, const v1::SearchOrdersRequest* request,
                            v1::SearchOrdersResponse* response) override;
  grpc::Status SummarizeOrders(grpc::ServerContext* context, const v1::SummarizeOrdersRequest* request,
                               v1::SummarizeOrdersResponse* response) override;
  grpc::Status ListOrderHistory(grpc::ServerContext* context, const v1::ListOrderHistoryRequest* request,
                                v1::ListOrderHistoryResponse* response) override;
  grpc::Status AuditOrders(grpc::ServerContext* context, const v1::AuditOrdersRequest* request,
                           v1::AuditOrdersResponse* response) override;
  grpc::Status ChangeConfiguration(grpc::ServerContext* context, const v1::ChangeConfigurationRequest* request,
                                   v1::ChangeConfigurationResponse* response) override;
  grpc::Status LeaseChanges(grpc::ServerContext* context, const common::v1::LeaseChangesRequest* request,
                            common::v1::LeaseChangesResponse* response) override;
  grpc::Status ExtendLeases(grpc::ServerContext* context, const common::v1::ExtendLeasesRequest* request,
                            common::v1::ExtendLeasesResponse* response) override;
  grpc::Status AckChanges(grpc::ServerContext* context, const common::v1::AckChangesRequest* request,
                          common::v1::AckChangesResponse* response) override;

 private:
  const rpc::Handler handler_;
  const Stores stores_;
};

}  // namespace juchu::order

#endif  // SERVICES_ORDER_RPC_ORDER_SERVICE_H_
