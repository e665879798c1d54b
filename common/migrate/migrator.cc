#include "common/migrate/migrator.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/mysql/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::migrate {
namespace {

// Written by the migrator alone; rows never disappear.
constexpr absl::string_view kCreateMigrations =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " number INT NOT NULL PRIMARY KEY,"
    " name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " applied_statements INT NOT NULL,"
    " start_time_us BIGINT NOT NULL,"
    " applied_time_us BIGINT NULL"
    ") ENGINE=InnoDB";
// One row, there to be locked.
constexpr absl::string_view kCreateLock =
    "CREATE TABLE IF NOT EXISTS schema_migration_lock (id INT NOT NULL PRIMARY KEY) ENGINE=InnoDB";
constexpr absl::string_view kInsertLock = "INSERT IGNORE INTO schema_migration_lock (id) VALUES (1)";
constexpr absl::string_view kTakeLock = "SELECT id FROM schema_migration_lock WHERE id = 1 FOR UPDATE";
constexpr absl::string_view kTableExists =
    "SELECT COUNT(*) FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'";
constexpr absl::string_view kSelectMigrations =
    "SELECT number, name, checksum, applied_statements, applied_time_us FROM schema_migrations ORDER BY number";
constexpr absl::string_view kInsertMigration =
    "INSERT INTO schema_migrations (number, name, checksum, applied_statements, start_time_us) VALUES (?, ?, ?, 0, ?)";
constexpr absl::string_view kRecordStatement = "UPDATE schema_migrations SET applied_statements = ? WHERE number = ?";
constexpr absl::string_view kRecordApplied = "UPDATE schema_migrations SET applied_time_us = ? WHERE number = ?";
constexpr absl::string_view kSelectVersion =
    "SELECT MAX(number) FROM schema_migrations WHERE applied_time_us IS NOT NULL";

// A migrator may wait long for another, and DDL on a large table takes its time.
constexpr absl::string_view kNoLimits = "SET SESSION lock_wait_timeout = 3600 /*M! , max_statement_time = 0 */";
constexpr absl::string_view kHoldLock =
    "SET SESSION innodb_lock_wait_timeout = 1 /*M! , idle_transaction_timeout = 0 */";

std::string Label(const Migration& migration) {
  return absl::StrCat(absl::Dec(migration.number, absl::kZeroPad4), "_", migration.name);
}

absl::Status TooOld(absl::string_view message) {
  return FailedPrecondition("SCHEMA_TOO_OLD", message, {{"remedy", "run juchu-migrate up before the service"}});
}

absl::Status CheckChanged(const std::vector<MigrationState>& states) {
  for (const MigrationState& state : states) {
    if (!state.changed) continue;
    return FailedPrecondition(
        "MIGRATION_CHANGED",
        absl::StrCat("the file of migration ", state.number, " (", state.name, ") is not the one that was applied"),
        {{"migration", absl::StrCat(state.number)},
         {"remedy", "restore the file as it was applied and put the change into a new migration"}});
  }
  return absl::OkStatus();
}

// Waits in short steps, because the server's own limit of a lock wait is in whole seconds.
absl::Status TakeLock(mysql::Pool& pool, mysql::Connection& lock, absl::Time deadline) {
  JUCHU_RETURN_IF_ERROR(lock.Execute(kHoldLock).status());
  while (true) {
    JUCHU_RETURN_IF_ERROR(lock.Begin(false));
    absl::StatusOr<mysql::Rows> row = lock.Query(kTakeLock);
    if (row.ok() && !row->empty()) return absl::OkStatus();
    JUCHU_RETURN_IF_ERROR(lock.Rollback());
    if (row.ok()) {
      // The first migrator on this schema. Before the row is there nobody can hold it, so this does not wait long.
      absl::StatusOr<int64_t> inserted = lock.Execute(kInsertLock);
      if (inserted.ok()) continue;
      row = inserted.status();
    }
    if (!mysql::IsConflict(mysql::ErrnoOf(row.status()).value_or(0))) return std::move(row).status();
    if (pool.clock().Now() >= deadline) {
      return MakeError(absl::StatusCode::kDeadlineExceeded, "MIGRATION_LOCKED",
                       "another migrator is at work on this schema", {{"remedy", "wait for it and run again"}});
    }
  }
}

}  // namespace

Migrator::Migrator(mysql::Pool& pool, std::vector<Migration> migrations)
    : pool_(pool), migrations_(std::move(migrations)) {}

absl::StatusOr<int> Migrator::Up(absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(mysql::Lease worker, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(mysql::Lease lock, pool_.Acquire(deadline));
  JUCHU_RETURN_IF_ERROR(worker->Execute(kNoLimits).status());
  for (absl::string_view sql : {kCreateMigrations, kCreateLock}) {
    JUCHU_RETURN_IF_ERROR(worker->Execute(sql).status());
  }
  JUCHU_RETURN_IF_ERROR(TakeLock(pool_, *lock, deadline));
  JUCHU_ASSIGN_OR_RETURN(std::vector<MigrationState> states, StateOn(*worker));
  JUCHU_RETURN_IF_ERROR(CheckChanged(states));
  int applied = 0;
  for (const Migration& migration : migrations_) {
    const MigrationState& state = states[static_cast<size_t>(migration.number) - 1];
    if (state.applied_time.has_value()) continue;
    JUCHU_RETURN_IF_ERROR(Apply(*lock, *worker, migration, state.applied_statements));
    ++applied;
  }
  // Closing the lock's transaction frees the row; there is nothing in it to lose.
  JUCHU_RETURN_IF_ERROR(lock->Rollback());
  return applied;
}

absl::Status Migrator::Apply(mysql::Connection& lock, mysql::Connection& connection, const Migration& migration,
                             int done) {
  if (done == 0) {
    // An interrupted run may have recorded the start already; its row has the same checksum.
    absl::StatusOr<int64_t> inserted = connection.Execute(
        kInsertMigration, {migration.number, migration.name, migration.checksum, pool_.clock().Now()});
    if (!inserted.ok() && !mysql::IsDuplicateKey(inserted.status(), "PRIMARY")) return std::move(inserted).status();
  }
  for (int i = done; i < static_cast<int>(migration.statements.size()); ++i) {
    // Whoever loses the lock's connection loses the lock, and another migrator may be at work.
    if (!lock.Ping()) {
      return Unavailable("DATABASE_UNAVAILABLE", "the connection that holds the migration lock was lost");
    }
    absl::StatusOr<int64_t> result = connection.Execute(migration.statements[static_cast<size_t>(i)]);
    if (!result.ok()) {
      // The operator who runs this may see the server's own words.
      return FailedPrecondition(
          "MIGRATION_FAILED",
          absl::StrCat("statement ", i + 1, " of ", Label(migration), ": ", mysql::DiagnosticOf(result.status())),
          {{"migration", absl::StrCat(migration.number)},
           {"statement", absl::StrCat(i + 1)},
           {"remedy", "repair the cause and run again; statements already done are not repeated"}});
    }
    JUCHU_RETURN_IF_ERROR(connection.Execute(kRecordStatement, {i + 1, migration.number}).status());
  }
  return connection.Execute(kRecordApplied, {pool_.clock().Now(), migration.number}).status();
}

absl::StatusOr<std::vector<MigrationState>> Migrator::StateOn(mysql::Connection& connection) {
  std::map<int, MigrationState> states;
  for (const Migration& migration : migrations_) {
    MigrationState& state = states[migration.number];
    state.number = migration.number;
    state.name = migration.name;
  }
  JUCHU_ASSIGN_OR_RETURN(mysql::Rows exists, connection.Query(kTableExists));
  if (exists.front().Int64(0) != 0) {
    JUCHU_ASSIGN_OR_RETURN(mysql::Rows rows, connection.Query(kSelectMigrations));
    for (mysql::Row row : rows) {
      MigrationState& state = states[row.Int32(0)];
      state.in_folder = state.number != 0;
      state.number = row.Int32(0);
      state.name = row.String(1);
      state.changed = state.in_folder && migrations_[static_cast<size_t>(state.number) - 1].checksum != row.String(2);
      state.applied_statements = row.Int32(3);
      state.applied_time = row.OptionalTimeMicros(4);
    }
  }
  std::vector<MigrationState> sorted;
  for (auto& [number, state] : states) sorted.push_back(std::move(state));
  return sorted;
}

absl::StatusOr<std::vector<MigrationState>> Migrator::State(absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(mysql::Lease lease, pool_.Acquire(deadline));
  return StateOn(*lease);
}

absl::Status Migrator::Verify(absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(std::vector<MigrationState> states, State(deadline));
  JUCHU_RETURN_IF_ERROR(CheckChanged(states));
  for (const MigrationState& state : states) {
    if (!state.applied_time.has_value() && state.in_folder) {
      return TooOld(absl::StrCat("migration ", state.number, " (", state.name, ") was not applied"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSchemaVersion(mysql::Pool& pool, int required, absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(mysql::Lease lease, pool.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(mysql::Rows exists, lease->Query(kTableExists));
  int64_t version = 0;
  if (exists.front().Int64(0) != 0) {
    JUCHU_ASSIGN_OR_RETURN(mysql::Rows rows, lease->Query(kSelectVersion));
    version = rows.front().OptionalInt64(0).value_or(0);
  }
  if (version < required) {
    return TooOld(absl::StrCat("the schema is at migration ", version, " and this service needs ", required));
  }
  return absl::OkStatus();
}

}  // namespace juchu::migrate
