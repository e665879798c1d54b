#ifndef COMMON_RPC_SERVE_IN_ARENA_H_
#define COMMON_RPC_SERVE_IN_ARENA_H_

#include <google/protobuf/arena.h>
#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/arena/call_arena.h"
#include "common/fiber/fiber.h"
#include "common/rpc/handler.h"
#include "common/status/status_macros.h"

namespace juchu::rpc {

// INVALID_ARGUMENT REQUEST_UNREADABLE when `bytes` are not such a message.
absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& request);
grpc::ByteBuffer SerializeResponse(const google::protobuf::MessageLite& response);
inline grpc::ByteBuffer SerializeResponse(const google::protobuf::MessageLite* response) {
  return SerializeResponse(*response);
}

// Where a call is served: what waits for neighbours only, in a fiber; what holds its thread up, on one of its own.
enum class ServedIn { kFiber, kThread };

// Serves a call of a unary method with large messages, by gRPC's raw callback interface: for a caller who has been let
// in, request and response are made in one piece of memory, where gRPC would allocate every part of them.
// `serve(call, request, arena)` returns absl::StatusOr of the response or of a pointer to it in the arena, and may
// change the request. `handler` outlives the call.
template <typename Request, typename Fn>
grpc::ServerUnaryReactor* ServeInArena(const Handler& handler, grpc::CallbackServerContext& context,
                                       absl::string_view method, ServedIn where, const grpc::ByteBuffer& bytes,
                                       grpc::ByteBuffer& answer, Fn serve) {
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  fiber::Start([&handler, &context, method, where, &bytes, &answer, reactor, serve = std::move(serve)] {
    reactor->Finish(handler.Serve(context, method, [&](const CallContext& call) -> absl::Status {
      if (where == ServedIn::kThread) fiber::MoveToThread();
      google::protobuf::Arena arena(CallArenaOptions());
      auto& request = *google::protobuf::Arena::CreateMessage<Request>(&arena);
      JUCHU_RETURN_IF_ERROR(ParseRequest(bytes, request));
      const auto response = serve(call, request, arena);
      if (response.ok()) answer = SerializeResponse(*response);
      return response.status();
    }));
  });
  return reactor;
}

}  // namespace juchu::rpc

#endif  // COMMON_RPC_SERVE_IN_ARENA_H_
