#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"

namespace juchu::ctl {

void AddHealthCommand(CLI::App& parent, Session& session) {
  AddCommand(parent, "health", "Say whether the gateway is serving; exit 0 only when it is", session, [&session] {
    // grpc.health.v1.Health/Check of the empty service name. Debian packages no generated code for it; an empty request
    // and one enum field (1 = SERVING) need none.
    grpc::ByteBuffer request;
    grpc::ByteBuffer response;
    grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check", grpc::internal::RpcMethod::NORMAL_RPC);
    auto context = session.NewContext(absl::Seconds(5));
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall(session.channel().get(), method, context.get(), request, &response);
    if (!session.Check(status)) return;
    std::vector<grpc::Slice> slices;
    response.Dump(&slices).ok();
    std::string bytes;
    for (const auto& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    const bool serving = bytes == std::string("\x08\x01", 2);
    Print(serving ? "SERVING\n" : "NOT_SERVING\n");
    if (!serving) session.exit_code = kExitUnreachable;
  });
}

}  // namespace juchu::ctl
