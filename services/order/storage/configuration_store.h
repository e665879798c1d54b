#ifndef SERVICES_ORDER_STORAGE_CONFIGURATION_STORE_H_
#define SERVICES_ORDER_STORAGE_CONFIGURATION_STORE_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// Keeps what tenants have set up. Thread-safe.
class ConfigurationStore {
 public:
  // `queued` is called after a change that queued a tenant's AUTO orders for evaluation.
  ConfigurationStore(mysql::Pool& pool, const Clock& clock, std::function<void()> queued)
      : pool_(pool), clock_(clock), queued_(std::move(queued)) {}

  // As OrderService.ChangeConfiguration: one transaction, one version more. Errors: NOT_FOUND/TENANT_NOT_FOUND,
  // ABORTED/CONFIGURATION_STALE, FAILED_PRECONDITION/CONFIGURATION_IN_USE, INVALID_ARGUMENT/REQUEST_ID_REUSED, and
  // those of ApplyConfigurationChange.
  absl::StatusOr<v1::ChangeConfigurationResponse> Change(absl::string_view tenant,
                                                         const v1::ChangeConfigurationRequest& request,
                                                         absl::Time deadline);

 private:
  mysql::Pool& pool_;
  const Clock& clock_;
  const std::function<void()> queued_;
};

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_CONFIGURATION_STORE_H_
