#ifndef SERVICES_PAYMENT_RPC_PAYMENT_SERVICE_H_
#define SERVICES_PAYMENT_RPC_PAYMENT_SERVICE_H_

#include <utility>

#include "common/mysql/pool.h"
#include "common/queue/change_queue.h"
#include "common/rpc/handler.h"
#include "juchu/payment/v1/payment_service.grpc.pb.h"
#include "services/payment/storage/card_store.h"
#include "services/payment/storage/settings_store.h"

namespace juchu::payment {

// The payment service's interface over the wire: checks, calls the storage, converts. No rule lives here. Thread-safe.
class PaymentService final : public v1::PaymentService::Service {
 public:
  struct Stores {
    mysql::Pool& pool;
    CardStore& cards;
    SettingsStore& settings;
    ChangeQueue& queue;
  };

  PaymentService(rpc::Handler handler, Stores stores) : handler_(std::move(handler)), stores_(stores) {}

  grpc::Status SettleCards(grpc::ServerContext* context, const v1::SettleCardsRequest* request,
                           v1::SettleCardsResponse* response) override;
  grpc::Status ReadCards(grpc::ServerContext* context, const v1::ReadCardsRequest* request,
                         v1::ReadCardsResponse* response) override;
  grpc::Status SearchCards(grpc::ServerContext* context, const v1::SearchCardsRequest* request,
                           v1::SearchCardsResponse* response) override;
  grpc::Status GetPaymentSettings(grpc::ServerContext* context, const v1::GetPaymentSettingsRequest* request,
                                  v1::PaymentSettings* response) override;
  grpc::Status PutPaymentSettings(grpc::ServerContext* context, const v1::PutPaymentSettingsRequest* request,
                                  v1::PaymentSettings* response) override;
  grpc::Status AuditPayments(grpc::ServerContext* context, const v1::AuditPaymentsRequest* request,
                             v1::AuditPaymentsResponse* response) override;
  grpc::Status LeaseChanges(grpc::ServerContext* context, const common::v1::LeaseChangesRequest* request,
                            common::v1::LeaseChangesResponse* response) override;
  grpc::Status ExtendLeases(grpc::ServerContext* context, const common::v1::ExtendLeasesRequest* request,
                            common::v1::ExtendLeasesResponse* response) override;
  grpc::Status AckChanges(grpc::ServerContext* context, const common::v1::AckChangesRequest* request,
                          common::v1::AckChangesResponse* response) override;

 private:
  const rpc::Handler handler_;
  const Stores stores_;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_RPC_PAYMENT_SERVICE_H_
