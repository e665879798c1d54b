#ifndef SERVICES_GATEWAY_AUTH_STRICT_JSON_H_
#define SERVICES_GATEWAY_AUTH_STRICT_JSON_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace juchu::gateway {

// Parses `text` as one JSON object. nullopt when it is anything else, names a member twice (two readers could then see
// two different values), nests deeper than 16, is not UTF-8, or has a NUL or a byte order mark in it.
std::optional<nlohmann::json> ParseJsonObject(absl::string_view text);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_STRICT_JSON_H_
