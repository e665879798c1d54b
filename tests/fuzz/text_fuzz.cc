// Decoding: whatever the bytes, the text is UTF-8 and nothing is changed in silence.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/gateway/intake/text_decoder.h"
#include "tests/fuzz/require.h"

namespace juchu::gateway {
namespace {

using fuzz::Require;

// The bytes of the UTF-8 sequence that `text` begins with, by the table of RFC 3629; 0: none.
size_t SequenceSize(absl::string_view text) {
  const auto byte = [text](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto continues = [&](size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) {
      if (byte(i) < 0x80 || byte(i) > 0xBF) return false;
    }
    return true;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1, 2) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return continues(1, 3) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return continues(1, 4) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t size = SequenceSize(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

void CheckDecoding(absl::string_view bytes, TextEncoding encoding) {
  const DecodedText decoded = DecodeText(bytes, encoding);
  Require(IsUtf8(decoded.text), "decoded text is UTF-8");
  if (decoded.first_bad_byte.has_value()) {
    Require(*decoded.first_bad_byte < bytes.size(), "the bad byte lies in the text");
    Require(absl::StrContains(decoded.text, "\xEF\xBF\xBD"), "a bad byte shows as U+FFFD");
    const DecodedText before = DecodeText(bytes.substr(0, *decoded.first_bad_byte), encoding);
    Require(!before.first_bad_byte.has_value(), "what stands before the first bad byte decodes");
    Require(absl::StartsWith(decoded.text, before.text), "and to the same text");
    return;
  }
  if (encoding == TextEncoding::kUtf8) {
    Require(decoded.text == bytes, "UTF-8 stays as it is");
    return;
  }
  const auto encoded = EncodeCp932(decoded.text);
  Require(encoded.ok(), "what came from CP932 goes back to it");
  Require(DecodeText(*encoded, TextEncoding::kCp932).text == decoded.text, "and means the same");
}

void CheckChoice(absl::string_view bytes) {
  Require(ChooseEncoding(bytes, EncodingHint::kCp932).encoding == TextEncoding::kCp932, "the hint CP932 is followed");
  Require(ChooseEncoding(bytes, EncodingHint::kUtf8).encoding == TextEncoding::kUtf8, "the hint UTF-8 is followed");
  const EncodingChoice choice = ChooseEncoding(bytes, EncodingHint::kAuto);
  if (IsUtf8(bytes)) Require(choice.encoding == TextEncoding::kUtf8, "strict UTF-8 is read as UTF-8");
  Require(choice.bom_size == 0 || (choice.bom_size == 3 && absl::StartsWith(bytes, "\xEF\xBB\xBF")),
          "a byte order mark is one");
}

void CheckEncoding(absl::string_view text) {
  const auto encoded = EncodeCp932(text);
  if (!encoded.ok()) return;
  const DecodedText decoded = DecodeText(*encoded, TextEncoding::kCp932);
  Require(!decoded.first_bad_byte.has_value() && decoded.text == text, "CP932 loses nothing");
}

}  // namespace
}  // namespace juchu::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes = juchu::fuzz::TextOf(data, size);
  juchu::fuzz::Require(juchu::gateway::IsStrictUtf8(bytes) == juchu::gateway::IsUtf8(bytes),
                       "strict UTF-8 is what RFC 3629 says");
  juchu::gateway::CheckDecoding(bytes, juchu::gateway::TextEncoding::kUtf8);
  juchu::gateway::CheckDecoding(bytes, juchu::gateway::TextEncoding::kCp932);
  juchu::gateway::CheckChoice(bytes);
  juchu::gateway::CheckEncoding(bytes);
  return 0;
}
