#ifndef SERVICES_GATEWAY_AUTH_TOKEN_VERIFIER_H_
#define SERVICES_GATEWAY_AUTH_TOKEN_VERIFIER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "services/gateway/auth/key_store.h"
#include "services/gateway/auth/principal.h"

namespace juchu::gateway {

// What a token must say to be accepted.
struct TokenRules {
  // Required. The claim "iss", compared as written.
  std::string issuer;
  // Required. The claim "aud" is this or a list with it.
  std::string audience;
  // How far the issuer's clock may be from ours; 0 to 60 s.
  absl::Duration leeway = absl::Seconds(30);
  // How long after "iat" a token is accepted at most, whatever its "exp" says; more than 0.
  absl::Duration max_age = absl::Hours(24);
  // How many accepted tokens are remembered so that their signature is not computed again; 0: none.
  size_t cache_size = 10'000;
};

// Decides whether a token is genuine, meant for us and valid now (RFC 7519, RFC 8725). Only compact JWS by ES256 or
// RS256 is accepted; the key, found by the exact "kid", says which of the two. A header cannot bring its own key:
// "jwk", "jku", "x5c", "x5u" are not looked at, and "crit" is refused. Thread-safe.
class TokenVerifier {
 public:
  // `keys` and `clock` must outlive the verifier.
  TokenVerifier(KeyStore& keys, const Clock& clock, TokenRules rules);
  TokenVerifier(const TokenVerifier&) = delete;
  TokenVerifier& operator=(const TokenVerifier&) = delete;

  // Who `token` speaks for. Errors, all UNAUTHENTICATED with a remedy: TOKEN_MISSING, TOKEN_MALFORMED,
  // TOKEN_SIGNATURE_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_AUDIENCE_WRONG, TOKEN_ISSUER_WRONG,
  // TOKEN_ALGORITHM_NOT_ALLOWED, TOKEN_CLAIM_INVALID.
  absl::StatusOr<Principal> Verify(absl::string_view token) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Digest = std::array<unsigned char, 32>;

  // A token that has been accepted.
  struct Accepted {
    Principal principal;
    // The first instant at which it is not accepted any more, leeway included.
    absl::Time end;
  };

  absl::StatusOr<Accepted> VerifyAnew(absl::string_view token, const KeySet& keys) const;
  void Remember(const Digest& digest, int64_t generation, const Accepted& accepted) ABSL_LOCKS_EXCLUDED(mutex_);

  KeyStore& keys_;
  const Clock& clock_;
  const TokenRules rules_;
  absl::Mutex mutex_;
  // Accepted tokens by the SHA-256 of their text, all under the keys of `generation_`.
  absl::flat_hash_map<Digest, Accepted> accepted_ ABSL_GUARDED_BY(mutex_);
  int64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_TOKEN_VERIFIER_H_
