// Bad tokens by what the issuer signed: payload, times, issuer, audience, person.
#include "absl/strings/str_cat.h"
#include "services/gateway/auth/bad_tokens.h"

namespace juchu::gateway {
namespace {

using Json = nlohmann::json;

constexpr char kMalformed[] = "TOKEN_MALFORMED";
constexpr char kClaim[] = "TOKEN_CLAIM_INVALID";
constexpr char kExpired[] = "TOKEN_EXPIRED";
constexpr char kTooEarly[] = "TOKEN_NOT_YET_VALID";
constexpr char kIssuer[] = "TOKEN_ISSUER_WRONG";
constexpr char kAudience[] = "TOKEN_AUDIENCE_WRONG";

void AddPayloads(const TokenForge& forge, std::vector<BadToken>& corpus) {
  const std::string claims = forge.Claims().dump();
  const std::string open = claims.substr(0, claims.size() - 1);
  const auto raw = [&](absl::string_view text) { return forge.WithRawPayload(text); };
  corpus.insert(corpus.end(),
                {{"payload empty", raw(""), kMalformed},
                 {"payload white space", raw(" \n"), kMalformed},
                 {"payload a list", raw("[]"), kMalformed},
                 {"payload the claims in a list", raw(absl::StrCat("[", claims, "]")), kMalformed},
                 {"payload null", raw("null"), kMalformed},
                 {"payload a text", raw("\"hanako\""), kMalformed},
                 {"payload the claims in a text", raw(Json(claims).dump()), kMalformed},
                 {"payload as a form", raw("iss=https://id.example.jp&role=admin"), kMalformed},
                 {"payload with something behind", raw(claims + "{}"), kMalformed},
                 {"payload with a second line", raw(claims + "\n" + claims), kMalformed},
                 {"payload cut", raw(open), kMalformed},
                 {"payload with a NUL behind", raw(claims + std::string(1, '\0')), kMalformed},
                 {"payload with a NUL and another behind", raw(claims + std::string(1, '\0') + claims), kMalformed},
                 {"payload with a byte order mark", raw("\xEF\xBB\xBF" + claims), kMalformed},
                 {"payload in UTF-16", raw(absl::string_view("\xFF\xFE{\0}\0", 6)), kMalformed},
                 {"payload with a byte not UTF-8", raw(open + ",\"x\":\"\x80\"}"), kMalformed},
                 {"payload with half a surrogate", raw(open + R"(,"x":"\udc00"})"), kMalformed},
                 {"payload with a surrogate in UTF-8", raw(open + ",\"x\":\"\xed\xa0\x80\"}"), kMalformed},
                 {"payload with a comment", raw("/**/" + claims), kMalformed},
                 {"payload with a comma too many", raw(open + ",}"), kMalformed},
                 {"payload with Infinity", raw(open + ",\"x\":Infinity}"), kMalformed},
                 {"payload with a hexadecimal number", raw(open + ",\"x\":0x10}"), kMalformed},
                 {"payload with a leading zero", raw(open + ",\"x\":01}"), kMalformed},
                 {"payload 1,000 deep", raw(std::string(1000, '[') + std::string(1000, ']')), kMalformed},
                 {"payload an object 30 deep", forge.WithRawClaim("deep", std::string(30, '[') + std::string(30, ']')),
                  kMalformed},
                 {"tenant twice", raw(open + R"(,"tenant":"shop-b"})"), kMalformed},
                 {"exp twice", raw(absl::StrCat(open, ",\"exp\":", forge.now() + 900, "}")), kMalformed},
                 {"role twice, spelt otherwise", raw(open + R"(,"\u0072ole":"admin"})"), kMalformed},
                 {"a member twice further down", raw(open + R"(,"x":[{"a":1,"a":2}]})"), kMalformed},
                 {"an empty name twice", raw(open + R"(,"":1,"":2})"), kMalformed}});
}

void AddTimes(const TokenForge& forge, std::vector<BadToken>& corpus) {
  const int64_t now = forge.now();
  corpus.insert(
      corpus.end(),
      {{"exp over", forge.WithClaims({{"exp", now - 30}}), kExpired},
       {"exp long over", forge.WithClaims({{"exp", 1}}), kExpired},
       {"exp zero", forge.WithClaims({{"exp", 0}}), kExpired},
       {"exp minus zero", forge.WithRawClaim("exp", "-0"), kExpired},
       {"exp absent", forge.WithClaims({{"exp", nullptr}}), kClaim},
       {"exp null", forge.WithRawClaim("exp", "null"), kClaim},
       {"exp as text", forge.WithClaims({{"exp", absl::StrCat(now + 600)}}), kClaim},
       {"exp as a date", forge.WithClaims({{"exp", "2036-01-01T00:00:00Z"}}), kClaim},
       {"exp 1e99", forge.WithRawClaim("exp", "1e99"), kClaim},
       {"exp with an exponent", forge.WithRawClaim("exp", "19e8"), kClaim},
       {"exp with a fraction", forge.WithRawClaim("exp", "1900000000.5"), kClaim},
       {"exp with a fraction of zeros", forge.WithRawClaim("exp", "1900000000.0"), kClaim},
       {"exp 1e400", forge.WithRawClaim("exp", "1e400"), kMalformed},
       {"exp with a plus", forge.WithRawClaim("exp", "+1900000000"), kMalformed},
       {"exp with a full-width digit", forge.WithRawClaim("exp", "\uFF11900000000"), kMalformed},
       {"exp in milliseconds", forge.WithClaims({{"exp", (now + 600) * 1000}}), kClaim},
       {"exp negative", forge.WithClaims({{"exp", -1}}), kClaim},
       {"exp 2^63", forge.WithRawClaim("exp", "9223372036854775808"), kClaim},
       {"exp 2^64", forge.WithRawClaim("exp", "18446744073709551616"), kClaim},
       {"exp least of all", forge.WithRawClaim("exp", "-9223372036854775808"), kClaim},
       {"exp behind the year 9999", forge.WithClaims({{"exp", 253'402'300'800}}), kClaim},
       {"exp true", forge.WithClaims({{"exp", true}}), kClaim},
       {"exp a list", forge.WithClaims({{"exp", Json::array({now + 600})}}), kClaim},
       {"exp an object", forge.WithRawClaim("exp", R"({"$gt":0})"), kClaim},
       {"EXP in capitals", forge.WithClaims({{"exp", nullptr}, {"EXP", now + 600}}), kClaim},
       {"iat absent", forge.WithClaims({{"iat", nullptr}}), kClaim},
       {"iat as text", forge.WithClaims({{"iat", "yesterday"}}), kClaim},
       {"iat with a fraction", forge.WithRawClaim("iat", "1799999940.5"), kClaim},
       {"iat zero", forge.WithClaims({{"iat", 0}}), kExpired},
       {"iat two days ago", forge.WithClaims({{"iat", now - 2 * 86'400}}), kExpired},
       {"iat two days ago, exp in years", forge.WithClaims({{"iat", now - 2 * 86'400}, {"exp", 253'402'300'799}}),
        kExpired},
       {"iat in an hour", forge.WithClaims({{"iat", now + 3600}, {"exp", now + 7200}}), kTooEarly},
       {"iat at the end of time", forge.WithClaims({{"iat", 253'402'300'799}, {"exp", 253'402'300'799}}), kTooEarly},
       {"nbf in a minute", forge.WithClaims({{"nbf", now + 60}}), kTooEarly},
       {"nbf just behind the leeway", forge.WithClaims({{"nbf", now + 31}}), kTooEarly},
       {"nbf as text", forge.WithClaims({{"nbf", "now"}}), kClaim},
       {"nbf null", forge.WithRawClaim("nbf", "null"), kClaim},
       {"nbf false", forge.WithClaims({{"nbf", false}}), kClaim},
       {"nbf negative", forge.WithClaims({{"nbf", -5}}), kClaim}});
}

void AddParties(const TokenForge& forge, std::vector<BadToken>& corpus) {
  const std::string issuer = kForgeIssuer;
  const auto from = [&](const Json& iss) { return forge.WithClaims({{"iss", iss}}); };
  const auto to = [&](const Json& aud) { return forge.WithClaims({{"aud", aud}}); };
  corpus.insert(corpus.end(),
                {{"iss of another", from("https://id.example.com"), kIssuer},
                 {"iss with a slash behind", from(issuer + "/"), kIssuer},
                 {"iss with a path", from(issuer + "/realms/shop-b"), kIssuer},
                 {"iss with a port", from(issuer + ":443"), kIssuer},
                 {"iss with a person before the host", from("https://id.example.jp@evil.example"), kIssuer},
                 {"iss with a domain behind", from(issuer + ".evil.example"), kIssuer},
                 {"iss without TLS", from("http://id.example.jp"), kIssuer},
                 {"iss in capitals", from("HTTPS://ID.EXAMPLE.JP"), kIssuer},
                 {"iss with a NUL behind", from(issuer + std::string(1, '\0')), kIssuer},
                 {"iss with a space", from(" " + issuer), kIssuer},
                 {"iss with a look-alike letter", from("https://\u0456d.example.jp"), kIssuer},
                 {"iss absent", from(nullptr), kIssuer},
                 {"iss null", forge.WithRawClaim("iss", "null"), kIssuer},
                 {"iss empty", from(""), kIssuer},
                 {"iss a list", from(Json::array({kForgeIssuer})), kIssuer},
                 {"iss in the header only",
                  SignEs256(forge.Secret(), Json{{"alg", "ES256"}, {"kid", "es-1"}, {"iss", issuer}}.dump(),
                            R"({"aud":"juchu"})"),
                  kIssuer},
                 {"aud of another", to("billing"), kAudience},
                 {"aud longer", to("juchu2"), kAudience},
                 {"aud shorter", to("juch"), kAudience},
                 {"aud in capitals", to("JUCHU"), kAudience},
                 {"aud with a NUL behind", to(std::string("juchu\0", 6)), kAudience},
                 {"aud several in one text", to("juchu billing"), kAudience},
                 {"aud a wildcard", to("*"), kAudience},
                 {"aud empty", to(""), kAudience},
                 {"aud absent", to(nullptr), kAudience},
                 {"aud null", forge.WithRawClaim("aud", "null"), kAudience},
                 {"aud true", to(true), kAudience},
                 {"aud an empty list", to(Json::array()), kAudience},
                 {"aud a list of others", to({"a", "b"}), kAudience},
                 {"aud a list in a list", forge.WithRawClaim("aud", R"([["juchu"]])"), kAudience},
                 {"aud a list with a number", to({kForgeAudience, 1}), kAudience},
                 {"aud a list with null", forge.WithRawClaim("aud", R"(["juchu",null])"), kAudience},
                 {"aud a list of seventeen", to(std::vector<std::string>(17, kForgeAudience)), kAudience},
                 {"aud an object", forge.WithRawClaim("aud", R"({"juchu":"juchu"})"), kAudience}});
}

void AddPersons(const TokenForge& forge, std::vector<BadToken>& corpus) {
  const auto sub = [&](const Json& value) { return forge.WithClaims({{"sub", value}}); };
  const auto tenant = [&](const Json& value) { return forge.WithClaims({{"tenant", value}}); };
  const auto role = [&](const Json& value) { return forge.WithClaims({{"role", value}}); };
  corpus.insert(
      corpus.end(),
      {{"sub absent", sub(nullptr), kClaim},
       {"sub null", forge.WithRawClaim("sub", "null"), kClaim},
       {"sub empty", sub(""), kClaim},
       {"sub a space", sub(" "), kClaim},
       {"sub of 256 characters", sub(std::string(256, 's')), kClaim},
       {"sub with a line break", sub("hana\r\nko"), kClaim},
       {"sub with a NUL", sub(std::string("hanako\0", 7)), kClaim},
       {"sub with a terminal's escape", sub("\x1b[31mhanako"), kClaim},
       {"sub not ASCII", sub("花子"), kClaim},
       {"sub that turns the writing direction", sub("\u202Eokanah"), kClaim},
       {"sub a number", sub(7), kClaim},
       {"sub a list", sub(Json::array({"hanako"})), kClaim},
       {"tenant absent", tenant(nullptr), kClaim},
       {"tenant null", forge.WithRawClaim("tenant", "null"), kClaim},
       {"tenant empty", tenant(""), kClaim},
       {"tenant in capitals", tenant("SHOP-A"), kClaim},
       {"tenant of 33 characters", tenant(std::string(33, 't')), kClaim},
       {"tenant a wildcard", tenant("%"), kClaim},
       {"tenant a star", tenant("*"), kClaim},
       {"tenant as SQL", tenant("a' OR '1'='1"), kClaim},
       {"tenant with a NUL", tenant(std::string("shop-a\0", 7)), kClaim},
       {"tenant with a space behind", tenant("shop-a "), kClaim},
       {"tenant two with a comma", tenant("shop-a,shop-b"), kClaim},
       {"tenant a path", tenant("../shop-b"), kClaim},
       {"tenant with a full-width letter", tenant("shop-\uFF41"), kClaim},
       {"tenant with a Cyrillic letter", tenant("sh\u043Ep-a"), kClaim},
       {"tenant with another hyphen", tenant("shop\u2010a"), kClaim},
       {"tenant with an underscore", tenant("shop_a"), kClaim},
       {"tenant a list", tenant({"shop-a", "shop-b"}), kClaim},
       {"tenant an object", forge.WithRawClaim("tenant", R"({"id":"shop-a"})"), kClaim},
       {"tenant a number", tenant(1), kClaim},
       {"role absent", role(nullptr), kClaim},
       {"role null", forge.WithRawClaim("role", "null"), kClaim},
       {"role empty", role(""), kClaim},
       {"role unknown", role("root"), kClaim},
       {"role as the contract spells it", role("ROLE_ADMIN"), kClaim},
       {"role in capitals", role("ADMIN"), kClaim},
       {"role with a space behind", role("admin "), kClaim},
       {"role with a NUL behind", role(std::string("admin\0", 6)), kClaim},
       {"role with a dotless letter", role("adm\u0131n"), kClaim},
       {"role in full width", role("\uFF41\uFF44\uFF4D\uFF49\uFF4E"), kClaim},
       {"role two with a comma", role("viewer,admin"), kClaim},
       {"role a number", role(4), kClaim},
       {"role true", role(true), kClaim},
       {"role a list", role(Json::array({"admin"})), kClaim},
       {"roles in place of role", forge.WithClaims({{"role", nullptr}, {"roles", Json::array({"admin"})}}), kClaim},
       {"claims of another kind only",
        forge.WithRawPayload(absl::StrCat(R"({"iss":"https://id.example.jp","aud":"juchu","iat":)", forge.now() - 60,
                                          ",\"exp\":", forge.now() + 600, R"(,"scope":"openid admin"})")),
        kClaim}});
}

}  // namespace

std::vector<BadToken> BadClaims(const TokenForge& forge) {
  std::vector<BadToken> corpus;
  AddPayloads(forge, corpus);
  AddTimes(forge, corpus);
  AddParties(forge, corpus);
  AddPersons(forge, corpus);
  return corpus;
}

}  // namespace juchu::gateway
