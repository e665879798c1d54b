#include "services/gateway/app/require_tenant.h"

#include "common/status/status_macros.h"

namespace juchu::gateway {

absl::Status RequireTenant(const rpc::CallContext& context, OrderClient& orders, ConfigurationCache& configurations) {
  if (configurations.Find(context.tenant) != nullptr) return absl::OkStatus();
  const auto response = orders.LoadOrders(context, order::v1::LoadOrdersRequest());
  JUCHU_RETURN_IF_ERROR(response.status());
  return configurations.Resolve(context.tenant, nullptr, *response).status();
}

}  // namespace juchu::gateway
