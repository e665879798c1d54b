#include "services/gateway/postpay/result_text.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/gateway/intake/card_number_mask.h"
#include "services/gateway/intake/field_parser.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

constexpr absl::string_view kMore = "…";

// Two capital letters or more and then digits.
bool IsCode(absl::string_view text) {
  const auto* const letters_end = std::find_if_not(
      text.begin(), text.end(), [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); });
  return letters_end - text.begin() >= 2 && letters_end != text.end() && text.size() <= 20 &&
         std::all_of(letters_end, text.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

std::string CodeInWords(const pb::LayoutProfile& profile, absl::string_view code) {
  const auto known = std::find_if(profile.reason_texts().begin(), profile.reason_texts().end(),
                                  [code](const pb::ReasonText& reason) { return reason.code() == code; });
  return known == profile.reason_texts().end() ? std::string(code) : absl::StrCat(code, " ", known->text());
}

bool IsControl(UChar32 c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029; }
bool TurnsDirection(UChar32 c) {
  return c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

std::string OnOneLine(absl::string_view text) {
  const auto* const data = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int64_t>(text.size());
  std::string line;
  for (int64_t i = 0; i < size;) {
    const auto start = static_cast<std::size_t>(i);
    UChar32 character = 0;
    U8_NEXT(data, i, size, character);
    if (TurnsDirection(character)) continue;
    if (IsControl(character)) {
      line.push_back(' ');
    } else {
      absl::StrAppend(&line, text.substr(start, static_cast<std::size_t>(i) - start));
    }
  }
  return line;
}

}  // namespace

std::string WithoutSpreadsheetMarks(absl::string_view text) {
  if (text.size() >= 3 && absl::StartsWith(text, "=\"") && absl::EndsWith(text, "\"")) {
    text = text.substr(2, text.size() - 3);
  } else {
    absl::ConsumePrefix(&text, "'");
  }
  return std::string(TrimSpaces(text));
}

std::string ShownText(absl::string_view text, std::size_t max_characters) {
  std::string line = MaskCardNumbers(TrimSpaces(OnOneLine(text)));
  if (CountCharacters(line) <= max_characters) return line;
  std::size_t end = 0;
  for (std::size_t count = 0; count + 1 < max_characters; ++count) {
    ++end;
    while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) ++end;
  }
  return absl::StrCat(line.substr(0, end), kMore);
}

std::string ReasonInWords(const pb::LayoutProfile& profile, absl::string_view text) {
  const std::string spaced =
      absl::StrReplaceAll(NormalizeWidth(text),
                          {{",", " "}, {";", " "}, {"/", " "}, {"|", " "}, {"\u3001", " "}, {"\n", " "}, {"\t", " "}});
  const std::vector<absl::string_view> codes = absl::StrSplit(spaced, ' ', absl::SkipEmpty());
  if (codes.empty() || !std::all_of(codes.begin(), codes.end(), IsCode)) return std::string(text);
  return absl::StrJoin(
      codes, "、", [&](std::string* out, absl::string_view code) { absl::StrAppend(out, CodeInWords(profile, code)); });
}

}  // namespace juchu::gateway
