#ifndef SERVICES_INVENTORY_STORAGE_STOCK_STORE_H_
#define SERVICES_INVENTORY_STORAGE_STOCK_STORE_H_

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

// Stock as people count it, and its ledger. Requests have been checked. Thread-safe.
class StockStore {
 public:
  // `pool` and `clock` must outlive the store. `queued` is called after a commit that queued news.
  StockStore(mysql::Pool& pool, const Clock& clock, std::function<void()> queued)
      : pool_(pool), clock_(clock), queued_(std::move(queued)), entry_ids_(clock) {}

  // As InventoryService.ReadStock. One statement.
  absl::StatusOr<v1::ReadStockResponse> Read(absl::string_view tenant, const v1::ReadStockRequest& request,
                                             absl::Time deadline);
  // As InventoryService.ChangeStock; `actor` makes the changes. For the whole call: INVALID_ARGUMENT/REQUEST_ID_REUSED.
  absl::StatusOr<v1::ChangeStockResponse> Change(absl::string_view tenant, const v1::ChangeStockRequest& request,
                                                 const common::v1::Actor& actor, absl::Time deadline);
  // As InventoryService.ListLedger.
  absl::StatusOr<v1::ListLedgerResponse> Ledger(absl::string_view tenant, const v1::ListLedgerRequest& request,
                                                absl::Time deadline);
  // As InventoryService.AuditInventory; `actor` makes the repairs.
  absl::StatusOr<v1::AuditInventoryResponse> Audit(absl::string_view tenant, const v1::AuditInventoryRequest& request,
                                                   const common::v1::Actor& actor, absl::Time deadline);

 private:
  mysql::Pool& pool_;
  const Clock& clock_;
  const std::function<void()> queued_;
  OrderNumberGenerator entry_ids_;
};

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_STORAGE_STOCK_STORE_H_
