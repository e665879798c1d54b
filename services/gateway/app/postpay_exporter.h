#ifndef SERVICES_GATEWAY_APP_POSTPAY_EXPORTER_H_
#define SERVICES_GATEWAY_APP_POSTPAY_EXPORTER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/order_settler.h"
#include "services/gateway/app/postpay_layouts.h"
#include "services/gateway/clients/order_client.h"
#include "services/gateway/clients/payment_client.h"
#include "services/gateway/clients/postpay_client.h"
#include "services/gateway/workflow/rules.h"

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

// Writes the files that go out (取引登録エクスポート, 配送伝票CSVエクスポート). A file is kept by the payment service
// in the same transaction that makes its orders 与信中 or 報告済; so a repeat of a request finds the file, and no order
// goes out twice. Thread-safe.
class PostpayExporter {
 public:
  explicit PostpayExporter(PostpayParts parts) : parts_(parts) {}

  // The methods of the public PostpayService; see there.
  absl::StatusOr<v1::ExportFileResponse> ExportRegistrations(const rpc::CallContext& context,
                                                             const v1::ExportRegistrationsRequest& request);
  absl::StatusOr<v1::ExportFileResponse> ExportSlips(const rpc::CallContext& context,
                                                     const v1::ExportSlipsRequest& request);

 private:
  struct Export;
  absl::Status Load(const rpc::CallContext& context, const std::vector<std::string>& order_numbers, Export& work);
  absl::Status FindWaiting(const rpc::CallContext& context, Export& work);
  absl::Status ReadScreenings(const rpc::CallContext& context, Export& work);
  absl::StatusOr<bool> AnswerEarlier(const rpc::CallContext& context, const std::string& request_id,
                                     const std::string& request_hash, v1::ExportFileResponse& response);

  const PostpayParts parts_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_POSTPAY_EXPORTER_H_
