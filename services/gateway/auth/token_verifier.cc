#include "services/gateway/auth/token_verifier.h"

#include <openssl/sha.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "nlohmann/json.hpp"
#include "services/gateway/auth/jws.h"

namespace juchu::gateway {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxTokenSize = 4096;
constexpr size_t kMaxAudiences = 16;
// 9999-12-31T23:59:59Z.
constexpr int64_t kMaxUnixSeconds = 253'402'300'799;

absl::Status ClaimInvalid(absl::string_view claim, absl::string_view rule) {
  return Unauthenticated(
      "TOKEN_CLAIM_INVALID", absl::StrCat("the token's claim ", claim, " is not ", rule),
      {{"field", std::string(claim)}, {"remedy", absl::StrCat("let the issuer set ", claim, " to ", rule)}});
}

absl::Status Expired() {
  return Unauthenticated("TOKEN_EXPIRED", "the token has expired", {{"remedy", "get a new token from the issuer"}});
}

absl::Status NotYetValid() {
  return Unauthenticated("TOKEN_NOT_YET_VALID", "the token is not valid yet",
                         {{"remedy", "wait, or set the issuer's clock right"}});
}

// The member's text; nullopt when absent or not text.
std::optional<std::string> Text(const Json& object, const char* name) {
  auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

// A time claim: whole seconds since 1970. nullopt when absent.
absl::StatusOr<std::optional<absl::Time>> TimeClaim(const Json& payload, const char* name) {
  auto member = payload.find(name);
  if (member == payload.end()) return std::optional<absl::Time>();
  const absl::Status invalid = ClaimInvalid(name, "a whole number of seconds since 1970");
  // The library keeps whole numbers above 2^63 as unsigned; anything with a fraction or exponent is not an integer.
  if (!member->is_number_integer()) return invalid;
  if (member->is_number_unsigned() && member->get<uint64_t>() > static_cast<uint64_t>(kMaxUnixSeconds)) return invalid;
  const int64_t seconds = member->get<int64_t>();
  if (seconds < 0 || seconds > kMaxUnixSeconds) return invalid;
  return std::optional<absl::Time>(absl::FromUnixSeconds(seconds));
}

bool NamesAudience(const Json& payload, const std::string& audience) {
  auto member = payload.find("aud");
  if (member == payload.end()) return false;
  if (member->is_string()) return member->get<std::string>() == audience;
  if (!member->is_array() || member->size() > kMaxAudiences) return false;
  return std::all_of(member->begin(), member->end(), [](const Json& one) { return one.is_string(); }) &&
         std::any_of(member->begin(), member->end(),
                     [&](const Json& one) { return one.get<std::string>() == audience; });
}

// Checks the times; returns the first instant at which the token is over.
absl::StatusOr<absl::Time> CheckTimes(const Json& payload, absl::Time now, const TokenRules& rules) {
  JUCHU_ASSIGN_OR_RETURN(std::optional<absl::Time> expires, TimeClaim(payload, "exp"));
  JUCHU_ASSIGN_OR_RETURN(std::optional<absl::Time> issued, TimeClaim(payload, "iat"));
  JUCHU_ASSIGN_OR_RETURN(std::optional<absl::Time> not_before, TimeClaim(payload, "nbf"));
  if (!expires) return ClaimInvalid("exp", "present");
  if (!issued) return ClaimInvalid("iat", "present");
  const absl::Time end = std::min(*expires, *issued + rules.max_age) + rules.leeway;
  if (now >= end) return Expired();
  if (*issued > now + rules.leeway) return NotYetValid();
  if (not_before && *not_before > now + rules.leeway) return NotYetValid();
  return end;
}

absl::StatusOr<Principal> ReadPrincipal(const Json& payload) {
  Principal principal;
  principal.subject = Text(payload, "sub").value_or("");
  if (!IsSubject(principal.subject)) return ClaimInvalid("sub", "1 to 255 visible ASCII characters");
  principal.tenant = Text(payload, "tenant").value_or("");
  if (!IsTenantId(principal.tenant)) return ClaimInvalid("tenant", "1 to 32 lower-case letters, digits or hyphens");
  std::optional<common::v1::Role> role = RoleFromClaim(Text(payload, "role").value_or(""));
  if (!role) return ClaimInvalid("role", "one of viewer, operator, manager, admin");
  principal.role = *role;
  return principal;
}

}  // namespace

TokenVerifier::TokenVerifier(KeyStore& keys, const Clock& clock, TokenRules rules)
    : keys_(keys), clock_(clock), rules_(std::move(rules)) {}

absl::StatusOr<Principal> TokenVerifier::Verify(absl::string_view token) {
  if (token.empty()) {
    return Unauthenticated("TOKEN_MISSING", "the call brings no token",
                           {{"remedy", "send the metadata \"authorization: Bearer <token>\""}});
  }
  if (token.size() > kMaxTokenSize) {
    return Unauthenticated("TOKEN_MALFORMED", absl::StrCat("the token is longer than ", kMaxTokenSize, " bytes"),
                           {{"remedy", "let the issuer leave out claims that juchu does not read"}});
  }
  const KeyStore::Snapshot keys = keys_.Keys();
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  {
    absl::MutexLock lock(&mutex_);
    if (generation_ < keys.generation) {
      accepted_.clear();
      generation_ = keys.generation;
    }
    if (auto found = accepted_.find(digest); found != accepted_.end()) {
      if (clock_.Now() >= found->second.end) return Expired();
      return found->second.principal;
    }
  }
  JUCHU_ASSIGN_OR_RETURN(Accepted accepted, VerifyAnew(token, *keys.keys));
  Remember(digest, keys.generation, accepted);
  return accepted.principal;
}

absl::StatusOr<TokenVerifier::Accepted> TokenVerifier::VerifyAnew(absl::string_view token, const KeySet& keys) const {
  JUCHU_ASSIGN_OR_RETURN(const CompactJws jws, ParseCompactJws(token));
  const VerificationKey* key = keys.Find(jws.key_id);
  if (key != nullptr && key->algorithm != jws.algorithm) {
    return Unauthenticated("TOKEN_ALGORITHM_NOT_ALLOWED", "the token's algorithm is not the one of its key",
                           {{"remedy", "let the issuer name the key that it signs with"}});
  }
  // An unknown key and a wrong signature are one answer: neither tells which keys exist.
  if (key == nullptr || !SignatureIsValid(jws, *key)) {
    return Unauthenticated("TOKEN_SIGNATURE_INVALID", "the token's signature is not by a key that we know",
                           {{"remedy", "get a new token from the issuer; its keys may have been changed"}});
  }
  if (Text(jws.payload, "iss") != rules_.issuer) {
    return Unauthenticated("TOKEN_ISSUER_WRONG", "the token is not from the issuer that we trust",
                           {{"remedy", "get the token from the issuer that the gateway is set up with"}});
  }
  if (!NamesAudience(jws.payload, rules_.audience)) {
    return Unauthenticated("TOKEN_AUDIENCE_WRONG", "the token is not meant for this service",
                           {{"remedy", "ask the issuer for a token whose aud names the gateway"}});
  }
  Accepted accepted;
  JUCHU_ASSIGN_OR_RETURN(accepted.end, CheckTimes(jws.payload, clock_.Now(), rules_));
  JUCHU_ASSIGN_OR_RETURN(accepted.principal, ReadPrincipal(jws.payload));
  return accepted;
}

void TokenVerifier::Remember(const Digest& digest, int64_t generation, const Accepted& accepted) {
  if (rules_.cache_size == 0) return;
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  // The keys may have been changed while the signature was checked under the old ones.
  if (generation_ != generation) return;
  if (accepted_.size() >= rules_.cache_size) {
    absl::erase_if(accepted_, [now](const auto& entry) { return now >= entry.second.end; });
    // Full of valid tokens: start over. It costs each of them one signature.
    if (accepted_.size() >= rules_.cache_size) accepted_.clear();
  }
  accepted_.emplace(digest, accepted);
}

}  // namespace juchu::gateway
