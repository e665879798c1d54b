#ifndef COMMON_MYSQL_VALUE_H_
#define COMMON_MYSQL_VALUE_H_

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace juchu::mysql {

// One value bound to a placeholder or read from a column: NULL, a signed or unsigned 64-bit number, or bytes. Text is
// UTF-8 bytes; BLOBs may hold any byte. Conversions are implicit so that parameters read as a plain list:
//   connection.Execute(kUpdateOrder, {tenant, order_number, version, std::optional<int64_t>(), document});
class Value {
 public:
  Value() = default;        // NULL
  Value(std::nullopt_t) {}  // NOLINT(google-explicit-constructor): see above.
  template <std::signed_integral T>
  Value(T number) : data_(static_cast<int64_t>(number)) {}  // NOLINT(google-explicit-constructor)
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) Value(T number)
      : data_(static_cast<uint64_t>(number)) {}  // NOLINT(google-explicit-constructor)
  // A flag is stored as 0 or 1. A template, so that a pointer does not turn into a flag.
  template <std::same_as<bool> T>
  Value(T flag) : data_(static_cast<int64_t>(flag ? 1 : 0)) {}   // NOLINT(google-explicit-constructor)
  Value(std::string bytes) : data_(std::move(bytes)) {}          // NOLINT(google-explicit-constructor)
  Value(const char* text) : data_(std::string(text)) {}          // NOLINT(google-explicit-constructor)
  Value(absl::string_view bytes) : data_(std::string(bytes)) {}  // NOLINT(google-explicit-constructor)
  Value(std::string_view bytes) : data_(std::string(bytes)) {}   // NOLINT(google-explicit-constructor)
  // Microseconds since 1970 UTC, the form of every *_time_us column.
  Value(absl::Time time) : data_(absl::ToUnixMicros(time)) {}  // NOLINT(google-explicit-constructor)
  // NULL when there is no value.
  template <typename T>
  Value(const std::optional<T>& value) {  // NOLINT(google-explicit-constructor)
    if (value.has_value()) *this = Value(*value);
  }

  using Data = std::variant<std::monostate, int64_t, uint64_t, std::string>;
  const Data& data() const { return data_; }
  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }

 private:
  Data data_;
};

// The parameters of one statement, by position.
using Params = std::vector<Value>;

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_VALUE_H_
