#ifndef COMMON_RPC_REQUEST_CHECKS_H_
#define COMMON_RPC_REQUEST_CHECKS_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// Checks of request fields that the services inside share. `field` is the field's path in the request.
namespace juchu::rpc {

// INVALID_ARGUMENT/BATCH_SIZE_INVALID unless the list has `least` to `most` entries.
absl::Status CheckBatchSize(absl::string_view field, int size, int least, int most);

// INVALID_ARGUMENT/VALUE_OUT_OF_RANGE unless the value is `least` to `most`.
absl::Status CheckRange(absl::string_view field, int64_t value, int64_t least, int64_t most);

// INVALID_ARGUMENT/FIELD_REQUIRED or TEXT_TOO_LONG unless the text has `least` to `most` characters.
absl::Status CheckLength(absl::string_view field, absl::string_view text, size_t least, size_t most);

// The orders of one request, each named once.
class DistinctOrders {
 public:
  // INVALID_ARGUMENT/ORDER_NUMBER_INVALID, or ORDER_TWICE for one that was checked before.
  absl::Status Check(absl::string_view field, const std::string& number);

 private:
  absl::flat_hash_set<std::string> seen_;
};

}  // namespace juchu::rpc

#endif  // COMMON_RPC_REQUEST_CHECKS_H_
