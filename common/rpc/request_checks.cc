#include "common/rpc/request_checks.h"

#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

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

absl::Status CheckLength(absl::string_view field, absl::string_view text, size_t least, size_t most) {
  size_t length = 0;
  for (const char c : text) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  if (length >= least && length <= most) return absl::OkStatus();
  return InvalidField(length < least ? "FIELD_REQUIRED" : "TEXT_TOO_LONG", field,
                      length < least ? "is missing" : absl::StrCat("has ", length, " characters"),
                      absl::StrCat("send ", least, " to ", most, " characters"));
}

absl::Status DistinctOrders::Check(absl::string_view field, const std::string& number) {
  JUCHU_RETURN_IF_ERROR(ParseOrderNumber(field, number).status());
  if (seen_.insert(number).second) return absl::OkStatus();
  return InvalidField("ORDER_TWICE", field, "names an order that the request names already", "name each order once");
}

}  // namespace juchu::rpc
