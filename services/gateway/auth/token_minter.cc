#include "services/gateway/auth/token_minter.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstring>
#include <exception>
#include <memory>
#include <string_view>
#include <system_error>

#include "absl/strings/escaping.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "jwt/jwt.hpp"
#include "services/gateway/auth/key_set.h"

namespace juchu::gateway {
namespace {

constexpr int kCoordinateSize = 32;

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;

absl::Status CannotSign(absl::string_view what) {
  return MakeError(absl::StatusCode::kInternal, "KEY_OPERATION_FAILED", what);
}

PkeyPtr ReadPrivateKey(absl::string_view pem) {
  BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!in) return nullptr;
  return PkeyPtr(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
}

absl::StatusOr<std::string> Coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return CannotSign("cannot read the public key");
  BignumPtr number(raw);
  std::string bytes(kCoordinateSize, '\0');
  if (BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(bytes.data()), kCoordinateSize) != kCoordinateSize) {
    return CannotSign("cannot read the public key");
  }
  return absl::WebSafeBase64Escape(bytes);
}

}  // namespace

absl::StatusOr<SigningKey> GenerateSigningKey(absl::string_view key_id) {
  PkeyPtr key(EVP_EC_gen("P-256"));
  BioPtr out(BIO_new(BIO_s_mem()));
  if (!key || !out || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return CannotSign("cannot make a key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return ParseSigningKey(key_id, absl::string_view(data, static_cast<size_t>(size)));
}

absl::StatusOr<SigningKey> ParseSigningKey(absl::string_view key_id, absl::string_view private_key_pem) {
  if (!IsKeyId(key_id)) {
    return InvalidField("KEY_ID_INVALID", "key_id", "not 1 to 64 letters, digits, - or _", "choose another id");
  }
  PkeyPtr key = ReadPrivateKey(private_key_pem);
  char group[32] = "";
  if (!key || EVP_PKEY_get_group_name(key.get(), group, sizeof(group), nullptr) != 1 ||
      std::strcmp(group, "prime256v1") != 0) {
    return InvalidField("KEY_INVALID", "key", "not a private key on P-256 in PEM", "make one with juchu-token keygen");
  }
  return SigningKey{std::string(key_id), std::string(private_key_pem)};
}

absl::StatusOr<nlohmann::json> PublicJwk(const SigningKey& key) {
  PkeyPtr pkey = ReadPrivateKey(key.private_key_pem);
  if (!pkey) return CannotSign("cannot read the key");
  JUCHU_ASSIGN_OR_RETURN(const std::string x, Coordinate(pkey.get(), OSSL_PKEY_PARAM_EC_PUB_X));
  JUCHU_ASSIGN_OR_RETURN(const std::string y, Coordinate(pkey.get(), OSSL_PKEY_PARAM_EC_PUB_Y));
  return nlohmann::json{{"kty", "EC"},       {"crv", "P-256"}, {"use", "sig"}, {"alg", "ES256"},
                        {"kid", key.key_id}, {"x", x},         {"y", y}};
}

absl::StatusOr<std::string> PublicJwks(const SigningKey& key) {
  JUCHU_ASSIGN_OR_RETURN(nlohmann::json jwk, PublicJwk(key));
  nlohmann::json document;
  document["keys"] = nlohmann::json::array({std::move(jwk)});
  return document.dump(2);
}

absl::StatusOr<std::string> MintToken(const SigningKey& key, const nlohmann::json& claims) {
  try {
    const nlohmann::json header = {{"alg", "ES256"}, {"typ", "JWT"}, {"kid", key.key_id}};
    const std::string signing_input =
        absl::WebSafeBase64Escape(header.dump()) + "." + absl::WebSafeBase64Escape(claims.dump());
    const auto [signature, error] =
        jwt::PEMSign<jwt::algo::ES256>::sign(std::string_view(key.private_key_pem), std::string_view(signing_input));
    if (error) return CannotSign("cannot sign");
    return signing_input + "." + absl::WebSafeBase64Escape(signature);
  } catch (const std::exception&) {
    return CannotSign("cannot sign");
  }
}

}  // namespace juchu::gateway
