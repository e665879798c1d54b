#ifndef SERVICES_ORDER_STORAGE_ORDER_WRITER_H_
#define SERVICES_ORDER_STORAGE_ORDER_WRITER_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// Takes orders in and changes them. Each call is one transaction and one COMMIT, with a number of statements that does
// not grow with the number of orders; each order of a call succeeds or fails for itself. Thread-safe.
class OrderWriter {
 public:
  // `pool` and `clock` must outlive the writer. `queued` is called after a commit that queued work for the reconciler.
  OrderWriter(mysql::Pool& pool, const Clock& clock, std::function<void()> queued)
      : pool_(pool), clock_(clock), queued_(std::move(queued)) {}

  // As OrderService.CreateOrders; completes the orders of the request as they are stored. For the whole call:
  // ABORTED/CONFIGURATION_STALE, NOT_FOUND/TENANT_NOT_FOUND, UNKNOWN/COMMIT_OUTCOME_UNKNOWN. The request has been
  // checked.
  absl::StatusOr<v1::CreateOrdersResponse> Create(absl::string_view tenant, v1::CreateOrdersRequest& request,
                                                  absl::Time deadline);

  // As OrderService.CommitOrders. For the whole call: NOT_FOUND/TENANT_NOT_FOUND, UNKNOWN/COMMIT_OUTCOME_UNKNOWN. The
  // request has been checked.
  absl::StatusOr<v1::CommitOrdersResponse> Commit(absl::string_view tenant, const v1::CommitOrdersRequest& request,
                                                  absl::Time deadline);

 private:
  mysql::Pool& pool_;
  const Clock& clock_;
  const std::function<void()> queued_;
};

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_ORDER_WRITER_H_
