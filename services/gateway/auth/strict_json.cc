#include "services/gateway/auth/strict_json.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"

namespace juchu::gateway {
namespace {

constexpr int kMaxDepth = 16;

}  // namespace

std::optional<nlohmann::json> ParseJsonObject(absl::string_view text) {
  using Json = nlohmann::json;
  // The library takes a NUL for the text's end, whatever stands behind it, and passes over a byte order mark.
  if (absl::StrContains(text, '\0') || absl::StartsWith(text, "\xEF\xBB\xBF")) return std::nullopt;
  bool acceptable = true;
  std::vector<std::set<std::string>> open_objects;
  const Json::parser_callback_t watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMaxDepth) acceptable = false;
    if (event == Json::parse_event_t::object_start) {
      open_objects.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      if (!open_objects.empty()) open_objects.pop_back();
    } else if (event == Json::parse_event_t::key) {
      if (!open_objects.back().insert(parsed.get<std::string>()).second) acceptable = false;
    }
    return true;
  };
  Json value = Json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (!acceptable || value.is_discarded() || !value.is_object()) return std::nullopt;
  return std::optional<Json>(std::in_place, std::move(value));
}

}  // namespace juchu::gateway
