#include "services/inventory/storage/stock_store.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/mysql/run_in_transaction.h"
#include "common/mysql/run_until_it_fits.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"
#include "services/inventory/storage/stock_rows.h"

namespace juchu::inventory {
namespace {

constexpr char kSelectStocks[] =
    "SELECT product_code, on_hand, allocated, overdraft FROM stocks WHERE tenant_id = ? AND product_code IN (";
constexpr char kSelectAnswer[] = "SELECT request_hash, answer FROM request_log WHERE tenant_id = ? AND request_id = ?";
constexpr char kInsertAnswer[] =
    "INSERT INTO request_log (tenant_id, request_id, request_hash, answer, create_time_us) VALUES (?, ?, ?, ?, ?)";
// The balance is the sum of all up to the entry, whatever part of them is on the page.
constexpr char kSelectLedger[] =
    "SELECT entry_id, kind, quantity, balance, reason, actor, time_us FROM (SELECT entry_id, kind, quantity, "
    "SUM(quantity) OVER (ORDER BY entry_id) AS balance, reason, actor, time_us FROM stock_ledger WHERE tenant_id = ? "
    "AND "
    "product_code = ?) l WHERE (? = '' OR entry_id < ?) ORDER BY entry_id DESC LIMIT ?";
constexpr char kSelectSums[] =
    "SELECT s.product_code, s.on_hand, s.allocated, s.overdraft, "
    "(SELECT COALESCE(SUM(l.quantity), 0) FROM stock_ledger l WHERE l.tenant_id = s.tenant_id AND l.product_code = "
    "s.product_code), "
    "(SELECT COALESCE(SUM(l.shortage), 0) FROM stock_ledger l WHERE l.tenant_id = s.tenant_id AND l.product_code = "
    "s.product_code), "
    "(SELECT COALESCE(SUM(a.allocated), 0) FROM allocations a WHERE a.tenant_id = s.tenant_id AND a.product_code = "
    "s.product_code), "
    "(SELECT COALESCE(SUM(a.forced), 0) FROM allocations a WHERE a.tenant_id = s.tenant_id AND a.product_code = "
    "s.product_code) "
    "FROM stocks s WHERE s.tenant_id = ? AND s.product_code > ? ORDER BY s.product_code LIMIT ?";
constexpr char kLockPage[] =
    "SELECT product_code FROM stocks WHERE tenant_id = ? AND product_code > ? ORDER BY product_code LIMIT ? FOR UPDATE";
constexpr char kSetSums[] = "UPDATE stocks SET overdraft = ?, allocated = ? WHERE tenant_id = ? AND product_code = ?";

// A count by hand that meets another one plans anew at most so often.
constexpr int kMostRuns = 4;

struct StockRow {
  int64_t on_hand = 0;
  int64_t allocated = 0;
  int64_t overdraft = 0;
};
using StockRows = std::map<std::string, StockRow>;

absl::StatusOr<StockRows> SelectStocks(mysql::Session& session, absl::string_view tenant,
                                       const std::set<std::string>& codes, bool lock) {
  mysql::Params params = {tenant};
  params.insert(params.end(), codes.begin(), codes.end());
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kSelectStocks, "?", codes.size(),
                                                                  lock ? ") ORDER BY product_code FOR UPDATE" : ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
  StockRows stocks;
  for (const auto row : rows) stocks[row.String(0)] = {row.Int64(1), row.Int64(2), row.Int64(3)};
  return stocks;
}

// How much more is allocated than is there.
int64_t OverdraftOf(int64_t on_hand, int64_t allocated) {
  return std::max<int64_t>(allocated - std::max<int64_t>(on_hand, 0), 0);
}

// What the change makes of the stock; the delta's overdraft is the shortage that it states.
absl::StatusOr<StockDelta> DeltaOf(const v1::ChangeStockRequest::Change& change, const StockRow& stock) {
  StockDelta delta;
  switch (change.kind()) {
    case v1::COUNTED:
      delta.on_hand = change.quantity() - stock.on_hand;
      break;
    case v1::RECEIVED:
      delta.on_hand = change.quantity();
      break;
    default:
      delta.on_hand = -change.quantity();
  }
  const int64_t after = stock.on_hand + delta.on_hand;
  if (after < 0 && delta.on_hand < 0) {
    return FailedPrecondition("STOCK_BELOW_ZERO", absl::StrCat("only ", stock.on_hand, " are on hand"),
                              {{"product_code", change.product_code()},
                               {"on_hand", absl::StrCat(stock.on_hand)},
                               {"remedy", "take fewer, or count the stock"}});
  }
  const int64_t shortage = OverdraftOf(after, stock.allocated) - stock.overdraft;
  if (shortage <= 0) return delta;
  if (!change.below_allocated()) {
    return FailedPrecondition(
        "STOCK_BELOW_ALLOCATED",
        absl::StrCat(stock.allocated, " are allocated to orders, of which ", shortage, " would not be there"),
        {{"product_code", change.product_code()},
         {"on_hand", absl::StrCat(stock.on_hand)},
         {"allocated", absl::StrCat(stock.allocated)},
         {"remedy", "cancel or edit orders first, or say that fewer than are allocated may remain (below_allocated)"}});
  }
  delta.overdraft = shortage;
  return delta;
}

common::v1::Actor ActorFrom(const std::string& bytes) {
  common::v1::Actor actor;
  // What cannot be read names nobody.
  if (!actor.ParseFromString(bytes)) actor.Clear();
  return actor;
}

// A product's figures as the audit reads them.
struct Sums {
  std::string code;
  StockRow stock;
  int64_t ledger = 0;
  int64_t shortage = 0;
  int64_t allocations = 0;
  int64_t forced = 0;
};

std::vector<v1::AuditInventoryResponse::Finding> Judge(const Sums& sums) {
  std::vector<v1::AuditInventoryResponse::Finding> findings;
  const auto expect_equal = [&](const char* invariant, const char* what, int64_t is, const char* other_what,
                                int64_t other) {
    if (is == other) return;
    auto& finding = findings.emplace_back();
    finding.set_product_code(sums.code);
    finding.set_invariant(invariant);
    finding.set_message(absl::StrCat(what, " is ", is, ", ", other_what, " ", other));
  };
  const auto& stock = sums.stock;
  expect_equal("ON_HAND_NOT_LEDGER", "on hand", stock.on_hand, "the ledger's sum", sums.ledger);
  expect_equal("ALLOCATED_NOT_ALLOCATIONS", "allocated", stock.allocated, "the allocations' sum", sums.allocations);
  expect_equal("OVERDRAFT_WRONG", "the overdraft", stock.overdraft, "allocated beyond on hand",
               OverdraftOf(stock.on_hand, stock.allocated));
  if (stock.overdraft > sums.forced + sums.shortage) {
    expect_equal("OVERDRAFT_UNSTATED", "the overdraft", stock.overdraft, "forced or stated",
                 sums.forced + sums.shortage);
  }
  return findings;
}

struct AuditedPage {
  v1::AuditInventoryResponse response;
  // Those with findings.
  std::vector<Sums> wrong;
};

// `rows` of kSelectSums, one more than the page when there are more behind it.
AuditedPage JudgePage(const mysql::Rows& rows, int page_size) {
  AuditedPage page;
  for (const auto row : rows) {
    if (page.response.products() == page_size) {
      page.response.set_next(rows[static_cast<size_t>(page_size) - 1].String(0));
      break;
    }
    page.response.set_products(page.response.products() + 1);
    const Sums sums = {row.String(0), {row.Int64(1), row.Int64(2), row.Int64(3)},
                       row.Int64(4),  row.Int64(5),
                       row.Int64(6),  row.Int64(7)};
    auto findings = Judge(sums);
    if (!findings.empty()) page.wrong.push_back(sums);
    for (auto& finding : findings) *page.response.add_findings() = std::move(finding);
  }
  return page;
}

}  // namespace

absl::StatusOr<v1::ReadStockResponse> StockStore::Read(absl::string_view tenant, const v1::ReadStockRequest& request,
                                                       absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  const std::set<std::string> codes(request.product_codes().begin(), request.product_codes().end());
  JUCHU_ASSIGN_OR_RETURN(const auto stocks, SelectStocks(*connection, tenant, codes, /*lock=*/false));
  v1::ReadStockResponse response;
  for (const auto& code : request.product_codes()) {
    auto& read = *response.add_stocks();
    const auto it = stocks.find(code);
    if (it == stocks.end()) {
      *read.mutable_error() = ErrorOf(ProductNotFound(code));
    } else {
      *read.mutable_stock() = StockOf(code, it->second.on_hand, it->second.allocated);
    }
  }
  return response;
}

absl::StatusOr<v1::ChangeStockResponse> StockStore::Change(absl::string_view tenant,
                                                           const v1::ChangeStockRequest& request,
                                                           const common::v1::Actor& actor, absl::Time deadline) {
  const auto change = [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::ChangeStockResponse> {
    v1::ChangeStockResponse response;
    JUCHU_ASSIGN_OR_RETURN(const auto answers, transaction.Query(kSelectAnswer, {tenant, request.request_id()}));
    if (!answers.empty()) {
      if (answers.front().String(0) != request.request_hash()) {
        return InvalidField("REQUEST_ID_REUSED", "request_id", "was used for a request with another content",
                            "send a new UUID");
      }
      if (!response.ParseFromString(answers.front().String(1))) {
        return MakeError(absl::StatusCode::kInternal, "ANSWER_UNREADABLE", "a kept answer cannot be read");
      }
      response.set_repeated_request(true);
      return response;
    }
    std::set<std::string> codes;
    for (const auto& one : request.changes()) codes.insert(one.product_code());
    JUCHU_ASSIGN_OR_RETURN(const auto stocks, SelectStocks(transaction, tenant, codes, /*lock=*/true));
    std::map<std::string, StockDelta> deltas;
    std::vector<LedgerRow> ledger;
    for (const auto& one : request.changes()) {
      auto& outcome = *response.add_outcomes();
      const auto it = stocks.find(one.product_code());
      const auto delta = it == stocks.end() ? absl::StatusOr<StockDelta>(ProductNotFound(one.product_code()))
                                            : DeltaOf(one, it->second);
      if (!delta.ok()) {
        *outcome.mutable_error() = ErrorOf(delta.status());
        continue;
      }
      *outcome.mutable_stock() = StockOf(one.product_code(), it->second.on_hand + delta->on_hand, it->second.allocated);
      deltas[one.product_code()] = *delta;
      ledger.push_back(
          {entry_ids_.Next(), one.product_code(), one.kind(), delta->on_hand, delta->overdraft, one.reason()});
    }
    JUCHU_RETURN_IF_ERROR(InsertLedger(transaction, tenant, ledger, actor, clock_.Now()));
    JUCHU_RETURN_IF_ERROR(ChangeStocks(transaction, tenant, deltas));
    JUCHU_RETURN_IF_ERROR(transaction
                              .Execute(kInsertAnswer, {tenant, request.request_id(), request.request_hash(),
                                                       response.SerializeAsString(), clock_.Now()})
                              .status());
    return response;
  };
  return mysql::RunUntilItFits(pool_, deadline, kMostRuns, change);
}

absl::StatusOr<v1::ListLedgerResponse> StockStore::Ledger(absl::string_view tenant,
                                                          const v1::ListLedgerRequest& request, absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto rows,
                         connection->Query(kSelectLedger, {tenant, request.product_code(), request.before_entry_id(),
                                                           request.before_entry_id(), request.page_size() + 1}));
  v1::ListLedgerResponse response;
  for (const auto row : rows) {
    if (response.entries_size() == request.page_size()) {
      response.set_more(true);
      break;
    }
    auto& entry = *response.add_entries();
    entry.set_entry_id(row.String(0));
    entry.set_product_code(request.product_code());
    entry.set_kind(static_cast<v1::StockChangeKind>(row.Int64(1)));
    entry.set_quantity(row.Int64(2));
    entry.set_balance(row.Int64(3));
    entry.set_reason(row.String(4));
    *entry.mutable_actor() = ActorFrom(row.String(5));
    *entry.mutable_time() = TimestampFromMicros(row.Int64(6));
  }
  if (!rows.empty() || !request.before_entry_id().empty()) return response;
  JUCHU_ASSIGN_OR_RETURN(const auto stocks, SelectStocks(*connection, tenant, {request.product_code()}, false));
  if (stocks.empty()) return ProductNotFound(request.product_code());
  return response;
}

absl::StatusOr<v1::AuditInventoryResponse> StockStore::Audit(absl::string_view tenant,
                                                             const v1::AuditInventoryRequest& request,
                                                             const common::v1::Actor& actor, absl::Time deadline) {
  const mysql::Params page = {tenant, request.after_product_code(), request.page_size() + 1};
  if (!request.repair()) {
    JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
    JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(kSelectSums, page));
    return JudgePage(rows, request.page_size()).response;
  }
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::AuditInventoryResponse> {
        // Who allocates meanwhile waits with the last of its writes, the stock, and adds to what is put right here.
        JUCHU_RETURN_IF_ERROR(transaction.Query(kLockPage, page).status());
        JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction.Query(kSelectSums, page));
        AuditedPage audited = JudgePage(rows, request.page_size());
        std::vector<LedgerRow> ledger;
        for (const Sums& sums : audited.wrong) {
          const int64_t overdraft = OverdraftOf(sums.stock.on_hand, sums.allocations);
          JUCHU_RETURN_IF_ERROR(
              transaction.Execute(kSetSums, {overdraft, sums.allocations, tenant, sums.code}).status());
          const int64_t missing = sums.stock.on_hand - sums.ledger;
          const int64_t unstated = std::max<int64_t>(overdraft - sums.forced - sums.shortage, 0);
          if (missing == 0 && unstated == 0) continue;
          ledger.push_back({entry_ids_.Next(), sums.code, v1::REPAIRED, missing, unstated, "audit"});
        }
        JUCHU_RETURN_IF_ERROR(InsertLedger(transaction, tenant, ledger, actor, clock_.Now()));
        for (auto& finding : *audited.response.mutable_findings()) finding.set_repaired(true);
        return audited.response;
      });
}

}  // namespace juchu::inventory
