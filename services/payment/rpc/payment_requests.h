#ifndef SERVICES_PAYMENT_RPC_PAYMENT_REQUESTS_H_
#define SERVICES_PAYMENT_RPC_PAYMENT_REQUESTS_H_

#include "absl/status/status.h"
#include "juchu/payment/v1/payment_service.pb.h"

namespace juchu::payment {

// Whether a request holds together; pure. INVALID_ARGUMENT that names the field, what is wrong and the remedy.
absl::Status CheckRequest(const v1::SettleCardsRequest& request);
absl::Status CheckRequest(const v1::ReadCardsRequest& request);
absl::Status CheckRequest(const v1::SearchCardsRequest& request);
absl::Status CheckRequest(const v1::GetPaymentSettingsRequest& request);
absl::Status CheckRequest(const v1::PutPaymentSettingsRequest& request);
absl::Status CheckRequest(const v1::AuditPaymentsRequest& request);

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_RPC_PAYMENT_REQUESTS_H_
