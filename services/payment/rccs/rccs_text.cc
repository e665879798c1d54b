#include "services/payment/rccs/rccs_text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"

namespace juchu::payment::rccs {
namespace {

constexpr std::size_t kMinCardDigits = 13;
constexpr std::size_t kMaxCardDigits = 19;

// The characters of `text`; negative where the bytes are no UTF-8.
std::vector<UChar32> Decode(absl::string_view text) {
  std::vector<UChar32> characters;
  const auto* const data = reinterpret_cast<const uint8_t*>(text.data());
  const std::size_t size = text.size();
  for (std::size_t i = 0; i < size;) {
    UChar32 character = 0;
    U8_NEXT(data, i, size, character);
    characters.push_back(character);
  }
  return characters;
}

std::string Encode(const std::vector<UChar32>& characters) {
  std::string text;
  for (const UChar32 character : characters) {
    uint8_t bytes[U8_MAX_LENGTH];
    std::size_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, character);
    text.append(reinterpret_cast<const char*>(bytes), size);
  }
  return text;
}

UChar32 Printable(UChar32 character) {
  if (character < 0) return '?';
  const bool line_break = character == 0x2028 || character == 0x2029;
  return u_isprint(character) && !line_break ? character : ' ';
}

bool IsDigit(UChar32 character) { return u_charDigitValue(character) >= 0; }

bool IsSeparator(UChar32 character) {
  return character == ' ' || character == '-' || character == 0x3000 || character == 0xFF0D || character == 0x2212;
}

bool IsCardLength(std::size_t digits) { return digits >= kMinCardDigits && digits <= kMaxCardDigits; }

void MaskDigits(std::vector<UChar32>& characters, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (IsDigit(characters[i])) characters[i] = '*';
  }
}

// Masks the runs of digits; `parted`: also single separators stand inside a run.
void MaskRuns(std::vector<UChar32>& characters, bool parted) {
  for (std::size_t begin = 0; begin < characters.size(); ++begin) {
    if (!IsDigit(characters[begin])) continue;
    std::size_t end = begin;
    std::size_t digits = 0;
    // Digits before a separator behind which a card number may end and another begin.
    std::size_t first_card = 0;
    while (end < characters.size()) {
      if (IsDigit(characters[end])) {
        ++digits;
      } else if (!parted || !IsSeparator(characters[end]) || end + 1 == characters.size() ||
                 !IsDigit(characters[end + 1])) {
        break;
      } else if (IsCardLength(digits)) {
        first_card = digits;
      }
      ++end;
    }
    const bool two_cards = first_card > 0 && IsCardLength(digits - first_card);
    if (IsCardLength(digits) || two_cards) MaskDigits(characters, begin, end);
    begin = end;
  }
}

}  // namespace

std::optional<std::string> EscapeForXml(absl::string_view text) {
  std::string escaped;
  for (const UChar32 character : Decode(text)) {
    if (character < 0x20 || (character >= 0x7F && character < 0xA0) || U_IS_UNICODE_NONCHAR(character)) {
      return std::nullopt;
    }
  }
  for (const char byte : text) {
    switch (byte) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += byte;
    }
  }
  return escaped;
}

std::string CleanText(absl::string_view text, std::size_t max_characters) {
  std::vector<UChar32> characters = Decode(text);
  for (UChar32& character : characters) character = Printable(character);
  std::size_t begin = 0;
  while (begin < characters.size() && characters[begin] == ' ') ++begin;
  characters.erase(characters.begin(), characters.begin() + static_cast<std::ptrdiff_t>(begin));
  if (characters.size() > max_characters) characters.resize(max_characters);
  while (!characters.empty() && characters.back() == ' ') characters.pop_back();
  return Encode(characters);
}

std::string MaskedText(absl::string_view text) {
  // Masked before it is cut: a card number that the cut parts would be too short to be seen.
  std::vector<UChar32> characters = Decode(CleanText(text, text.size()));
  MaskRuns(characters, /*parted=*/false);
  MaskRuns(characters, /*parted=*/true);
  return CleanText(Encode(characters), kMaxMessageCharacters);
}

}  // namespace juchu::payment::rccs
