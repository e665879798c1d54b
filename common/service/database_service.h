#ifndef COMMON_SERVICE_DATABASE_SERVICE_H_
#define COMMON_SERVICE_DATABASE_SERVICE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/mysql/options.h"
#include "common/mysql/pool.h"
#include "common/rpc/metrics.h"
#include "common/rpc/server_runner.h"
#include "common/time/clock.h"

// What the main functions of all services with a database have in common. Linking this library defines their flags.
namespace juchu {

// What such a service is told at its start; each field is a flag of database_service.cc or common/mysql/flags.cc,
// described there.
struct DatabaseServiceOptions {
  rpc::ServerOptions server;
  std::string metrics_address;
  mysql::Options database;
  std::string migrations_dir;
  absl::Duration request_log_retention;
  bool check_config = false;
};

// The defaults of the service "order": its schema and account juchu_order, its migrations. Before flags are parsed.
void SetFlagDefaults(const std::string& service);

// Reads the flags and the secret files. INVALID_ARGUMENT names the flag that is wrong, and what to do.
absl::StatusOr<DatabaseServiceOptions> DatabaseServiceOptionsFromFlags();

// OK when the schema is at least that of the service's migrations.
absl::Status VerifySchema(mysql::Pool& pool, const DatabaseServiceOptions& options, const Clock& clock);

// Whether the database answers, within two seconds: what makes the process ready.
bool DatabaseAnswers(mysql::Pool& pool, const Clock& clock);

// Shows the pool's figures as juchu_db_* metrics; both must outlive the process's service.
void ExportPool(mysql::Pool& pool, rpc::Metrics& metrics);

}  // namespace juchu

#endif  // COMMON_SERVICE_DATABASE_SERVICE_H_
