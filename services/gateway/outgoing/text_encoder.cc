#include "services/gateway/outgoing/text_encoder.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/internal/raw_logging.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/status/error.h"

namespace juchu::gateway {
namespace {

// Microsoft's table, as in text_decoder.cc.
constexpr char kConverterName[] = "ibm-943_P15A-2003";
constexpr std::size_t kMaxNamedCharacters = 5;

struct ConverterCloser {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using ConverterPtr = std::unique_ptr<UConverter, ConverterCloser>;

struct Fold {
  UChar32 from;
  char16_t to;
};

// Characters that are the same sign as another one that CP932 has: JIS X 0208's and Microsoft's reading of one code,
// the two widths of one sign, the breaking and the unbreakable form.
constexpr std::array<Fold, 12> kFolds = {{{0x00A0, 0x0020},
                                          {0x00A2, 0xFFE0},
                                          {0x00A3, 0xFFE1},
                                          {0x00A5, 0xFFE5},
                                          {0x00A6, 0xFFE4},
                                          {0x00AC, 0xFFE2},
                                          {0x00AF, 0xFFE3},
                                          {0x2011, 0x2010},
                                          {0x2014, 0x2015},
                                          {0x2016, 0x2225},
                                          {0x2212, 0xFF0D},
                                          {0x301C, 0xFF5E}}};

constexpr bool IsSurrogate(int32_t unit) { return unit >= 0xD800 && unit <= 0xDFFF; }
constexpr bool IsPrivate(int32_t unit) { return unit >= 0xE000 && unit <= 0xF8FF; }

void AppendUtf8(UChar32 character, std::string& out) {
  std::array<char, U8_MAX_LENGTH> bytes{};
  int32_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, character);
  out.append(bytes.data(), static_cast<std::size_t>(length));
}

// The CP932 bytes of every character of the basic plane beyond ASCII, none where it has none. A table, because ICU's
// converter is slow for one character at a time, and because each answer has to be decoded again before it is believed:
// for what is invisible the converter writes nothing and calls it success.
class Cp932Encoder {
 public:
  Cp932Encoder() : codes_(0x10000) {
    UErrorCode error = U_ZERO_ERROR;
    const ConverterPtr converter(ucnv_open(kConverterName, &error));
    ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    // The table is part of the ICU data library that this program is linked with.
    ABSL_RAW_CHECK(U_SUCCESS(error), "ICU has no converter for CP932");
    for (int32_t unit = 0x80; unit < 0x10000; ++unit) {
      if (!IsSurrogate(unit) && !IsPrivate(unit)) Learn(converter.get(), static_cast<UChar>(unit));
    }
    for (const Fold& fold : kFolds) {
      uint16_t& code = codes_[static_cast<std::size_t>(fold.from)];
      if (code == 0) code = fold.to < 0x80 ? static_cast<uint16_t>(fold.to) : codes_[fold.to];
    }
  }

  // Appends the character's bytes to `out`. False: CP932 has none.
  bool Append(UChar32 character, std::string& out) const {
    const bool ascii = character < 0x80;
    const uint16_t code = ascii                 ? static_cast<uint16_t>(character)
                          : character <= 0xFFFF ? codes_[static_cast<std::size_t>(character)]
                                                : uint16_t{0};
    if (code == 0 && !ascii) return false;
    if (code > 0xFF) out.push_back(static_cast<char>(code >> 8));
    out.push_back(static_cast<char>(code & 0xFF));
    return true;
  }

 private:
  void Learn(UConverter* converter, UChar unit) {
    std::array<char, 8> bytes{};
    UErrorCode error = U_ZERO_ERROR;
    const int32_t length =
        ucnv_fromUChars(converter, bytes.data(), static_cast<int32_t>(bytes.size()), &unit, 1, &error);
    if (U_FAILURE(error) || length < 1 || length > 2) return;
    std::string text;
    AppendUtf8(unit, text);
    const absl::string_view code(bytes.data(), static_cast<std::size_t>(length));
    if (DecodeText(code, TextEncoding::kCp932).text != text) return;
    uint16_t& learned = codes_[unit];
    for (const char byte : code) learned = static_cast<uint16_t>((learned << 8) | static_cast<uint8_t>(byte));
  }

  // By character; 0: none.
  std::vector<uint16_t> codes_;
};

const Cp932Encoder& Encoder() {
  static const auto* const encoder = new Cp932Encoder();
  return *encoder;
}

// Calls `fn(character)` for each character of well-formed UTF-8.
template <typename Fn>
void ForEachCharacter(absl::string_view text, Fn fn) {
  const auto* const data = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int64_t>(text.size());
  for (int64_t i = 0; i < size;) {
    UChar32 character = 0;
    U8_NEXT(data, i, size, character);
    fn(character < 0 ? 0xFFFD : character);
  }
}

}  // namespace

std::string ComposeMarks(absl::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const normalizer = icu::Normalizer2::getNFCInstance(error);
  ABSL_RAW_CHECK(U_SUCCESS(error), "ICU has no data for NFC");
  std::string composed;
  composed.reserve(text.size());
  UChar32 last = -1;
  std::size_t last_begin = 0;
  ForEachCharacter(text, [&](UChar32 character) {
    const bool mark = last >= 0 && u_getCombiningClass(character) != 0;
    const UChar32 both = mark ? normalizer->composePair(last, character) : -1;
    if (both >= 0) {
      composed.resize(last_begin);
      character = both;
    }
    last = character;
    last_begin = composed.size();
    AppendUtf8(character, composed);
  });
  return composed;
}

absl::StatusOr<std::string> EncodeText(absl::string_view text, TextEncoding encoding, absl::string_view field) {
  if (!IsStrictUtf8(text)) return InvalidField("TEXT_NOT_UTF8", field, "is not UTF-8", "correct the text");
  if (encoding == TextEncoding::kUtf8) return std::string(text);
  std::string encoded;
  encoded.reserve(text.size());
  std::vector<std::string> lacking;
  ForEachCharacter(ComposeMarks(text), [&](UChar32 character) {
    if (Encoder().Append(character, encoded)) return;
    std::string name = absl::StrFormat("U+%04X", static_cast<uint32_t>(character));
    if (std::find(lacking.begin(), lacking.end(), name) == lacking.end()) lacking.push_back(std::move(name));
  });
  if (lacking.empty()) return encoded;
  if (lacking.size() > kMaxNamedCharacters) lacking.resize(kMaxNamedCharacters);
  const std::string characters = absl::StrJoin(lacking, ", ");
  return InvalidField("CHARACTER_NOT_IN_CP932", field, absl::StrCat("holds ", characters, ", which CP932 lacks"),
                      "write it with other characters", {{"characters", characters}});
}

}  // namespace juchu::gateway
