#ifndef SERVICES_GATEWAY_APP_CONFIGURATION_CACHE_H_
#define SERVICES_GATEWAY_APP_CONFIGURATION_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order_service.pb.h"
#include "services/gateway/app/lru_map.h"

namespace juchu::gateway {

using ConfigurationSnapshot = std::shared_ptr<const order::v1::Configuration>;

// What every call of a tenant that has not been created answers: NOT_FOUND TENANT_NOT_FOUND.
absl::Status TenantNotFound();

// The last configuration that the gateway has seen of each tenant, so that the order service need not send it with
// every answer. A copy may be old at any time; whoever decides on it names its version when committing, and the order
// service refuses a stale one. At most `capacity` tenants; the one used longest ago goes first. Thread-safe.
class ConfigurationCache {
 public:
  // `capacity`: tenants, at least 1.
  explicit ConfigurationCache(size_t capacity);

  // The version held for `tenant`, 0 for none: LoadOrdersRequest.known_configuration_version.
  int64_t KnownVersion(absl::string_view tenant) const;

  // The copy held for `tenant`, null for none.
  ConfigurationSnapshot Find(absl::string_view tenant) const;

  // The configuration that an answer of LoadOrders speaks of: the one that it carries, which is kept, or the copy that
  // was held when the caller asked, `held` (null: none). Pass the same `held` whose version went into the request, so
  // that another thread's newer copy cannot be mistaken for it. Errors: NOT_FOUND TENANT_NOT_FOUND when the answer
  // speaks of version 0; INTERNAL when the answer carries none though its version is not that of `held`.
  absl::StatusOr<ConfigurationSnapshot> Resolve(absl::string_view tenant, const ConfigurationSnapshot& held,
                                                const order::v1::LoadOrdersResponse& response);

  // Keeps `configuration` unless a newer one is held. Returns `configuration` as a snapshot either way: the caller goes
  // on with what its own answer said.
  ConfigurationSnapshot Put(absl::string_view tenant, order::v1::Configuration configuration);

 private:
  LruMap<order::v1::Configuration> kept_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_CONFIGURATION_CACHE_H_
