#include "services/gateway/auth/jws.h"

#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "jwt/jwt.hpp"
#include "services/gateway/auth/base64url.h"
#include "services/gateway/auth/strict_json.h"

namespace juchu::gateway {
namespace {

absl::Status Malformed(absl::string_view problem) {
  return Unauthenticated("TOKEN_MALFORMED", absl::StrCat("the token is malformed: ", problem),
                         {{"remedy", "get a new token from the issuer and send it unchanged"}});
}

std::optional<SignatureAlgorithm> AlgorithmFromName(absl::string_view name) {
  for (SignatureAlgorithm algorithm : {SignatureAlgorithm::kEs256, SignatureAlgorithm::kRs256}) {
    if (SignatureAlgorithmName(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

// The member's text; nullopt when absent or not text.
std::optional<std::string> Text(const nlohmann::json& object, const char* name) {
  auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

}  // namespace

absl::StatusOr<CompactJws> ParseCompactJws(absl::string_view token) {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return Malformed("it has not three parts");
  std::optional<std::string> header_text = DecodeBase64Url(parts[0]);
  std::optional<std::string> payload_text = DecodeBase64Url(parts[1]);
  std::optional<std::string> signature = DecodeBase64Url(parts[2]);
  if (!header_text || !payload_text || !signature) return Malformed("a part is not base64url");
  std::optional<nlohmann::json> header = ParseJsonObject(*header_text);
  if (!header) return Malformed("the header is not a JSON object");

  CompactJws jws;
  std::optional<SignatureAlgorithm> algorithm = AlgorithmFromName(Text(*header, "alg").value_or(""));
  if (!algorithm) {
    return Unauthenticated("TOKEN_ALGORITHM_NOT_ALLOWED", "the token is not signed by ES256 or RS256",
                           {{"remedy", "let the issuer sign with ES256 or RS256"}});
  }
  jws.algorithm = *algorithm;
  // Extensions that must be understood (RFC 7515 4.1.11, RFC 7797): there is none that we understand.
  if (header->contains("crit") || header->contains("b64")) return Malformed("the header has an unknown extension");
  if (auto type = header->find("typ"); type != header->end()) {
    const std::string name = Text(*header, "typ").value_or("");
    if (!absl::EqualsIgnoreCase(name, "JWT") && !absl::EqualsIgnoreCase(name, "at+jwt")) {
      return Malformed("the header's typ is not JWT");
    }
  }
  jws.key_id = Text(*header, "kid").value_or("");
  if (!IsKeyId(jws.key_id)) return Malformed("the header's kid is not 1 to 64 letters, digits, - or _");
  if (signature->empty()) return Malformed("it is not signed");

  std::optional<nlohmann::json> payload = ParseJsonObject(*payload_text);
  if (!payload) return Malformed("the payload is not a JSON object");
  jws.payload = *std::move(payload);
  jws.signing_input = token.substr(0, parts[0].size() + 1 + parts[1].size());
  jws.signature = parts[2];
  return jws;
}

bool SignatureIsValid(const CompactJws& jws, const VerificationKey& key) {
  try {
    jwt::jwt_header header;
    switch (key.algorithm) {
      case SignatureAlgorithm::kEs256:
        header.algo(jwt::algorithm::ES256);
        break;
      case SignatureAlgorithm::kRs256:
        header.algo(jwt::algorithm::RS256);
        break;
    }
    jwt::jwt_signature verifier{std::string_view(key.public_key_pem)};
    const auto [valid, error] =
        verifier.verify(header, std::string_view(jws.signing_input.data(), jws.signing_input.size()),
                        std::string_view(jws.signature.data(), jws.signature.size()));
    return valid && !error;
  } catch (const std::exception&) {
    // The library throws when OpenSSL runs out of memory. What could not be checked is not valid.
    return false;
  }
}

}  // namespace juchu::gateway
