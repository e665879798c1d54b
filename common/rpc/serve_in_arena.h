#ifndef COMMON_RPC_SERVE_IN_ARENA_H_
#define COMMON_RPC_SERVE_IN_ARENA_H_

#include <google/protobuf/arena.h>
#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/sync_stream.h>

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/arena/call_arena.h"
#include "common/fiber/fiber.h"
#include "common/rpc/handler.h"
#include "common/rpc/unreadable_request.h"
#include "common/status/status_macros.h"

namespace juchu::rpc {

// INVALID_ARGUMENT REQUEST_UNREADABLE when `bytes` are not such a message.
absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& request);
grpc::ByteBuffer SerializeResponse(const google::protobuf::MessageLite& response);

// Serves a call of a unary method with large messages in a fiber, by gRPC's raw callback interface: for a caller who
// has been let in they are made in one piece of memory, where gRPC would allocate every part of them. `serve(call,
// request, arena)` returns absl::StatusOr of a pointer to the response, which lies in the arena. `handler` outlives the
// call.
template <typename Request, typename Fn>
grpc::ServerUnaryReactor* ServeLargeInFiber(const Handler& handler, grpc::CallbackServerContext& context,
                                            absl::string_view method, const grpc::ByteBuffer& bytes,
                                            grpc::ByteBuffer& answer, Fn serve) {
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  fiber::Start([&handler, &context, method, &bytes, &answer, reactor, serve = std::move(serve)] {
    reactor->Finish(handler.Serve(context, method, [&](const CallContext& call) -> absl::Status {
      google::protobuf::Arena arena(CallArenaOptions());
      auto& request = *google::protobuf::Arena::CreateMessage<Request>(&arena);
      JUCHU_RETURN_IF_ERROR(ParseRequest(bytes, request));
      const auto response = serve(call, request, arena);
      if (response.ok()) answer = SerializeResponse(**response);
      return response.status();
    }));
  });
  return reactor;
}

// Serves a call of a unary method with large requests by a thread, through gRPC's streamed unary interface, which
// leaves it to us where the request is read to. (The raw interface would need a thread of ours for what waits for a
// database, and threads of gRPC's beside those of the other methods: a tenth of a millisecond for each call of the
// service.) `serve(call, request)` returns absl::StatusOr<Response> and may change the request.
template <typename Request, typename Response, typename Fn>
grpc::Status ServeLargeByThread(const Handler& handler, grpc::ServerContext& context, absl::string_view method,
                                grpc::ServerUnaryStreamer<Request, Response>& stream, Fn&& serve) {
  std::optional<Response> response;
  grpc::Status status = handler.Serve(context, method, [&](const CallContext& call) -> absl::Status {
    google::protobuf::Arena arena(CallArenaOptions());
    auto& request = *google::protobuf::Arena::CreateMessage<Request>(&arena);
    if (!stream.Read(&request)) {
      if (context.IsCancelled()) return absl::CancelledError("the caller is gone");
      return UnreadableRequest();
    }
    absl::StatusOr<Response> result = serve(call, request);
    if (result.ok()) response = *std::move(result);
    return result.status();
  });
  // A caller who is gone needs no answer.
  if (status.ok()) stream.Write(*response);
  return status;
}

}  // namespace juchu::rpc

#endif  // COMMON_RPC_SERVE_IN_ARENA_H_
