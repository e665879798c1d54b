#include "services/gateway/auth/token_verifier.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "jwt/jwt.hpp"
#include "services/gateway/auth/token_minter.h"

namespace juchu::gateway {
namespace {

using Json = nlohmann::json;
using juchu::testing::FakeClock;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kIssuer[] = "https://id.example.jp";
constexpr char kAudience[] = "juchu";
const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

std::string Encode(absl::string_view bytes) { return absl::WebSafeBase64Escape(bytes); }

std::string ToString(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

// An RSA key pair, private half in PEM and public half as JWK.
struct RsaKey {
  std::string private_pem;
  std::string public_pem;
  Json jwk;
};

std::string BignumParam(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::string bytes(static_cast<size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return Encode(bytes);
}

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

std::string SigningInput(absl::string_view header, absl::string_view payload) {
  return absl::StrCat(Encode(header), ".", Encode(payload));
}

template <typename Signer>
std::string SignWith(absl::string_view secret, absl::string_view header, absl::string_view payload) {
  const std::string input = SigningInput(header, payload);
  auto [signature, error] = Signer::sign(std::string_view(secret.data(), secret.size()), std::string_view(input));
  EXPECT_FALSE(error);
  return absl::StrCat(input, ".", Encode(signature));
}

std::string Es256(absl::string_view secret, absl::string_view header, absl::string_view payload) {
  return SignWith<jwt::PEMSign<jwt::algo::ES256>>(secret, header, payload);
}
std::string Rs256(absl::string_view secret, absl::string_view header, absl::string_view payload) {
  return SignWith<jwt::PEMSign<jwt::algo::RS256>>(secret, header, payload);
}
std::string Hs256(absl::string_view secret, absl::string_view header, absl::string_view payload) {
  return SignWith<jwt::HMACSign<jwt::algo::HS256>>(secret, header, payload);
}

class TokenVerifierTest : public ::testing::Test {
 protected:
  // The keys are made once: an RSA key takes a while.
  static void SetUpTestSuite() {
    ours_ = new SigningKey(*GenerateSigningKey("es-1"));
    foreign_ = new SigningKey(*GenerateSigningKey("es-1"));
    rsa_ = new RsaKey(MakeRsaKey("rs-1", 2048));
  }
  static void TearDownTestSuite() {
    delete ours_;
    delete foreign_;
    delete rsa_;
  }

  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            absl::StrCat("juchu-token-test-", ::getpid(), "-",
                         ::testing::UnitTest::GetInstance()->current_test_info()->name(), ".json");
    WriteKeys({*PublicJwk(*ours_), rsa_->jwk});
    auto keys = KeyStore::Open(path_.string(), absl::Seconds(5), clock_,
                               [this](const absl::Status& status) { changes_.push_back(status); });
    ASSERT_TRUE(keys.ok()) << keys.status();
    keys_ = *std::move(keys);
    TokenRules rules;
    rules.issuer = kIssuer;
    rules.audience = kAudience;
    verifier_ = std::make_unique<TokenVerifier>(*keys_, clock_, rules);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void WriteFile(absl::string_view content) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << std::string(content);
  }
  void WriteKeys(const std::vector<Json>& keys) { WriteFile(Json{{"keys", keys}}.dump()); }

  static Json Claims() {
    const int64_t now = absl::ToUnixSeconds(kNow);
    return {{"iss", kIssuer},     {"aud", kAudience}, {"sub", "hanako"}, {"tenant", "shop-a"},
            {"role", "operator"}, {"iat", now - 60},  {"exp", now + 600}};
  }
  static Json Header() { return {{"alg", "ES256"}, {"typ", "JWT"}, {"kid", "es-1"}}; }

  // A token of ours whose claims are the good ones with `changes` merged in; null takes a claim away.
  static std::string WithClaims(const Json& changes) {
    Json claims = Claims();
    claims.merge_patch(changes);
    return Es256(ours_->private_key_pem, Header().dump(), claims.dump());
  }
  static std::string WithHeader(const Json& changes) {
    Json header = Header();
    header.merge_patch(changes);
    return Es256(ours_->private_key_pem, header.dump(), Claims().dump());
  }
  // A token of ours whose payload is the good one with `name` holding the JSON text `value`.
  static std::string WithRawClaim(const std::string& name, absl::string_view value) {
    Json claims = Claims();
    claims.erase(name);
    std::string text = claims.dump();
    text.pop_back();
    return Es256(ours_->private_key_pem, Header().dump(), absl::StrCat(text, ",\"", name, "\":", value, "}"));
  }

  static SigningKey* ours_;
  // Another key under the id of ours.
  static SigningKey* foreign_;
  static RsaKey* rsa_;
  FakeClock clock_{kNow};
  std::filesystem::path path_;
  std::vector<absl::Status> changes_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<TokenVerifier> verifier_;
};

SigningKey* TokenVerifierTest::ours_ = nullptr;
SigningKey* TokenVerifierTest::foreign_ = nullptr;
RsaKey* TokenVerifierTest::rsa_ = nullptr;

TEST_F(TokenVerifierTest, GoodTokenGivesTenantSubjectAndRole) {
  auto principal = verifier_->Verify(WithClaims(Json::object()));
  ASSERT_TRUE(principal.ok()) << principal.status();
  EXPECT_EQ(principal->tenant, "shop-a");
  EXPECT_EQ(principal->subject, "hanako");
  EXPECT_EQ(principal->role, common::v1::ROLE_OPERATOR);
}

TEST_F(TokenVerifierTest, OtherGoodFormsAreAccepted) {
  const int64_t now = absl::ToUnixSeconds(kNow);
  const std::vector<std::pair<std::string, std::string>> good = {
      {"RS256", Rs256(rsa_->private_pem, Json{{"alg", "RS256"}, {"kid", "rs-1"}}.dump(), Claims().dump())},
      {"no typ", WithHeader({{"typ", nullptr}})},
      {"typ of RFC 9068", WithHeader({{"typ", "at+jwt"}})},
      {"aud in a list", WithClaims({{"aud", {"other", kAudience}}})},
      {"nbf in the past", WithClaims({{"nbf", now - 5}})},
      {"nbf within the leeway", WithClaims({{"nbf", now + 29}})},
      {"expired within the leeway", WithClaims({{"exp", now - 29}})},
      {"further claims", WithClaims({{"email", "a@example.jp"}, {"nested", {{"a", {1, 2}}}}})},
      {"jwk and jku in the header are not looked at",
       WithHeader({{"jwk", *PublicJwk(*foreign_)}, {"jku", "https://evil.example/keys"}})},
  };
  for (const auto& [name, token] : good)
    EXPECT_TRUE(verifier_->Verify(token).ok()) << name << ": " << verifier_->Verify(token).status();
}

struct BadToken {
  std::string name;
  std::string token;
  std::string reason;
};

TEST_F(TokenVerifierTest, CorpusOfBadTokensIsRefusedEachForItsReason) {
  const int64_t now = absl::ToUnixSeconds(kNow);
  const std::string& secret = ours_->private_key_pem;
  const std::string header = Header().dump();
  const std::string claims = Claims().dump();
  const std::string good = Es256(secret, header, claims);
  const std::string input = SigningInput(header, claims);
  const std::string good_signature = good.substr(input.size() + 1);
  std::string raw_signature;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(good_signature, &raw_signature));
  const auto unsigned_with = [&](absl::string_view alg) {
    return SigningInput(absl::StrCat(R"({"alg":")", alg, R"(","kid":"es-1"})"), claims);
  };
  const auto with_alg = [&](const Json& alg) { return WithHeader({{"alg", alg}}); };
  const auto with_kid = [&](const Json& kid) { return WithHeader({{"kid", kid}}); };
  const auto with_raw_header = [&](absl::string_view text) { return Es256(secret, text, claims); };
  const auto with_raw_payload = [&](absl::string_view text) { return Es256(secret, header, text); };

  const std::string malformed = "TOKEN_MALFORMED";
  const std::string algorithm = "TOKEN_ALGORITHM_NOT_ALLOWED";
  const std::string signature = "TOKEN_SIGNATURE_INVALID";
  const std::string claim = "TOKEN_CLAIM_INVALID";
  std::vector<BadToken> corpus = {
      {"empty", "", "TOKEN_MISSING"},
      {"a word", "hello", malformed},
      {"dots only", "..", malformed},
      {"two parts", input, malformed},
      {"four parts", good + ".abc", malformed},
      {"white space behind", good + " ", malformed},
      {"line break behind", good + "\n", malformed},
      {"NUL inside", absl::StrCat(good.substr(0, 20), std::string(1, '\0'), good.substr(20)), malformed},
      {"a byte above 127", absl::StrCat(good.substr(0, 20), "\xff", good.substr(20)), malformed},
      {"10 KB", WithClaims({{"sub", "x"}, {"padding", std::string(10'000, 'x')}}), malformed},
      {"just over 4 KiB", good + std::string(4097 - good.size(), 'A'), malformed},
      // No signature.
      {"none", unsigned_with("none") + ".", algorithm},
      {"None", unsigned_with("None") + ".", algorithm},
      {"nOnE", unsigned_with("nOnE") + ".", algorithm},
      {"NONE with a signature", absl::StrCat(unsigned_with("NONE"), ".", good_signature), algorithm},
      {"signature empty", input + ".", malformed},
      {"signature of one character", input + ".A", malformed},
      {"signature of one byte", input + ".AA", signature},
      {"psychic zero signature", absl::StrCat(input, ".", Encode(std::string(64, '\0'))), signature},
      {"zero signature in DER", absl::StrCat(input, ".", Encode("\x30\x06\x02\x01\x01\x02\x01\x01")), signature},
      {"r zero", absl::StrCat(input, ".", Encode(std::string(32, '\0') + raw_signature.substr(32))), signature},
      {"s zero", absl::StrCat(input, ".", Encode(raw_signature.substr(0, 32) + std::string(32, '\0'))), signature},
      {"all ones", absl::StrCat(input, ".", Encode(std::string(64, '\xff'))), signature},
      {"signature cut", absl::StrCat(input, ".", Encode(raw_signature.substr(0, 63))), signature},
      {"signature longer", absl::StrCat(input, ".", Encode(raw_signature + "x")), signature},
      {"signature twice", absl::StrCat(input, ".", Encode(raw_signature + raw_signature)), signature},
      {"one bit of the signature", absl::StrCat(input, ".", Encode([&] {
                                                  std::string changed = raw_signature;
                                                  changed[40] = static_cast<char>(changed[40] ^ 1);
                                                  return changed;
                                                }())),
       signature},
      {"padded signature", good + "==", malformed},
      {"padded header", absl::StrCat(Encode(header), "=.", Encode(claims), ".", good_signature), malformed},
      {"standard base64", absl::StrCat(input, ".+", good_signature.substr(1)), malformed},
      // 64 bytes leave four bits over in the last character: setting them spells the same bytes.
      {"signature not canonical",
       [&] {
         std::string changed = good;
         changed.back() = changed.back() == 'A' ? 'B' : static_cast<char>(changed.back() + 1);
         return changed;
       }(),
       malformed},
      {"token cut", good.substr(0, good.size() / 2), malformed},
      // Another algorithm.
      {"HS256 with the public key", Hs256(rsa_->public_pem, R"({"alg":"HS256","kid":"rs-1"})", claims), algorithm},
      {"HS256 with an empty key", Hs256("", R"({"alg":"HS256","kid":"es-1"})", claims), algorithm},
      {"HS384", with_alg("HS384"), algorithm},
      {"HS512", with_alg("HS512"), algorithm},
      {"RS384", with_alg("RS384"), algorithm},
      {"RS512", with_alg("RS512"), algorithm},
      {"PS256", with_alg("PS256"), algorithm},
      {"ES384", with_alg("ES384"), algorithm},
      {"ES512", with_alg("ES512"), algorithm},
      {"EdDSA", with_alg("EdDSA"), algorithm},
      {"es256 in lower case", with_alg("es256"), algorithm},
      {"alg with a NUL behind", with_alg(std::string("ES256\0", 6)), algorithm},
      {"alg empty", with_alg(""), algorithm},
      {"alg absent", with_alg(nullptr), algorithm},
      {"alg a number", with_alg(256), algorithm},
      {"alg a list", with_alg(Json::array({"ES256"})), algorithm},
      {"RS256 named for an EC key", with_alg("RS256"), algorithm},
      {"ES256 named for an RSA key", with_kid("rs-1"), algorithm},
      {"RSA key under the EC key's id", Rs256(rsa_->private_pem, R"({"alg":"RS256","kid":"es-1"})", claims), algorithm},
      // Another key.
      {"another key under our id", Es256(foreign_->private_key_pem, header, claims), signature},
      {"kid unknown", with_kid("es-2"), signature},
      {"kid in other case", with_kid("ES-1"), signature},
      {"kid absent", with_kid(nullptr), malformed},
      {"kid empty", with_kid(""), malformed},
      {"kid a number", with_kid(1), malformed},
      {"kid a path", with_kid("../../dev/null"), malformed},
      {"kid as SQL", with_kid("x' UNION SELECT 'AA"), malformed},
      {"kid with a NUL", with_kid(std::string("es-1\0", 5)), malformed},
      {"kid of 65 characters", with_kid(std::string(65, 'k')), malformed},
      {"key embedded as jwk",
       Es256(foreign_->private_key_pem, Json{{"alg", "ES256"}, {"kid", "es-1"}, {"jwk", *PublicJwk(*foreign_)}}.dump(),
             claims),
       signature},
      {"key named by jku",
       Es256(foreign_->private_key_pem, R"({"alg":"ES256","kid":"es-1","jku":"https://evil.example/jwks.json"})",
             claims),
       signature},
      // The header.
      {"crit", WithHeader({{"crit", Json::array({"exp"})}}), malformed},
      {"b64 false", WithHeader({{"b64", false}}), malformed},
      {"typ of something else", WithHeader({{"typ", "logout+jwt"}}), malformed},
      {"typ a number", WithHeader({{"typ", 1}}), malformed},
      {"alg twice", with_raw_header(R"({"alg":"none","kid":"es-1","alg":"ES256"})"), malformed},
      {"header a list", with_raw_header(R"(["ES256"])"), malformed},
      {"header a text", with_raw_header(R"("ES256")"), malformed},
      {"header empty", with_raw_header(""), malformed},
      {"header not UTF-8", with_raw_header("{\"alg\":\"ES256\",\"kid\":\"es-1\",\"x\":\"\xff\"}"), malformed},
      {"header with a comment", with_raw_header(R"({"alg":"ES256",/**/"kid":"es-1"})"), malformed},
      {"header with a comma too many", with_raw_header(R"({"alg":"ES256","kid":"es-1",})"), malformed},
      // The payload.
      {"payload empty", with_raw_payload(""), malformed},
      {"payload a list", with_raw_payload("[]"), malformed},
      {"payload null", with_raw_payload("null"), malformed},
      {"payload with something behind", with_raw_payload(claims + "{}"), malformed},
      {"payload 1,000 deep", with_raw_payload(std::string(1000, '[') + std::string(1000, ']')), malformed},
      {"payload an object 30 deep", WithRawClaim("deep", std::string(30, '[') + std::string(30, ']')), malformed},
      {"tenant twice", with_raw_payload(claims.substr(0, claims.size() - 1) + R"(,"tenant":"shop-b"})"), malformed},
      {"role twice, spelt otherwise",
       with_raw_payload(claims.substr(0, claims.size() - 1) + R"(,"\u0072ole":"admin"})"), malformed},
      {"payload changed after signing",
       absl::StrCat(Encode(header), ".", Encode([&] {
                      Json changed = Claims();
                      changed["role"] = "admin";
                      return changed.dump();
                    }()),
                    ".", good_signature),
       signature},
      // Times.
      {"exp over", WithClaims({{"exp", now - 30}}), "TOKEN_EXPIRED"},
      {"exp long over", WithClaims({{"exp", 1}}), "TOKEN_EXPIRED"},
      {"exp absent", WithClaims({{"exp", nullptr}}), claim},
      {"exp as text", WithClaims({{"exp", absl::StrCat(now + 600)}}), claim},
      {"exp 1e99", WithRawClaim("exp", "1e99"), claim},
      {"exp with a fraction", WithRawClaim("exp", "1900000000.5"), claim},
      {"exp 1e400", WithRawClaim("exp", "1e400"), malformed},
      {"exp negative", WithClaims({{"exp", -1}}), claim},
      {"exp 2^63", WithRawClaim("exp", "9223372036854775808"), claim},
      {"exp 2^64", WithRawClaim("exp", "18446744073709551616"), claim},
      {"exp behind the year 9999", WithClaims({{"exp", 253'402'300'800}}), claim},
      {"exp true", WithClaims({{"exp", true}}), claim},
      {"exp a list", WithClaims({{"exp", Json::array({now + 600})}}), claim},
      {"iat absent", WithClaims({{"iat", nullptr}}), claim},
      {"iat as text", WithClaims({{"iat", "yesterday"}}), claim},
      {"iat two days ago", WithClaims({{"iat", now - 2 * 86'400}}), "TOKEN_EXPIRED"},
      {"iat in an hour", WithClaims({{"iat", now + 3600}, {"exp", now + 7200}}), "TOKEN_NOT_YET_VALID"},
      {"nbf in a minute", WithClaims({{"nbf", now + 60}}), "TOKEN_NOT_YET_VALID"},
      {"nbf as text", WithClaims({{"nbf", "now"}}), claim},
      {"nbf negative", WithClaims({{"nbf", -5}}), claim},
      // From whom and for whom.
      {"iss of another", WithClaims({{"iss", "https://id.example.com"}}), "TOKEN_ISSUER_WRONG"},
      {"iss with a slash behind", WithClaims({{"iss", absl::StrCat(kIssuer, "/")}}), "TOKEN_ISSUER_WRONG"},
      {"iss absent", WithClaims({{"iss", nullptr}}), "TOKEN_ISSUER_WRONG"},
      {"iss a list", WithClaims({{"iss", Json::array({kIssuer})}}), "TOKEN_ISSUER_WRONG"},
      {"aud of another", WithClaims({{"aud", "billing"}}), "TOKEN_AUDIENCE_WRONG"},
      {"aud longer", WithClaims({{"aud", "juchu2"}}), "TOKEN_AUDIENCE_WRONG"},
      {"aud absent", WithClaims({{"aud", nullptr}}), "TOKEN_AUDIENCE_WRONG"},
      {"aud an empty list", WithClaims({{"aud", Json::array()}}), "TOKEN_AUDIENCE_WRONG"},
      {"aud a list of others", WithClaims({{"aud", {"a", "b"}}}), "TOKEN_AUDIENCE_WRONG"},
      {"aud a list with a number", WithClaims({{"aud", {kAudience, 1}}}), "TOKEN_AUDIENCE_WRONG"},
      {"aud an object", WithRawClaim("aud", R"({"juchu":"juchu"})"), "TOKEN_AUDIENCE_WRONG"},
      // Who.
      {"sub absent", WithClaims({{"sub", nullptr}}), claim},
      {"sub empty", WithClaims({{"sub", ""}}), claim},
      {"sub of 256 characters", WithClaims({{"sub", std::string(256, 's')}}), claim},
      {"sub with a line break", WithClaims({{"sub", "hana\r\nko"}}), claim},
      {"sub not ASCII", WithClaims({{"sub", "花子"}}), claim},
      {"sub a number", WithClaims({{"sub", 7}}), claim},
      {"tenant absent", WithClaims({{"tenant", nullptr}}), claim},
      {"tenant empty", WithClaims({{"tenant", ""}}), claim},
      {"tenant in capitals", WithClaims({{"tenant", "SHOP-A"}}), claim},
      {"tenant of 33 characters", WithClaims({{"tenant", std::string(33, 't')}}), claim},
      {"tenant a wildcard", WithClaims({{"tenant", "%"}}), claim},
      {"tenant a list", WithClaims({{"tenant", {"shop-a", "shop-b"}}}), claim},
      {"role absent", WithClaims({{"role", nullptr}}), claim},
      {"role unknown", WithClaims({{"role", "root"}}), claim},
      {"role in capitals", WithClaims({{"role", "ADMIN"}}), claim},
      {"role a number", WithClaims({{"role", 4}}), claim},
      {"role a list", WithClaims({{"role", Json::array({"admin"})}}), claim},
  };
  EXPECT_GE(corpus.size(), 60u);
  for (const BadToken& bad : corpus) {
    auto principal = verifier_->Verify(bad.token);
    ASSERT_FALSE(principal.ok()) << bad.name;
    EXPECT_EQ(principal.status().code(), absl::StatusCode::kUnauthenticated) << bad.name;
    EXPECT_EQ(ReasonOf(principal.status()), bad.reason) << bad.name << ": " << principal.status();
    EXPECT_THAT(GetErrorInfo(principal.status())->metadata["remedy"], Not(IsEmpty())) << bad.name;
  }
}

TEST_F(TokenVerifierTest, EveryByteOfATokenCounts) {
  const std::string good = WithClaims(Json::object());
  for (size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verifier_->Verify(changed).ok()) << "byte " << i;
    EXPECT_FALSE(verifier_->Verify(good.substr(0, i)).ok()) << "cut at " << i;
  }
}

TEST_F(TokenVerifierTest, RememberedTokenStillExpires) {
  const std::string token = WithClaims(Json::object());
  ASSERT_TRUE(verifier_->Verify(token).ok());
  clock_.Advance(absl::Seconds(629));
  EXPECT_TRUE(verifier_->Verify(token).ok());
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(ReasonOf(verifier_->Verify(token).status()), "TOKEN_EXPIRED");
}

TEST_F(TokenVerifierTest, TokenOfAKeyTakenAwayIsRefusedThoughRemembered) {
  const std::string token = WithClaims(Json::object());
  ASSERT_TRUE(verifier_->Verify(token).ok());
  WriteKeys({rsa_->jwk});
  EXPECT_TRUE(verifier_->Verify(token).ok()) << "the file is looked at only every five seconds";
  clock_.Advance(absl::Seconds(5));
  EXPECT_EQ(ReasonOf(verifier_->Verify(token).status()), "TOKEN_SIGNATURE_INVALID");
}

TEST_F(TokenVerifierTest, NewKeyIsUsedWithoutRestart) {
  const SigningKey fresh = *GenerateSigningKey("es-2");
  Json header = Header();
  header["kid"] = "es-2";
  const std::string token = Es256(fresh.private_key_pem, header.dump(), Claims().dump());
  EXPECT_FALSE(verifier_->Verify(token).ok());
  WriteKeys({*PublicJwk(*ours_), *PublicJwk(fresh)});
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(verifier_->Verify(token).ok());
  ASSERT_EQ(changes_.size(), 1u);
  EXPECT_TRUE(changes_[0].ok());
}

TEST_F(TokenVerifierTest, BadKeyFileKeepsTheKeysAndIsReportedOnce) {
  const std::string token = WithClaims(Json::object());
  for (absl::string_view content : {"", "{\"keys\":[]}", "not JSON"}) {
    WriteFile(content);
    clock_.Advance(absl::Seconds(5));
    EXPECT_TRUE(verifier_->Verify(token).ok()) << content;
    clock_.Advance(absl::Seconds(5));
    EXPECT_TRUE(verifier_->Verify(token).ok()) << content;
  }
  std::filesystem::remove(path_);
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(verifier_->Verify(token).ok());
  ASSERT_EQ(changes_.size(), 4u);
  for (const absl::Status& status : changes_) EXPECT_FALSE(status.ok());
}

TEST_F(TokenVerifierTest, FullCacheStillAcceptsNewTokens) {
  TokenRules rules;
  rules.issuer = kIssuer;
  rules.audience = kAudience;
  rules.cache_size = 2;
  TokenVerifier small(*keys_, clock_, rules);
  for (int i = 0; i < 5; ++i) {
    auto principal = small.Verify(WithClaims({{"sub", absl::StrCat("person-", i)}}));
    ASSERT_TRUE(principal.ok()) << principal.status();
    EXPECT_EQ(principal->subject, absl::StrCat("person-", i));
  }
}

TEST(KeySetTest, KeyFilesThatAreNotPublicSignatureKeysAreRefused) {
  const Json good = *PublicJwk(*GenerateSigningKey("es-1"));
  const auto changed = [&](const Json& changes) {
    Json jwk = good;
    jwk.merge_patch(changes);
    return Json{{"keys", Json::array({jwk})}}.dump();
  };
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"empty", ""},
      {"a list", "[]"},
      {"no keys member", "{}"},
      {"keys empty", R"({"keys":[]})"},
      {"key not an object", R"({"keys":["x"]})"},
      {"private key", changed({{"d", "AAAA"}})},
      {"symmetric key", R"({"keys":[{"kty":"oct","k":"AAAA","kid":"x"}]})"},
      {"no kid", changed({{"kid", nullptr}})},
      {"kid with a slash", changed({{"kid", "a/b"}})},
      {"point not on the curve", changed({{"y", good["x"]}})},
      {"point too short", changed({{"x", Encode("short")}})},
      {"point zero", changed({{"x", Encode(std::string(32, '\0'))}, {"y", Encode(std::string(32, '\0'))}})},
      {"only a key for encryption", changed({{"use", "enc"}})},
      {"only another curve", changed({{"crv", "P-384"}})},
      {"only another algorithm", changed({{"alg", "ES384"}})},
      {"same kid twice", Json{{"keys", Json::array({good, good})}}.dump()},
      {"RSA of 1,024 bits", Json{{"keys", Json::array({MakeRsaKey("rs", 1024).jwk})}}.dump()},
      {"RSA with exponent 1",
       [] {
         Json jwk = MakeRsaKey("rs", 2048).jwk;
         jwk["e"] = "AQ";
         return Json{{"keys", Json::array({jwk})}}.dump();
       }()},
  };
  for (const auto& [name, jwks] : bad) {
    auto keys = KeySet::Parse(jwks);
    ASSERT_FALSE(keys.ok()) << name;
    EXPECT_EQ(ReasonOf(keys.status()), "JWKS_INVALID") << name;
  }
  auto keys = KeySet::Parse(changed(Json::object()));
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_NE(keys->Find("es-1"), nullptr);
  EXPECT_EQ(keys->Find("es-"), nullptr);
}

}  // namespace
}  // namespace juchu::gateway
