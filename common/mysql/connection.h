#ifndef COMMON_MYSQL_CONNECTION_H_
#define COMMON_MYSQL_CONNECTION_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/mysql/options.h"
#include "common/mysql/row.h"
#include "common/mysql/statement.h"
#include "common/mysql/value.h"

namespace juchu::mysql {

class Counters;

// One authenticated, encrypted session with the database. Confined to one thread at a time. Callers get one from a
// Pool; outside a transaction every statement commits by itself.
//
// The session is READ COMMITTED, UTC, strict, utf8mb4, without LOCAL INFILE, and counts matched rows. Open verifies
// what the library's options only promise: that the line is encrypted and that the isolation level took effect.
class Connection final : public Session {
 public:
  // Connects and sets the session up. `counters` must outlive the connection. UNAVAILABLE/DATABASE_UNAVAILABLE when
  // the server cannot be reached; UNAVAILABLE/DATABASE_TLS_REFUSED when it offers no TLS or its certificate is not
  // valid for `options.host`; INTERNAL/DATABASE_ERROR when it refuses the account or the schema, and
  // INTERNAL/DATABASE_SESSION when the line is not encrypted or the isolation level did not take effect all the same.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const Options& options, Counters& counters);

  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The transaction's own statements. They are sent as statements, because the library's commit() hides failures.
  // A snapshot is REPEATABLE READ and READ ONLY. Any other transaction begins with its first statement, by itself: the
  // session is told to do so once (autocommit = 0), and told otherwise when a statement outside a transaction comes.
  absl::Status Begin(bool snapshot);
  absl::Status Commit();
  absl::Status Rollback();

  // Asks the server for a sign of life; false marks the connection broken.
  bool Ping();

  // True when it must not be used again.
  bool broken() const;
  // Whether a transaction begins without a round trip of its own; a statement outside of one then needs one more.
  bool awaits_transaction() const;
  // True between Begin and the end of the transaction.
  bool in_transaction() const;
  // The server's number of this session, as in KILL and SHOW PROCESSLIST.
  uint64_t id() const;

 private:
  class Impl;
  explicit Connection(std::unique_ptr<Impl> impl);

  absl::StatusOr<Rows> DoQuery(absl::string_view sql, const Params& params) override;
  absl::StatusOr<int64_t> DoExecute(absl::string_view sql, const Params& params) override;

  std::unique_ptr<Impl> impl_;
};

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_CONNECTION_H_
