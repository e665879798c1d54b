#ifndef SERVICES_PAYMENT_STORAGE_CARD_AUDITOR_H_
#define SERVICES_PAYMENT_STORAGE_CARD_AUDITOR_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "juchu/payment/v1/payment_service.pb.h"

namespace juchu::payment {

// As PaymentService.AuditPayments.
absl::StatusOr<v1::AuditPaymentsResponse> AuditPayments(mysql::Pool& pool, absl::string_view tenant,
                                                        const v1::AuditPaymentsRequest& request, absl::Time deadline);

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_CARD_AUDITOR_H_
