#include "common/page/page_token.h"

#include <openssl/crypto.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/ids/sha256.h"
#include "common/status/error.h"

namespace juchu {
namespace {

constexpr absl::Duration kLife = absl::Hours(24);
constexpr size_t kTimeBytes = 8;
constexpr size_t kSealBytes = 32;

// Big-endian seconds, written by hand so that the token does not depend on the machine.
std::string EncodeSeconds(int64_t seconds) {
  std::string bytes(kTimeBytes, '\0');
  for (size_t i = 0; i < kTimeBytes; ++i) bytes[i] = static_cast<char>((seconds >> (8 * (kTimeBytes - 1 - i))) & 0xff);
  return bytes;
}

int64_t DecodeSeconds(absl::string_view bytes) {
  int64_t seconds = 0;
  for (const char byte : bytes) seconds = (seconds << 8) | static_cast<unsigned char>(byte);
  return seconds;
}

absl::Status Invalid() {
  return InvalidField("PAGE_TOKEN_INVALID", "page_token", "does not belong to this request",
                      "send the token of the answer before with the same query and sort, or none to begin anew");
}

}  // namespace

std::string PageTokenCodec::Seal(absl::string_view tenant, absl::string_view query, absl::string_view payload) const {
  // Lengths before the parts: no two different triples give the same bytes.
  return HmacSha256(key_, absl::StrCat(tenant.size(), ":", tenant, query.size(), ":", query, payload));
}

std::string PageTokenCodec::Encode(absl::string_view tenant, absl::string_view query, absl::string_view position,
                                   absl::Time now) const {
  const std::string payload = absl::StrCat(EncodeSeconds(absl::ToUnixSeconds(now)), position);
  return absl::WebSafeBase64Escape(absl::StrCat(Seal(tenant, query, payload), payload));
}

absl::StatusOr<std::string> PageTokenCodec::Decode(absl::string_view tenant, absl::string_view query,
                                                   absl::string_view token, absl::Time now) const {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() < kSealBytes + kTimeBytes) return Invalid();
  // Another spelling of the same bytes is not a token that we made.
  if (absl::WebSafeBase64Escape(bytes) != token) return Invalid();
  const absl::string_view payload = absl::string_view(bytes).substr(kSealBytes);
  const std::string seal = Seal(tenant, query, payload);
  if (CRYPTO_memcmp(seal.data(), bytes.data(), kSealBytes) != 0) return Invalid();
  const absl::Time made = absl::FromUnixSeconds(DecodeSeconds(payload.substr(0, kTimeBytes)));
  if (now - made > kLife) {
    return InvalidField("PAGE_TOKEN_EXPIRED", "page_token", "is older than a day", "begin anew without a token");
  }
  return std::string(payload.substr(kTimeBytes));
}

}  // namespace juchu
