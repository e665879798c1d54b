#ifndef SERVICES_GATEWAY_AUTH_TOKEN_MINTER_H_
#define SERVICES_GATEWAY_AUTH_TOKEN_MINTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace juchu::gateway {

// Makes keys and tokens for development and tests. No service links it: in operation an identity provider signs, and
// juchu sees public keys only.

// A key pair for ES256.
struct SigningKey {
  // 1 to 64 letters, digits, - or _.
  std::string key_id;
  // PKCS#8 in PEM. Secret.
  std::string private_key_pem;
};

// Makes a new key on P-256. Errors: INTERNAL when OpenSSL cannot.
absl::StatusOr<SigningKey> GenerateSigningKey(absl::string_view key_id);

// Reads a key from PEM. Errors: INVALID_ARGUMENT when it is not a private key on P-256.
absl::StatusOr<SigningKey> ParseSigningKey(absl::string_view key_id, absl::string_view private_key_pem);

// The public half as one key of a JWKS document.
absl::StatusOr<nlohmann::json> PublicJwk(const SigningKey& key);

// The JWKS document with the public half of `key` alone.
absl::StatusOr<std::string> PublicJwks(const SigningKey& key);

// A compact JWS by ES256 over `claims`, with the key's id in the header. Errors: INTERNAL when OpenSSL cannot.
absl::StatusOr<std::string> MintToken(const SigningKey& key, const nlohmann::json& claims);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_TOKEN_MINTER_H_
