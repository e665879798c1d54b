#ifndef COMMON_MIGRATE_MIGRATIONS_H_
#define COMMON_MIGRATE_MIGRATIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace juchu::migrate {

// One step of a schema: the file NNNN_name.sql.
struct Migration {
  // From the file's name; 1 for the first, without gaps.
  int number = 0;
  // "create_orders" for 0001_create_orders.sql.
  std::string name;
  // SHA-256 of the file, in lower-case hexadecimal.
  std::string checksum;
  // In the order of the file, without the closing semicolons.
  std::vector<std::string> statements;
};

// Reads every NNNN_name.sql of `folder`, in order. NOT_FOUND/MIGRATIONS_FOLDER when the folder cannot be read or holds
// none; INVALID_ARGUMENT/MIGRATION_FILE, with metadata "field" = the file, for a wrong name, a number given twice or
// left out, or a text that cannot be split.
absl::StatusOr<std::vector<Migration>> ReadMigrations(const std::string& folder);

// Splits a file into statements. A statement ends at a ';' that is the last thing on its line (spaces and a comment
// may follow) and is not inside '...', "...", `...` or a comment. Comments go along with the statement they precede;
// text without a statement is dropped. INVALID_ARGUMENT/MIGRATION_TEXT when a quote or comment is not closed, or the
// last statement is not ended.
absl::StatusOr<std::vector<std::string>> SplitStatements(absl::string_view text);

}  // namespace juchu::migrate

#endif  // COMMON_MIGRATE_MIGRATIONS_H_
