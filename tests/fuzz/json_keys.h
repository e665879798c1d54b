#ifndef TESTS_FUZZ_JSON_KEYS_H_
#define TESTS_FUZZ_JSON_KEYS_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace juchu::fuzz {

// Counts the members that a JSON text names, doubles too, and how deep it nests; says nothing of whether the text is
// well-formed.
class JsonKeyCounter final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit JsonKeyCounter(absl::string_view text) { nlohmann::json::sax_parse(text.begin(), text.end(), this); }

  size_t keys() const { return keys_; }
  size_t depth() const { return deepest_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return Open(); }
  bool key(string_t&) override {
    ++keys_;
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool Open() {
    ++depth_;
    if (depth_ > deepest_) deepest_ = depth_;
    return true;
  }
  bool Close() {
    --depth_;
    return true;
  }

  size_t keys_ = 0;
  size_t depth_ = 0;
  size_t deepest_ = 0;
};

// The members that `value` holds, those of its parts too.
inline size_t CountMembers(const nlohmann::json& value) {
  size_t count = value.is_object() ? value.size() : 0;
  if (value.is_structured()) {
    for (const nlohmann::json& part : value) count += CountMembers(part);
  }
  return count;
}

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_JSON_KEYS_H_
