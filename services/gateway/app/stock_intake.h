#ifndef SERVICES_GATEWAY_APP_STOCK_INTAKE_H_
#define SERVICES_GATEWAY_APP_STOCK_INTAKE_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/product_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/clients/order_client.h"
#include "services/gateway/intake/stock_file.h"

namespace juchu::gateway {

// Takes in the stock CSV (商品コード, 商品名, 在庫数). Thread-safe.
class StockIntake {
 public:
  // Takes one message for the caller; false when the caller is gone.
  using Sink = std::function<bool(const v1::ImportStockResponse&)>;
  // The next message of the caller's stream; nullopt at its end.
  using Source = std::function<std::optional<v1::ImportStockRequest>()>;

  // All must outlive the intake.
  StockIntake(InventoryClient& inventory, OrderClient& orders, ConfigurationCache& configurations)
      : inventory_(inventory), orders_(orders), configurations_(configurations) {}

  // As ProductService.ImportStock.
  absl::Status Import(const rpc::CallContext& context, const Source& source, const Sink& sink);

 private:
  struct Batch;
  absl::Status RegisterProducts(const rpc::CallContext& context, Batch& batch);
  absl::Status FindProducts(const rpc::CallContext& context, Batch& batch);
  absl::Status ChangeStock(const rpc::CallContext& context, Batch& batch);

  InventoryClient& inventory_;
  OrderClient& orders_;
  ConfigurationCache& configurations_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_STOCK_INTAKE_H_
