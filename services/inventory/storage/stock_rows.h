#ifndef SERVICES_INVENTORY_STORAGE_STOCK_ROWS_H_
#define SERVICES_INVENTORY_STORAGE_STOCK_ROWS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/statement.h"
#include "common/queue/change_queue.h"
#include "juchu/common/v1/types.pb.h"
#include "juchu/inventory/v1/inventory.pb.h"
#include "juchu/inventory/v1/inventory_service.pb.h"

// Rows of stocks and of their ledger, for use inside a transaction.
namespace juchu::inventory {

// By how much a stock changes. `overdraft`: by how much more may be allocated than is on hand.
struct StockDelta {
  int64_t on_hand = 0;
  int64_t allocated = 0;
  int64_t overdraft = 0;

  bool empty() const { return on_hand == 0 && allocated == 0 && overdraft == 0; }
};

// Changes the stocks in the order of their codes, in which all writers lock them; few statements for any number of
// them. The permission that a delta gives is used as far as it is needed, and goes when it is not needed any more.
// FAILED_PRECONDITION/CHECK_VIOLATED when more would be allocated than there is: the stock is other than it was when
// the change was planned. The products are registered.
absl::Status ChangeStocks(mysql::Session& session, absl::string_view tenant,
                          const std::map<std::string, StockDelta>& deltas);

// News of this service.
inline constexpr ChangeTable kInventoryChanges = {"inventory_changes", /*has_product_code=*/true};

// News of each product of which `deltas` make more free.
std::vector<QueuedChange> NewsOfProducts(const std::map<std::string, StockDelta>& deltas, absl::Time now);

// One entry of the ledger to be written.
struct LedgerRow {
  std::string entry_id;
  std::string product_code;
  v1::StockChangeKind kind = v1::STOCK_CHANGE_KIND_UNSPECIFIED;
  int64_t quantity = 0;
  // How many pieces beyond the stock it allows: shipped by force, or fewer counted than are allocated.
  int64_t shortage = 0;
  std::string reason;
};
absl::Status InsertLedger(mysql::Session& session, absl::string_view tenant, const std::vector<LedgerRow>& rows,
                          const common::v1::Actor& actor, absl::Time now);

// The stock with these figures.
v1::Stock StockOf(absl::string_view product_code, int64_t on_hand, int64_t allocated);

// NOT_FOUND/PRODUCT_NOT_FOUND, the same for a product that never was and for another tenant's.
absl::Status ProductNotFound(absl::string_view product_code);

// What a status says, as one outcome of a batch has it.
v1::InventoryError ErrorOf(const absl::Status& status);

// The actor whose id the caller's metadata names.
common::v1::Actor PersonNamed(absl::string_view id);

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_STORAGE_STOCK_ROWS_H_
