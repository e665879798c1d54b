#ifndef COMMON_RPC_REQUEST_CHECKS_H_
#define COMMON_RPC_REQUEST_CHECKS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// Checks of request fields that the services inside share. `field` is the field's path in the request.
namespace juchu::rpc {

// INVALID_ARGUMENT/BATCH_SIZE_INVALID unless the list has `least` to `most` entries.
absl::Status CheckBatchSize(absl::string_view field, int size, int least, int most);

// INVALID_ARGUMENT/VALUE_OUT_OF_RANGE unless the value is `least` to `most`.
absl::Status CheckRange(absl::string_view field, int64_t value, int64_t least, int64_t most);

}  // namespace juchu::rpc

#endif  // COMMON_RPC_REQUEST_CHECKS_H_
