#include "common/mysql/row.h"

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace juchu::mysql {
namespace {

// The text of the value is left out: it may be personal data.
[[noreturn]] void Die(size_t column, absl::string_view problem) {
  std::string message = absl::StrCat("mysql::Row: column ", column, " ", problem, "\n");
  std::fputs(message.c_str(), stderr);
  std::abort();
}

template <typename Number>
Number ParseNumber(size_t column, const std::string& text) {
  // DECIMAL arrives as text; "12.000" is the number 12.
  absl::string_view digits = text;
  if (size_t point = digits.find('.'); point != absl::string_view::npos) {
    if (digits.find_first_not_of('0', point + 1) != absl::string_view::npos) Die(column, "has a fraction");
    digits = digits.substr(0, point);
  }
  Number number = 0;
  if (!absl::SimpleAtoi(digits, &number)) Die(column, "is not a number that fits");
  return number;
}

}  // namespace

const Value& Row::Cell(size_t column) const {
  if (column >= columns_) Die(column, absl::StrCat("does not exist; the row has ", columns_));
  return cells_[column];
}

bool Row::IsNull(size_t column) const { return Cell(column).is_null(); }

int64_t Row::Int64(size_t column) const {
  const Value::Data& data = Cell(column).data();
  if (const auto* number = std::get_if<int64_t>(&data)) return *number;
  if (const auto* number = std::get_if<uint64_t>(&data)) {
    if (*number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) Die(column, "does not fit in int64");
    return static_cast<int64_t>(*number);
  }
  if (const auto* text = std::get_if<std::string>(&data)) return ParseNumber<int64_t>(column, *text);
  Die(column, "is NULL");
}

uint64_t Row::UInt64(size_t column) const {
  const Value::Data& data = Cell(column).data();
  if (const auto* number = std::get_if<uint64_t>(&data)) return *number;
  if (const auto* number = std::get_if<int64_t>(&data)) {
    if (*number < 0) Die(column, "is negative");
    return static_cast<uint64_t>(*number);
  }
  if (const auto* text = std::get_if<std::string>(&data)) return ParseNumber<uint64_t>(column, *text);
  Die(column, "is NULL");
}

int32_t Row::Int32(size_t column) const {
  int64_t number = Int64(column);
  if (number < std::numeric_limits<int32_t>::min() || number > std::numeric_limits<int32_t>::max()) {
    Die(column, "does not fit in int32");
  }
  return static_cast<int32_t>(number);
}

bool Row::Bool(size_t column) const { return Int64(column) != 0; }

const std::string& Row::String(size_t column) const {
  const Value::Data& data = Cell(column).data();
  if (const auto* text = std::get_if<std::string>(&data)) return *text;
  Die(column, std::holds_alternative<std::monostate>(data) ? "is NULL" : "is a number");
}

absl::Time Row::TimeMicros(size_t column) const { return absl::FromUnixMicros(Int64(column)); }

std::optional<int64_t> Row::OptionalInt64(size_t column) const {
  return IsNull(column) ? std::nullopt : std::optional(Int64(column));
}
std::optional<uint64_t> Row::OptionalUInt64(size_t column) const {
  return IsNull(column) ? std::nullopt : std::optional(UInt64(column));
}
std::optional<int32_t> Row::OptionalInt32(size_t column) const {
  return IsNull(column) ? std::nullopt : std::optional(Int32(column));
}
std::optional<std::string> Row::OptionalString(size_t column) const {
  return IsNull(column) ? std::nullopt : std::optional(String(column));
}
std::optional<absl::Time> Row::OptionalTimeMicros(size_t column) const {
  return IsNull(column) ? std::nullopt : std::optional(TimeMicros(column));
}

Row Rows::operator[](size_t index) const {
  if (index >= size()) Die(0, absl::StrCat("of row ", index, " does not exist; there are ", size(), " rows"));
  return Row(cells_.data() + index * columns_, columns_);
}

}  // namespace juchu::mysql
