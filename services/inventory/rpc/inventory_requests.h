#ifndef SERVICES_INVENTORY_RPC_INVENTORY_REQUESTS_H_
#define SERVICES_INVENTORY_RPC_INVENTORY_REQUESTS_H_

#include "absl/status/status.h"
#include "juchu/inventory/v1/inventory_service.pb.h"

namespace juchu::inventory {

// Whether a request holds together; pure. INVALID_ARGUMENT that names the field, what is wrong and the remedy.
absl::Status CheckRequest(const v1::PutProductsRequest& request);
absl::Status CheckRequest(const v1::SearchProductsRequest& request);
absl::Status CheckRequest(const v1::ReadStockRequest& request);
absl::Status CheckRequest(const v1::ChangeStockRequest& request);
absl::Status CheckRequest(const v1::ListLedgerRequest& request);
absl::Status CheckRequest(const v1::AllocateOrdersRequest& request);
absl::Status CheckRequest(const v1::ShipOrdersRequest& request);
absl::Status CheckRequest(const v1::ReadAllocationsRequest& request);
absl::Status CheckRequest(const v1::ListWaitingOrdersRequest& request);
absl::Status CheckRequest(const v1::AuditInventoryRequest& request);

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_RPC_INVENTORY_REQUESTS_H_
