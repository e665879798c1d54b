#include "services/payment/storage/settings_store.h"

#include "common/mysql/run_in_transaction.h"
#include "common/status/status_macros.h"

namespace juchu::payment {
namespace {

constexpr char kSelect[] =
    "SELECT card_send_interval_seconds, authorization_valid_days, expiry_warning_days, stuck_after_seconds FROM "
    "payment_settings WHERE tenant_id = ?";
constexpr char kPut[] =
    "INSERT INTO payment_settings (tenant_id, card_send_interval_seconds, authorization_valid_days, "
    "expiry_warning_days, stuck_after_seconds) VALUES (?,?,?,?,?) ON DUPLICATE KEY UPDATE card_send_interval_seconds = "
    "VALUES(card_send_interval_seconds), authorization_valid_days = VALUES(authorization_valid_days), "
    "expiry_warning_days = VALUES(expiry_warning_days), stuck_after_seconds = VALUES(stuck_after_seconds)";
// What waits was to be sent by the old interval: each of the tenant's shops is looked at anew.
constexpr char kSendSoon[] =
    "UPDATE card_shops SET next_send_time_us = 0, due_time_us = 0 WHERE tenant_id = ? AND due_time_us IS NOT NULL";

}  // namespace

v1::PaymentSettings DefaultSettings() {
  v1::PaymentSettings settings;
  settings.set_card_send_interval_seconds(600);
  settings.set_authorization_valid_days(60);
  settings.set_expiry_warning_days(7);
  settings.set_stuck_after_seconds(7200);
  return settings;
}

absl::StatusOr<v1::PaymentSettings> SelectSettings(mysql::Session& session, absl::string_view tenant) {
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(kSelect, {tenant}));
  if (rows.empty()) return DefaultSettings();
  v1::PaymentSettings settings;
  settings.set_card_send_interval_seconds(rows.front().Int32(0));
  settings.set_authorization_valid_days(rows.front().Int32(1));
  settings.set_expiry_warning_days(rows.front().Int32(2));
  settings.set_stuck_after_seconds(rows.front().Int32(3));
  return settings;
}

absl::StatusOr<v1::PaymentSettings> SettingsStore::Get(absl::string_view tenant, absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  return SelectSettings(*connection, tenant);
}

absl::StatusOr<v1::PaymentSettings> SettingsStore::Put(absl::string_view tenant, const v1::PaymentSettings& settings,
                                                       absl::Time deadline) {
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::PaymentSettings> {
        JUCHU_RETURN_IF_ERROR(
            transaction
                .Execute(kPut, {tenant, settings.card_send_interval_seconds(), settings.authorization_valid_days(),
                                settings.expiry_warning_days(), settings.stuck_after_seconds()})
                .status());
        JUCHU_RETURN_IF_ERROR(transaction.Execute(kSendSoon, {tenant}).status());
        return settings;
      });
}

}  // namespace juchu::payment
