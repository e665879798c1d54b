#ifndef SERVICES_GATEWAY_APP_BULK_ERROR_H_
#define SERVICES_GATEWAY_APP_BULK_ERROR_H_

#include "absl/status/status.h"
#include "juchu/gateway/v1/gateway_service.pb.h"

namespace juchu::gateway {

// Why one thing of many failed, as the caller is told.
v1::BulkError BulkErrorOf(const absl::Status& status);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_BULK_ERROR_H_
