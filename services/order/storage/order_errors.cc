#include "services/order/storage/order_errors.h"

#include <string>

#include "common/status/error.h"

namespace juchu::order {

absl::Status TenantNotFound() {
  return NotFound("TENANT_NOT_FOUND", "the tenant is not known here",
                  {{"remedy", "an admin of the tenant calls CreateTenant once"}});
}

v1::OrderError OrderNotFound(absl::string_view order_number) {
  v1::OrderError error;
  error.set_code(static_cast<int>(absl::StatusCode::kNotFound));
  error.set_reason("ORDER_NOT_FOUND");
  error.set_message("there is no order with this number");
  (*error.mutable_metadata())["order_number"] = std::string(order_number);
  (*error.mutable_metadata())["remedy"] = "check the order number; SearchOrders finds orders";
  return error;
}

}  // namespace juchu::order
