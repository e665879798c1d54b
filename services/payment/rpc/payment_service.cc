#include "services/payment/rpc/payment_service.h"

#include "services/payment/rpc/payment_requests.h"
#include "services/payment/rpc/serve.h"
#include "services/payment/storage/card_auditor.h"

namespace juchu::payment {

grpc::Status PaymentService::SettleCards(grpc::ServerContext* context, const v1::SettleCardsRequest* request,
                                         v1::SettleCardsResponse* response) {
  return Serve(handler_, *context, "SettleCards", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.cards.Settle(call.tenant, *request, call.deadline);
  });
}

grpc::Status PaymentService::ReadCards(grpc::ServerContext* context, const v1::ReadCardsRequest* request,
                                       v1::ReadCardsResponse* response) {
  return Serve(handler_, *context, "ReadCards", *request, *response,
               [&](const rpc::CallContext& call) { return stores_.cards.Read(call.tenant, *request, call.deadline); });
}

grpc::Status PaymentService::SearchCards(grpc::ServerContext* context, const v1::SearchCardsRequest* request,
                                         v1::SearchCardsResponse* response) {
  return Serve(handler_, *context, "SearchCards", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.cards.Search(call.tenant, *request, call.deadline);
  });
}

grpc::Status PaymentService::GetPaymentSettings(grpc::ServerContext* context,
                                                const v1::GetPaymentSettingsRequest* request,
                                                v1::PaymentSettings* response) {
  return Serve(handler_, *context, "GetPaymentSettings", *request, *response,
               [&](const rpc::CallContext& call) { return stores_.settings.Get(call.tenant, call.deadline); });
}

grpc::Status PaymentService::PutPaymentSettings(grpc::ServerContext* context,
                                                const v1::PutPaymentSettingsRequest* request,
                                                v1::PaymentSettings* response) {
  return Serve(handler_, *context, "PutPaymentSettings", *request, *response, [&](const rpc::CallContext& call) {
    return stores_.settings.Put(call.tenant, request->settings(), call.deadline);
  });
}

grpc::Status PaymentService::AuditPayments(grpc::ServerContext* context, const v1::AuditPaymentsRequest* request,
                                           v1::AuditPaymentsResponse* response) {
  return Serve(handler_, *context, "AuditPayments", *request, *response, [&](const rpc::CallContext& call) {
    return payment::AuditPayments(stores_.pool, call.tenant, *request, call.deadline);
  });
}

// News are of all tenants.
grpc::Status PaymentService::LeaseChanges(grpc::ServerContext* context, const common::v1::LeaseChangesRequest* request,
                                          common::v1::LeaseChangesResponse* response) {
  return handler_.ServeUnary(*context, "LeaseChanges", *response, [&](const rpc::CallContext& call) {
    return stores_.queue.Lease(*request, call.deadline, call.cancelled);
  });
}

grpc::Status PaymentService::ExtendLeases(grpc::ServerContext* context, const common::v1::ExtendLeasesRequest* request,
                                          common::v1::ExtendLeasesResponse* response) {
  return handler_.ServeUnary(*context, "ExtendLeases", *response, [&](const rpc::CallContext& call) {
    return stores_.queue.Extend(*request, call.deadline);
  });
}

grpc::Status PaymentService::AckChanges(grpc::ServerContext* context, const common::v1::AckChangesRequest* request,
                                        common::v1::AckChangesResponse* response) {
  return handler_.ServeUnary(*context, "AckChanges", *response,
                             [&](const rpc::CallContext& call) { return stores_.queue.Ack(*request, call.deadline); });
}

}  // namespace juchu::payment
