#include "services/order/storage/configuration_store.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/mysql/run_in_transaction.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/order/domain/configuration_change.h"
#include "services/order/storage/order_errors.h"
#include "services/order/storage/order_tables.h"

namespace juchu::order {
namespace {

constexpr char kLockConfiguration[] =
    "SELECT configuration_version, configuration FROM tenants WHERE tenant_id = ? FOR UPDATE";
constexpr char kInsertTenant[] =
    "INSERT INTO tenants (tenant_id, configuration_version, configuration, create_time_us, update_time_us) "
    "VALUES (?, 1, ?, ?, ?) ON DUPLICATE KEY UPDATE tenant_id = VALUES(tenant_id)";
constexpr char kUpdateConfiguration[] =
    "UPDATE tenants SET configuration_version = ?, configuration = ?, update_time_us = ? WHERE tenant_id = ?";
constexpr char kSelectAnswer[] =
    "SELECT request_hash, answer FROM request_log WHERE tenant_id = ? AND request_id = ? AND order_number = ''";
constexpr char kInsertAnswer[] =
    "INSERT INTO request_log (tenant_id, request_id, order_number, request_hash, answer, create_time_us) "
    "VALUES (?, ?, '', ?, ?, ?)";
constexpr char kShopInUse[] = "SELECT 1 FROM orders WHERE tenant_id = ? AND shop_id = ? LIMIT 1";
constexpr char kOrderTagInUse[] = "SELECT 1 FROM order_tag_links WHERE tenant_id = ? AND order_tag_id = ? LIMIT 1";
constexpr char kManagementCategoryInUse[] =
    "SELECT 1 FROM orders WHERE tenant_id = ? AND management_category_id = ? LIMIT 1";

absl::Status CheckUnused(mysql::Session& session, absl::string_view tenant,
                         const v1::ChangeConfigurationRequest& request) {
  const char* sql = nullptr;
  std::string id;
  if (request.has_delete_shop_id()) {
    sql = kShopInUse;
    id = request.delete_shop_id();
  } else if (request.has_delete_order_tag_id()) {
    sql = kOrderTagInUse;
    id = request.delete_order_tag_id();
  } else if (request.has_delete_management_category_id()) {
    sql = kManagementCategoryInUse;
    id = request.delete_management_category_id();
  } else {
    return absl::OkStatus();
  }
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, {tenant, id}));
  if (rows.empty()) return absl::OkStatus();
  return FailedPrecondition("CONFIGURATION_IN_USE", absl::StrCat("there are orders with \"", id, "\""),
                            {{"id", id}, {"remedy", "take it off the orders first (BulkUpdateOrders)"}});
}

absl::StatusOr<v1::Configuration> Parse(const mysql::Row& row) {
  v1::Configuration configuration;
  if (!configuration.ParseFromString(row.String(1))) {
    return MakeError(absl::StatusCode::kInternal, "CONFIGURATION_UNREADABLE",
                     "the tenant's configuration cannot be read");
  }
  configuration.set_version(row.Int64(0));
  return configuration;
}

// The answer kept for this request, when it has been carried out before.
absl::StatusOr<bool> FindEarlier(mysql::Session& session, absl::string_view tenant,
                                 const v1::ChangeConfigurationRequest& request,
                                 v1::ChangeConfigurationResponse& response) {
  if (request.request_id().empty()) return false;
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(kSelectAnswer, {tenant, request.request_id()}));
  if (rows.empty()) return false;
  if (rows.front().String(0) != request.request_hash()) {
    return InvalidField("REQUEST_ID_REUSED", "request_id", "was used for a request with another content",
                        "send a new UUID");
  }
  response.ParseFromString(rows.front().String(1));
  return true;
}

absl::StatusOr<v1::ChangeConfigurationResponse> ChangeIn(mysql::Transaction& transaction, absl::string_view tenant,
                                                         const v1::ChangeConfigurationRequest& request,
                                                         absl::Time now) {
  v1::ChangeConfigurationResponse response;
  if (request.create_tenant()) {
    JUCHU_RETURN_IF_ERROR(
        transaction.Execute(kInsertTenant, {tenant, DefaultConfiguration().SerializeAsString(), now, now}).status());
  }
  JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction.Query(kLockConfiguration, {tenant}));
  if (rows.empty()) return TenantNotFound();
  JUCHU_ASSIGN_OR_RETURN(auto configuration, Parse(rows.front()));
  if (request.create_tenant()) {
    *response.mutable_configuration() = std::move(configuration);
    return response;
  }
  JUCHU_ASSIGN_OR_RETURN(const bool earlier, FindEarlier(transaction, tenant, request, response));
  if (earlier) return response;
  if (configuration.version() != request.expected_version()) {
    return Aborted(
        "CONFIGURATION_STALE", "the configuration has changed meanwhile",
        {{"current_version", absl::StrCat(configuration.version())}, {"remedy", "read it again and repeat"}});
  }
  JUCHU_RETURN_IF_ERROR(ApplyConfigurationChange(request, configuration));
  JUCHU_RETURN_IF_ERROR(CheckUnused(transaction, tenant, request));
  configuration.set_version(configuration.version() + 1);
  JUCHU_RETURN_IF_ERROR(
      transaction
          .Execute(kUpdateConfiguration, {configuration.version(), configuration.SerializeAsString(), now, tenant})
          .status());
  if (ConcernsWorkflow(request)) {
    JUCHU_RETURN_IF_ERROR(QueueChanges(transaction, tenant, {std::string()}, now));
  }
  *response.mutable_configuration() = std::move(configuration);
  if (!request.request_id().empty()) {
    JUCHU_RETURN_IF_ERROR(transaction
                              .Execute(kInsertAnswer, {tenant, request.request_id(), request.request_hash(),
                                                       response.SerializeAsString(), now})
                              .status());
  }
  return response;
}

}  // namespace

absl::StatusOr<v1::ChangeConfigurationResponse> ConfigurationStore::Change(
    absl::string_view tenant, const v1::ChangeConfigurationRequest& request, absl::Time deadline) {
  auto response = mysql::RunInTransaction(pool_, deadline, [&](mysql::Transaction& transaction) {
    return ChangeIn(transaction, tenant, request, clock_.Now());
  });
  if (response.ok() && ConcernsWorkflow(request)) queued_();
  return response;
}

}  // namespace juchu::order
