#ifndef SERVICES_GATEWAY_APP_BULK_UPDATER_H_
#define SERVICES_GATEWAY_APP_BULK_UPDATER_H_

#include <functional>
#include <future>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/executor/serial_executor.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Changes many orders alike (一括更新), in batches of OrderChanger. Thread-safe.
class BulkUpdater {
 public:
  // Takes one message for the caller; false when the caller is gone.
  using Sink = std::function<bool(const v1::BulkUpdateOrdersResponse&)>;

  BulkUpdater(OrderClient& orders, OrderChanger& changer) : orders_(orders), changer_(changer) {}

  // As GatewayService.BulkUpdateOrders. A status only when nothing was done, or the order service went away half way.
  absl::Status Run(const rpc::CallContext& context, const v1::BulkUpdateOrdersRequest& request, const Sink& sink);

 private:
  // Orders that are being changed together.
  struct Batch {
    std::vector<ChangeTarget> targets;
    std::future<absl::StatusOr<std::vector<ChangeResult>>> results;
  };

  // Begins to change the orders from `first` on; context and change must outlive the executor.
  Batch Begin(const rpc::CallContext& context, const Change& change, const std::vector<std::string>& numbers,
              size_t first, SerialExecutor& executor);
  absl::StatusOr<std::vector<std::string>> FindTargets(const rpc::CallContext& context,
                                                       const v1::BulkUpdateOrdersRequest& request);

  OrderClient& orders_;
  OrderChanger& changer_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_BULK_UPDATER_H_
