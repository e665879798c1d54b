#include "services/gateway/clients/order_client.h"

#include <utility>

#include "common/status/error.h"
#include "services/gateway/clients/service_status.h"

namespace juchu::gateway {

namespace pb = ::juchu::order::v1;
namespace common_pb = ::juchu::common::v1;

absl::Status ToStatus(const pb::OrderError& error) {
  ErrorMetadata metadata(error.metadata().begin(), error.metadata().end());
  return TranslateServiceStatus("order", MakeError(static_cast<absl::StatusCode>(error.code()), error.reason(),
                                                   error.message(), std::move(metadata)));
}

// One method for each RPC, all alike: call, translate.
#define JUCHU_ORDER_CLIENT_METHOD(PACKAGE, NAME, RETRY)                                              \
  absl::StatusOr<PACKAGE::NAME##Response> OrderClient::NAME(const rpc::CallContext& call,            \
                                                            const PACKAGE::NAME##Request& request) { \
    static const auto& method = MethodNamed(#NAME);                                                  \
    auto response = Call(call, method, &Stub::async_interface::NAME, request, RETRY);                \
    if (!response.ok()) return TranslateServiceStatus("order", response.status());                   \
    return response;                                                                                 \
  }

JUCHU_ORDER_CLIENT_METHOD(pb, LoadOrders, retry())
JUCHU_ORDER_CLIENT_METHOD(pb, CreateOrders, retry())
// Its caller loads anew and tries again by itself: whoever tries again must remember that the commit may have been
// carried out, or the next refusal sounds as if it had not.
JUCHU_ORDER_CLIENT_METHOD(pb, CommitOrders, Once())
JUCHU_ORDER_CLIENT_METHOD(pb, FindOrders, retry())
JUCHU_ORDER_CLIENT_METHOD(pb, SummarizeOrders, retry())
JUCHU_ORDER_CLIENT_METHOD(pb, ListOrderHistory, retry())
JUCHU_ORDER_CLIENT_METHOD(pb, AuditOrders, retry())
JUCHU_ORDER_CLIENT_METHOD(pb, ChangeConfiguration, retry())
JUCHU_ORDER_CLIENT_METHOD(common_pb, LeaseChanges, retry())
JUCHU_ORDER_CLIENT_METHOD(common_pb, ExtendLeases, retry())
JUCHU_ORDER_CLIENT_METHOD(common_pb, AckChanges, retry())

#undef JUCHU_ORDER_CLIENT_METHOD

absl::StatusOr<pb::SearchOrdersResponse*> OrderClient::SearchOrders(const rpc::CallContext& call,
                                                                    const pb::SearchOrdersRequest& request,
                                                                    google::protobuf::Arena& arena) {
  static const auto& method = MethodNamed("SearchOrders");
  auto* const response = google::protobuf::Arena::CreateMessage<pb::SearchOrdersResponse>(&arena);
  const absl::Status status = CallInto(*response, call, method, &Stub::async_interface::SearchOrders, request, retry());
  if (!status.ok()) return TranslateServiceStatus("order", status);
  return response;
}

}  // namespace juchu::gateway
