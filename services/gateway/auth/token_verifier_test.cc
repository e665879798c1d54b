#include "services/gateway/auth/token_verifier.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/gateway/auth/bad_tokens.h"
#include "services/gateway/auth/token_forge.h"
#include "services/gateway/auth/token_minter.h"

namespace juchu::gateway {
namespace {

using Json = nlohmann::json;
using juchu::testing::FakeClock;
using ::testing::IsEmpty;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class TokenVerifierTest : public ::testing::Test {
 protected:
  // The keys are made once: an RSA key takes a while.
  static void SetUpTestSuite() { forge_ = new TokenForge(kNow); }
  static void TearDownTestSuite() { delete forge_; }

  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            absl::StrCat("juchu-token-test-", ::getpid(), "-",
                         ::testing::UnitTest::GetInstance()->current_test_info()->name(), ".json");
    WriteKeys({*PublicJwk(forge_->ours()), forge_->rsa().jwk});
    auto keys = KeyStore::Open(path_.string(), absl::Seconds(5), clock_,
                               [this](const absl::Status& status) { changes_.push_back(status); });
    ASSERT_TRUE(keys.ok()) << keys.status();
    keys_ = *std::move(keys);
    TokenRules rules;
    rules.issuer = kForgeIssuer;
    rules.audience = kForgeAudience;
    verifier_ = std::make_unique<TokenVerifier>(*keys_, clock_, rules);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void WriteFile(absl::string_view content) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << std::string(content);
  }
  void WriteKeys(const std::vector<Json>& keys) { WriteFile(Json{{"keys", keys}}.dump()); }

  static TokenForge* forge_;
  FakeClock clock_{kNow};
  std::filesystem::path path_;
  std::vector<absl::Status> changes_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<TokenVerifier> verifier_;
};

TokenForge* TokenVerifierTest::forge_ = nullptr;

TEST_F(TokenVerifierTest, GoodTokenGivesTenantSubjectAndRole) {
  auto principal = verifier_->Verify(forge_->Good());
  ASSERT_TRUE(principal.ok()) << principal.status();
  EXPECT_EQ(principal->tenant, "shop-a");
  EXPECT_EQ(principal->subject, "hanako");
  EXPECT_EQ(principal->role, common::v1::ROLE_OPERATOR);
}

TEST_F(TokenVerifierTest, OtherGoodFormsAreAccepted) {
  const int64_t now = absl::ToUnixSeconds(kNow);
  const std::vector<std::pair<std::string, std::string>> good = {
      {"RS256",
       SignRs256(forge_->rsa().private_pem, Json{{"alg", "RS256"}, {"kid", "rs-1"}}.dump(), forge_->Claims().dump())},
      {"no typ", forge_->WithHeader({{"typ", nullptr}})},
      {"typ of RFC 9068", forge_->WithHeader({{"typ", "at+jwt"}})},
      {"aud in a list", forge_->WithClaims({{"aud", {"other", kForgeAudience}}})},
      {"nbf in the past", forge_->WithClaims({{"nbf", now - 5}})},
      {"nbf within the leeway", forge_->WithClaims({{"nbf", now + 29}})},
      {"expired within the leeway", forge_->WithClaims({{"exp", now - 29}})},
      {"further claims", forge_->WithClaims({{"email", "a@example.jp"}, {"nested", {{"a", {1, 2}}}}})},
      {"jwk and jku in the header are not looked at",
       forge_->WithHeader({{"jwk", *PublicJwk(forge_->foreign())}, {"jku", "https://evil.example/keys"}})},
  };
  for (const auto& [name, token] : good)
    EXPECT_TRUE(verifier_->Verify(token).ok()) << name << ": " << verifier_->Verify(token).status();
}

TEST_F(TokenVerifierTest, CorpusOfBadTokensIsRefusedEachForItsReason) {
  std::vector<BadToken> corpus = BadEnvelopes(*forge_);
  for (BadToken& bad : BadClaims(*forge_)) corpus.push_back(std::move(bad));
  std::set<std::string> names;
  std::set<std::string> tokens;
  for (const BadToken& bad : corpus) {
    EXPECT_TRUE(names.insert(bad.name).second) << bad.name;
    EXPECT_TRUE(tokens.insert(bad.token).second) << bad.name;
    auto principal = verifier_->Verify(bad.token);
    EXPECT_FALSE(principal.ok()) << bad.name;
    if (principal.ok()) continue;
    EXPECT_EQ(principal.status().code(), absl::StatusCode::kUnauthenticated) << bad.name;
    EXPECT_EQ(ReasonOf(principal.status()), bad.reason) << bad.name << ": " << principal.status();
    EXPECT_THAT(GetErrorInfo(principal.status())->metadata["remedy"], Not(IsEmpty())) << bad.name;
  }
  EXPECT_GE(corpus.size(), 200u);
}

TEST_F(TokenVerifierTest, EveryByteOfATokenCounts) {
  const std::string good = forge_->Good();
  for (size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verifier_->Verify(changed).ok()) << "byte " << i;
    EXPECT_FALSE(verifier_->Verify(good.substr(0, i)).ok()) << "cut at " << i;
  }
}

TEST_F(TokenVerifierTest, RememberedTokenStillExpires) {
  const std::string token = forge_->Good();
  ASSERT_TRUE(verifier_->Verify(token).ok());
  clock_.Advance(absl::Seconds(629));
  EXPECT_TRUE(verifier_->Verify(token).ok());
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(ReasonOf(verifier_->Verify(token).status()), "TOKEN_EXPIRED");
}

TEST_F(TokenVerifierTest, TokenOfAKeyTakenAwayIsRefusedThoughRemembered) {
  const std::string token = forge_->Good();
  ASSERT_TRUE(verifier_->Verify(token).ok());
  WriteKeys({forge_->rsa().jwk});
  EXPECT_TRUE(verifier_->Verify(token).ok()) << "the file is looked at only every five seconds";
  clock_.Advance(absl::Seconds(5));
  EXPECT_EQ(ReasonOf(verifier_->Verify(token).status()), "TOKEN_SIGNATURE_INVALID");
}

TEST_F(TokenVerifierTest, NewKeyIsUsedWithoutRestart) {
  const SigningKey fresh = *GenerateSigningKey("es-2");
  Json header = TokenForge::Header();
  header["kid"] = "es-2";
  const std::string token = SignEs256(fresh.private_key_pem, header.dump(), forge_->Claims().dump());
  EXPECT_FALSE(verifier_->Verify(token).ok());
  WriteKeys({*PublicJwk(forge_->ours()), *PublicJwk(fresh)});
  clock_.Advance(absl::Seconds(5));
  EXPECT_TRUE(verifier_->Verify(token).ok());
  ASSERT_EQ(changes_.size(), 1u);
  EXPECT_TRUE(changes_[0].ok());
}

TEST_F(TokenVerifierTest, BadKeyFileKeepsTheKeysAndIsReportedOnce) {
  const std::string token = forge_->Good();
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
  rules.issuer = kForgeIssuer;
  rules.audience = kForgeAudience;
  rules.cache_size = 2;
  TokenVerifier small(*keys_, clock_, rules);
  for (int i = 0; i < 5; ++i) {
    auto principal = small.Verify(forge_->WithClaims({{"sub", absl::StrCat("person-", i)}}));
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
