#include "common/rpc/request_checks.h"

#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::rpc {

absl::Status CheckBatchSize(absl::string_view field, int size, int least, int most) {
  if (size >= least && size <= most) return absl::OkStatus();
  return InvalidField("BATCH_SIZE_INVALID", field, absl::StrCat("has ", size, " entries"),
                      absl::StrCat("send ", least, " to ", most));
}

absl::Status CheckRange(absl::string_view field, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return InvalidField("VALUE_OUT_OF_RANGE", field, absl::StrCat("is ", value),
                      absl::StrCat("send ", least, " to ", most));
}

}  // namespace juchu::rpc
