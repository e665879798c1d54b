#ifndef SERVICES_ORDER_RPC_ORDER_REQUESTS_H_
#define SERVICES_ORDER_RPC_ORDER_REQUESTS_H_

#include "absl/status/status.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// Whether a request of the gateway holds together: batch sizes, no order twice, request ids with their hash. What
// people send has been checked by the gateway; this keeps its mistakes out of the database. INVALID_ARGUMENT by field.
absl::Status CheckRequest(const v1::LoadOrdersRequest& request);
absl::Status CheckRequest(const v1::CreateOrdersRequest& request);
absl::Status CheckRequest(const v1::CommitOrdersRequest& request);
absl::Status CheckRequest(const v1::FindOrdersRequest& request);
absl::Status CheckRequest(const v1::ListOrderHistoryRequest& request);
absl::Status CheckRequest(const v1::AuditOrdersRequest& request);
absl::Status CheckRequest(const v1::ChangeConfigurationRequest& request);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_RPC_ORDER_REQUESTS_H_
