#include "services/order/storage/order_tables.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/mysql/json_list.h"
#include "common/mysql/row_writer.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/storage/order_errors.h"
#include "services/order/storage/order_rows.h"

namespace juchu::order {
namespace {

constexpr char kHoldConfiguration[] =
    "SELECT configuration_version FROM tenants WHERE tenant_id = ? LOCK IN SHARE MODE";
constexpr char kPutDocuments[] = "INSERT INTO order_documents (tenant_id, order_number, document) VALUES ";
constexpr char kPutDocumentsTail[] = " ON DUPLICATE KEY UPDATE document = VALUES(document)";
constexpr char kDeleteDeliveries[] = "DELETE FROM order_deliveries WHERE tenant_id = ? AND order_number IN (";
constexpr char kInsertDeliveries[] =
    "INSERT INTO order_deliveries (tenant_id, order_number, delivery_number, ship_date, ship_confirmed_date, "
    "delivery_date) VALUES ";
constexpr char kDeleteTagLinks[] = "DELETE FROM order_tag_links WHERE tenant_id = ? AND order_number IN (";
constexpr char kInsertTagLinks[] =
    "INSERT INTO order_tag_links (tenant_id, order_number, order_tag_id, order_time_us) VALUES ";
constexpr char kInsertHistory[] =
    "INSERT INTO order_history (tenant_id, order_number, version, time_us, status_before, status_after, mode_before, "
    "mode_after, entry, request_id, request_hash, answer) VALUES ";
// Many orders that go to one place at one time.
constexpr char kMoveTogether[] =
    "UPDATE " JUCHU_NUMBERS_K
    "STRAIGHT_JOIN orders o ON o.tenant_id = ? AND o.order_number = k.order_number SET o.version = o.version + 1, "
    "o.status = ?, o.mode = ?, o.status_time_us = ?, o.update_time_us = ?";
// Without the alias.
std::string Columns(absl::string_view columns) { return absl::StrReplaceAll(columns, {{"o.", ""}}); }

const std::string& InsertOrdersHead() {
  static const auto* const text =
      new std::string(absl::StrCat("INSERT INTO orders (tenant_id, ", Columns(JUCHU_ORDER_COLUMNS), ") VALUES "));
  return *text;
}

// Rows that exist are written by the one statement that can give each row values of its own. What `unseen` columns
// the row of the insert must name beyond those that are updated is never seen.
struct Update {
  std::string head;
  std::string row;
  std::string tail;
};

Update UpdateOf(absl::string_view columns, RowPart part, absl::string_view unseen_columns,
                absl::string_view unseen_values) {
  const std::string plain = Columns(columns);
  std::vector<std::string> assignments;
  for (absl::string_view column : absl::StrSplit(plain, ", ")) {
    if (column == "order_number" || column == "shop_id" || column == "shop_order_number") continue;
    assignments.push_back(absl::StrCat(column, " = VALUES(", column, ")"));
  }
  std::string row = mysql::RowPlaceholders(static_cast<size_t>(ColumnCount(part)) + 1);
  row.insert(row.size() - 1, std::string(unseen_values));
  return {absl::StrCat("INSERT INTO orders (tenant_id, ", plain, unseen_columns, ") VALUES "), std::move(row),
          absl::StrCat(" ON DUPLICATE KEY UPDATE ", absl::StrJoin(assignments, ", "))};
}

// Of the part.
const Update& UpdateOf(RowPart part) {
  // Those of the other parts that have no default.
  constexpr char kUnseen[] =
      ", shop_id, shop_order_number, order_time_us, create_time_us, payment_method, payment_kind, postpaid, "
      "orderer_name, orderer_phone, orderer_mail, total_yen";
  constexpr char kUnseenValues[] = ",'','',0,0,'',0,0,'','','',0";
  static const auto* const status =
      new Update(UpdateOf(JUCHU_STATUS_COLUMNS, RowPart::kStatus, kUnseen, kUnseenValues));
  static const auto* const moving =
      new Update(UpdateOf(JUCHU_MOVING_COLUMNS, RowPart::kMoving, kUnseen, kUnseenValues));
  static const auto* const whole = new Update(UpdateOf(JUCHU_ORDER_COLUMNS, RowPart::kWhole, "", ""));
  return part == RowPart::kStatus ? *status : part == RowPart::kMoving ? *moving : *whole;
}

// The values that orders have in common which go to one place at one time: status, mode, status_time, update_time.
using Move = std::tuple<int, int, int64_t, int64_t>;

// Moves those orders of which many make the same move, and returns the others.
absl::StatusOr<std::vector<const v1::Order*>> MoveTogether(mysql::Session& session, absl::string_view tenant,
                                                           Orders orders) {
  std::map<Move, std::vector<const v1::Order*>> by_move;
  for (const auto* order : orders) {
    by_move[{order->status(), order->mode(), MicrosFromTimestamp(order->status_time()),
             MicrosFromTimestamp(order->update_time())}]
        .push_back(order);
  }
  std::vector<const v1::Order*> others;
  for (const auto& [move, moved] : by_move) {
    if (moved.size() < mysql::kManyRows) {
      others.insert(others.end(), moved.begin(), moved.end());
      continue;
    }
    std::vector<absl::string_view> numbers;
    for (const auto* order : moved) numbers.push_back(order->order_number());
    const auto& [status, mode, status_time, update_time] = move;
    JUCHU_ASSIGN_OR_RETURN(
        const int64_t matched,
        session.Execute(kMoveTogether, {mysql::JsonList(numbers), tenant, status, mode, status_time, update_time}));
    if (matched != static_cast<int64_t>(moved.size())) {
      return MakeError(absl::StatusCode::kInternal, "ORDER_MISSING", "a locked order was not moved");
    }
  }
  return others;
}

absl::Status DeleteRows(mysql::Session& session, absl::string_view sql_head, absl::string_view tenant, Orders orders) {
  if (orders.empty()) return absl::OkStatus();
  mysql::Params params = {tenant};
  for (const auto* order : orders) params.emplace_back(order->order_number());
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(sql_head, "?", orders.size(), ")"));
  return session.Execute(sql, params).status();
}

}  // namespace

absl::StatusOr<int64_t> HoldConfiguration(mysql::Session& session, absl::string_view tenant) {
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(kHoldConfiguration, {tenant}));
  if (rows.empty()) return TenantNotFound();
  return rows.front().Int64(0);
}

absl::Status InsertOrders(mysql::Session& session, absl::string_view tenant, Orders orders) {
  mysql::RowWriter writer(session, InsertOrdersHead(), mysql::RowPlaceholders(kOrderColumnCount + 1));
  for (const auto* order : orders) {
    mysql::Params row = {tenant};
    AppendOrderValues(*order, RowPart::kWhole, row);
    JUCHU_RETURN_IF_ERROR(writer.Add(std::move(row)));
  }
  return writer.Flush();
}

absl::Status UpdateOrders(mysql::Session& session, absl::string_view tenant, Orders orders, RowPart part) {
  std::vector<const v1::Order*> others;
  if (part == RowPart::kStatus) {
    JUCHU_ASSIGN_OR_RETURN(others, MoveTogether(session, tenant, orders));
    orders = others;
  }
  const Update& update = UpdateOf(part);
  mysql::RowWriter writer(session, update.head, update.row, update.tail);
  for (const auto* order : orders) {
    mysql::Params row = {tenant};
    AppendOrderValues(*order, part, row);
    JUCHU_RETURN_IF_ERROR(writer.Add(std::move(row)));
  }
  return writer.Flush();
}

absl::Status PutDocuments(mysql::Session& session, absl::string_view tenant, Orders orders) {
  mysql::RowWriter writer(session, kPutDocuments, mysql::RowPlaceholders(3), kPutDocumentsTail);
  for (const auto* order : orders) {
    JUCHU_RETURN_IF_ERROR(writer.Add(tenant, order->order_number(), DocumentOf(*order)));
  }
  return writer.Flush();
}

absl::Status PutDeliveries(mysql::Session& session, absl::string_view tenant, Orders orders, bool replace) {
  if (replace) JUCHU_RETURN_IF_ERROR(DeleteRows(session, kDeleteDeliveries, tenant, orders));
  mysql::RowWriter writer(session, kInsertDeliveries, mysql::RowPlaceholders(6));
  for (const auto* order : orders) {
    for (const auto& delivery : order->deliveries()) {
      JUCHU_RETURN_IF_ERROR(writer.Add(tenant, order->order_number(), delivery.delivery_number(),
                                       DateValue(delivery.has_ship_date(), delivery.ship_date()),
                                       DateValue(delivery.has_ship_confirmed_date(), delivery.ship_confirmed_date()),
                                       DateValue(delivery.has_delivery_date(), delivery.delivery_date())));
    }
  }
  return writer.Flush();
}

absl::Status PutTagLinks(mysql::Session& session, absl::string_view tenant, Orders orders, bool replace) {
  if (replace) JUCHU_RETURN_IF_ERROR(DeleteRows(session, kDeleteTagLinks, tenant, orders));
  mysql::RowWriter writer(session, kInsertTagLinks, mysql::RowPlaceholders(4));
  for (const auto* order : orders) {
    for (const auto& id : order->order_tag_ids()) {
      JUCHU_RETURN_IF_ERROR(writer.Add(tenant, order->order_number(), id, MicrosFromTimestamp(order->order_time())));
    }
  }
  return writer.Flush();
}

absl::Status InsertHistory(mysql::Session& session, absl::string_view tenant, absl::Span<const HistoryRow> rows) {
  mysql::RowWriter writer(session, kInsertHistory, mysql::RowPlaceholders(12));
  for (const auto& row : rows) {
    const auto kept = [&row](absl::string_view value) {
      return row.request_id.empty() ? mysql::Value() : mysql::Value(value);
    };
    JUCHU_RETURN_IF_ERROR(writer.Add(tenant, row.order_number, row.entry->version(),
                                     MicrosFromTimestamp(row.entry->time()), static_cast<int64_t>(row.status_before),
                                     static_cast<int64_t>(row.status_after), static_cast<int64_t>(row.mode_before),
                                     static_cast<int64_t>(row.mode_after), row.entry->SerializeAsString(),
                                     kept(row.request_id), kept(row.request_hash), kept(row.answer)));
  }
  return writer.Flush();
}

absl::Status QueueChanges(mysql::Session& session, absl::string_view tenant,
                          absl::Span<const std::string> order_numbers, absl::Time now) {
  std::vector<QueuedChange> changes;
  for (const auto& number : order_numbers) changes.push_back({number, "", now, 0});
  return juchu::QueueChanges(session, kOrderChanges, tenant, changes, now);
}

}  // namespace juchu::order
