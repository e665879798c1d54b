#ifndef SERVICES_GATEWAY_APP_CARD_REQUESTER_H_
#define SERVICES_GATEWAY_APP_CARD_REQUESTER_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "common/page/page_token.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/gateway/v1/payment_service.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/facts_acknowledger.h"
#include "services/gateway/app/order_settler.h"
#include "services/gateway/clients/order_client.h"
#include "services/gateway/clients/payment_client.h"
#include "services/gateway/workflow/card_wish.h"

namespace juchu::gateway {

// The methods of the public PaymentService; see there. Thread-safe.
class CardRequester {
 public:
  // Takes one message of an audit; false when the caller has gone away.
  using AuditSink = std::function<bool(const v1::AuditPaymentsResponse&)>;

  // All must outlive the requester.
  struct Parts {
    OrderSettler& settler;
    PaymentClient& payment;
    FactsAcknowledger& acknowledger;
    OrderClient& orders;
    ConfigurationCache& configurations;
    const PageTokenCodec& tokens;
    const Clock& clock;
  };
  explicit CardRequester(Parts parts) : parts_(parts) {}

  absl::StatusOr<v1::CardsResponse> Authorize(const rpc::CallContext& context,
                                              const v1::AuthorizeCardsRequest& request);
  absl::StatusOr<v1::CardsResponse> Capture(const rpc::CallContext& context, const v1::CaptureCardsRequest& request);
  absl::StatusOr<v1::CardsResponse> Void(const rpc::CallContext& context, const v1::VoidCardsRequest& request);
  absl::StatusOr<payment::v1::CardPayment> Get(const rpc::CallContext& context, const v1::GetCardRequest& request);
  absl::StatusOr<v1::SearchCardsResponse> Search(const rpc::CallContext& context,
                                                 const v1::SearchCardsRequest& request);
  absl::StatusOr<payment::v1::PaymentSettings> GetSettings(const rpc::CallContext& context);
  absl::StatusOr<payment::v1::PaymentSettings> PutSettings(const rpc::CallContext& context,
                                                           const v1::PutPaymentSettingsRequest& request);
  absl::Status Audit(const rpc::CallContext& context, const AuditSink& sink);

 private:
  absl::Status CheckTenant(const rpc::CallContext& context);
  // `Request` has order_numbers.
  template <typename Request>
  absl::StatusOr<v1::CardsResponse> Command(const rpc::CallContext& context, const Request& request,
                                            workflow::CardCommand command, const std::string& reason);

  const Parts parts_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_CARD_REQUESTER_H_
