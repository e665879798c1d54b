#ifndef COMMON_RPC_LARGE_UNARY_H_
#define COMMON_RPC_LARGE_UNARY_H_

#include <google/protobuf/arena.h>
#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/arena/call_arena.h"
#include "common/fiber/fiber.h"
#include "common/rpc/handler.h"
#include "common/status/status_macros.h"

namespace juchu::rpc {

// INVALID_ARGUMENT REQUEST_UNREADABLE when `bytes` are not such a message.
absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& request);
grpc::ByteBuffer SerializeResponse(const google::protobuf::MessageLite& response);

// Serves a call of a unary method whose requests are large, by gRPC's raw callback interface: on a thread of its own,
// for a caller who has been let in, the request is taken apart in one piece of memory, where gRPC would allocate every
// part of it. `serve` returns absl::StatusOr<Response> and may change the request. `handler` outlives the call.
template <typename Request, typename Fn>
grpc::ServerUnaryReactor* ServeLargeUnary(const Handler& handler, grpc::CallbackServerContext& context,
                                          absl::string_view method, const grpc::ByteBuffer& bytes,
                                          grpc::ByteBuffer& answer, Fn serve) {
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  fiber::Start([&handler, &context, method, &bytes, &answer, reactor, serve = std::move(serve)] {
    reactor->Finish(handler.Serve(context, method, [&](const CallContext& call) -> absl::Status {
      fiber::MoveToThread();
      google::protobuf::Arena arena(CallArenaOptions());
      auto& request = *google::protobuf::Arena::CreateMessage<Request>(&arena);
      JUCHU_RETURN_IF_ERROR(ParseRequest(bytes, request));
      const auto response = serve(call, request);
      if (response.ok()) answer = SerializeResponse(*response);
      return response.status();
    }));
  });
  return reactor;
}

}  // namespace juchu::rpc

#endif  // COMMON_RPC_LARGE_UNARY_H_
