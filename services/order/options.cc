#include "services/order/options.h"

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "common/flags/secret_file.h"
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
ABSL_FLAG(std::string, mysql_host, "", "the database server's name, as its certificate has it. Required");
ABSL_FLAG(int, mysql_port, 3306, "its port");
ABSL_FLAG(std::string, mysql_schema, "juchu_order", "this service's database");
ABSL_FLAG(std::string, mysql_user, "juchu_order", "this service's database user");
ABSL_FLAG(std::string, mysql_password_file, "", "file with the user's password. Required");
ABSL_FLAG(std::string, mysql_ca_file, "", "certificate (PEM) of the authority that signed the server's. Required");
ABSL_FLAG(int, mysql_pool_size, 16, "connections to the database, 1 to 1000");
ABSL_FLAG(std::string, migrations_dir, "services/order/migrations",
          "the migrations that this release needs; on an older schema the process does not start");
ABSL_FLAG(absl::Duration, request_log_retention, absl::Hours(24 * 90),
          "how long the answers of carried-out requests are kept for repeats; at least 24h");
ABSL_FLAG(bool, check_config, false, "check the flags, the files and the database, then exit");

namespace juchu::order {
namespace {

absl::Status Required(absl::string_view flag, const std::string& value) {
  if (!value.empty()) return absl::OkStatus();
  return InvalidField("FLAG_REQUIRED", flag, "is missing", "give it; --help describes it");
}

absl::Status InRange(absl::string_view flag, int value, int least, int most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return InvalidField("FLAG_INVALID", flag, absl::StrCat("is ", value), absl::StrCat("give ", least, " to ", most));
}

}  // namespace

absl::StatusOr<Options> OptionsFromFlags() {
  Options options;
  options.server.listen = absl::GetFlag(FLAGS_listen);
  options.server.tls = {absl::GetFlag(FLAGS_tls_ca_file), absl::GetFlag(FLAGS_tls_cert_file),
                        absl::GetFlag(FLAGS_tls_key_file)};
  options.server.limits = {absl::GetFlag(FLAGS_max_calls), absl::GetFlag(FLAGS_max_long_calls)};
  options.server.drain_wait = absl::GetFlag(FLAGS_drain_wait);
  // The gateway sends batches of 500 whole orders.
  options.server.max_receive_bytes = 64 << 20;
  options.metrics_address = absl::GetFlag(FLAGS_metrics_address);
  options.database.host = absl::GetFlag(FLAGS_mysql_host);
  options.database.port = absl::GetFlag(FLAGS_mysql_port);
  options.database.schema = absl::GetFlag(FLAGS_mysql_schema);
  options.database.user = absl::GetFlag(FLAGS_mysql_user);
  options.database.ca_file = absl::GetFlag(FLAGS_mysql_ca_file);
  options.database.pool_size = absl::GetFlag(FLAGS_mysql_pool_size);
  options.migrations_dir = absl::GetFlag(FLAGS_migrations_dir);
  options.request_log_retention = absl::GetFlag(FLAGS_request_log_retention);
  options.check_config = absl::GetFlag(FLAGS_check_config);
  JUCHU_RETURN_IF_ERROR(Required("--listen", options.server.listen));
  JUCHU_RETURN_IF_ERROR(Required("--tls_ca_file", options.server.tls.ca_file));
  JUCHU_RETURN_IF_ERROR(Required("--tls_cert_file", options.server.tls.cert_file));
  JUCHU_RETURN_IF_ERROR(Required("--tls_key_file", options.server.tls.key_file));
  JUCHU_RETURN_IF_ERROR(Required("--mysql_host", options.database.host));
  JUCHU_RETURN_IF_ERROR(Required("--mysql_ca_file", options.database.ca_file));
  JUCHU_RETURN_IF_ERROR(Required("--migrations_dir", options.migrations_dir));
  JUCHU_RETURN_IF_ERROR(InRange("--max_calls", options.server.limits.calls, 1, 1000));
  JUCHU_RETURN_IF_ERROR(InRange("--max_long_calls", options.server.limits.long_calls, 1, 1000));
  if (options.request_log_retention < absl::Hours(24)) {
    return InvalidField("FLAG_INVALID", "--request_log_retention", "is shorter than a day",
                        "give at least 24h: until then callers repeat requests");
  }
  JUCHU_ASSIGN_OR_RETURN(options.database.password,
                         ReadSecretFile("--mysql_password_file", absl::GetFlag(FLAGS_mysql_password_file)));
  return options;
}

}  // namespace juchu::order
