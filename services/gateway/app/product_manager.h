#ifndef SERVICES_GATEWAY_APP_PRODUCT_MANAGER_H_
#define SERVICES_GATEWAY_APP_PRODUCT_MANAGER_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/page/page_token.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/gateway/v1/product_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Products and stock as people handle them (商品管理, 在庫管理). Thread-safe.
class ProductManager {
 public:
  // Takes one message for the caller; false when the caller is gone.
  using AuditSink = std::function<bool(const v1::AuditInventoryResponse&)>;

  // All must outlive the manager.
  ProductManager(InventoryClient& inventory, OrderClient& orders, ConfigurationCache& configurations,
                 const PageTokenCodec& tokens, const Clock& clock)
      : inventory_(inventory), orders_(orders), configurations_(configurations), tokens_(tokens), clock_(clock) {}

  // The methods of ProductService; see there.
  absl::StatusOr<v1::PutProductsResponse> Put(const rpc::CallContext& context, const v1::PutProductsRequest& request);
  absl::StatusOr<v1::SearchProductsResponse> Search(const rpc::CallContext& context,
                                                    const v1::SearchProductsRequest& request);
  absl::StatusOr<v1::GetStockResponse> GetStock(const rpc::CallContext& context, const v1::GetStockRequest& request);
  absl::StatusOr<v1::ChangeStockResponse> ChangeStock(const rpc::CallContext& context,
                                                      const v1::ChangeStockRequest& request);
  absl::StatusOr<v1::ListLedgerResponse> Ledger(const rpc::CallContext& context, const v1::ListLedgerRequest& request);
  absl::Status Audit(const rpc::CallContext& context, const v1::AuditInventoryRequest& request, const AuditSink& sink);

 private:
  absl::Status CheckTenant(const rpc::CallContext& context);

  InventoryClient& inventory_;
  OrderClient& orders_;
  ConfigurationCache& configurations_;
  const PageTokenCodec& tokens_;
  const Clock& clock_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_PRODUCT_MANAGER_H_
