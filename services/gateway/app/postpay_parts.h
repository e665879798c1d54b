#ifndef SERVICES_GATEWAY_APP_POSTPAY_PARTS_H_
#define SERVICES_GATEWAY_APP_POSTPAY_PARTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/order_settler.h"
#include "services/gateway/app/postpay_layouts.h"
#include "services/gateway/clients/order_client.h"
#include "services/gateway/clients/payment_client.h"
#include "services/gateway/clients/postpay_client.h"

namespace juchu::gateway {

// What the exports and the import of NP and GMO work with; all must outlive them.
struct PostpayParts {
  OrderClient& orders;
  ConfigurationCache& configurations;
  OrderSettler& settler;
  PaymentClient& payment;
  FactsAcknowledger& acknowledger;
  PostpayClient& postpay;
  PostpayLayouts& layouts;
  const Clock& clock;
};

// Takes what the payment service has just written down of these orders to the orders, in the person's name. The orders
// by number, as they are then; one that is refused is left out. An error when an order could not be told: the caller
// asks again, and else the service's change feed tells it.
absl::StatusOr<std::map<std::string, v1::OrderChangeResponse>> SettlePostpay(
    const PostpayParts& parts, const rpc::CallContext& context, const std::string& operation,
    const std::vector<std::string>& order_numbers);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_POSTPAY_PARTS_H_
