#include "services/gateway/clients/order_client.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/rpc/client_call.h"
#include "common/status/error.h"
#include "google/protobuf/descriptor.h"

namespace juchu::gateway {

using order::v1::OrderService;

absl::Status TranslateOrderServiceStatus(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      if (reason == "REQUEST_ID_REUSED") return status;
      return MakeError(absl::StatusCode::kInternal, "ORDER_SERVICE_REFUSED_REQUEST",
                       absl::StrCat("the order service refused the gateway's request: ", status.message()),
                       {{"order_service_reason", reason}});
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return MakeError(absl::StatusCode::kInternal, "ORDER_SERVICE_REFUSED_GATEWAY",
                       absl::StrCat("the order service does not let the gateway in: ", status.message()));
    case absl::StatusCode::kUnavailable:
      if (!reason.empty()) return status;
      return Unavailable("ORDER_SERVICE_UNREACHABLE", "the order service cannot be reached",
                         {{"remedy", "try again in a moment, with the same request id"}});
    default:
      return status;
  }
}

absl::Status ToStatus(const order::v1::OrderError& error) {
  ErrorMetadata metadata(error.metadata().begin(), error.metadata().end());
  return TranslateOrderServiceStatus(
      MakeError(static_cast<absl::StatusCode>(error.code()), error.reason(), error.message(), std::move(metadata)));
}

OrderClient::OrderClient(std::shared_ptr<OrderService::StubInterface> stub, const Clock& clock,
                         std::function<void(absl::Duration)> wait)
    : stub_(std::move(stub)), clock_(clock) {
  retry_.sleep = std::move(wait);
}

namespace {

// The descriptor of the method with this name; the contract says whether it may be repeated.
const google::protobuf::MethodDescriptor& MethodNamed(const char* name) {
  const auto* service = order::v1::LoadOrdersRequest::descriptor()->file()->FindServiceByName("OrderService");
  return *service->FindMethodByName(name);
}

}  // namespace

// One method for each RPC, all alike: count, call, translate.
#define JUCHU_ORDER_CLIENT_METHOD(NAME, RETRY)                                                           \
  absl::StatusOr<order::v1::NAME##Response> OrderClient::NAME(const rpc::CallContext& call,              \
                                                              const order::v1::NAME##Request& request) { \
    static const google::protobuf::MethodDescriptor& method = MethodNamed(#NAME);                        \
    calls_started_.fetch_add(1, std::memory_order_relaxed);                                              \
    auto response = rpc::CallUnary<order::v1::NAME##Response>(                                           \
        call, method, clock_,                                                                            \
        [&](grpc::ClientContext* context, order::v1::NAME##Response* into) {                             \
          return stub_->NAME(context, request, into);                                                    \
        },                                                                                               \
        RETRY);                                                                                          \
    if (!response.ok()) return TranslateOrderServiceStatus(response.status());                           \
    return response;                                                                                     \
  }

JUCHU_ORDER_CLIENT_METHOD(LoadOrders, retry_)
JUCHU_ORDER_CLIENT_METHOD(CreateOrders, retry_)
JUCHU_ORDER_CLIENT_METHOD(CommitOrders, once_)
JUCHU_ORDER_CLIENT_METHOD(FindOrders, retry_)
JUCHU_ORDER_CLIENT_METHOD(SearchOrders, retry_)
JUCHU_ORDER_CLIENT_METHOD(SummarizeOrders, retry_)
JUCHU_ORDER_CLIENT_METHOD(ListOrderHistory, retry_)
JUCHU_ORDER_CLIENT_METHOD(AuditOrders, retry_)
JUCHU_ORDER_CLIENT_METHOD(ChangeConfiguration, retry_)
JUCHU_ORDER_CLIENT_METHOD(LeaseChanges, retry_)
JUCHU_ORDER_CLIENT_METHOD(ExtendLeases, retry_)
JUCHU_ORDER_CLIENT_METHOD(AckChanges, retry_)

#undef JUCHU_ORDER_CLIENT_METHOD

}  // namespace juchu::gateway
