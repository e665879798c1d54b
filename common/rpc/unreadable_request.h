#ifndef COMMON_RPC_UNREADABLE_REQUEST_H_
#define COMMON_RPC_UNREADABLE_REQUEST_H_

#include <grpcpp/support/server_interceptor.h>

#include "absl/status/status.h"

namespace juchu::rpc {

// INVALID_ARGUMENT REQUEST_UNREADABLE with the remedy.
absl::Status UnreadableRequest();

// gRPC answers a request that it cannot parse, text that is not UTF-8 for one, with INTERNAL and no message, before
// any handler runs. This interceptor makes it what it is: an UnreadableRequest().
class UnreadableRequestInterceptorFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_UNREADABLE_REQUEST_H_
