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
constexpr char kSelectAnswer[] =
    "SELECT request_hash, answer FROM request_log WHERE tenant_id = ? AND request_id = ? FOR UPDATE";
constexpr char kUpdateAnswer[] = "UPDATE request_log SET answer = ? WHERE tenant_id = ? AND request_id = ?";
constexpr char kInsertAnswer[] =
    "INSERT INTO request_log (tenant_id, request_id, request_hash, answer, create_time_us) VALUES (?, ?, ?, ?, ?)";
// With the sum of all entries of the page and before it. By itself and not by a window function: MariaDB 10.11.19 dies
// of one in a prepared statement (ha_maria::drop_table on a null handler, found by kill_matrix_test).
constexpr char kSelectLedger[] =
    "SELECT entry_id, kind, quantity, (SELECT COALESCE(SUM(q.quantity), 0) FROM stock_ledger q WHERE q.tenant_id = ? "
    "AND "
    "q.product_code = ? AND (? = '' OR q.entry_id < ?)), reason, actor, time_us FROM stock_ledger WHERE tenant_id = ? "
    "AND "
    "product_code = ? AND (? = '' OR entry_id < ?) ORDER BY entry_id DESC LIMIT ?";
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

// One call of Change: what was done before, what is done now, what is written.
class ChangeRun {
 public:
  ChangeRun(mysql::Transaction& transaction, absl::string_view tenant, const v1::ChangeStockRequest& request,
            absl::Time now)
      : transaction_(transaction), tenant_(tenant), request_(request), now_(now) {}

  absl::StatusOr<v1::ChangeStockResponse> Run(const common::v1::Actor& actor, OrderNumberGenerator& entry_ids) {
    JUCHU_RETURN_IF_ERROR(ReadAnswer());
    std::set<std::string> codes;
    std::set<std::string> coming;
    for (int i = 0; i < request_.changes_size(); ++i) {
      if (response_.outcomes_size() <= i) response_.add_outcomes();
      if (!IsOpen(i)) continue;
      codes.insert(request_.changes(i).product_code());
      if (request_.changes(i).kind() != v1::TAKEN) coming.insert(request_.changes(i).product_code());
    }
    if (codes.empty()) return response_;
    if (!request_.dry_run()) JUCHU_RETURN_IF_ERROR(QueueNews(coming));
    JUCHU_ASSIGN_OR_RETURN(const auto stocks, SelectStocks(transaction_, tenant_, codes, !request_.dry_run()));
    for (int i = 0; i < request_.changes_size(); ++i) {
      if (IsOpen(i)) Judge(request_.changes(i), stocks, entry_ids, *response_.mutable_outcomes(i));
    }
    if (!request_.dry_run()) JUCHU_RETURN_IF_ERROR(Write(actor));
    return response_;
  }

 private:
  // Whether the change is still to be made.
  bool IsOpen(int index) const { return !response_.outcomes(index).has_stock(); }

  absl::Status ReadAnswer() {
    if (request_.dry_run()) return absl::OkStatus();
    JUCHU_ASSIGN_OR_RETURN(const auto answers, transaction_.Query(kSelectAnswer, {tenant_, request_.request_id()}));
    if (answers.empty()) return absl::OkStatus();
    if (answers.front().String(0) != request_.request_hash()) {
      return InvalidField("REQUEST_ID_REUSED", "request_id", "was used for a request with another content",
                          "send a new UUID");
    }
    if (!response_.ParseFromString(answers.front().String(1))) {
      return MakeError(absl::StatusCode::kInternal, "ANSWER_UNREADABLE", "a kept answer cannot be read");
    }
    response_.set_repeated_request(true);
    for (auto& outcome : *response_.mutable_outcomes()) outcome.set_repeated(outcome.has_stock());
    return absl::OkStatus();
  }

  // Before the stock is locked, as all who write both do it; so it is news that more may have become free.
  absl::Status QueueNews(const std::set<std::string>& codes) {
    std::vector<QueuedChange> news;
    for (const auto& code : codes) news.push_back({"", code, now_, 0});
    return QueueChanges(transaction_, kInventoryChanges, tenant_, news, now_);
  }

  void Judge(const v1::ChangeStockRequest::Change& change, const StockRows& stocks, OrderNumberGenerator& entry_ids,
             v1::ChangeStockResponse::Outcome& outcome) {
    const auto it = stocks.find(change.product_code());
    const auto delta = it == stocks.end() ? absl::StatusOr<StockDelta>(ProductNotFound(change.product_code()))
                                          : DeltaOf(change, it->second);
    if (!delta.ok()) {
      *outcome.mutable_error() = ErrorOf(delta.status());
      return;
    }
    *outcome.mutable_stock() =
        StockOf(change.product_code(), it->second.on_hand + delta->on_hand, it->second.allocated);
    deltas_[change.product_code()] = *delta;
    ledger_.push_back(
        {entry_ids.Next(), change.product_code(), change.kind(), delta->on_hand, delta->overdraft, change.reason()});
  }

  absl::Status Write(const common::v1::Actor& actor) {
    JUCHU_RETURN_IF_ERROR(InsertLedger(transaction_, tenant_, ledger_, actor, now_));
    JUCHU_RETURN_IF_ERROR(ChangeStocks(transaction_, tenant_, deltas_));
    const std::string answer = response_.SerializeAsString();
    if (response_.repeated_request()) {
      return transaction_.Execute(kUpdateAnswer, {answer, tenant_, request_.request_id()}).status();
    }
    return transaction_.Execute(kInsertAnswer, {tenant_, request_.request_id(), request_.request_hash(), answer, now_})
        .status();
  }

  mysql::Transaction& transaction_;
  const absl::string_view tenant_;
  const v1::ChangeStockRequest& request_;
  const absl::Time now_;
  v1::ChangeStockResponse response_;
  std::map<std::string, StockDelta> deltas_;
  std::vector<LedgerRow> ledger_;
};

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
  const auto change = [&](mysql::Transaction& transaction) {
    return ChangeRun(transaction, tenant, request, clock_.Now()).Run(actor, entry_ids_);
  };
  auto response = mysql::RunUntilItFits(pool_, deadline, kMostRuns, change);
  if (response.ok() && !request.dry_run()) queued_();
  return response;
}

absl::StatusOr<v1::ListLedgerResponse> StockStore::Ledger(absl::string_view tenant,
                                                          const v1::ListLedgerRequest& request, absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  mysql::Params params;
  for (int part = 0; part < 2; ++part) {
    params.insert(params.end(), {tenant, request.product_code(), request.before_entry_id(), request.before_entry_id()});
  }
  params.emplace_back(request.page_size() + 1);
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(kSelectLedger, params));
  int64_t balance = rows.empty() ? 0 : rows.front().Int64(3);
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
    entry.set_balance(balance);
    balance -= entry.quantity();
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
  auto repaired = mysql::RunInTransaction(
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
        const absl::Time now = clock_.Now();
        JUCHU_RETURN_IF_ERROR(InsertLedger(transaction, tenant, ledger, actor, now));
        // What was wrong may have kept orders waiting.
        std::vector<QueuedChange> news;
        for (const Sums& sums : audited.wrong) news.push_back({"", sums.code, now, 0});
        JUCHU_RETURN_IF_ERROR(QueueChanges(transaction, kInventoryChanges, tenant, news, now));
        for (auto& finding : *audited.response.mutable_findings()) finding.set_repaired(true);
        return audited.response;
      });
  if (repaired.ok() && !repaired->findings().empty()) queued_();
  return repaired;
}

}  // namespace juchu::inventory
