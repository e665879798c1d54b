#ifndef SERVICES_GATEWAY_AUTH_JWS_H_
#define SERVICES_GATEWAY_AUTH_JWS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "services/gateway/auth/key_set.h"

namespace juchu::gateway {

// A token in compact form, taken apart and not yet believed. The views point into the token's text.
struct CompactJws {
  // "alg" of the header: exactly "ES256" or "RS256".
  SignatureAlgorithm algorithm = SignatureAlgorithm::kEs256;
  // "kid" of the header; has the form of a key id.
  std::string key_id;
  // The claims.
  nlohmann::json payload;
  // What is signed: header and payload as they were sent.
  absl::string_view signing_input;
  // The signature in base64url.
  absl::string_view signature;
};

// Takes `token` apart. The library's own decoding is not used on tokens: libcpp-jwt 1.4 indexes its base64 table with
// the raw byte, compares "alg" without regard to case, lets the later of two equal claims win, throws on an "alg" that
// is not text, and reads the machine's clock. Errors: UNAUTHENTICATED TOKEN_MALFORMED, TOKEN_ALGORITHM_NOT_ALLOWED.
absl::StatusOr<CompactJws> ParseCompactJws(absl::string_view token);

// Whether the signature of `jws` was made with the private half of `key`, by the key's own algorithm.
bool SignatureIsValid(const CompactJws& jws, const VerificationKey& key);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_JWS_H_
