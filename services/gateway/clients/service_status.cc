#include "services/gateway/clients/service_status.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::gateway {

absl::Status TranslateServiceStatus(absl::string_view service, const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  const std::string prefix = absl::AsciiStrToUpper(service);
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      if (reason == "REQUEST_ID_REUSED") return status;
      return MakeError(absl::StatusCode::kInternal, absl::StrCat(prefix, "_SERVICE_REFUSED_REQUEST"),
                       absl::StrCat("the ", service, " service refused the gateway's request: ", status.message()),
                       {{absl::StrCat(service, "_service_reason"), reason}});
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return MakeError(absl::StatusCode::kInternal, absl::StrCat(prefix, "_SERVICE_REFUSED_GATEWAY"),
                       absl::StrCat("the ", service, " service does not let the gateway in: ", status.message()));
    case absl::StatusCode::kUnavailable:
      if (!reason.empty()) return status;
      return Unavailable(absl::StrCat(prefix, "_SERVICE_UNREACHABLE"),
                         absl::StrCat("the ", service, " service cannot be reached"),
                         {{"remedy", "try again in a moment, with the same request id"}});
    default:
      return status;
  }
}

}  // namespace juchu::gateway
