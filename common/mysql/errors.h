#ifndef COMMON_MYSQL_ERRORS_H_
#define COMMON_MYSQL_ERRORS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace juchu::mysql {

// How an error of the server or of the client library becomes a status:
//   1062                     ALREADY_EXISTS       DUPLICATE_KEY, metadata "key" = the name of the index
//   1213, 1205, 1020         ABORTED              TRANSACTION_CONFLICT (RunInTransaction reruns)
//   1451, 1452               FAILED_PRECONDITION  REFERENCE_VIOLATION
//   3819, 4025               FAILED_PRECONDITION  CHECK_VIOLATED
//   1969, 3024               DEADLINE_EXCEEDED    STATEMENT_TIMEOUT
//   1040, 1203, 1226         RESOURCE_EXHAUSTED   DATABASE_BUSY
//   2026                     UNAVAILABLE          DATABASE_TLS_REFUSED
//   2000-2999, 5000 and up, 1053, 1158-1161, 1290, 1317, 1836, 1927, 4031
//                            UNAVAILABLE          DATABASE_UNAVAILABLE
//   anything else            INTERNAL             DATABASE_ERROR
// Its ErrorInfo carries "mysql_errno" and "sqlstate". The server's own words are kept apart (DiagnosticOf), because
// they may name tables and must not reach a client.
absl::Status MakeMysqlError(int error_number, absl::string_view sql_state, absl::string_view server_message);

// The errno a status was made from; nullopt for any other status.
std::optional<int> ErrnoOf(const absl::Status& status);

// One line for the log, "errno=1213 sqlstate=40001 Deadlock found ...", without the values of rows; "" for a status
// not made by MakeMysqlError.
std::string DiagnosticOf(const absl::Status& status);

// True for 1213, 1205 and 1020: the transaction must be rolled back and can be run again from its beginning.
bool IsConflict(int error_number);

// True when the connection cannot be used after this error: it is lost, or the server is going away or read-only.
bool BreaksConnection(int error_number);

// True for an INSERT or UPDATE refused because `key`, the name of a unique index ("PRIMARY" for the primary key),
// already holds the value.
bool IsDuplicateKey(const absl::Status& status, absl::string_view key);

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_ERRORS_H_
