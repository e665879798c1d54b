#ifndef COMMON_RPC_CHANNEL_FACTORY_H_
#define COMMON_RPC_CHANNEL_FACTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace grpc {
class Channel;
class ServerCredentials;
}  // namespace grpc

namespace juchu::rpc {

// The files of one process's identity; see --tls_ca_file, --tls_cert_file, --tls_key_file.
struct TlsFiles {
  // Certificates (PEM) of the authorities whose peers are believed.
  std::string ca_file;
  // This process's certificate chain (PEM), with the URI "spiffe://juchu/<name>".
  std::string cert_file;
  // Its private key (PEM); others must not be able to read it.
  std::string key_file;
};

// A channel to `address` over mutual TLS: "host:port", or several replicas that take turns ("dns:///name:port" with
// many addresses, "ipv4:1.2.3.4:50051,1.2.3.5:50051"). `server_name` is the name that the server's certificate must
// carry, when it is not the host of `address`; a list of addresses needs it. Made once for a process and shared:
// channels are thread-safe.
absl::StatusOr<std::shared_ptr<grpc::Channel>> CreateMtlsChannel(const std::string& address, const TlsFiles& files,
                                                                 const std::string& server_name = "");

// Waits for `duration`, or until a channel that is not connected is so: for the waits between tries. A channel gets on
// with its connection only while somebody waits on it; a caller that merely slept would find it as it left it.
void WaitOn(grpc::Channel& channel, absl::Duration duration);

// Credentials of a server that lets in only peers with a certificate of `files.ca_file`.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CreateMtlsServerCredentials(const TlsFiles& files);

}  // namespace juchu::rpc

#endif  // COMMON_RPC_CHANNEL_FACTORY_H_
