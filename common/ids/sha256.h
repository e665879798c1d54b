#ifndef COMMON_IDS_SHA256_H_
#define COMMON_IDS_SHA256_H_

#include <string>

#include "absl/strings/string_view.h"

namespace juchu {

// The SHA-256 of `bytes`: 32 bytes.
std::string Sha256(absl::string_view bytes);

// HMAC-SHA-256 of `bytes` under `key`: 32 bytes.
std::string HmacSha256(absl::string_view key, absl::string_view bytes);

}  // namespace juchu

#endif  // COMMON_IDS_SHA256_H_
