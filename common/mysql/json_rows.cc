#include "common/mysql/json_rows.h"

#include <nlohmann/json.hpp>
#include <variant>

#include "absl/strings/str_cat.h"

namespace juchu::mysql {
namespace {

struct Append {
  void operator()(std::monostate) const { text += "null"; }
  void operator()(int64_t number) const { absl::StrAppend(&text, number); }
  void operator()(uint64_t number) const { absl::StrAppend(&text, number); }
  void operator()(const std::string& value) const {
    text += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::string& text;
};

}  // namespace

std::string JsonRows(const Params& values, size_t columns) {
  constexpr size_t kUsualBytes = 20;
  std::string text;
  text.reserve(values.size() * kUsualBytes);
  for (size_t i = 0; i < values.size(); ++i) {
    text += i == 0 ? "[[" : i % columns == 0 ? "],[" : ",";
    std::visit(Append{text}, values[i].data());
  }
  text += values.empty() ? "[]" : "]]";
  return text;
}

}  // namespace juchu::mysql
