#include "common/rpc/health.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status_macros.h"

namespace juchu::rpc {

absl::StatusOr<bool> CheckHealth(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context) {
  // Debian packages no generated code for grpc.health.v1; an empty request and one enum field (1 = SERVING) need none.
  const grpc::Slice nothing;
  grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check", grpc::internal::RpcMethod::NORMAL_RPC);
  JUCHU_RETURN_IF_ERROR(
      FromGrpcStatus(grpc::internal::BlockingUnaryCall(channel.get(), method, &context, request, &response)));
  std::vector<grpc::Slice> slices;
  if (!response.Dump(&slices).ok()) return false;
  std::string bytes;
  for (const auto& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes == std::string("\x08\x01", 2);
}

bool IsServing(const std::shared_ptr<grpc::Channel>& channel, absl::Duration limit) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + limit));
  const auto serving = CheckHealth(channel, context);
  return serving.ok() && *serving;
}

}  // namespace juchu::rpc
