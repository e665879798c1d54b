#ifndef SERVICES_PAYMENT_STORAGE_SETTINGS_STORE_H_
#define SERVICES_PAYMENT_STORAGE_SETTINGS_STORE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "juchu/payment/v1/payment.pb.h"

namespace juchu::payment {

// What a tenant without settings of its own has.
v1::PaymentSettings DefaultSettings();

// The tenant's settings, inside a transaction or outside.
absl::StatusOr<v1::PaymentSettings> SelectSettings(mysql::Session& session, absl::string_view tenant);

// How tenants' card requests are run. Thread-safe.
class SettingsStore {
 public:
  explicit SettingsStore(mysql::Pool& pool) : pool_(pool) {}

  absl::StatusOr<v1::PaymentSettings> Get(absl::string_view tenant, absl::Time deadline);
  absl::StatusOr<v1::PaymentSettings> Put(absl::string_view tenant, const v1::PaymentSettings& settings,
                                          absl::Time deadline);

 private:
  mysql::Pool& pool_;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_SETTINGS_STORE_H_
