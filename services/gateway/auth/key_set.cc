#include "services/gateway/auth/key_set.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "nlohmann/json.hpp"
#include "services/gateway/auth/base64url.h"
#include "services/gateway/auth/strict_json.h"

namespace juchu::gateway {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxKeys = 64;
constexpr size_t kMaxKeyIdSize = 64;
constexpr size_t kP256CoordinateSize = 32;
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;
constexpr BN_ULONG kMinRsaExponent = 65537;

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using ParamBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using PkeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;

absl::Status Invalid(absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "JWKS_INVALID", absl::StrCat("the key set: ", problem),
                   {{"remedy", "write a JWKS document with the public keys of the token issuer"}});
}

// The member as text; nullopt when it is absent or not a string.
std::optional<std::string> Text(const Json& object, const char* name) {
  auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<std::string> Bytes(const Json& object, const char* name) {
  std::optional<std::string> text = Text(object, name);
  return text ? DecodeBase64Url(*text) : std::nullopt;
}

BignumPtr ToBignum(const std::string& bytes) {
  return BignumPtr(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
}

// Makes the key that `params` describe, checks it and writes it as PEM; nullopt when OpenSSL refuses it.
std::optional<std::string> ToPem(const char* type, OSSL_PARAM_BLD* builder) {
  ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
  PkeyContextPtr maker(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  if (!params || !maker || EVP_PKEY_fromdata_init(maker.get()) != 1) return std::nullopt;
  EVP_PKEY* raw = nullptr;
  if (EVP_PKEY_fromdata(maker.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) return std::nullopt;
  PkeyPtr key(raw);
  PkeyContextPtr checker(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (!checker || EVP_PKEY_public_check(checker.get()) != 1) return std::nullopt;
  BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_PUBKEY(out.get(), key.get()) != 1) return std::nullopt;
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

std::optional<std::string> EcToPem(const Json& jwk) {
  std::optional<std::string> x = Bytes(jwk, "x");
  std::optional<std::string> y = Bytes(jwk, "y");
  if (!x || !y || x->size() != kP256CoordinateSize || y->size() != kP256CoordinateSize) return std::nullopt;
  const std::string point = absl::StrCat("\x04", *x, *y);
  ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return std::nullopt;
  }
  return ToPem("EC", builder.get());
}

std::optional<std::string> RsaToPem(const Json& jwk) {
  std::optional<std::string> modulus = Bytes(jwk, "n");
  std::optional<std::string> exponent = Bytes(jwk, "e");
  if (!modulus || !exponent || modulus->size() > kMaxRsaBits / 8 || exponent->size() > sizeof(BN_ULONG)) {
    return std::nullopt;
  }
  BignumPtr n = ToBignum(*modulus);
  BignumPtr e = ToBignum(*exponent);
  if (!n || !e || BN_num_bits(n.get()) < kMinRsaBits || BN_get_word(e.get()) < kMinRsaExponent || !BN_is_odd(e.get())) {
    return std::nullopt;
  }
  ParamBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return std::nullopt;
  }
  return ToPem("RSA", builder.get());
}

// One key of the document; nullopt when it is of a type or for a use that is not ours.
absl::StatusOr<std::optional<VerificationKey>> ReadKey(const Json& jwk, absl::string_view place) {
  const std::string type = Text(jwk, "kty").value_or("");
  if (type == "oct" || jwk.contains("d") || jwk.contains("k")) {
    return Invalid(absl::StrCat(place, " holds a secret; only public keys belong here"));
  }
  if (jwk.contains("use") && Text(jwk, "use") != "sig") return std::optional<VerificationKey>();
  VerificationKey key;
  std::optional<std::string> pem;
  if (type == "EC" && Text(jwk, "crv") == "P-256") {
    key.algorithm = SignatureAlgorithm::kEs256;
    pem = EcToPem(jwk);
  } else if (type == "RSA") {
    key.algorithm = SignatureAlgorithm::kRs256;
    pem = RsaToPem(jwk);
  } else {
    return std::optional<VerificationKey>();
  }
  const std::string algorithm(SignatureAlgorithmName(key.algorithm));
  // A key for another algorithm of its type ("RS512", "RSA-OAEP") is none that tokens are checked against.
  if (jwk.contains("alg") && Text(jwk, "alg") != algorithm) return std::optional<VerificationKey>();
  if (!pem) return Invalid(absl::StrCat(place, " is not a valid public key for ", algorithm));
  key.public_key_pem = *std::move(pem);
  return std::optional<VerificationKey>(std::move(key));
}

}  // namespace

absl::string_view SignatureAlgorithmName(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kEs256:
      return "ES256";
    case SignatureAlgorithm::kRs256:
      return "RS256";
  }
  return "";
}

bool IsKeyId(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxKeyIdSize && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

absl::StatusOr<KeySet> KeySet::Parse(absl::string_view jwks) {
  std::optional<Json> document = ParseJsonObject(jwks);
  if (!document) return Invalid("not a JSON object");
  auto keys = document->find("keys");
  if (keys == document->end() || !keys->is_array() || keys->empty() || keys->size() > kMaxKeys) {
    return Invalid(absl::StrCat("\"keys\" is not an array of 1 to ", kMaxKeys, " keys"));
  }
  KeySet set;
  for (size_t i = 0; i < keys->size(); ++i) {
    const Json& jwk = (*keys)[i];
    const std::string place = absl::StrCat("keys[", i, "]");
    if (!jwk.is_object()) return Invalid(absl::StrCat(place, " is not an object"));
    JUCHU_ASSIGN_OR_RETURN(std::optional<VerificationKey> key, ReadKey(jwk, place));
    if (!key) continue;
    const std::string id = Text(jwk, "kid").value_or("");
    if (!IsKeyId(id)) return Invalid(absl::StrCat(place, ".kid is not 1 to 64 letters, digits, - or _"));
    if (!set.keys_.emplace(id, *std::move(key)).second) return Invalid(absl::StrCat(place, ".kid is there twice"));
  }
  if (set.keys_.empty()) return Invalid("no key for ES256 or RS256 in it");
  return set;
}

const VerificationKey* KeySet::Find(absl::string_view key_id) const {
  auto found = keys_.find(std::string(key_id));
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace juchu::gateway
