#include "common/mysql/transaction.h"

#include "common/mysql/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::mysql {

Transaction::Transaction(Connection& connection, const Clock& clock, absl::Time deadline)
    : connection_(connection), clock_(clock), deadline_(deadline) {}

Transaction::~Transaction() {
  // A failed rollback poisons the connection; the pool discards it and the server rolls back.
  if (open_) connection_.Rollback().IgnoreError();
}

absl::Status Transaction::Begin(TransactionKind kind) {
  absl::Status status = connection_.Begin(kind == TransactionKind::kReadSnapshot);
  Note(status);
  open_ = status.ok();
  return status;
}

absl::StatusOr<Rows> Transaction::DoQuery(absl::string_view sql, const Params& params) {
  JUCHU_RETURN_IF_ERROR(Check());
  absl::StatusOr<Rows> rows = connection_.Query(sql, params);
  Note(rows.status());
  return rows;
}

absl::StatusOr<int64_t> Transaction::DoExecute(absl::string_view sql, const Params& params) {
  JUCHU_RETURN_IF_ERROR(Check());
  absl::StatusOr<int64_t> matched = connection_.Execute(sql, params);
  Note(matched.status());
  return matched;
}

absl::Status Transaction::Commit() {
  JUCHU_RETURN_IF_ERROR(Check());
  open_ = false;
  return connection_.Commit();
}

absl::Status Transaction::Rollback() {
  if (!open_) return absl::OkStatus();
  open_ = false;
  return connection_.Rollback();
}

absl::Status Transaction::Check() const {
  JUCHU_RETURN_IF_ERROR(failure_);
  if (!open_) {
    return MakeError(absl::StatusCode::kInternal, "TRANSACTION_ENDED", "a statement came after the transaction's end");
  }
  if (clock_.Now() >= deadline_) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, "DEADLINE_PASSED",
                     "the deadline passed inside a transaction, which was rolled back");
  }
  return absl::OkStatus();
}

void Transaction::Note(const absl::Status& status) {
  if (!failure_.ok() || status.ok()) return;
  if (connection_.broken() || IsConflict(ErrnoOf(status).value_or(0))) failure_ = status;
}

}  // namespace juchu::mysql
