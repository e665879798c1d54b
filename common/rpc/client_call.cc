#include "common/rpc/client_call.h"

#include "common/rpc/trace.h"
#include "juchu/common/v1/method_options.pb.h"

namespace juchu::rpc {

void FillClientContext(const CallContext& call, grpc::ClientContext& context) {
  if (call.deadline != absl::InfiniteFuture()) context.set_deadline(absl::ToChronoTime(call.deadline));
  context.AddMetadata("x-juchu-tenant", call.tenant);
  context.AddMetadata("x-juchu-actor", call.actor);
  context.AddMetadata("traceparent", ContinueTrace(call.traceparent));
}

bool IsRepeatable(const google::protobuf::MethodDescriptor& method) {
  return method.options().GetExtension(common::v1::repeatable);
}

}  // namespace juchu::rpc
