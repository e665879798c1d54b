#include "common/service/database_service.h"

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "common/migrate/migrations.h"
#include "common/migrate/migrator.h"
#include "common/mysql/flags.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

ABSL_FLAG(std::string, listen, "", "host:port to serve gRPC on; port 0 takes a free one. Required");
ABSL_FLAG(std::string, metrics_address, "", "host:port for Prometheus metrics over HTTP; empty serves none");
ABSL_FLAG(std::string, tls_ca_file, "", "certificates (PEM) of the authority whose clients are believed. Required");
ABSL_FLAG(std::string, tls_cert_file, "", "this process's certificate chain (PEM). Required");
ABSL_FLAG(std::string, tls_key_file, "", "its private key (PEM), not readable by everybody. Required");
ABSL_FLAG(int, max_calls, 192, "calls served at a time, 1 to 1000; past it RESOURCE_EXHAUSTED");
ABSL_FLAG(int, max_long_calls, 32, "reconcilers that wait for work at a time, 1 to 1000; past it RESOURCE_EXHAUSTED");
ABSL_FLAG(absl::Duration, drain_wait, absl::Seconds(1),
          "after SIGTERM: go on serving for so long, until clients and load balancers have turned to other replicas");
ABSL_FLAG(std::string, migrations_dir, "",
          "the migrations that this release needs; on an older schema the process does not start");
ABSL_FLAG(absl::Duration, request_log_retention, absl::Hours(24 * 90),
          "how long the answers of carried-out requests are kept for repeats, where they are not kept with an order's "
          "history; at least 24h");
ABSL_FLAG(bool, check_config, false, "check the flags, the files and the database, then exit");

namespace juchu {
namespace {

constexpr absl::Duration kStartLimit = absl::Seconds(30);
constexpr absl::Duration kReadyLimit = absl::Seconds(2);

absl::Status Required(absl::string_view flag, const std::string& value) {
  if (!value.empty()) return absl::OkStatus();
  return InvalidField("FLAG_REQUIRED", flag, "is missing", "give it; --help describes it");
}

absl::Status InRange(absl::string_view flag, int value, int least, int most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return InvalidField("FLAG_INVALID", flag, absl::StrCat("is ", value), absl::StrCat("give ", least, " to ", most));
}

}  // namespace

void SetFlagDefaults(const std::string& service) {
  absl::SetFlag(&FLAGS_migrations_dir, absl::StrCat("services/", service, "/migrations"));
  mysql::SetFlagDefaults(absl::StrCat("juchu_", service));
}

absl::StatusOr<DatabaseServiceOptions> DatabaseServiceOptionsFromFlags() {
  DatabaseServiceOptions options;
  options.server.listen = absl::GetFlag(FLAGS_listen);
  options.server.tls = {absl::GetFlag(FLAGS_tls_ca_file), absl::GetFlag(FLAGS_tls_cert_file),
                        absl::GetFlag(FLAGS_tls_key_file)};
  options.server.limits = {absl::GetFlag(FLAGS_max_calls), absl::GetFlag(FLAGS_max_long_calls)};
  options.server.drain_wait = absl::GetFlag(FLAGS_drain_wait);
  // The gateway sends batches of 500 whole orders.
  options.server.max_receive_bytes = 64 << 20;
  options.metrics_address = absl::GetFlag(FLAGS_metrics_address);
  options.migrations_dir = absl::GetFlag(FLAGS_migrations_dir);
  options.request_log_retention = absl::GetFlag(FLAGS_request_log_retention);
  options.check_config = absl::GetFlag(FLAGS_check_config);
  JUCHU_RETURN_IF_ERROR(Required("--listen", options.server.listen));
  JUCHU_RETURN_IF_ERROR(Required("--tls_ca_file", options.server.tls.ca_file));
  JUCHU_RETURN_IF_ERROR(Required("--tls_cert_file", options.server.tls.cert_file));
  JUCHU_RETURN_IF_ERROR(Required("--tls_key_file", options.server.tls.key_file));
  JUCHU_RETURN_IF_ERROR(Required("--migrations_dir", options.migrations_dir));
  JUCHU_RETURN_IF_ERROR(InRange("--max_calls", options.server.limits.calls, 1, 1000));
  JUCHU_RETURN_IF_ERROR(InRange("--max_long_calls", options.server.limits.long_calls, 1, 1000));
  if (options.request_log_retention < absl::Hours(24)) {
    return InvalidField("FLAG_INVALID", "--request_log_retention", "is shorter than a day",
                        "give at least 24h: until then callers repeat requests");
  }
  JUCHU_ASSIGN_OR_RETURN(options.database, mysql::OptionsFromFlags());
  if (options.database.socket_file.empty()) {
    JUCHU_RETURN_IF_ERROR(Required("--mysql_ca_file", options.database.ca_file));
  }
  return options;
}

absl::Status VerifySchema(mysql::Pool& pool, const DatabaseServiceOptions& options, const Clock& clock) {
  JUCHU_ASSIGN_OR_RETURN(auto migrations, migrate::ReadMigrations(options.migrations_dir));
  return migrate::Migrator(pool, std::move(migrations)).Verify(clock.Now() + kStartLimit);
}

bool DatabaseAnswers(mysql::Pool& pool, const Clock& clock) {
  auto connection = pool.Acquire(clock.Now() + kReadyLimit);
  return connection.ok() && (*connection)->Query("SELECT 1").ok();
}

void ExportPool(mysql::Pool& pool, rpc::Metrics& metrics) {
  const auto add = [&](const char* name, const char* help, bool counter, int64_t mysql::PoolStats::*field) {
    metrics.AddReader(name, help, counter, [&pool, field] { return static_cast<double>(pool.stats().*field); });
  };
  add("juchu_db_connections_in_use", "Connections lent", false, &mysql::PoolStats::in_use);
  add("juchu_db_connections_idle", "Connections at rest", false, &mysql::PoolStats::idle);
  add("juchu_db_waiting", "Callers that wait for a connection", false, &mysql::PoolStats::waiting);
  add("juchu_db_exhausted_total", "Callers refused because no connection became free", true,
      &mysql::PoolStats::exhausted);
  add("juchu_db_statements_total", "Statements", true, &mysql::PoolStats::statements);
  add("juchu_db_commits_total", "Commits", true, &mysql::PoolStats::commits);
  add("juchu_db_reruns_total", "Transactions run again after a conflict", true, &mysql::PoolStats::reruns);
  add("juchu_db_unknown_commits_total", "Commits whose outcome is not known", true, &mysql::PoolStats::unknown_commits);
}

}  // namespace juchu
