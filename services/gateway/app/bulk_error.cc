#include "services/gateway/app/bulk_error.h"

#include <string>

#include "common/status/error.h"

namespace juchu::gateway {

v1::BulkError BulkErrorOf(const absl::Status& status) {
  v1::BulkError error;
  error.set_code(static_cast<int>(status.code()));
  error.set_message(std::string(status.message()));
  if (const auto info = GetErrorInfo(status)) {
    error.set_reason(info->reason);
    error.mutable_metadata()->insert(info->metadata.begin(), info->metadata.end());
  }
  return error;
}

}  // namespace juchu::gateway
