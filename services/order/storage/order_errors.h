#ifndef SERVICES_ORDER_STORAGE_ORDER_ERRORS_H_
#define SERVICES_ORDER_STORAGE_ORDER_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "juchu/order/v1/order_service.pb.h"

// What more than one class of the storage answers.
namespace juchu::order {

// NOT_FOUND/TENANT_NOT_FOUND.
absl::Status TenantNotFound();

// NOT_FOUND/ORDER_NOT_FOUND, the same text for an order that never was and for another tenant's.
v1::OrderError OrderNotFound(absl::string_view order_number);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_ORDER_ERRORS_H_
