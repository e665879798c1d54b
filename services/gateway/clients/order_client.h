#ifndef SERVICES_GATEWAY_CLIENTS_ORDER_CLIENT_H_
#define SERVICES_GATEWAY_CLIENTS_ORDER_CLIENT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "common/rpc/retry_loop.h"
#include "common/time/clock.h"
#include "juchu/order/v1/order_service.grpc.pb.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::gateway {

// What the order service said, as the gateway's own callers may see it:
//   INVALID_ARGUMENT       INTERNAL ORDER_SERVICE_REFUSED_REQUEST: a malformed request is the gateway's mistake and not
//                          its caller's; except REQUEST_ID_REUSED, which is about the caller's own request id
//   PERMISSION_DENIED,     INTERNAL ORDER_SERVICE_REFUSED_GATEWAY: the service does not take the gateway's certificate
//   UNAUTHENTICATED
//   UNAVAILABLE without    UNAVAILABLE ORDER_SERVICE_UNREACHABLE, without the addresses that gRPC's message names
//   a reason
// Everything else (NOT_FOUND, ABORTED, FAILED_PRECONDITION, UNKNOWN with COMMIT_OUTCOME_UNKNOWN …) passes as it is.
absl::Status TranslateOrderServiceStatus(const absl::Status& status);

// The same for one order of a batch.
absl::Status ToStatus(const order::v1::OrderError& error);

// The order service's interface, one method for each RPC. Tenant, actor, trace and deadline come from the call
// context; methods that the contract marks repeatable are tried again when the service is unreachable, save
// CommitOrders. Every status that comes back has gone through TranslateOrderServiceStatus. Thread-safe; the methods
// block.
class OrderClient {
 public:
  // `stub` is shared by all threads; `clock` must outlive the client. `wait` is how it waits between tries: rpc::WaitOn
  // of the stub's channel; when empty it sleeps.
  OrderClient(std::shared_ptr<order::v1::OrderService::StubInterface> stub, const Clock& clock,
              std::function<void(absl::Duration)> wait = {});
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
  virtual absl::StatusOr<order::v1::SearchOrdersResponse> SearchOrders(const rpc::CallContext& context,
                                                                       const order::v1::SearchOrdersRequest& request);
  virtual absl::StatusOr<order::v1::SummarizeOrdersResponse> SummarizeOrders(
      const rpc::CallContext& context, const order::v1::SummarizeOrdersRequest& request);
  virtual absl::StatusOr<order::v1::ListOrderHistoryResponse> ListOrderHistory(
      const rpc::CallContext& context, const order::v1::ListOrderHistoryRequest& request);
  virtual absl::StatusOr<order::v1::AuditOrdersResponse> AuditOrders(const rpc::CallContext& context,
                                                                     const order::v1::AuditOrdersRequest& request);
  virtual absl::StatusOr<order::v1::ChangeConfigurationResponse> ChangeConfiguration(
      const rpc::CallContext& context, const order::v1::ChangeConfigurationRequest& request);
  virtual absl::StatusOr<order::v1::LeaseChangesResponse> LeaseChanges(const rpc::CallContext& context,
                                                                       const order::v1::LeaseChangesRequest& request);
  virtual absl::StatusOr<order::v1::ExtendLeasesResponse> ExtendLeases(const rpc::CallContext& context,
                                                                       const order::v1::ExtendLeasesRequest& request);
  virtual absl::StatusOr<order::v1::AckChangesResponse> AckChanges(const rpc::CallContext& context,
                                                                   const order::v1::AckChangesRequest& request);

  // How many RPCs this client has started, a call tried again counted once. Tests hold the promise of at most two
  // internal RPCs for a single change against it.
  int64_t calls_started() const { return calls_started_.load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<order::v1::OrderService::StubInterface> stub_;
  const Clock& clock_;
  rpc::RetryPolicy retry_;
  // Of commits. Their caller loads anew and tries again by itself: whoever tries again must remember that the commit
  // may have been carried out, or the next refusal sounds as if it had not.
  const rpc::RetryPolicy once_ = {.max_tries = 1, .sleep = nullptr, .random = nullptr};
  std::atomic<int64_t> calls_started_{0};
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_ORDER_CLIENT_H_
