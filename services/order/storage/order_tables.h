#ifndef SERVICES_ORDER_STORAGE_ORDER_TABLES_H_
#define SERVICES_ORDER_STORAGE_ORDER_TABLES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/mysql/statement.h"
#include "common/queue/change_queue.h"
#include "juchu/order/v1/history.pb.h"
#include "juchu/order/v1/order.pb.h"
#include "services/order/domain/commit_mask.h"

// Multi-row writes, few statements each for any number of orders (lengths that stay prepared, moves that many make).
// Empty input writes nothing. For use inside a transaction that holds the orders' row locks.
namespace juchu::order {

using Orders = absl::Span<const v1::Order* const>;

// The version of the tenant's configuration, which it keeps until the transaction ends; NOT_FOUND/TENANT_NOT_FOUND.
absl::StatusOr<int64_t> HoldConfiguration(mysql::Session& session, absl::string_view tenant);

// New rows of `orders`. ALREADY_EXISTS when a number is taken.
absl::Status InsertOrders(mysql::Session& session, absl::string_view tenant, Orders orders);
// `part` of rows of `orders` that exist and are locked at the version before; what it does not hold stays as it is
// stored.
absl::Status UpdateOrders(mysql::Session& session, absl::string_view tenant, Orders orders, RowPart part);
absl::Status PutDocuments(mysql::Session& session, absl::string_view tenant, Orders orders);
// `replace`: rows of an earlier version are removed first.
absl::Status PutDeliveries(mysql::Session& session, absl::string_view tenant, Orders orders, bool replace);
absl::Status PutTagLinks(mysql::Session& session, absl::string_view tenant, Orders orders, bool replace);

// One version of an order. Views of what outlives the row.
struct HistoryRow {
  absl::string_view order_number;
  v1::Status status_before = v1::STATUS_UNSPECIFIED;
  v1::Status status_after = v1::STATUS_UNSPECIFIED;
  v1::TransitionMode mode_before = v1::TRANSITION_MODE_UNSPECIFIED;
  v1::TransitionMode mode_after = v1::TRANSITION_MODE_UNSPECIFIED;
  const v1::HistoryEntry* entry = nullptr;
  // The request that made the version, and its answer for a repeat; empty: it has no id.
  absl::string_view request_id;
  absl::string_view request_hash;
  absl::string_view answer;
};
// ALREADY_EXISTS when an order has the version already, or one that the same request made.
absl::Status InsertHistory(mysql::Session& session, absl::string_view tenant, absl::Span<const HistoryRow> rows);

// What the reconciler has to do.
inline constexpr ChangeTable kOrderChanges = {"order_changes"};

// Queues work: "" for all AUTO orders of the tenant. Queued already: its generation grows and its lease ends.
absl::Status QueueChanges(mysql::Session& session, absl::string_view tenant,
                          absl::Span<const std::string> order_numbers, absl::Time now);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_ORDER_TABLES_H_
