#include "services/gateway/app/request_checks.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/ids/sha256.h"
#include "common/status/error.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace juchu::gateway {
namespace {

constexpr size_t kMaxIdSize = 32;

// The code point that starts at `position` of valid UTF-8.
char32_t CodePointAt(absl::string_view utf8, size_t position) {
  const auto byte = [&](size_t offset) { return static_cast<char32_t>(static_cast<uint8_t>(utf8[position + offset])); };
  const char32_t first = byte(0);
  if (first < 0x80) return first;
  if (first < 0xE0) return ((first & 0x1F) << 6) | (byte(1) & 0x3F);
  if (first < 0xF0) return ((first & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F);
  return ((first & 0x07) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) | (byte(3) & 0x3F);
}

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// C0, DEL, C1, line and paragraph separator, and what turns the reading direction around.
bool IsForbiddenInLine(char32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||
         (code_point >= 0x2028 && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069);
}

}  // namespace

absl::Status CheckId(absl::string_view id, absl::string_view field) {
  const bool valid = !id.empty() && id.size() <= kMaxIdSize && std::all_of(id.begin(), id.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '-';
  });
  if (valid) return absl::OkStatus();
  return InvalidField("ID_INVALID", field, id.empty() ? "missing" : "not a valid id",
                      "use 1 to 32 lower-case letters, digits or hyphens");
}

absl::Status CheckLine(absl::string_view text, size_t min, size_t max, absl::string_view field) {
  const size_t count = CountCharacters(text);
  if (count < min) {
    return InvalidField("FIELD_REQUIRED", field, "missing", absl::StrCat("give ", min, " to ", max, " characters"));
  }
  if (count > max) {
    return InvalidField("TEXT_TOO_LONG", field, absl::StrCat(count, " characters"),
                        absl::StrCat("give at most ", max, " characters"));
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsContinuation(text[i]) && IsForbiddenInLine(CodePointAt(text, i))) {
      return InvalidField("TEXT_INVALID", field, "holds a line break or another control character",
                          "give one line of visible text");
    }
  }
  return absl::OkStatus();
}

size_t CountCharacters(absl::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return !IsContinuation(c); }));
}

std::string HashRequest(const google::protobuf::Message& request) {
  std::string content = absl::StrCat(request.GetDescriptor()->full_name(), "\n");
  {
    google::protobuf::io::StringOutputStream stream(&content);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&out);
  }
  return Sha256(content);
}

}  // namespace juchu::gateway
