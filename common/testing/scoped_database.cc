#include "common/testing/scoped_database.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/migrate/migrator.h"
#include "common/mysql/pool.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

namespace juchu::testing {
namespace {

namespace fs = std::filesystem;

absl::Status ApplyMigrations(const mysql::Options& options, const std::string& folder) {
  const fs::path path = fs::path(folder).is_absolute() ? fs::path(folder) : fs::path(SourceRoot()) / folder;
  JUCHU_ASSIGN_OR_RETURN(std::vector<migrate::Migration> migrations, migrate::ReadMigrations(path.string()));
  SystemClock clock;
  mysql::Options migrator_options = options;
  migrator_options.pool_size = 2;
  JUCHU_ASSIGN_OR_RETURN(std::unique_ptr<mysql::Pool> pool, mysql::Pool::Create(std::move(migrator_options), clock));
  migrate::Migrator migrator(*pool, std::move(migrations));
  return migrator.Up(clock.Now() + absl::Minutes(2)).status();
}

}  // namespace

std::string SourceRoot() {
  std::error_code error;
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (; !folder.empty() && folder != folder.root_path(); folder = folder.parent_path()) {
    std::ifstream cache(folder / "CMakeCache.txt");
    constexpr absl::string_view kEntry = "CMAKE_HOME_DIRECTORY:INTERNAL=";
    for (std::string line; std::getline(cache, line);) {
      if (line.rfind(std::string(kEntry), 0) == 0) return line.substr(kEntry.size());
    }
  }
  return fs::current_path().string();
}

absl::StatusOr<std::unique_ptr<ScopedDatabase>> ScopedDatabase::Create(MariaDbInstance& server,
                                                                       const std::string& migrations_folder) {
  absl::BitGen random;
  mysql::Options options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.schema = absl::StrCat("test_", absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
  options.user = absl::StrCat("u_", absl::Hex(absl::Uniform<uint32_t>(random), absl::kZeroPad8));
  options.password = absl::StrCat(absl::Hex(absl::Uniform<uint64_t>(random)), "-Pw");
  options.ca_file = server.ca_file();
  JUCHU_RETURN_IF_ERROR(
      server
          .RootSql(absl::StrReplaceAll(
              "CREATE DATABASE $schema;"
              "CREATE USER '$user'@'%' IDENTIFIED BY '$password';"
              // The rights of deploy/sql/database.sql, no more.
              "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX,"
              " DROP, REFERENCES ON $schema.* TO '$user'@'%';",
              {{"$schema", options.schema}, {"$user", options.user}, {"$password", options.password}}))
          .status());
  std::unique_ptr<ScopedDatabase> database(new ScopedDatabase(server, std::move(options)));
  if (!migrations_folder.empty()) JUCHU_RETURN_IF_ERROR(ApplyMigrations(database->options_, migrations_folder));
  return database;
}

ScopedDatabase::~ScopedDatabase() {
  // The server may be dead by the test's will; then its directory goes anyway.
  server_.RootSql(absl::StrCat("DROP DATABASE ", options_.schema, "; DROP USER '", options_.user, "'@'%'"))
      .status()
      .IgnoreError();
}

absl::Status ScopedDatabase::KillSession(uint64_t id) {
  JUCHU_RETURN_IF_ERROR(RootSql(absl::StrCat("KILL ", id)).status());
  const absl::Time limit = absl::Now() + absl::Seconds(10);
  while (absl::Now() < limit) {
    JUCHU_ASSIGN_OR_RETURN(
        std::string count,
        RootSql(absl::StrCat("SELECT COUNT(*) FROM information_schema.processlist WHERE id = ", id)));
    if (count == "0\n") return absl::OkStatus();
    absl::SleepFor(absl::Milliseconds(5));
  }
  return absl::DeadlineExceededError(absl::StrCat("session ", id, " does not end"));
}

}  // namespace juchu::testing
