#include "common/mysql/json_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace juchu::mysql {
namespace {

// Printable ASCII but for what JSON escapes.
bool StandsForItself(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

}  // namespace

std::string JsonList(absl::Span<const absl::string_view> texts) {
  std::string list = "[";
  for (const absl::string_view text : texts) {
    if (list.size() > 1) list += ',';
    if (std::all_of(text.begin(), text.end(), StandsForItself)) {
      absl::StrAppend(&list, "\"", text, "\"");
    } else {
      list += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
  }
  return list + "]";
}

}  // namespace juchu::mysql
