#include "common/rpc/unreadable_request.h"

#include "common/rpc/status_conversion.h"
#include "common/status/error.h"

namespace juchu::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;

class Interceptor final : public grpc::experimental::Interceptor {
 public:
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE)) {
      unreadable_ = methods->GetRecvMessage() == nullptr;
    }
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const grpc::Status status = methods->GetSendStatus();
      // Our own errors always have a message and details. The callback interface calls the method unimplemented.
      const bool is_bare = status.error_message().empty() && status.error_details().empty();
      const bool from_parser = status.error_code() == grpc::StatusCode::INTERNAL ||
                               (status.error_code() == grpc::StatusCode::UNIMPLEMENTED && unreadable_);
      if (is_bare && from_parser) {
        methods->ModifySendStatus(ToGrpcStatus(UnreadableRequest()));
      }
    }
    methods->Proceed();
  }

 private:
  // What came last was no message, or there was none.
  bool unreadable_ = false;
};

}  // namespace

absl::Status UnreadableRequest() {
  return InvalidField("REQUEST_UNREADABLE", "request", "is not a message of this method",
                      "send every string as UTF-8 and the message in the binary form of the contract");
}

grpc::experimental::Interceptor* UnreadableRequestInterceptorFactory::CreateServerInterceptor(
    grpc::experimental::ServerRpcInfo*) {
  return new Interceptor();  // gRPC deletes it.
}

}  // namespace juchu::rpc
