#ifndef COMMON_RPC_CLIENT_CALL_H_
#define COMMON_RPC_CLIENT_CALL_H_

#include <google/protobuf/descriptor.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include "absl/status/statusor.h"
#include "common/fault/fault.h"
#include "common/rpc/call_context.h"
#include "common/rpc/retry_loop.h"
#include "common/rpc/status_conversion.h"
#include "common/time/clock.h"

namespace juchu::rpc {

// Deadline, tenant, actor and trace of `call` go into `context`.
void FillClientContext(const CallContext& call, grpc::ClientContext& context);

// Whether the contract marks the method repeatable.
bool IsRepeatable(const google::protobuf::MethodDescriptor& method);

// One unary call of a neighbour on behalf of `call`: a fresh grpc::ClientContext for each try, tried again while the
// neighbour is UNAVAILABLE when the contract marks the method repeatable, and while it has no room when the call says
// so. `response` means nothing unless OK is returned. `invoke` is
//   [&](grpc::ClientContext* context, Response* response) { return stub.LoadOrders(context, request, response); }
template <typename Response, typename Invoke>
absl::Status CallUnary(Response& response, const CallContext& call, const google::protobuf::MethodDescriptor& method,
                       const Clock& clock, Invoke&& invoke, RetryPolicy policy = {}) {
  if (!IsRepeatable(method)) policy.max_tries = 1;
  policy.awaits_room = call.awaits_room;
  return RetryUnavailable(policy, clock, call.deadline, [&] {
    grpc::ClientContext context;
    FillClientContext(call, context);
    response.Clear();
    if (fault::Fails("rpc.before_call", method.name())) return absl::UnavailableError("a fault point");
    absl::Status answered = FromGrpcStatus(invoke(&context, &response));
    if (fault::Fails("rpc.after_call", method.name())) return absl::UnavailableError("a fault point");
    return answered;
  });
}

}  // namespace juchu::rpc

#endif  // COMMON_RPC_CLIENT_CALL_H_
