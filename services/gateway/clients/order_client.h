#ifndef SERVICES_GATEWAY_CLIENTS_ORDER_CLIENT_H_
#define SERVICES_GATEWAY_CLIENTS_ORDER_CLIENT_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/order/v1/order_service.grpc.pb.h"
#include "services/gateway/clients/change_feed.h"
#include "services/gateway/clients/service_client.h"

namespace juchu::gateway {

// TranslateServiceStatus for one order of a batch.
absl::Status ToStatus(const order::v1::OrderError& error);

// The order service's interface, one method for each RPC. Every status that comes back has gone through
// TranslateServiceStatus.
class OrderClient : public ServiceClient<order::v1::OrderService>, public ChangeFeed {
 public:
  OrderClient(std::shared_ptr<Stub> stub, const Clock& clock, std::function<void(absl::Duration)> wait = {})
      : ServiceClient(std::move(stub), clock, std::move(wait)) {}
  virtual ~OrderClient() = default;
  OrderClient(const OrderClient&) = delete;
  OrderClient& operator=(const OrderClient&) = delete;

  // Virtual, so that tests of the layers above can stand in for the service.
  virtual absl::StatusOr<order::v1::LoadOrdersResponse> LoadOrders(const rpc::CallContext& context,
                                                                   const order::v1::LoadOrdersRequest& request);
  virtual absl::StatusOr<order::v1::CreateOrdersResponse> CreateOrders(const rpc::CallContext& context,
                                                                       const order::v1::CreateOrdersRequest& request);
  virtual absl::StatusOr<order::v1::CommitOrdersResponse> CommitOrders(const rpc::CallContext& context,
                                                                       const order::v1::CommitOrdersRequest& request);
  virtual absl::StatusOr<order::v1::FindOrdersResponse> FindOrders(const rpc::CallContext& context,
                                                                   const order::v1::FindOrdersRequest& request);
  // The response, which may hold a thousand orders, lies in `arena`.
  virtual absl::StatusOr<order::v1::SearchOrdersResponse*> SearchOrders(const rpc::CallContext& context,
                                                                        const order::v1::SearchOrdersRequest& request,
                                                                        google::protobuf::Arena& arena);
  virtual absl::StatusOr<order::v1::SummarizeOrdersResponse> SummarizeOrders(
      const rpc::CallContext& context, const order::v1::SummarizeOrdersRequest& request);
  virtual absl::StatusOr<order::v1::ListOrderHistoryResponse> ListOrderHistory(
      const rpc::CallContext& context, const order::v1::ListOrderHistoryRequest& request);
  virtual absl::StatusOr<order::v1::AuditOrdersResponse> AuditOrders(const rpc::CallContext& context,
                                                                     const order::v1::AuditOrdersRequest& request);
  virtual absl::StatusOr<order::v1::ChangeConfigurationResponse> ChangeConfiguration(
      const rpc::CallContext& context, const order::v1::ChangeConfigurationRequest& request);
  absl::StatusOr<common::v1::LeaseChangesResponse> LeaseChanges(
      const rpc::CallContext& context, const common::v1::LeaseChangesRequest& request) override;
  absl::StatusOr<common::v1::ExtendLeasesResponse> ExtendLeases(
      const rpc::CallContext& context, const common::v1::ExtendLeasesRequest& request) override;
  absl::StatusOr<common::v1::AckChangesResponse> AckChanges(const rpc::CallContext& context,
                                                            const common::v1::AckChangesRequest& request) override;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_ORDER_CLIENT_H_
