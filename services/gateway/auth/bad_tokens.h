#ifndef SERVICES_GATEWAY_AUTH_BAD_TOKENS_H_
#define SERVICES_GATEWAY_AUTH_BAD_TOKENS_H_

#include <string>
#include <vector>

#include "services/gateway/auth/token_forge.h"

namespace juchu::gateway {

// A token that must be refused; for tests only.
struct BadToken {
  // What is bad about it; unique in the corpus.
  std::string name;
  std::string token;
  // The reason with which it is refused.
  std::string reason;
};

// Tokens that are no compact JWS, are signed by nobody or by another, or whose header asks for something else.
std::vector<BadToken> BadEnvelopes(const TokenForge& forge);

// Tokens that the issuer really signed and that say what must not be accepted.
std::vector<BadToken> BadClaims(const TokenForge& forge);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_AUTH_BAD_TOKENS_H_
