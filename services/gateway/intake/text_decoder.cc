#include "services/gateway/intake/text_decoder.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>
#include <memory>

#include "absl/base/internal/raw_logging.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::gateway {
namespace {

constexpr absl::string_view kUtf8Bom = "\xEF\xBB\xBF";
constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

// ICU's name of Microsoft's table. Checked against glibc's CP932 and Windows' own over all one- and two-byte sequences:
// the same but for the bytes 0x1A, 0x1C and 0x7F, which IBM's table permutes, and for 0x80, 0xA0 and 0xFD..0xFF, which
// only Windows takes (to private use). We take ASCII from no table, so the permutation never shows. ICU rather than
// iconv because its tables are in a library that we link; glibc's are modules that a small image may lack.
constexpr char kConverterName[] = "ibm-943_P15A-2003";

struct ConverterCloser {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using ConverterPtr = std::unique_ptr<UConverter, ConverterCloser>;

// A converter that stops at what it cannot convert, or null when this ICU has no such table.
ConverterPtr OpenConverter() {
  UErrorCode error = U_ZERO_ERROR;
  ConverterPtr converter(ucnv_open(kConverterName, &error));
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  if (U_FAILURE(error)) return nullptr;
  return converter;
}

constexpr bool IsCp932Lead(uint8_t byte) { return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC); }
constexpr bool IsCp932Trail(uint8_t byte) { return byte >= 0x40 && byte <= 0xFC && byte != 0x7F; }
constexpr bool IsHalfWidthKana(uint8_t byte) { return byte >= 0xA1 && byte <= 0xDF; }

// The character of every two-byte sequence, 0 where there is none. All lie in the basic plane.
class Cp932Table {
 public:
  Cp932Table() {
    const ConverterPtr converter = OpenConverter();
    // The table is part of the ICU data library that this program is linked with; without it no file can be read.
    ABSL_RAW_CHECK(converter != nullptr, "ICU has no converter for CP932");
    for (int lead = 0; lead < 256; ++lead) {
      if (!IsCp932Lead(static_cast<uint8_t>(lead))) continue;
      for (int trail = 0; trail < 256; ++trail) {
        if (!IsCp932Trail(static_cast<uint8_t>(trail))) continue;
        const std::array<char, 2> bytes = {static_cast<char>(lead), static_cast<char>(trail)};
        std::array<UChar, 4> character{};
        UErrorCode error = U_ZERO_ERROR;
        const int32_t length = ucnv_toUChars(converter.get(), character.data(), static_cast<int32_t>(character.size()),
                                             bytes.data(), static_cast<int32_t>(bytes.size()), &error);
        if (U_SUCCESS(error) && length == 1) characters_[Index(lead, trail)] = character[0];
      }
    }
  }

  char16_t Find(uint8_t lead, uint8_t trail) const { return characters_[Index(lead, trail)]; }

 private:
  static std::size_t Index(int lead, int trail) { return static_cast<std::size_t>(lead * 256 + trail); }

  std::array<char16_t, 65536> characters_{};
};

const Cp932Table& Table() {
  static const auto* const table = new Cp932Table();
  return *table;
}

void AppendBasicPlane(char16_t character, std::string& out) {
  if (character >= 0x800) {
    out.push_back(static_cast<char>(0xE0 | (character >> 12)));
    out.push_back(static_cast<char>(0x80 | ((character >> 6) & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xC0 | (character >> 6)));
  }
  out.push_back(static_cast<char>(0x80 | (character & 0x3F)));
}

DecodedText DecodeCp932(absl::string_view bytes) {
  const Cp932Table& table = Table();
  DecodedText decoded;
  decoded.text.reserve(bytes.size() + bytes.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    if (byte < 0x80) {
      decoded.text.push_back(bytes[i]);
      continue;
    }
    if (IsHalfWidthKana(byte)) {
      AppendBasicPlane(static_cast<char16_t>(0xFF61 + (byte - 0xA1)), decoded.text);
      continue;
    }
    const bool pair = IsCp932Lead(byte) && i + 1 < bytes.size() && IsCp932Trail(static_cast<uint8_t>(bytes[i + 1]));
    const char16_t character = pair ? table.Find(byte, static_cast<uint8_t>(bytes[i + 1])) : u'\0';
    if (character != u'\0') {
      AppendBasicPlane(character, decoded.text);
    } else {
      if (!decoded.first_bad_byte.has_value()) decoded.first_bad_byte = i;
      absl::StrAppend(&decoded.text, kReplacement);
    }
    if (pair) ++i;
  }
  return decoded;
}

DecodedText DecodeUtf8(absl::string_view bytes) {
  DecodedText decoded;
  if (IsStrictUtf8(bytes)) {
    decoded.text = std::string(bytes);
    return decoded;
  }
  const auto* const data = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto size = static_cast<int32_t>(bytes.size());
  for (int32_t i = 0; i < size;) {
    const int32_t start = i;
    UChar32 character = 0;
    U8_NEXT(data, i, size, character);
    if (character >= 0) {
      absl::StrAppend(&decoded.text,
                      bytes.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(i - start)));
    } else {
      if (!decoded.first_bad_byte.has_value()) decoded.first_bad_byte = static_cast<std::size_t>(start);
      absl::StrAppend(&decoded.text, kReplacement);
    }
  }
  return decoded;
}

bool HasNonAscii(absl::string_view bytes) {
  for (const char byte : bytes) {
    if (static_cast<uint8_t>(byte) >= 0x80) return true;
  }
  return false;
}

}  // namespace

bool IsStrictUtf8(absl::string_view bytes) {
  const auto* const data = reinterpret_cast<const uint8_t*>(bytes.data());
  const auto size = static_cast<int64_t>(bytes.size());
  for (int64_t i = 0; i < size;) {
    UChar32 character = 0;
    U8_NEXT(data, i, size, character);
    if (character < 0) return false;
  }
  return true;
}

EncodingChoice ChooseEncoding(absl::string_view bytes, EncodingHint hint) {
  EncodingChoice choice;
  if (hint == EncodingHint::kCp932) {
    choice.encoding = TextEncoding::kCp932;
    return choice;
  }
  if (absl::StartsWith(bytes, kUtf8Bom)) {
    choice.bom_size = kUtf8Bom.size();
    return choice;
  }
  if (hint == EncodingHint::kUtf8 || IsStrictUtf8(bytes)) return choice;
  const absl::string_view first_line = bytes.substr(0, bytes.find_first_of("\r\n"));
  if (!HasNonAscii(first_line) || !IsStrictUtf8(first_line)) choice.encoding = TextEncoding::kCp932;
  return choice;
}

DecodedText DecodeText(absl::string_view bytes, TextEncoding encoding) {
  return encoding == TextEncoding::kCp932 ? DecodeCp932(bytes) : DecodeUtf8(bytes);
}

absl::StatusOr<std::string> EncodeCp932(absl::string_view utf8) {
  const absl::Status refused = MakeError(absl::StatusCode::kInvalidArgument, "CHARACTER_NOT_IN_CP932",
                                         "the text holds a character that CP932 lacks",
                                         {{"remedy", "replace the character or write the file in UTF-8"}});
  const ConverterPtr converter = OpenConverter();
  ABSL_RAW_CHECK(converter != nullptr, "ICU has no converter for CP932");
  const auto* const data = reinterpret_cast<const uint8_t*>(utf8.data());
  const auto size = static_cast<int32_t>(utf8.size());
  std::string encoded;
  encoded.reserve(utf8.size());
  for (int32_t i = 0; i < size;) {
    const auto start = static_cast<std::size_t>(i);
    UChar32 character = 0;
    U8_NEXT(data, i, size, character);
    if (character < 0 || character > 0xFFFF) return refused;
    if (character < 0x80) {
      encoded.push_back(static_cast<char>(character));
      continue;
    }
    const auto unit = static_cast<UChar>(character);
    std::array<char, 8> bytes{};
    UErrorCode error = U_ZERO_ERROR;
    const int32_t length =
        ucnv_fromUChars(converter.get(), bytes.data(), static_cast<int32_t>(bytes.size()), &unit, 1, &error);
    if (U_FAILURE(error)) return refused;
    const absl::string_view pair(bytes.data(), static_cast<std::size_t>(length));
    // ICU writes nothing for what is invisible (a byte order mark, a zero-width joiner) and calls it success.
    if (DecodeCp932(pair).text != utf8.substr(start, static_cast<std::size_t>(i) - start)) return refused;
    encoded.append(pair.data(), pair.size());
  }
  return encoded;
}

}  // namespace juchu::gateway
