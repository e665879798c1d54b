#ifndef SERVICES_GATEWAY_APP_ORDER_READER_H_
#define SERVICES_GATEWAY_APP_ORDER_READER_H_

#include "absl/status/statusor.h"
#include "common/page/page_token.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// The methods of GatewayService that change nothing; see there. Thread-safe.
class OrderReader {
 public:
  // All must outlive the reader.
  OrderReader(OrderClient& orders, InventoryClient& inventory, ConfigurationCache& configurations,
              const PageTokenCodec& tokens, const Clock& clock)
      : orders_(orders), inventory_(inventory), configurations_(configurations), tokens_(tokens), clock_(clock) {}

  // The response lies in `arena`.
  absl::StatusOr<const v1::SearchOrdersResponse*> Search(const rpc::CallContext& context,
                                                         const v1::SearchOrdersRequest& request,
                                                         google::protobuf::Arena& arena);
  absl::StatusOr<order::v1::Order> Get(const rpc::CallContext& context, const v1::GetOrderRequest& request);
  absl::StatusOr<v1::ListOrderHistoryResponse> History(const rpc::CallContext& context,
                                                       const v1::ListOrderHistoryRequest& request);
  absl::StatusOr<v1::ExplainOrderResponse> Explain(const rpc::CallContext& context,
                                                   const v1::ExplainOrderRequest& request);
  absl::StatusOr<v1::SummarizeOrdersResponse> Summarize(const rpc::CallContext& context);

 private:
  struct Loaded {
    order::v1::Order order;
    ConfigurationSnapshot configuration;
  };
  absl::StatusOr<Loaded> Load(const rpc::CallContext& context, const std::string& order_number);
  absl::Status AddLacks(const rpc::CallContext& context, const order::v1::Order& order,
                        v1::ExplainOrderResponse& response);

  OrderClient& orders_;
  InventoryClient& inventory_;
  ConfigurationCache& configurations_;
  const PageTokenCodec& tokens_;
  const Clock& clock_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_READER_H_
