#ifndef SERVICES_GATEWAY_OPTIONS_H_
#define SERVICES_GATEWAY_OPTIONS_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/server_runner.h"
#include "services/gateway/auth/token_verifier.h"

namespace juchu::gateway {

// What juchu-gateway is told at its start; each field is a flag of options.cc, described there.
struct Options {
  rpc::ServerOptions server;
  std::string metrics_address;
  std::string order_address;
  std::string order_server_name;
  std::string inventory_address;
  std::string inventory_server_name;
  std::string payment_address;
  std::string payment_server_name;
  std::string jwks_file;
  TokenRules token_rules;
  std::string page_token_key;
  std::set<std::string> allowed_clients;
  int reconcilers = 1;
  absl::Duration reconcile_lease = absl::Seconds(30);
  int order_cache_size = 0;
  int bulk_batch = 384;
  bool check_config = false;
};

// Reads the flags and the secret files. INVALID_ARGUMENT names the flag that is wrong, and what to do.
absl::StatusOr<Options> OptionsFromFlags();

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_OPTIONS_H_
