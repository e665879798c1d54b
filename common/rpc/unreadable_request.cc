#include "common/rpc/unreadable_request.h"

#include "common/rpc/status_conversion.h"
#include "common/status/error.h"

namespace juchu::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;

class Interceptor final : public grpc::experimental::Interceptor {
 public:
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const grpc::Status status = methods->GetSendStatus();
      // Our own errors always have a message and details.
      const bool from_parser = status.error_code() == grpc::StatusCode::INTERNAL && status.error_message().empty() &&
                               status.error_details().empty();
      if (from_parser) {
        methods->ModifySendStatus(ToGrpcStatus(
            InvalidField("REQUEST_UNREADABLE", "request", "is not a message of this method",
                         "send every string as UTF-8 and the message in the binary form of the contract")));
      }
    }
    methods->Proceed();
  }
};

}  // namespace

grpc::experimental::Interceptor* UnreadableRequestInterceptorFactory::CreateServerInterceptor(
    grpc::experimental::ServerRpcInfo*) {
  return new Interceptor();  // gRPC deletes it.
}

}  // namespace juchu::rpc
