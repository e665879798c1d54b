#ifndef COMMON_MIGRATE_MIGRATOR_H_
#define COMMON_MIGRATE_MIGRATOR_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/migrate/migrations.h"
#include "common/mysql/connection.h"
#include "common/mysql/pool.h"

namespace juchu::migrate {

// What is known of one number, from the folder, the schema or both.
struct MigrationState {
  int number = 0;
  std::string name;
  // When its last statement was recorded; nullopt when it was not applied, or not wholly.
  std::optional<absl::Time> applied_time;
  // Statements recorded as done; only in an interrupted migration it lies between 0 and the number in the file.
  int applied_statements = 0;
  // False for a migration of a newer release, which this folder does not have.
  bool in_folder = true;
  // True when the file is not the one that was applied.
  bool changed = false;
};

// Brings one schema from any earlier state to the newest migration of a folder. Forward only. Confined to one thread;
// several migrators at once, on whatever machines, wait for each other.
//
// The lock is a row of `schema_migration_lock`, held FOR UPDATE by a transaction on its own connection for the whole
// run. Not GET_LOCK, which a Galera cluster does not support; and not in the session that migrates, because every DDL
// statement there commits. After each statement its number is recorded in `schema_migrations`, so a run that was cut
// off goes on where it stopped.
class Migrator {
 public:
  // `pool` has at least two connections with the right to change the schema, and outlives the migrator. `migrations`
  // are those of ReadMigrations.
  Migrator(mysql::Pool& pool, std::vector<Migration> migrations);

  // Applies what is missing and returns the number of migrations applied. Errors: those of Verify before anything is
  // changed; DEADLINE_EXCEEDED/MIGRATION_LOCKED when another migrator holds the lock until `deadline`;
  // FAILED_PRECONDITION/MIGRATION_FAILED, with metadata "migration" and "statement" (from 1), when the server refuses
  // a statement. It may be called again after any error.
  absl::StatusOr<int> Up(absl::Time deadline);

  // Every migration of the folder and of the schema, by number.
  absl::StatusOr<std::vector<MigrationState>> State(absl::Time deadline);

  // OK when every migration of the folder was applied from exactly this file. FAILED_PRECONDITION/MIGRATION_CHANGED
  // when a file differs from the one applied (that none is missing, ReadMigrations sees);
  // FAILED_PRECONDITION/SCHEMA_TOO_OLD when one was not applied. Migrations newer than the folder are accepted.
  absl::Status Verify(absl::Time deadline);

 private:
  absl::StatusOr<std::vector<MigrationState>> StateOn(mysql::Connection& connection);
  absl::Status Apply(mysql::Connection& lock, mysql::Connection& connection, const Migration& migration, int done);

  mysql::Pool& pool_;
  const std::vector<Migration> migrations_;
};

// For a service at its start: OK when the schema has at least migration `required`, wholly applied.
// FAILED_PRECONDITION/SCHEMA_TOO_OLD otherwise, with a remedy; a newer schema is accepted, because a migration runs
// before the release that needs it.
absl::Status CheckSchemaVersion(mysql::Pool& pool, int required, absl::Time deadline);

}  // namespace juchu::migrate

#endif  // COMMON_MIGRATE_MIGRATOR_H_
