#ifndef SERVICES_GATEWAY_AUTH_BASE64URL_H_
#define SERVICES_GATEWAY_AUTH_BASE64URL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace juchu::gateway {

// Decodes base64url as JOSE writes it (RFC 7515): no padding, no white space, no stray bits at the end, so that every
// content has exactly one spelling. nullopt for anything else. "" is the empty content.
std::optional<std::string> DecodeBase64Url(absl::string_view text);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_BASE64URL_H_
