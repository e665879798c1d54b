#ifndef COMMON_RPC_HANDLER_H_
#define COMMON_RPC_HANDLER_H_

#include <google/protobuf/descriptor.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <grpcpp/support/status.h>

#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/fiber/fiber.h"
#include "common/rpc/authorizer.h"
#include "common/rpc/call_context.h"
#include "common/rpc/call_limiter.h"
#include "common/rpc/metrics.h"
#include "common/time/clock.h"

namespace juchu::rpc {

// What a call without a deadline gets. Zero: such a call is refused (DEADLINE_REQUIRED).
struct DefaultDeadlines {
  absl::Duration unary = absl::ZeroDuration();
  absl::Duration stream = absl::ZeroDuration();
};

// What every handler of one service goes through: a place among the calls being served, deadline, caller,
// authorization, barrier against exceptions, log line, metrics, status conversion. Thread-safe. All references must
// outlive it.
class Handler {
 public:
  // INTERNAL when a method of `service` lacks the option that `authorizer` needs: the process must not start. Without
  // a `limiter` every call is served.
  static absl::StatusOr<Handler> Create(const google::protobuf::ServiceDescriptor& service,
                                        const Authorizer& authorizer, Metrics& metrics, const Clock& clock,
                                        DefaultDeadlines deadlines = {}, CallLimiter* limiter = nullptr);

  // Serves one call of the method with this name. `serve` does the work; a stream reads and writes inside of it.
  grpc::Status Serve(grpc::ServerContextBase& context, absl::string_view method,
                     absl::FunctionRef<absl::Status(const CallContext&)> serve) const;

  // The same for a unary method: `serve` returns absl::StatusOr<Response>.
  template <typename Response, typename Fn>
  grpc::Status ServeUnary(grpc::ServerContextBase& context, absl::string_view method, Response& response,
                          Fn&& serve) const {
    return Serve(context, method, [&](const CallContext& call) -> absl::Status {
      absl::StatusOr<Response> result = serve(call);
      if (!result.ok()) return std::move(result).status();
      response = *std::move(result);
      return absl::OkStatus();
    });
  }

  // The same for a unary method of gRPC's callback interface, in a fiber: it waits for its neighbours without holding a
  // thread.
  template <typename Response, typename Fn>
  grpc::ServerUnaryReactor* ServeUnaryInFiber(grpc::CallbackServerContext& context, absl::string_view method,
                                              Response& response, Fn serve) const {
    grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
    fiber::Start([this, &context, method, &response, reactor, serve = std::move(serve)] {
      reactor->Finish(ServeUnary(context, method, response, serve));
    });
    return reactor;
  }

 private:
  Handler(const Authorizer& authorizer, Metrics& metrics, const Clock& clock, DefaultDeadlines deadlines,
          CallLimiter* limiter)
      : authorizer_(&authorizer), metrics_(&metrics), clock_(&clock), deadlines_(deadlines), limiter_(limiter) {}

  absl::Status Begin(grpc::ServerContextBase& context, const google::protobuf::MethodDescriptor& method,
                     CallContext& call) const;
  grpc::Status ServeAdmitted(grpc::ServerContextBase& context, const google::protobuf::MethodDescriptor& method,
                             CallContext& call, absl::FunctionRef<absl::Status(const CallContext&)> serve) const;

  const Authorizer* authorizer_;
  Metrics* metrics_;
  const Clock* clock_;
  DefaultDeadlines deadlines_;
  CallLimiter* limiter_;
  absl::flat_hash_map<std::string, const google::protobuf::MethodDescriptor*> methods_;
};

// The name in the peer's certificate: the last part of its URI "spiffe://juchu/<name>"; "" without one.
std::string PeerName(const grpc::ServerContextBase& context);

}  // namespace juchu::rpc

#endif  // COMMON_RPC_HANDLER_H_
