// juchu-migrate: brings a service's schema to the newest migration, and tells where it stands.
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/migrate/migrations.h"
#include "common/migrate/migrator.h"
#include "common/mysql/errors.h"
#include "common/mysql/flags.h"
#include "common/mysql/pool.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"

ABSL_FLAG(std::string, service, "", "The service whose schema it is; its files are in services/<service>/migrations.");
ABSL_FLAG(std::string, migrations_dir, "", "Folder with the NNNN_name.sql files, when it is another.");
ABSL_FLAG(absl::Duration, wait, absl::Minutes(5), "How long up waits for another juchu-migrate on the same schema.");

namespace juchu::migrate {
namespace {

constexpr char kUsage[] =
    R"(brings a service's schema to the newest migration, and tells where it stands.

  juchu-migrate [flags] up        apply what is missing; several at once wait for each other
  juchu-migrate [flags] status    one line a migration: number, name, state, time
  juchu-migrate [flags] verify    succeed only when every file was applied exactly as it is now

Migrations go forward only. A file that was applied is never changed: a correction is the next number. A run that was
cut off goes on at the statement where it stopped. Run up before the release that needs it; a service refuses to start
on a schema that is too old and accepts one that is newer.

Example
  juchu-migrate --service=order --mysql_host=db.internal --mysql_schema=juchu_order --mysql_user=juchu_order \
    --mysql_password_file=/run/secrets/mysql-order --mysql_ca_file=/etc/juchu/ca.crt up

Exit codes
  0 done   1 refused: the schema or the files are not as they should be   2 usage   3 database not reached or busy)";

constexpr int kExitRefused = 1;
constexpr int kExitUsage = 2;
constexpr int kExitUnreachable = 3;

int ExitCode(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 0;
    case absl::StatusCode::kInvalidArgument:
      return ReasonOf(status) == "MIGRATION_FILE" ? kExitRefused : kExitUsage;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return kExitUnreachable;
    default:
      return kExitRefused;
  }
}

absl::StatusOr<std::string> MigrationsFolder() {
  std::string folder = absl::GetFlag(FLAGS_migrations_dir);
  const std::string service = absl::GetFlag(FLAGS_service);
  if (!folder.empty()) return folder;
  if (service.empty() || absl::StrContains(service, "/")) {
    return InvalidField("FLAG", "--service", "is not the name of a service", "name one, or give --migrations_dir");
  }
  return absl::StrCat("services/", service, "/migrations");
}

void PrintState(const std::vector<MigrationState>& states) {
  for (const MigrationState& state : states) {
    std::string text = "pending";
    if (state.applied_time.has_value()) {
      text = absl::StrCat("applied ", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", *state.applied_time, absl::UTCTimeZone()));
    } else if (state.applied_statements > 0) {
      text = absl::StrCat("interrupted after statement ", state.applied_statements);
    }
    if (!state.in_folder) text += " by a newer release";
    if (state.changed) text += ", FILE CHANGED SINCE";
    std::cout << absl::StrCat(absl::Dec(state.number, absl::kZeroPad4), " ", state.name, ": ", text, "\n");
  }
}

absl::Status Run(const std::string& command) {
  JUCHU_ASSIGN_OR_RETURN(const std::string folder, MigrationsFolder());
  JUCHU_ASSIGN_OR_RETURN(std::vector<Migration> migrations, ReadMigrations(folder));
  JUCHU_ASSIGN_OR_RETURN(mysql::Options options, mysql::OptionsFromFlags());
  // One connection holds the lock, the other works. A change of a large table takes its time.
  options.pool_size = 2;
  options.statement_timeout = absl::ZeroDuration();
  options.read_timeout = absl::Hours(6);
  const SystemClock clock;
  JUCHU_ASSIGN_OR_RETURN(std::unique_ptr<mysql::Pool> pool, mysql::Pool::Create(std::move(options), clock));
  Migrator migrator(*pool, std::move(migrations));
  const absl::Time deadline = clock.Now() + absl::GetFlag(FLAGS_wait);
  if (command == "status") {
    JUCHU_ASSIGN_OR_RETURN(std::vector<MigrationState> states, migrator.State(deadline));
    PrintState(states);
    return absl::OkStatus();
  }
  if (command == "verify") return migrator.Verify(deadline);
  JUCHU_ASSIGN_OR_RETURN(const int applied, migrator.Up(deadline));
  std::cout << "applied " << applied << (applied == 1 ? " migration\n" : " migrations\n");
  return absl::OkStatus();
}

void PrintError(const absl::Status& status) {
  std::cerr << "juchu-migrate: " << std::string(status.message()) << "\n";
  const std::string diagnostic = mysql::DiagnosticOf(status);
  if (!diagnostic.empty()) std::cerr << "  the database says: " << diagnostic << "\n";
  if (auto info = GetErrorInfo(status);
      info && info->metadata.count("remedy") != 0 && info->metadata.count("field") == 0) {
    std::cerr << "  " << info->metadata["remedy"] << "\n";
  }
}

}  // namespace
}  // namespace juchu::migrate

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(juchu::migrate::kUsage);
  absl::FlagsUsageConfig usage;
  // --help shows the connection's flags too, which are not in this file.
  usage.contains_help_flags = [](absl::string_view file) {
    return absl::StrContains(file, "tools/migrate/") || absl::StrContains(file, "common/mysql/");
  };
  absl::SetFlagsUsageConfig(usage);
  const std::vector<char*> words = absl::ParseCommandLine(argc, argv);
  const std::string command = words.size() == 2 ? words[1] : "";
  if (command != "up" && command != "status" && command != "verify") {
    std::cerr << "juchu-migrate: say up, status or verify; see juchu-migrate --help\n";
    return juchu::migrate::kExitUsage;
  }
  const absl::Status status = juchu::migrate::Run(command);
  if (!status.ok()) juchu::migrate::PrintError(status);
  return juchu::migrate::ExitCode(status);
}
