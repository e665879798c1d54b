#ifndef COMMON_RPC_HEALTH_H_
#define COMMON_RPC_HEALTH_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace grpc {
class Channel;
class ClientContext;
}  // namespace grpc

namespace juchu::rpc {

// The name in a server's health service that is SERVING from its start until it is told to stop, whatever lies behind
// it; the empty name says whether the process can do its work. Clients watch this one (healthCheckConfig of a gRPC
// service config) and send no more calls to a server that will stop: once it stops, gRPC 1.51 ends calls that still
// come in with CANCELLED, which nobody repeats.
inline constexpr char kAcceptingCalls[] = "juchu";

// What the peer's health service (grpc.health.v1, empty service name) says: true is SERVING. An error when it does not
// answer. `context` carries deadline and metadata.
absl::StatusOr<bool> CheckHealth(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context);

// Whether the peer answers SERVING within `limit`.
bool IsServing(const std::shared_ptr<grpc::Channel>& channel, absl::Duration limit);

}  // namespace juchu::rpc

#endif  // COMMON_RPC_HEALTH_H_
