#include "services/payment/storage/card_auditor.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/mysql/run_in_transaction.h"
#include "common/status/status_macros.h"
#include "services/payment/storage/card_rows.h"

namespace juchu::payment {
namespace {

constexpr char kSelectPage[] = JUCHU_SELECT_CARDS " AND c.order_number > ? ORDER BY c.order_number LIMIT ?";
// How often each operation was done for the cards of the page, and how often it was sent without the company having
// been asked what there is: what ended by itself, and what was cancelled without our being told, only the company
// knows. What had expired needed not to be cancelled.
constexpr char kSelectDone[] =
    "SELECT order_number, operation, COUNT(*), SUM(sends > 0 AND asked_first = 0) FROM card_requests WHERE tenant_id = "
    "? AND order_number > ? AND order_number <= ? AND state IN (4, 8) GROUP BY order_number, operation";
static_assert(v1::REQUEST_DONE == 4 && v1::REQUEST_GONE == 8);

struct Count {
  int64_t done = 0;
  int64_t sent = 0;
};
using Counts = std::map<v1::CardOperation, Count>;

void Check(const std::string& number, const CardRow& row, Counts done, v1::AuditPaymentsResponse& response) {
  const auto find = [&](const char* invariant, const std::string& message) {
    auto& finding = *response.add_findings();
    finding.set_order_number(number);
    finding.set_invariant(invariant);
    finding.set_message(message);
  };
  const Card& card = row.card;
  if (row.state != StateOf(card)) {
    find("STATE_NOT_DERIVED",
         absl::StrCat("stored ", v1::CardState_Name(row.state), ", derived ", v1::CardState_Name(StateOf(card))));
  }
  // What is refused because of another amount is held without a request that was carried out.
  if (card.authorized_yen > 0 && done[v1::AUTHORIZE].done == 0 && card.failed != v1::AUTHORIZE) {
    find("AUTHORIZED_NOT_BY_REQUEST", absl::StrCat(card.authorized_yen, " yen are authorized and no request was done"));
  }
  // Each authorization but the last has been cancelled before the next, or its capture has.
  const int64_t cancelled = done[v1::VOID_AUTHORIZATION].done + done[v1::VOID_CAPTURE].done;
  if (done[v1::AUTHORIZE].sent > cancelled + 1 && !card.unclear) {
    find("AUTHORIZED_TWICE", absl::StrCat(done[v1::AUTHORIZE].sent, " authorizations, ", cancelled, " cancelled"));
  }
  if (card.captured_yen > 0 && done[v1::CAPTURE].done == 0) {
    find("CAPTURED_NOT_BY_REQUEST", absl::StrCat(card.captured_yen, " yen are captured and no request was done"));
  }
  if (done[v1::CAPTURE].sent > done[v1::VOID_CAPTURE].done + 1) {
    find("CAPTURED_TWICE",
         absl::StrCat(done[v1::CAPTURE].sent, " captures, ", done[v1::VOID_CAPTURE].done, " cancelled"));
  }
  if (card.captured_yen > card.authorized_yen) {
    find("CAPTURED_TOO_MUCH",
         absl::StrCat(card.captured_yen, " yen are captured of ", card.authorized_yen, " authorized"));
  }
}

}  // namespace

absl::StatusOr<v1::AuditPaymentsResponse> AuditPayments(mysql::Pool& pool, absl::string_view tenant,
                                                        const v1::AuditPaymentsRequest& request, absl::Time deadline) {
  mysql::TransactionPolicy policy;
  policy.kind = mysql::TransactionKind::kReadSnapshot;
  return mysql::RunInTransaction(
      pool, deadline,
      [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::AuditPaymentsResponse> {
        v1::AuditPaymentsResponse response;
        JUCHU_ASSIGN_OR_RETURN(const auto page, transaction.Query(kSelectPage, {tenant, request.after_order_number(),
                                                                                request.page_size()}));
        if (page.empty()) return response;
        const std::string last = page[page.size() - 1].String(0);
        JUCHU_ASSIGN_OR_RETURN(const auto counts,
                               transaction.Query(kSelectDone, {tenant, request.after_order_number(), last}));
        std::map<std::string, Counts> done;
        for (const auto row : counts) {
          done[row.String(0)][static_cast<v1::CardOperation>(row.Int32(1))] = {row.Int64(2), row.Int64(3)};
        }
        for (const auto row : page) Check(row.String(0), CardRowOf(row), done[row.String(0)], response);
        response.set_payments(static_cast<int64_t>(page.size()));
        if (response.payments() == request.page_size()) response.set_next(last);
        return response;
      },
      policy);
}

}  // namespace juchu::payment
