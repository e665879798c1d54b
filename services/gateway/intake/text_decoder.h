#ifndef SERVICES_GATEWAY_INTAKE_TEXT_DECODER_H_
#define SERVICES_GATEWAY_INTAKE_TEXT_DECODER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace juchu::gateway {

// How the bytes of a file stand for characters.
enum class TextEncoding {
  // UTF-8, with or without a byte order mark.
  kUtf8,
  // Windows code page 932 (Windows-31J): 0x8160 is U+FF5E, with NEC row 13 and the NEC and IBM extensions.
  kCp932,
};

// What the sender said about the encoding.
enum class EncodingHint { kAuto, kUtf8, kCp932 };

// How a file is to be read.
struct EncodingChoice {
  TextEncoding encoding = TextEncoding::kUtf8;
  // Bytes of the byte order mark at the file's start: 3 or 0.
  std::size_t bom_size = 0;
};

// Text in UTF-8. What could not be decoded stands as U+FFFD.
struct DecodedText {
  std::string text;
  // Offset in the encoded bytes of the first byte that could not be decoded; nullopt: all could.
  std::optional<std::size_t> first_bad_byte;
};

// Whether `bytes` is well-formed UTF-8 from end to end: no overlong form, no surrogate, nothing cut off.
bool IsStrictUtf8(absl::string_view bytes);

// Decides how to read a whole file. A hint is followed. Without one it is UTF-8 when the whole file is strict UTF-8,
// when it begins with UTF-8's byte order mark, or when its first line alone is strict UTF-8 beyond ASCII (the header
// words of a Japanese file in CP932 never are, so a single damaged byte further down spoils its record and not the
// whole file); else CP932.
EncodingChoice ChooseEncoding(absl::string_view bytes, EncodingHint hint);

// Decodes a part of a file, such as one field, that begins and ends at a character's border. Never fails: see
// DecodedText. A lead byte before a byte that cannot follow it is bad alone, so that a comma, quote or line end after
// it keeps its meaning.
DecodedText DecodeText(absl::string_view bytes, TextEncoding encoding);

// Encodes UTF-8 text as CP932. INVALID_ARGUMENT, reason CHARACTER_NOT_IN_CP932, for a character that CP932 lacks
// (an emoji, 𠮷, U+301C in place of U+FF5E) and for ill-formed UTF-8: nothing is lost or replaced in silence.
absl::StatusOr<std::string> EncodeCp932(absl::string_view utf8);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_TEXT_DECODER_H_
