#ifndef SERVICES_GATEWAY_APP_BULK_UPDATER_H_
#define SERVICES_GATEWAY_APP_BULK_UPDATER_H_

#include <deque>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/executor/slots.h"
#include "common/rpc/call_context.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/app/call_parts.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Changes many orders alike (一括更新), in batches of OrderChanger. Thread-safe.
class BulkUpdater {
 public:
  // Batches of all updates of this gateway that are under way at most: each takes one of the order service's
  // connections (16), which others need, too.
  static constexpr int kMostUnderWay = 6;

  // Takes one message for the caller; false when the caller is gone.
  using Sink = std::function<bool(const v1::BulkUpdateOrdersResponse&)>;

  // Of so many orders few statements hold many (RowWriter).
  static constexpr size_t kBatch = 384;

  // `batch`: orders that are changed together at most, 1 to 500.
  BulkUpdater(OrderClient& orders, OrderChanger& changer, size_t batch = kBatch)
      : orders_(orders), changer_(changer), batch_(batch) {}

  // As GatewayService.BulkUpdateOrders. A status only when nothing was done, the order service went away half way,
  // others left no time, or the caller is gone.
  absl::Status Run(const rpc::CallContext& caller, const v1::BulkUpdateOrdersRequest& request, const Sink& sink);

 private:
  // Orders that are being changed together.
  struct Batch {
    std::vector<ChangeTarget> targets;
    std::future<absl::StatusOr<std::vector<ChangeResult>>> results;
  };

  // While the database writes one batch, others are prepared by the order service, decided or answered. Measured: with
  // three, two cores were an eighth idle.
  static constexpr int kUnderWay = 4;
  // Outcomes are told in the order of the targets: a batch that takes longer does not hold up the next five.
  static constexpr size_t kUntold = kUnderWay + 2;
  // Of one update.
  struct UnderWay {
    size_t begun = 0;
    // Those that the caller has not been told of.
    std::deque<Batch> batches = {};
    CallParts parts;
  };

  // Begins to change orders as long as more batches may be; context and change must outlive what is under way.
  void BeginMore(const rpc::CallContext& context, const Change& change, const std::vector<std::string>& numbers,
                 UnderWay& under_way);
  absl::StatusOr<std::vector<std::string>> FindTargets(const rpc::CallContext& context,
                                                       const v1::BulkUpdateOrdersRequest& request);

  // How many of the orders that are left go into the next batch.
  size_t BatchSize(size_t all, size_t left) const;

  OrderClient& orders_;
  OrderChanger& changer_;
  const size_t batch_;
  Slots slots_{kMostUnderWay};
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_BULK_UPDATER_H_
