#include "common/ids/uuid.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/ids/sha256.h"
#include "common/status/error.h"

namespace juchu {

namespace {

std::string UuidOf(std::array<unsigned char, 16> bytes, unsigned char version) {
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | (version << 4));
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string hex =
      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  for (const size_t position : {8u, 13u, 18u, 23u}) hex.insert(position, "-");
  return hex;
}

}  // namespace

std::string NewRequestId() {
  std::array<unsigned char, 16> bytes;
  // Without randomness two requests could share an id; there is no going on.
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
  return UuidOf(bytes, 4);
}

std::string RequestIdOf(absl::string_view content) {
  const std::string hash = Sha256(content);
  std::array<unsigned char, 16> bytes;
  std::copy_n(hash.begin(), bytes.size(), bytes.begin());
  return UuidOf(bytes, 8);
}

absl::Status ValidateRequestId(absl::string_view field, absl::string_view text) {
  bool valid = text.size() == 36;
  for (size_t i = 0; valid && i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    valid = hyphen ? text[i] == '-' : absl::ascii_isxdigit(static_cast<unsigned char>(text[i]));
  }
  if (valid) return absl::OkStatus();
  return InvalidField("REQUEST_ID_INVALID", field, text.empty() ? "is missing" : "is not a UUID",
                      "send a new random UUID such as 7e7d3b0c-5f0e-4c7e-9a36-0b8f6d2f9a11, and the same one when "
                      "you repeat the request");
}

}  // namespace juchu
