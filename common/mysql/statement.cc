#include "common/mysql/statement.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::mysql {
namespace {

size_t CountPlaceholders(absl::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '?'));
}

}  // namespace

absl::StatusOr<std::string> RepeatRows(absl::string_view head, absl::string_view row, size_t count,
                                       absl::string_view tail) {
  const size_t per_row = CountPlaceholders(row);
  const size_t others = CountPlaceholders(head) + CountPlaceholders(tail);
  if (count == 0 || per_row == 0 || others > kMaxPlaceholders || count > MaxRows(per_row, others)) {
    return MakeError(absl::StatusCode::kInternal, "STATEMENT_SIZE",
                     absl::StrCat("a statement over ", count, " rows of ", per_row, " placeholders cannot be built"));
  }
  std::string text;
  text.reserve(head.size() + count * (row.size() + 1) + tail.size());
  absl::StrAppend(&text, head);
  for (size_t i = 0; i < count; ++i) absl::StrAppend(&text, i == 0 ? "" : ",", row);
  absl::StrAppend(&text, tail);
  return text;
}

}  // namespace juchu::mysql
