// Page tokens: ours give their place back for the same tenant and query within a day; all else is refused.
#include <fuzzer/FuzzedDataProvider.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/page/page_token.h"
#include "common/status/error.h"
#include "tests/fuzz/require.h"

namespace juchu {
namespace {

using fuzz::Require;

constexpr int64_t kDay = 24 * 60 * 60;

void RequireInvalid(const absl::StatusOr<std::string>& position, absl::string_view property) {
  Require(ReasonOf(position.status()) == "PAGE_TOKEN_INVALID", property);
}

void CheckMade(FuzzedDataProvider& input, const PageTokenCodec& codec) {
  const absl::Time made = absl::FromUnixSeconds(input.ConsumeIntegralInRange<int64_t>(0, 253'402'300'799));
  const absl::Duration age = absl::Seconds(input.ConsumeIntegralInRange<int64_t>(0, 2 * kDay));
  const size_t place = input.ConsumeIntegral<uint16_t>();
  const auto change = static_cast<char>(input.ConsumeIntegralInRange<int>(1, 255));
  const std::string tenant = input.ConsumeRandomLengthString(32);
  const std::string query = input.ConsumeRandomLengthString(64);
  const std::string position = input.ConsumeRandomLengthString(256);

  const std::string token = codec.Encode(tenant, query, position, made);
  const auto read = codec.Decode(tenant, query, token, made + age);
  if (age <= absl::Seconds(kDay)) {
    Require(read.ok() && *read == position, "a token gives its place back");
  } else {
    Require(ReasonOf(read.status()) == "PAGE_TOKEN_EXPIRED", "a token lasts a day");
  }
  RequireInvalid(codec.Decode(absl::StrCat(tenant, "x"), query, token, made), "a token is its tenant's");
  RequireInvalid(codec.Decode(tenant, absl::StrCat(query, "x"), token, made), "a token is its query's");
  if (!query.empty()) {
    RequireInvalid(codec.Decode(absl::StrCat(tenant, query.substr(0, 1)), query.substr(1), token, made),
                   "tenant and query do not run into one another");
  }
  RequireInvalid(codec.Decode(tenant, query, absl::StrCat(token, "A"), made), "a token has one end");
  std::string bytes;
  Require(absl::WebSafeBase64Unescape(token, &bytes), "a token is base64url");
  bytes[place % bytes.size()] = static_cast<char>(bytes[place % bytes.size()] ^ change);
  RequireInvalid(codec.Decode(tenant, query, absl::WebSafeBase64Escape(bytes), made), "every bit counts");
  std::string text = token;
  text[place % text.size()] = static_cast<char>(text[place % text.size()] ^ change);
  RequireInvalid(codec.Decode(tenant, query, text, made), "every character counts");
}

}  // namespace
}  // namespace juchu

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto* const codec = new juchu::PageTokenCodec("a key of the fuzzer, 32 bytes long");
  juchu::RequireInvalid(codec->Decode("acme", "query", juchu::fuzz::TextOf(data, size), absl::UnixEpoch()),
                        "what we did not make is no token");
  FuzzedDataProvider input(data, size);
  juchu::CheckMade(input, *codec);
  return 0;
}
