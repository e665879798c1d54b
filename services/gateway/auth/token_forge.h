#ifndef SERVICES_GATEWAY_AUTH_TOKEN_FORGE_H_
#define SERVICES_GATEWAY_AUTH_TOKEN_FORGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "services/gateway/auth/token_minter.h"

namespace juchu::gateway {

// Makes good tokens and every kind of bad one; for tests only.

inline constexpr char kForgeIssuer[] = "https://id.example.jp";
inline constexpr char kForgeAudience[] = "juchu";

// An RSA key pair, private half in PEM and public half in PEM and as JWK.
struct RsaKey {
  std::string private_pem;
  std::string public_pem;
  nlohmann::json jwk;
};

RsaKey MakeRsaKey(absl::string_view key_id, unsigned bits);

// Base64url without padding.
std::string Encode(absl::string_view bytes);

// Header and payload as they are signed.
std::string SigningInput(absl::string_view header, absl::string_view payload);

// Tokens over a header and payload of any bytes; `secret` is the private key in PEM, for HMAC the bytes themselves.
std::string SignEs256(absl::string_view secret, absl::string_view header, absl::string_view payload);
std::string SignRs256(absl::string_view secret, absl::string_view header, absl::string_view payload);
std::string SignHs256(absl::string_view secret, absl::string_view header, absl::string_view payload);

// The issuer's keys, another's, and tokens made with them.
class TokenForge {
 public:
  // Makes the keys, which takes a while. Tokens are good at `now`.
  explicit TokenForge(absl::Time now);

  // The header and claims of a good token.
  static nlohmann::json Header();
  nlohmann::json Claims() const;
  std::string Good() const { return SignEs256(Secret(), Header().dump(), Claims().dump()); }

  // Tokens of the issuer whose claims or header are the good ones with `changes` merged in; null takes one away.
  std::string WithClaims(const nlohmann::json& changes) const;
  std::string WithHeader(const nlohmann::json& changes) const;
  // Tokens of the issuer with one claim, or all of header or payload, in exactly these bytes.
  std::string WithRawClaim(const std::string& name, absl::string_view value) const;
  std::string WithRawHeader(absl::string_view header) const { return SignEs256(Secret(), header, Claims().dump()); }
  std::string WithRawPayload(absl::string_view payload) const { return SignEs256(Secret(), Header().dump(), payload); }

  // The issuer's keys: "es-1" for ES256, "rs-1" for RS256.
  const SigningKey& ours() const { return ours_; }
  const RsaKey& rsa() const { return rsa_; }
  // Another's key under the issuer's id.
  const SigningKey& foreign() const { return foreign_; }
  const std::string& Secret() const { return ours_.private_key_pem; }
  int64_t now() const { return now_; }

 private:
  const int64_t now_;
  const SigningKey ours_;
  const SigningKey foreign_;
  const RsaKey rsa_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_TOKEN_FORGE_H_
