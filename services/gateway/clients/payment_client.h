#ifndef SERVICES_GATEWAY_CLIENTS_PAYMENT_CLIENT_H_
#define SERVICES_GATEWAY_CLIENTS_PAYMENT_CLIENT_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "juchu/payment/v1/payment_service.grpc.pb.h"
#include "services/gateway/clients/change_feed.h"
#include "services/gateway/clients/service_client.h"

namespace juchu::gateway {

// The payment service's interface, one method for each RPC. Every status that comes back has gone through
// TranslateServiceStatus, save that what the service says of a request's fields passes where people make the request:
// searches and settings.
class PaymentClient : public ServiceClient<payment::v1::PaymentService>, public ChangeFeed {
 public:
  PaymentClient(std::shared_ptr<Stub> stub, const Clock& clock, std::function<void(absl::Duration)> wait = {})
      : ServiceClient(std::move(stub), clock, std::move(wait)) {}
  virtual ~PaymentClient() = default;
  PaymentClient(const PaymentClient&) = delete;
  PaymentClient& operator=(const PaymentClient&) = delete;

  // Virtual, so that tests of the layers above can stand in for the service.
  virtual absl::StatusOr<payment::v1::SettleCardsResponse> SettleCards(const rpc::CallContext& context,
                                                                       const payment::v1::SettleCardsRequest& request);
  virtual absl::StatusOr<payment::v1::ReadCardsResponse> ReadCards(const rpc::CallContext& context,
                                                                   const payment::v1::ReadCardsRequest& request);
  virtual absl::StatusOr<payment::v1::SearchCardsResponse> SearchCards(const rpc::CallContext& context,
                                                                       const payment::v1::SearchCardsRequest& request);
  virtual absl::StatusOr<payment::v1::PaymentSettings> GetPaymentSettings(
      const rpc::CallContext& context, const payment::v1::GetPaymentSettingsRequest& request);
  virtual absl::StatusOr<payment::v1::PaymentSettings> PutPaymentSettings(
      const rpc::CallContext& context, const payment::v1::PutPaymentSettingsRequest& request);
  virtual absl::StatusOr<payment::v1::AuditPaymentsResponse> AuditPayments(
      const rpc::CallContext& context, const payment::v1::AuditPaymentsRequest& request);
  absl::StatusOr<common::v1::LeaseChangesResponse> LeaseChanges(
      const rpc::CallContext& context, const common::v1::LeaseChangesRequest& request) override;
  absl::StatusOr<common::v1::ExtendLeasesResponse> ExtendLeases(
      const rpc::CallContext& context, const common::v1::ExtendLeasesRequest& request) override;
  absl::StatusOr<common::v1::AckChangesResponse> AckChanges(const rpc::CallContext& context,
                                                            const common::v1::AckChangesRequest& request) override;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_PAYMENT_CLIENT_H_
