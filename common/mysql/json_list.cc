#include "common/mysql/json_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace juchu::mysql {
namespace {

// Printable ASCII but for what JSON escapes.
bool StandsForItself(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

void AppendText(absl::string_view text, std::string& list) {
  if (std::all_of(text.begin(), text.end(), StandsForItself)) {
    absl::StrAppend(&list, "\"", text, "\"");
  } else {
    list += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

}  // namespace

std::string JsonList(absl::Span<const absl::string_view> texts) {
  std::string list = "[";
  for (const absl::string_view text : texts) {
    if (list.size() > 1) list += ',';
    AppendText(text, list);
  }
  return list + "]";
}

std::string JsonPairs(absl::Span<const JsonPair> pairs) {
  std::string list = "[";
  for (const auto& [first, second] : pairs) {
    list += list.size() > 1 ? ",[" : "[";
    AppendText(first, list);
    list += ',';
    AppendText(second, list);
    list += ']';
  }
  return list + "]";
}

}  // namespace juchu::mysql
