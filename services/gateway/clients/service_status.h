#ifndef SERVICES_GATEWAY_CLIENTS_SERVICE_STATUS_H_
#define SERVICES_GATEWAY_CLIENTS_SERVICE_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace juchu::gateway {

// What a service ("order", "inventory") said, as the gateway's own callers may see it:
//   INVALID_ARGUMENT       INTERNAL ORDER_SERVICE_REFUSED_REQUEST: a malformed request is the gateway's mistake and not
//                          its caller's; except REQUEST_ID_REUSED, which is about the caller's own request id
//   PERMISSION_DENIED,     INTERNAL ORDER_SERVICE_REFUSED_GATEWAY: the service does not take the gateway's certificate
//   UNAUTHENTICATED
//   UNAVAILABLE without    UNAVAILABLE ORDER_SERVICE_UNREACHABLE, without the addresses that gRPC's message names
//   a reason
// Everything else (NOT_FOUND, ABORTED, FAILED_PRECONDITION, UNKNOWN with COMMIT_OUTCOME_UNKNOWN …) passes as it is.
absl::Status TranslateServiceStatus(absl::string_view service, const absl::Status& status);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_SERVICE_STATUS_H_
