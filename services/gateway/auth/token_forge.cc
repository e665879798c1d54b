#include "services/gateway/auth/token_forge.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "jwt/jwt.hpp"

namespace juchu::gateway {
namespace {

using Json = nlohmann::json;

std::string ToString(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string BignumParam(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::string bytes(static_cast<size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return Encode(bytes);
}

template <typename Signer>
std::string SignWith(absl::string_view secret, absl::string_view header, absl::string_view payload) {
  const std::string input = SigningInput(header, payload);
  auto [signature, error] = Signer::sign(std::string_view(secret.data(), secret.size()), std::string_view(input));
  EXPECT_FALSE(error);
  return absl::StrCat(input, ".", Encode(signature));
}

}  // namespace

RsaKey MakeRsaKey(absl::string_view key_id, unsigned bits) {
  EVP_PKEY* key = EVP_RSA_gen(bits);
  BIO* secret = BIO_new(BIO_s_mem());
  BIO* open = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(secret, key, nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_PUBKEY(open, key);
  RsaKey result{ToString(secret), ToString(open),
                Json{{"kty", "RSA"},
                     {"kid", std::string(key_id)},
                     {"n", BignumParam(key, OSSL_PKEY_PARAM_RSA_N)},
                     {"e", BignumParam(key, OSSL_PKEY_PARAM_RSA_E)}}};
  BIO_free_all(secret);
  BIO_free_all(open);
  EVP_PKEY_free(key);
  return result;
}

std::string Encode(absl::string_view bytes) { return absl::WebSafeBase64Escape(bytes); }

std::string SigningInput(absl::string_view header, absl::string_view payload) {
  return absl::StrCat(Encode(header), ".", Encode(payload));
}

std::string SignEs256(absl::string_view secret, absl::string_view header, absl::string_view payload) {
  return SignWith<jwt::PEMSign<jwt::algo::ES256>>(secret, header, payload);
}
std::string SignRs256(absl::string_view secret, absl::string_view header, absl::string_view payload) {
  return SignWith<jwt::PEMSign<jwt::algo::RS256>>(secret, header, payload);
}
std::string SignHs256(absl::string_view secret, absl::string_view header, absl::string_view payload) {
  return SignWith<jwt::HMACSign<jwt::algo::HS256>>(secret, header, payload);
}

TokenForge::TokenForge(absl::Time now)
    : now_(absl::ToUnixSeconds(now)),
      ours_(*GenerateSigningKey("es-1")),
      foreign_(*GenerateSigningKey("es-1")),
      rsa_(MakeRsaKey("rs-1", 2048)) {}

Json TokenForge::Header() { return {{"alg", "ES256"}, {"typ", "JWT"}, {"kid", "es-1"}}; }

Json TokenForge::Claims() const {
  return {{"iss", kForgeIssuer}, {"aud", kForgeAudience}, {"sub", "hanako"},  {"tenant", "shop-a"},
          {"role", "operator"},  {"iat", now_ - 60},      {"exp", now_ + 600}};
}

std::string TokenForge::WithClaims(const Json& changes) const {
  Json claims = Claims();
  claims.merge_patch(changes);
  return WithRawPayload(claims.dump());
}

std::string TokenForge::WithHeader(const Json& changes) const {
  Json header = Header();
  header.merge_patch(changes);
  return WithRawHeader(header.dump());
}

std::string TokenForge::WithRawClaim(const std::string& name, absl::string_view value) const {
  Json claims = Claims();
  claims.erase(name);
  std::string text = claims.dump();
  text.pop_back();
  return WithRawPayload(absl::StrCat(text, ",\"", name, "\":", value, "}"));
}

}  // namespace juchu::gateway
