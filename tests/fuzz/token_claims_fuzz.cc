// Tokens that our own issuer signed, whatever they say: an accepted one says all that it must. The input is the header
// in its first line and the payload below it.
#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "jwt/jwt.hpp"
#include "services/gateway/auth/token_minter.h"
#include "tests/fuzz/json_keys.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/token_store.h"

namespace juchu::fuzz {
namespace {

using Json = nlohmann::json;

constexpr int64_t kLeeway = 30;
constexpr int64_t kMaxAge = 24 * 60 * 60;

const gateway::SigningKey& IssuerKey() {
  static const auto* const key = new gateway::SigningKey(*gateway::GenerateSigningKey("es-1"));
  return *key;
}

std::string Sign(absl::string_view header, absl::string_view payload) {
  const std::string input = absl::StrCat(absl::WebSafeBase64Escape(header), ".", absl::WebSafeBase64Escape(payload));
  const auto [signature, error] =
      jwt::PEMSign<jwt::algo::ES256>::sign(std::string_view(IssuerKey().private_key_pem), std::string_view(input));
  Require(!error, "the issuer can sign");
  return absl::StrCat(input, ".", absl::WebSafeBase64Escape(signature));
}

bool IsTime(const Json& claims, const char* name) {
  const auto claim = claims.find(name);
  return claim != claims.end() && claim->is_number_integer() && *claim >= 0 && *claim <= 253'402'300'799;
}

void CheckHeader(absl::string_view text) {
  const Json header = Json::parse(text.begin(), text.end(), nullptr, false);
  Require(header.is_object() && CountMembers(header) == JsonKeyCounter(text).keys(), "the header has one meaning");
  Require(header.value("alg", Json()) == "ES256" && header.value("kid", Json()) == "es-1",
          "the header names the key's algorithm and the key");
  Require(!header.contains("crit") && !header.contains("b64"), "the header asks for no extension");
}

void CheckTimes(const Json& claims) {
  Require(IsTime(claims, "exp") && IsTime(claims, "iat"), "exp and iat are times");
  const int64_t expires = claims["exp"];
  const int64_t issued = claims["iat"];
  Require(kTokenTime < expires + kLeeway, "an accepted token has not expired");
  Require(issued <= kTokenTime + kLeeway && kTokenTime < issued + kMaxAge + kLeeway, "it was issued in the last day");
  if (!claims.contains("nbf")) return;
  Require(IsTime(claims, "nbf") && claims["nbf"] <= kTokenTime + kLeeway, "it is valid already");
}

void CheckClaims(absl::string_view text, const gateway::Principal& principal) {
  const Json claims = Json::parse(text.begin(), text.end(), nullptr, false);
  Require(claims.is_object() && CountMembers(claims) == JsonKeyCounter(text).keys(), "the payload has one meaning");
  Require(claims.value("iss", Json()) == std::string(kTokenIssuer), "the issuer is ours");
  const Json audience = claims.value("aud", Json());
  Require(audience == "juchu" ||
              (audience.is_array() && std::find(audience.begin(), audience.end(), "juchu") != audience.end()),
          "the token is meant for us");
  CheckTimes(claims);
  Require(claims.value("sub", Json()) == principal.subject && claims.value("tenant", Json()) == principal.tenant &&
              claims.value("role", Json()) == std::string(gateway::RoleClaim(principal.role)),
          "the caller is who the claims say");
  Require(!principal.subject.empty() && !absl::StrContains(principal.subject, ' '), "a subject is visible");
  for (const char c : principal.tenant) {
    const auto byte = static_cast<unsigned char>(c);
    Require(absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '-', "a tenant's id has its form");
  }
  Require(!principal.tenant.empty() && principal.tenant.size() <= 32, "a tenant's id has its length");
  Require(!gateway::RoleClaim(principal.role).empty(), "a role is one of four");
}

}  // namespace
}  // namespace juchu::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto* const store = new juchu::fuzz::TokenStore(*juchu::gateway::PublicJwks(juchu::fuzz::IssuerKey()));
  const absl::string_view text = juchu::fuzz::TextOf(data, size);
  const size_t line = std::min(text.find('\n'), text.size());
  const absl::string_view header = text.substr(0, line);
  const absl::string_view payload = text.substr(std::min(line + 1, text.size()));
  const auto principal = store->Verify(juchu::fuzz::Sign(header, payload));
  if (!principal.ok()) {
    juchu::fuzz::CheckTokenRefusal(principal.status());
    return 0;
  }
  juchu::fuzz::CheckHeader(header);
  juchu::fuzz::CheckClaims(payload, *principal);
  return 0;
}
