#include "services/inventory/storage/stock_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/fault/fault.h"
#include "common/mysql/row_writer.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::inventory {
namespace {

// Each row of the first operand is a part of a union, and the server plans each; past this many that takes its time.
constexpr size_t kMostChanged = 200;

constexpr char kChangeStocks[] = "UPDATE (SELECT ? AS product_code, ? AS on_hand, ? AS allocated, ? AS overdraft";
constexpr char kChangeStocksNext[] = " UNION ALL SELECT ?, ?, ?, ?";
// The overdraft comes first: where assignments see what those before them have done, it still sees both as they were.
constexpr char kChangeStocksTail[] =
    ") d STRAIGHT_JOIN stocks s ON s.tenant_id = ? AND s.product_code = d.product_code SET "
    "s.overdraft = LEAST(s.overdraft + d.overdraft, "
    "GREATEST(s.allocated + d.allocated - GREATEST(s.on_hand + d.on_hand, 0), 0)), "
    "s.on_hand = s.on_hand + d.on_hand, s.allocated = s.allocated + d.allocated";
constexpr char kInsertLedger[] =
    "INSERT INTO stock_ledger (tenant_id, product_code, entry_id, kind, quantity, shortage, reason, actor, time_us) "
    "VALUES ";

absl::Status ChangeSome(mysql::Session& session, absl::string_view tenant, mysql::Params params, size_t count) {
  std::string sql = kChangeStocks;
  for (size_t i = 1; i < count; ++i) absl::StrAppend(&sql, kChangeStocksNext);
  absl::StrAppend(&sql, kChangeStocksTail);
  params.emplace_back(tenant);
  JUCHU_ASSIGN_OR_RETURN(const int64_t matched, session.Execute(sql, params));
  if (matched == static_cast<int64_t>(count)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInternal, "STOCK_MISSING", "a registered product has no stock");
}

// A mistake that tests plant.
absl::Status ReadAndWrite(mysql::Session& session, absl::string_view tenant, const std::string& code,
                          const StockDelta& delta) {
  JUCHU_ASSIGN_OR_RETURN(
      const auto rows,
      session.Query("SELECT on_hand, allocated FROM stocks WHERE tenant_id = ? AND product_code = ?", {tenant, code}));
  const int64_t on_hand = rows.front().Int64(0) + delta.on_hand;
  const int64_t allocated = std::max<int64_t>(rows.front().Int64(1) + delta.allocated, 0);
  return session
      .Execute("UPDATE stocks SET on_hand = ?, allocated = ?, overdraft = ? WHERE tenant_id = ? AND product_code = ?",
               {on_hand, allocated, std::max<int64_t>(allocated - std::max<int64_t>(on_hand, 0), 0), tenant, code})
      .status();
}

}  // namespace

absl::Status ChangeStocks(mysql::Session& session, absl::string_view tenant,
                          const std::map<std::string, StockDelta>& deltas) {
  if (fault::IsPlanted("stock-read-then-written")) {
    for (const auto& [code, delta] : deltas) JUCHU_RETURN_IF_ERROR(ReadAndWrite(session, tenant, code, delta));
    return absl::OkStatus();
  }
  mysql::Params params;
  size_t count = 0;
  for (const auto& [code, delta] : deltas) {
    if (delta.empty()) continue;
    params.insert(params.end(), {code, delta.on_hand, delta.allocated, delta.overdraft});
    if (++count < kMostChanged) continue;
    JUCHU_RETURN_IF_ERROR(ChangeSome(session, tenant, std::exchange(params, {}), std::exchange(count, 0)));
  }
  return count == 0 ? absl::OkStatus() : ChangeSome(session, tenant, std::move(params), count);
}

std::vector<QueuedChange> NewsOfProducts(const std::map<std::string, StockDelta>& deltas, absl::Time now) {
  std::vector<QueuedChange> news;
  for (const auto& [code, delta] : deltas) {
    if (delta.on_hand > delta.allocated) news.push_back({"", code, now, 0});
  }
  return news;
}

absl::Status InsertLedger(mysql::Session& session, absl::string_view tenant, const std::vector<LedgerRow>& rows,
                          const common::v1::Actor& actor, absl::Time now) {
  mysql::RowWriter writer(session, kInsertLedger, mysql::RowPlaceholders(9));
  for (const auto& row : rows) {
    JUCHU_RETURN_IF_ERROR(writer.Add(tenant, row.product_code, row.entry_id, static_cast<int64_t>(row.kind),
                                     row.quantity, row.shortage, row.reason, actor.SerializeAsString(), now));
  }
  return writer.Flush();
}

v1::Stock StockOf(absl::string_view product_code, int64_t on_hand, int64_t allocated) {
  v1::Stock stock;
  stock.set_product_code(std::string(product_code));
  stock.set_on_hand(on_hand);
  stock.set_allocated(allocated);
  stock.set_overdraft(std::max<int64_t>(allocated - std::max<int64_t>(on_hand, 0), 0));
  stock.set_free(on_hand - allocated);
  return stock;
}

absl::Status ProductNotFound(absl::string_view product_code) {
  return NotFound("PRODUCT_NOT_FOUND", "there is no product with this code",
                  {{"product_code", std::string(product_code)}, {"remedy", "register the product first"}});
}

v1::InventoryError ErrorOf(const absl::Status& status) {
  v1::InventoryError error;
  error.set_code(static_cast<int>(status.code()));
  error.set_message(std::string(status.message()));
  if (const auto info = GetErrorInfo(status)) {
    error.set_reason(info->reason);
    error.mutable_metadata()->insert(info->metadata.begin(), info->metadata.end());
  }
  return error;
}

common::v1::Actor PersonNamed(absl::string_view id) {
  common::v1::Actor actor;
  actor.set_kind(common::v1::Actor::PERSON);
  actor.set_id(std::string(id));
  return actor;
}

}  // namespace juchu::inventory
