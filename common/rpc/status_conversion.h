#ifndef COMMON_RPC_STATUS_CONVERSION_H_
#define COMMON_RPC_STATUS_CONVERSION_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace juchu::rpc {

// The only place where absl::Status and grpc::Status meet. The reason and its metadata travel as google.rpc.ErrorInfo
// inside google.rpc.Status in the trailer "grpc-status-details-bin". Messages are cut to 1,024 bytes, between
// characters, because trailers are small.
grpc::Status ToGrpcStatus(const absl::Status& status);
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace juchu::rpc

#endif  // COMMON_RPC_STATUS_CONVERSION_H_
