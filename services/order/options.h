#ifndef SERVICES_ORDER_OPTIONS_H_
#define SERVICES_ORDER_OPTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/mysql/options.h"
#include "common/rpc/server_runner.h"

namespace juchu::order {

// What juchu-order is told at its start; each field is a flag of main.cc, described there.
struct Options {
  rpc::ServerOptions server;
  std::string metrics_address;
  mysql::Options database;
  std::string migrations_dir;
  absl::Duration request_log_retention;
  bool check_config = false;
};

// Reads the flags and the secret files. INVALID_ARGUMENT names the flag that is wrong, and what to do.
absl::StatusOr<Options> OptionsFromFlags();

}  // namespace juchu::order

#endif  // SERVICES_ORDER_OPTIONS_H_
