#ifndef COMMON_RPC_CALLS_UNDER_WAY_H_
#define COMMON_RPC_CALLS_UNDER_WAY_H_

#include <grpcpp/support/server_interceptor.h>

#include <memory>

#include "absl/time/time.h"

namespace juchu::rpc {

// Knows how many calls a server has begun and not yet wholly answered; calls of the health service do not count, since
// watchers stay until the end. Thread-safe.
class CallsUnderWay {
 public:
  CallsUnderWay();

  // For the server's builder. Each call of the server passes it.
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeInterceptors() const;

  // Whether there is a moment without calls within `limit`.
  bool AwaitNone(absl::Duration limit) const;

 private:
  class Count;
  // Shared with the calls, which may end after the server.
  const std::shared_ptr<Count> count_;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_CALLS_UNDER_WAY_H_
