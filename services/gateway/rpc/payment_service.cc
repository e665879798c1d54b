#include "services/gateway/rpc/payment_service.h"

namespace juchu::gateway {

grpc::Status PaymentService::AuthorizeCards(grpc::ServerContext* context, const v1::AuthorizeCardsRequest* request,
                                            v1::CardsResponse* response) {
  return handler_.ServeUnary(*context, "AuthorizeCards", *response,
                             [&](const rpc::CallContext& call) { return cards_.Authorize(call, *request); });
}

grpc::Status PaymentService::CaptureCards(grpc::ServerContext* context, const v1::CaptureCardsRequest* request,
                                          v1::CardsResponse* response) {
  return handler_.ServeUnary(*context, "CaptureCards", *response,
                             [&](const rpc::CallContext& call) { return cards_.Capture(call, *request); });
}

grpc::Status PaymentService::VoidCards(grpc::ServerContext* context, const v1::VoidCardsRequest* request,
                                       v1::CardsResponse* response) {
  return handler_.ServeUnary(*context, "VoidCards", *response,
                             [&](const rpc::CallContext& call) { return cards_.Void(call, *request); });
}

grpc::Status PaymentService::GetCard(grpc::ServerContext* context, const v1::GetCardRequest* request,
                                     payment::v1::CardPayment* response) {
  return handler_.ServeUnary(*context, "GetCard", *response,
                             [&](const rpc::CallContext& call) { return cards_.Get(call, *request); });
}

grpc::Status PaymentService::SearchCards(grpc::ServerContext* context, const v1::SearchCardsRequest* request,
                                         v1::SearchCardsResponse* response) {
  return handler_.ServeUnary(*context, "SearchCards", *response,
                             [&](const rpc::CallContext& call) { return cards_.Search(call, *request); });
}

grpc::Status PaymentService::GetPaymentSettings(grpc::ServerContext* context, const v1::GetPaymentSettingsRequest*,
                                                payment::v1::PaymentSettings* response) {
  return handler_.ServeUnary(*context, "GetPaymentSettings", *response,
                             [&](const rpc::CallContext& call) { return cards_.GetSettings(call); });
}

grpc::Status PaymentService::PutPaymentSettings(grpc::ServerContext* context,
                                                const v1::PutPaymentSettingsRequest* request,
                                                payment::v1::PaymentSettings* response) {
  return handler_.ServeUnary(*context, "PutPaymentSettings", *response,
                             [&](const rpc::CallContext& call) { return cards_.PutSettings(call, *request); });
}

grpc::Status PaymentService::AuditPayments(grpc::ServerContext* context, const v1::AuditPaymentsRequest*,
                                           grpc::ServerWriter<v1::AuditPaymentsResponse>* stream) {
  return handler_.Serve(*context, "AuditPayments", [&](const rpc::CallContext& call) {
    return cards_.Audit(call, [stream](const v1::AuditPaymentsResponse& message) { return stream->Write(message); });
  });
}

}  // namespace juchu::gateway
