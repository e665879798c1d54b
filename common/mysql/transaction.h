#ifndef COMMON_MYSQL_TRANSACTION_H_
#define COMMON_MYSQL_TRANSACTION_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/connection.h"
#include "common/mysql/statement.h"
#include "common/time/clock.h"

namespace juchu::mysql {

enum class TransactionKind {
  // Reads see what is committed at the time of each statement; rely on FOR UPDATE and conditional writes.
  kReadWrite,
  // Several reads of one moment; writes are refused by the server.
  kReadSnapshot,
};

// One transaction, made by RunInTransaction only. Neither copyable nor movable; its destructor rolls back what was not
// committed. Confined to one thread.
//
// A conflict (deadlock, lock wait timeout) or a lost connection makes every later statement and the commit return that
// first error: a function that overlooks it cannot commit the tail of its work alone.
class Transaction final : public Session {
 public:
  Transaction(Connection& connection, const Clock& clock, absl::Time deadline);
  ~Transaction() override;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // When the caller stops waiting. Once it has passed, statements and the commit are refused with
  // DEADLINE_EXCEEDED/DEADLINE_PASSED before anything is sent.
  absl::Time deadline() const { return deadline_; }

  // For RunInTransaction.
  absl::Status Begin(TransactionKind kind);
  absl::Status Commit();
  absl::Status Rollback();
  // For a planted mistake: whoever holds the connection ends the transaction.
  void Abandon() { open_ = false; }
  // The conflict or loss that made the transaction useless; OK while it is sound.
  const absl::Status& failure() const { return failure_; }

 private:
  absl::StatusOr<Rows> DoQuery(absl::string_view sql, const Params& params) override;
  absl::StatusOr<int64_t> DoExecute(absl::string_view sql, const Params& params) override;
  absl::Status Check() const;
  void Note(const absl::Status& status);

  Connection& connection_;
  const Clock& clock_;
  const absl::Time deadline_;
  absl::Status failure_;
  bool open_ = false;
};

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_TRANSACTION_H_
