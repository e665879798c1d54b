// Strict JSON, and key sets in it: what is taken has one meaning, and no key set holds a secret or a weak key.
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "common/status/error.h"
#include "services/gateway/auth/base64url.h"
#include "services/gateway/auth/key_set.h"
#include "services/gateway/auth/strict_json.h"
#include "tests/fuzz/json_keys.h"
#include "tests/fuzz/require.h"

namespace juchu::gateway {
namespace {

using fuzz::Require;
using Json = nlohmann::json;

constexpr size_t kMaxDepth = 17;

void CheckJson(absl::string_view text) {
  const auto value = ParseJsonObject(text);
  if (!value.has_value()) return;
  Require(value->is_object(), "the value is an object");
  Require(!absl::StrContains(text, '\0'), "a text has one end");
  const fuzz::JsonKeyCounter counted(text);
  Require(fuzz::CountMembers(*value) == counted.keys(), "no member is named twice");
  Require(counted.depth() <= kMaxDepth, "nesting is bounded");
  // Throws where a text is not UTF-8.
  const std::string written = value->dump();
  const auto again = ParseJsonObject(written);
  Require(again.has_value() && *again == *value, "a value written and read is the same value");
}

// The key's type and size as OpenSSL sees it.
void CheckKey(const VerificationKey& key) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> in(
      BIO_new_mem_buf(key.public_key_pem.data(), static_cast<int>(key.public_key_pem.size())), BIO_free_all);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> read(
      PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  Require(read != nullptr, "a key can be read");
  const bool rsa = key.algorithm == SignatureAlgorithm::kRs256;
  Require(EVP_PKEY_is_a(read.get(), rsa ? "RSA" : "EC") == 1, "a key has its algorithm's type");
  Require(rsa ? EVP_PKEY_get_bits(read.get()) >= 2048 : EVP_PKEY_get_bits(read.get()) == 256, "a key is strong enough");
}

void CheckKeySet(absl::string_view text) {
  const auto set = KeySet::Parse(text);
  if (!set.ok()) {
    Require(ReasonOf(set.status()) == "JWKS_INVALID", "a refused key set says so");
    return;
  }
  Require(set->size() >= 1 && set->size() <= 64, "a key set has 1 to 64 keys");
  size_t found = 0;
  const Json document = Json::parse(text.begin(), text.end());
  for (const Json& jwk : document["keys"]) {
    Require(!jwk.contains("d") && !jwk.contains("k"), "no key set holds a secret");
    const auto kid = jwk.find("kid");
    if (kid == jwk.end() || !kid->is_string()) continue;
    const VerificationKey* key = set->Find(kid->get<std::string>());
    if (key == nullptr) continue;
    ++found;
    Require(IsKeyId(kid->get<std::string>()), "a key's id has its form");
    CheckKey(*key);
  }
  Require(found >= set->size(), "every key is one of the document's");
}

void CheckBase64(absl::string_view text) {
  const auto bytes = DecodeBase64Url(text);
  if (!bytes.has_value()) return;
  Require(bytes->size() == text.size() * 3 / 4, "four characters are three bytes");
}

}  // namespace
}  // namespace juchu::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = juchu::fuzz::TextOf(data, size);
  juchu::gateway::CheckJson(text);
  juchu::gateway::CheckKeySet(text);
  juchu::gateway::CheckBase64(text);
  return 0;
}
