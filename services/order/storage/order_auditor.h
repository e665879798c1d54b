#ifndef SERVICES_ORDER_STORAGE_ORDER_AUDITOR_H_
#define SERVICES_ORDER_STORAGE_ORDER_AUDITOR_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// Checks what is stored. Thread-safe.
class OrderAuditor {
 public:
  explicit OrderAuditor(mysql::Pool& pool) : pool_(pool) {}

  // As OrderService.AuditOrders: one read-only snapshot, eight statements a page. The request has been checked.
  absl::StatusOr<v1::AuditOrdersResponse> Audit(absl::string_view tenant, const v1::AuditOrdersRequest& request,
                                                absl::Time deadline);

 private:
  mysql::Pool& pool_;
};

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_ORDER_AUDITOR_H_
