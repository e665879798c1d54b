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

// What the peer's health service (grpc.health.v1, empty service name) says: true is SERVING. An error when it does not
// answer. `context` carries deadline and metadata.
absl::StatusOr<bool> CheckHealth(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context);

// Whether the peer answers SERVING within `limit`.
bool IsServing(const std::shared_ptr<grpc::Channel>& channel, absl::Duration limit);

}  // namespace juchu::rpc

#endif  // COMMON_RPC_HEALTH_H_
