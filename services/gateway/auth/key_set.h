#ifndef SERVICES_GATEWAY_AUTH_KEY_SET_H_
#define SERVICES_GATEWAY_AUTH_KEY_SET_H_

#include <cstddef>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace juchu::gateway {

// The signature algorithms that tokens may use. Each key has exactly one; the token does not choose.
enum class SignatureAlgorithm { kEs256, kRs256 };

// The name in a token's header: "ES256", "RS256".
absl::string_view SignatureAlgorithmName(SignatureAlgorithm algorithm);

// A public key that tokens are checked against.
struct VerificationKey {
  SignatureAlgorithm algorithm = SignatureAlgorithm::kEs256;
  // SubjectPublicKeyInfo in PEM.
  std::string public_key_pem;
};

// The public keys of a JWKS file (RFC 7517), by key id. Immutable.
class KeySet {
 public:
  // Reads a JWKS document: {"keys": [...]} with 1 to 64 keys. A key for signatures is EC on P-256 (ES256) or RSA of
  // 2,048 to 8,192 bits with a public exponent of at least 65,537 (RS256); "kid" is required, [A-Za-z0-9_-]{1,64},
  // unique. Keys of another type or use are passed over. Errors (INVALID_ARGUMENT JWKS_INVALID): not such a document,
  // no usable key, a malformed key, a point that is not on the curve, a secret or private key.
  static absl::StatusOr<KeySet> Parse(absl::string_view jwks);

  // The key with exactly this id; null when there is none.
  const VerificationKey* Find(absl::string_view key_id) const;

  size_t size() const { return keys_.size(); }

 private:
  KeySet() = default;

  std::map<std::string, VerificationKey> keys_;
};

// Whether `text` has the form of a key id: [A-Za-z0-9_-]{1,64}.
bool IsKeyId(absl::string_view text);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_KEY_SET_H_
