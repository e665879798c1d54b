#include "services/gateway/app/configuration_cache.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::gateway {

absl::Status TenantNotFound() {
  return NotFound("TENANT_NOT_FOUND", "the tenant is not known to juchu",
                  {{"remedy", "let an admin of the tenant call CreateTenant once"}});
}

ConfigurationCache::ConfigurationCache(size_t capacity) : kept_(std::max<size_t>(capacity, 1)) {}

int64_t ConfigurationCache::KnownVersion(absl::string_view tenant) const {
  const ConfigurationSnapshot held = Find(tenant);
  return held == nullptr ? 0 : held->version();
}

ConfigurationSnapshot ConfigurationCache::Find(absl::string_view tenant) const { return kept_.Find(tenant); }

absl::StatusOr<ConfigurationSnapshot> ConfigurationCache::Resolve(absl::string_view tenant,
                                                                  const ConfigurationSnapshot& held,
                                                                  const order::v1::LoadOrdersResponse& response) {
  if (response.has_configuration() && response.configuration().version() > 0) {
    return Put(tenant, response.configuration());
  }
  if (response.configuration_version() == 0) return TenantNotFound();
  if (held == nullptr || held->version() != response.configuration_version()) {
    return MakeError(absl::StatusCode::kInternal, "CONFIGURATION_MISSING",
                     absl::StrCat("the order service names configuration version ", response.configuration_version(),
                                  " and does not send it"));
  }
  return held;
}

ConfigurationSnapshot ConfigurationCache::Put(absl::string_view tenant, order::v1::Configuration configuration) {
  auto snapshot = std::make_shared<const order::v1::Configuration>(std::move(configuration));
  kept_.Put(tenant, snapshot);
  return snapshot;
}

}  // namespace juchu::gateway
