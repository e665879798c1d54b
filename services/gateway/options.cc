#include "services/gateway/options.h"

#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "common/flags/secret_file.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

ABSL_FLAG(std::string, listen, "", "host:port to serve gRPC on; port 0 takes a free one. Required");
ABSL_FLAG(std::string, metrics_address, "", "host:port for Prometheus metrics over HTTP; empty serves none");
ABSL_FLAG(std::string, tls_ca_file, "", "certificates (PEM) of the authority whose peers are believed. Required");
ABSL_FLAG(std::string, tls_cert_file, "", "this process's certificate chain (PEM). Required");
ABSL_FLAG(std::string, tls_key_file, "", "its private key (PEM), not readable by everybody. Required");
ABSL_FLAG(std::vector<std::string>, allowed_clients, {},
          "names of the client certificates that may call: the edge proxy, internal systems. Required");
ABSL_FLAG(int, max_calls, 128, "calls served at a time, 1 to 1000; past it RESOURCE_EXHAUSTED");
ABSL_FLAG(int, max_long_calls, 32, "bulk updates, imports and audits at a time, 1 to 1000; past it RESOURCE_EXHAUSTED");
ABSL_FLAG(absl::Duration, drain_wait, absl::Seconds(1),
          "after SIGTERM: go on serving for so long, until clients and load balancers have turned to other replicas");
ABSL_FLAG(std::string, order_address, "",
          "host:port of the order service, or of its replicas: dns:///name:port with an address for each, or "
          "ipv4:1.2.3.4:50051,1.2.3.5:50051. Required");
ABSL_FLAG(std::string, order_server_name, "",
          "the name in the order service's certificate, when it is not the address's host");
ABSL_FLAG(std::string, inventory_address, "", "the inventory service's, as --order_address. Required");
ABSL_FLAG(std::string, inventory_server_name, "",
          "the name in the inventory service's certificate, when it is not the address's host");
ABSL_FLAG(std::string, payment_address, "", "the payment service's, as --order_address. Required");
ABSL_FLAG(std::string, payment_server_name, "",
          "the name in the payment service's certificate, when it is not the address's host");
ABSL_FLAG(std::string, jwks_file, "",
          "public keys (JWKS) that tokens are checked with; re-read when it changes. Required");
ABSL_FLAG(std::string, token_issuer, "", "the claim \"iss\" that tokens must have. Required");
ABSL_FLAG(std::string, token_audience, "juchu", "the claim \"aud\" that tokens must have");
ABSL_FLAG(absl::Duration, token_leeway, absl::Seconds(30), "how far the issuer's clock may be from ours; at most 1m");
ABSL_FLAG(absl::Duration, token_max_age, absl::Hours(24), "how old a token may be, whatever it says itself");
ABSL_FLAG(std::string, page_token_key_file, "",
          "file with the secret that seals page tokens, 32 bytes or more, the same on every replica. Required");
ABSL_FLAG(int, reconcilers, 1, "threads that evaluate queued orders, 0 to 16; 0 leaves it to other replicas");
ABSL_FLAG(absl::Duration, reconcile_lease, absl::Seconds(30),
          "when queued orders come back that a gateway took and did not finish because it died; whole seconds, 1s to "
          "10m. Short: work that is slow is done twice");
ABSL_FLAG(int, order_cache_size, 50'000,
          "orders lately loaded or changed of which copies are held, so that their next change need not load them; "
          "0 to 10000000, about 3 kB each");
ABSL_FLAG(int, bulk_batch, 384,
          "orders of a bulk update that are committed together, 1 to 500; fewer lock each other out for a shorter time "
          "and cost more each");
ABSL_FLAG(bool, check_config, false, "check the flags and the files, then exit");

namespace juchu::gateway {
namespace {

constexpr size_t kLeastKeyBytes = 32;

absl::Status Required(absl::string_view flag, bool given) {
  if (given) return absl::OkStatus();
  return InvalidField("FLAG_REQUIRED", flag, "is missing", "give it; --help describes it");
}

absl::Status CheckRequired(const Options& options) {
  JUCHU_RETURN_IF_ERROR(Required("--listen", !options.server.listen.empty()));
  JUCHU_RETURN_IF_ERROR(Required("--tls_ca_file", !options.server.tls.ca_file.empty()));
  JUCHU_RETURN_IF_ERROR(Required("--tls_cert_file", !options.server.tls.cert_file.empty()));
  JUCHU_RETURN_IF_ERROR(Required("--tls_key_file", !options.server.tls.key_file.empty()));
  JUCHU_RETURN_IF_ERROR(Required("--allowed_clients", !options.allowed_clients.empty()));
  JUCHU_RETURN_IF_ERROR(Required("--order_address", !options.order_address.empty()));
  JUCHU_RETURN_IF_ERROR(Required("--inventory_address", !options.inventory_address.empty()));
  JUCHU_RETURN_IF_ERROR(Required("--payment_address", !options.payment_address.empty()));
  JUCHU_RETURN_IF_ERROR(Required("--jwks_file", !options.jwks_file.empty()));
  return Required("--token_issuer", !options.token_rules.issuer.empty());
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
  // 500 orders by RPC; files come in pieces of 256 KiB.
  options.server.max_receive_bytes = 8 << 20;
  options.metrics_address = absl::GetFlag(FLAGS_metrics_address);
  options.order_address = absl::GetFlag(FLAGS_order_address);
  options.order_server_name = absl::GetFlag(FLAGS_order_server_name);
  options.inventory_address = absl::GetFlag(FLAGS_inventory_address);
  options.inventory_server_name = absl::GetFlag(FLAGS_inventory_server_name);
  options.payment_address = absl::GetFlag(FLAGS_payment_address);
  options.payment_server_name = absl::GetFlag(FLAGS_payment_server_name);
  options.jwks_file = absl::GetFlag(FLAGS_jwks_file);
  options.token_rules.issuer = absl::GetFlag(FLAGS_token_issuer);
  options.token_rules.audience = absl::GetFlag(FLAGS_token_audience);
  options.token_rules.leeway = absl::GetFlag(FLAGS_token_leeway);
  options.token_rules.max_age = absl::GetFlag(FLAGS_token_max_age);
  for (const auto& name : absl::GetFlag(FLAGS_allowed_clients)) options.allowed_clients.insert(name);
  options.reconcilers = absl::GetFlag(FLAGS_reconcilers);
  options.reconcile_lease = absl::GetFlag(FLAGS_reconcile_lease);
  options.order_cache_size = absl::GetFlag(FLAGS_order_cache_size);
  options.bulk_batch = absl::GetFlag(FLAGS_bulk_batch);
  options.check_config = absl::GetFlag(FLAGS_check_config);
  JUCHU_RETURN_IF_ERROR(CheckRequired(options));
  JUCHU_RETURN_IF_ERROR(InRange("--max_calls", options.server.limits.calls, 1, 1000));
  JUCHU_RETURN_IF_ERROR(InRange("--max_long_calls", options.server.limits.long_calls, 1, 1000));
  if (options.token_rules.leeway < absl::ZeroDuration() || options.token_rules.leeway > absl::Minutes(1)) {
    return InvalidField("FLAG_INVALID", "--token_leeway", "is out of range", "give 0s to 1m");
  }
  JUCHU_RETURN_IF_ERROR(InRange("--reconcilers", options.reconcilers, 0, 16));
  if (options.reconcile_lease < absl::Seconds(1) || options.reconcile_lease > absl::Minutes(10) ||
      options.reconcile_lease != absl::Trunc(options.reconcile_lease, absl::Seconds(1))) {
    return InvalidField("FLAG_INVALID", "--reconcile_lease", "is out of range", "give whole seconds, 1s to 10m");
  }
  JUCHU_RETURN_IF_ERROR(InRange("--order_cache_size", options.order_cache_size, 0, 10'000'000));
  JUCHU_RETURN_IF_ERROR(InRange("--bulk_batch", options.bulk_batch, 1, 500));
  JUCHU_ASSIGN_OR_RETURN(options.page_token_key,
                         ReadSecretFile("--page_token_key_file", absl::GetFlag(FLAGS_page_token_key_file)));
  if (options.page_token_key.size() < kLeastKeyBytes) {
    return InvalidField("FLAG_INVALID", "--page_token_key_file", "holds a short key",
                        absl::StrCat("write at least ", kLeastKeyBytes, " random bytes into it"));
  }
  return options;
}

}  // namespace juchu::gateway
