#ifndef SERVICES_INVENTORY_STORAGE_ALLOCATION_STORE_H_
#define SERVICES_INVENTORY_STORAGE_ALLOCATION_STORE_H_

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/ids/order_number.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"
#include "juchu/common/v1/types.pb.h"
#include "juchu/inventory/v1/inventory_service.pb.h"

namespace juchu::inventory {

// What of the stock belongs to which order. A call is one transaction, with a number of statements that does not grow
// with its orders or their lines. Who holds a hot product keeps the others waiting for one statement and the commit: it
// is read without a lock, planned, and changed last, by a difference that the database refuses when the stock is no
// longer what was planned on; then all is planned anew. Requests have been checked. Thread-safe.
class AllocationStore {
 public:
  // `pool` and `clock` must outlive the store. `queued` is called after a commit that queued news.
  AllocationStore(mysql::Pool& pool, const Clock& clock, std::function<void()> queued)
      : pool_(pool), clock_(clock), queued_(std::move(queued)), entry_ids_(clock) {}

  // As InventoryService.AllocateOrders. For the whole call: ABORTED/WRITE_CONFLICT when others took the stock again and
  // again.
  absl::StatusOr<v1::AllocateOrdersResponse> Allocate(absl::string_view tenant,
                                                      const v1::AllocateOrdersRequest& request, absl::Time deadline);
  // As InventoryService.ShipOrders; `actor` is who confirmed the shipments.
  absl::StatusOr<v1::ShipOrdersResponse> Ship(absl::string_view tenant, const v1::ShipOrdersRequest& request,
                                              const common::v1::Actor& actor, absl::Time deadline);
  // As InventoryService.ReadAllocations and ListWaitingOrders.
  absl::StatusOr<v1::ReadAllocationsResponse> Read(absl::string_view tenant, const v1::ReadAllocationsRequest& request,
                                                   absl::Time deadline);
  absl::StatusOr<v1::ListWaitingOrdersResponse> Waiting(absl::string_view tenant,
                                                        const v1::ListWaitingOrdersRequest& request,
                                                        absl::Time deadline);

 private:
  mysql::Pool& pool_;
  const Clock& clock_;
  const std::function<void()> queued_;
  OrderNumberGenerator entry_ids_;
};

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_STORAGE_ALLOCATION_STORE_H_
