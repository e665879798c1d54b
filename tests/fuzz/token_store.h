#ifndef TESTS_FUZZ_TOKEN_STORE_H_
#define TESTS_FUZZ_TOKEN_STORE_H_

#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "services/gateway/auth/key_store.h"
#include "services/gateway/auth/token_verifier.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/token_samples.h"

namespace juchu::fuzz {

// Verifiers over a fixed key set at a time that stands still.
class TokenStore {
 public:
  explicit TokenStore(absl::string_view jwks) : keys_(Open(jwks, clock_)), cached_(*keys_, clock_, Rules(10)) {}

  // What a token is found to be; the same whether it is remembered or verified anew.
  absl::StatusOr<gateway::Principal> Verify(absl::string_view token) {
    const auto first = uncached_.Verify(token);
    for (int i = 0; i < 2; ++i) {
      const auto again = cached_.Verify(token);
      Require(again.status().code() == first.status().code() && ReasonOf(again.status()) == ReasonOf(first.status()) &&
                  again.status().message() == first.status().message(),
              "a remembered token is the same token");
    }
    return first;
  }

 private:
  static gateway::TokenRules Rules(size_t cache_size) {
    gateway::TokenRules rules;
    rules.issuer = std::string(kTokenIssuer);
    rules.audience = std::string(kTokenAudience);
    rules.cache_size = cache_size;
    return rules;
  }

  static std::unique_ptr<gateway::KeyStore> Open(absl::string_view jwks, const Clock& clock) {
    std::string path = "/tmp/juchu-fuzz-keys-XXXXXX";
    const int file = ::mkstemp(path.data());
    Require(file >= 0 && ::write(file, jwks.data(), jwks.size()) == static_cast<ssize_t>(jwks.size()),
            "the keys can be written");
    auto keys = gateway::KeyStore::Open(path, absl::InfiniteDuration(), clock, {});
    ::close(file);
    ::unlink(path.c_str());
    Require(keys.ok(), "the keys can be read");
    return *std::move(keys);
  }

  testing::FakeClock clock_{absl::FromUnixSeconds(kTokenTime)};
  std::unique_ptr<gateway::KeyStore> keys_;
  gateway::TokenVerifier cached_;
  gateway::TokenVerifier uncached_{*keys_, clock_, Rules(0)};
};

// Every refusal of a token is told the same way.
inline void CheckTokenRefusal(const absl::Status& status) {
  const auto info = GetErrorInfo(status);
  Require(status.code() == absl::StatusCode::kUnauthenticated && info.has_value() &&
              absl::StartsWith(info->reason, "TOKEN_") && info->metadata.count("remedy") == 1,
          "a refused token is UNAUTHENTICATED with reason and remedy");
}

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_TOKEN_STORE_H_
