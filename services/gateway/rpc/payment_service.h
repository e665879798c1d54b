#ifndef SERVICES_GATEWAY_RPC_PAYMENT_SERVICE_H_
#define SERVICES_GATEWAY_RPC_PAYMENT_SERVICE_H_

#include <utility>

#include "common/rpc/handler.h"
#include "juchu/gateway/v1/payment_service.grpc.pb.h"
#include "services/gateway/app/card_requester.h"

namespace juchu::gateway {

// The public interface for payments over the wire: nothing but calls of the application. Thread-safe.
class PaymentService final : public v1::PaymentService::Service {
 public:
  PaymentService(rpc::Handler handler, CardRequester& cards) : handler_(std::move(handler)), cards_(cards) {}

  grpc::Status AuthorizeCards(grpc::ServerContext* context, const v1::AuthorizeCardsRequest* request,
                              v1::CardsResponse* response) override;
  grpc::Status CaptureCards(grpc::ServerContext* context, const v1::CaptureCardsRequest* request,
                            v1::CardsResponse* response) override;
  grpc::Status VoidCards(grpc::ServerContext* context, const v1::VoidCardsRequest* request,
                         v1::CardsResponse* response) override;
  grpc::Status GetCard(grpc::ServerContext* context, const v1::GetCardRequest* request,
                       payment::v1::CardPayment* response) override;
  grpc::Status SearchCards(grpc::ServerContext* context, const v1::SearchCardsRequest* request,
                           v1::SearchCardsResponse* response) override;
  grpc::Status GetPaymentSettings(grpc::ServerContext* context, const v1::GetPaymentSettingsRequest* request,
                                  payment::v1::PaymentSettings* response) override;
  grpc::Status PutPaymentSettings(grpc::ServerContext* context, const v1::PutPaymentSettingsRequest* request,
                                  payment::v1::PaymentSettings* response) override;
  grpc::Status AuditPayments(grpc::ServerContext* context, const v1::AuditPaymentsRequest* request,
                             grpc::ServerWriter<v1::AuditPaymentsResponse>* stream) override;

 private:
  const rpc::Handler handler_;
  CardRequester& cards_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_RPC_PAYMENT_SERVICE_H_
