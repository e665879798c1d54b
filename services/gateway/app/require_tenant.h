#ifndef SERVICES_GATEWAY_APP_REQUIRE_TENANT_H_
#define SERVICES_GATEWAY_APP_REQUIRE_TENANT_H_

#include "absl/status/status.h"
#include "common/rpc/call_context.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// An answer about a tenant that nobody has made known is NOT_FOUND/TENANT_NOT_FOUND, not an empty list.
absl::Status RequireTenant(const rpc::CallContext& context, OrderClient& orders, ConfigurationCache& configurations);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_REQUIRE_TENANT_H_
