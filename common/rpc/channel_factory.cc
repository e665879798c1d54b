#include "common/rpc/channel_factory.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/flags/secret_file.h"
#include "common/rpc/health.h"
#include "common/status/status_macros.h"

namespace juchu::rpc {
namespace {

struct Pem {
  std::string ca, cert, key;
};

absl::StatusOr<Pem> ReadPem(const TlsFiles& files) {
  Pem pem;
  JUCHU_ASSIGN_OR_RETURN(pem.ca, ReadFile("--tls_ca_file", files.ca_file));
  JUCHU_ASSIGN_OR_RETURN(pem.cert, ReadFile("--tls_cert_file", files.cert_file));
  JUCHU_ASSIGN_OR_RETURN(pem.key, ReadSecretFile("--tls_key_file", files.key_file));
  return pem;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> CreateMtlsChannel(const std::string& address, const TlsFiles& files,
                                                                 const std::string& server_name) {
  JUCHU_ASSIGN_OR_RETURN(const Pem pem, ReadPem(files));
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = pem.ca;
  options.pem_cert_chain = pem.cert;
  options.pem_private_key = pem.key;
  grpc::ChannelArguments arguments;
  if (!server_name.empty()) arguments.SetSslTargetNameOverride(server_name);
  // A dead peer is noticed within 40 s even when no packet comes back; a server allows pings from 20 s on.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  // After a restart of the peer the next call comes soon.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  // Every replica behind the address is used, until it says that it will stop.
  arguments.SetServiceConfigJSON(absl::StrCat(R"({"loadBalancingConfig": [{"round_robin": {}}],)",
                                              R"( "healthCheckConfig": {"serviceName": ")", kAcceptingCalls, "\"}}"));
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  // Retries are made in one place, common/rpc/client_call.h.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // Our own services answer in batches of 500 orders.
  arguments.SetMaxReceiveMessageSize(64 << 20);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
}

void WaitOn(grpc::Channel& channel, absl::Duration duration) {
  if (channel.GetState(/*try_to_connect=*/true) == GRPC_CHANNEL_READY) {
    absl::SleepFor(duration);
  } else {
    channel.WaitForConnected(absl::ToChronoTime(absl::Now() + duration));
  }
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CreateMtlsServerCredentials(const TlsFiles& files) {
  JUCHU_ASSIGN_OR_RETURN(const Pem pem, ReadPem(files));
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = pem.ca;
  options.pem_key_cert_pairs.push_back({pem.key, pem.cert});
  return grpc::SslServerCredentials(options);
}

}  // namespace juchu::rpc
