#ifndef SERVICES_GATEWAY_APP_ORDER_CHANGER_H_
#define SERVICES_GATEWAY_APP_ORDER_CHANGER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/order/v1/order_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/order_cache.h"
#include "services/gateway/app/order_decision.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

struct ChangeTarget {
  std::string order_number;
  // The version that the person saw; 0: whatever it is now.
  int64_t version = 0;
};

struct ChangeResult {
  absl::Status status;
  v1::OrderChangeResponse response;
  // The order after the change, when the change asked for the FULL view.
  order::v1::Order after;
  // The kept answer of an earlier call with this request id; then `response` and `after` are empty.
  std::string earlier_answer;
  bool repeated = false;
};

// Changes orders: loads, decides, commits. One path for one order and for many. Without a conflict a call costs two
// internal RPCs and one commit, or the commit alone when the gateway holds copies of the orders; an order that another
// writer changed meanwhile, or a configuration that changed, is loaded and decided anew. Thread-safe.
class OrderChanger {
 public:
  // All must outlive the changer.
  OrderChanger(OrderClient& orders, ConfigurationCache& configurations, OrderCache& copies, const Clock& clock)
      : orders_(orders), configurations_(configurations), copies_(copies), clock_(clock) {}

  // At most 500 targets, no order twice. One result for each, in their order; a status for the whole call when nothing
  // could be done: the order service's, or NOT_FOUND/TENANT_NOT_FOUND.
  absl::StatusOr<std::vector<ChangeResult>> ChangeBatch(const rpc::CallContext& context, const Change& change,
                                                        absl::Span<const ChangeTarget> targets);

  // The methods of GatewayService; see there.
  absl::StatusOr<v1::UpdateOrderResponse> Update(const rpc::CallContext& context,
                                                 const v1::UpdateOrderRequest& request);
  absl::StatusOr<v1::OrderChangeResponse> ChangeStatus(const rpc::CallContext& context,
                                                       const v1::ChangeOrderStatusRequest& request);
  absl::StatusOr<v1::OrderChangeResponse> ChangeMode(const rpc::CallContext& context,
                                                     const v1::ChangeTransitionModeRequest& request);
  absl::StatusOr<v1::OrderChangeResponse> Cancel(const rpc::CallContext& context,
                                                 const v1::CancelOrderRequest& request);
  absl::StatusOr<v1::OrderChangeResponse> Override(const rpc::CallContext& context,
                                                   const v1::OverrideStateTagRequest& request);

 private:
  struct Batch;
  absl::Status RunOnce(const rpc::CallContext& context, Batch& batch);
  absl::Status Load(const rpc::CallContext& context, Batch& batch);
  // What the order service said of the order targets[index].
  void TakeLoaded(const rpc::CallContext& context, size_t index, order::v1::LoadOrdersResponse::Loaded& loaded,
                  Batch& batch);
  static void AddCommits(const Batch& batch, order::v1::CommitOrdersRequest& request);
  absl::Status Commit(const rpc::CallContext& context, Batch& batch);
  absl::Status StaleFor(const rpc::CallContext& context, const ChangeTarget& target, int64_t current);
  absl::StatusOr<ChangeResult> ChangeOne(const rpc::CallContext& context, const Change& change, ChangeTarget target);
  // A change that edits no field: what is asked of the workflow is all. `Request` has order_number, version, reason and
  // request_id.
  template <typename Request>
  absl::StatusOr<v1::OrderChangeResponse> ChangeByIntent(const rpc::CallContext& context, const Request& request,
                                                         workflow::Intent intent);

  OrderClient& orders_;
  ConfigurationCache& configurations_;
  OrderCache& copies_;
  const Clock& clock_;
};

// The person that a call acts for.
common::v1::Actor PersonOf(const rpc::CallContext& context);

// INVALID_ARGUMENT/TEXT_TOO_LONG (field reason) for a reason of more than 500 characters, and what CheckLine refuses.
absl::Status CheckReason(const std::string& reason);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_CHANGER_H_
