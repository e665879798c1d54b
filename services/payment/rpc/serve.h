#ifndef SERVICES_PAYMENT_RPC_SERVE_H_
#define SERVICES_PAYMENT_RPC_SERVE_H_

#include "absl/status/statusor.h"
#include "common/rpc/handler.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::payment {

// One call of a tenant's: whose it is and whether the request holds together (CheckRequest), then `serve`.
template <typename Request, typename Response, typename Fn>
grpc::Status Serve(const rpc::Handler& handler, grpc::ServerContext& context, const char* method,
                   const Request& request, Response& response, Fn serve) {
  return handler.ServeUnary(context, method, response, [&](const rpc::CallContext& call) -> absl::StatusOr<Response> {
    // Everything belongs to a tenant, and only the caller's metadata says which.
    if (call.tenant.empty()) {
      return InvalidField("TENANT_REQUIRED", "x-juchu-tenant", "is missing", "send the tenant as metadata");
    }
    JUCHU_RETURN_IF_ERROR(CheckRequest(request));
    return serve(call);
  });
}

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_RPC_SERVE_H_
