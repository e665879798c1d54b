#ifndef COMMON_MYSQL_STATEMENT_H_
#define COMMON_MYSQL_STATEMENT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/mysql/row.h"
#include "common/mysql/value.h"

namespace juchu::mysql {

// The protocol's limit of placeholders in one statement.
inline constexpr size_t kMaxPlaceholders = 65535;

// A statement with more placeholders than this is prepared for each use and closed after it: the server keeps memory
// for every placeholder of every prepared statement.
inline constexpr size_t kMaxCachedPlaceholders = 4096;

// The text of a statement over several rows: `head`, then `row` `count` times separated by commas, then `tail`. All
// parts are constants of the program; what varies is bound to their placeholders.
//   RepeatRows("INSERT INTO tags (tenant_id, order_tag_id) VALUES ", "(?,?)", 3)
//   RepeatRows("SELECT ... WHERE tenant_id = ? AND order_number IN (", "?", numbers.size(), ") FOR UPDATE")
// INTERNAL/STATEMENT_SIZE when count is 0 or the text would hold more than kMaxPlaceholders placeholders: the caller
// leaves out an empty statement and bounds its batches (see MaxRows).
absl::StatusOr<std::string> RepeatRows(absl::string_view head, absl::string_view row, size_t count,
                                       absl::string_view tail = "");

// How many rows of `placeholders_per_row` (at least 1) fit in one statement beside `other_placeholders`.
constexpr size_t MaxRows(size_t placeholders_per_row, size_t other_placeholders = 0) {
  return (kMaxPlaceholders - other_placeholders) / placeholders_per_row;
}

// What statements run on: a Connection, where each statement commits by itself, or a Transaction. Storage functions
// that only need to run statements take a Session&. Confined to one thread.
//
// `sql` is constant text, or the result of RepeatRows: it is prepared once per connection and kept, so a text that
// changes from call to call costs a round trip each time. Without parameters the text is sent as it is, in one round
// trip. Errors are those of errors.h; the error keeps errno and SQLSTATE for the log and never shows SQL.
class Session {
 public:
  virtual ~Session() = default;

  // Runs a statement that returns rows and reads all of them. Bound it by LIMIT or by keys.
  absl::StatusOr<Rows> Query(absl::string_view sql, const Params& params = {}) { return DoQuery(sql, params); }

  // Runs a statement that changes rows. Returns the rows that matched (also those already holding the new values);
  // INSERT ... ON DUPLICATE KEY UPDATE counts 1 for a new row, 2 for a changed and 1 for an unchanged one.
  absl::StatusOr<int64_t> Execute(absl::string_view sql, const Params& params = {}) { return DoExecute(sql, params); }

 private:
  virtual absl::StatusOr<Rows> DoQuery(absl::string_view sql, const Params& params) = 0;
  virtual absl::StatusOr<int64_t> DoExecute(absl::string_view sql, const Params& params) = 0;
};

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_STATEMENT_H_
