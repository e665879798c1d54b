#include "services/gateway/outgoing/text_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"

namespace juchu::gateway {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOkAndHolds;
using ::testing::HasSubstr;

absl::StatusOr<std::string> ToCp932(absl::string_view text) { return EncodeText(text, TextEncoding::kCp932, "name"); }

// The text as a reader of the file sees it.
std::string ThereAndBack(absl::string_view text) {
  const absl::StatusOr<std::string> encoded = ToCp932(text);
  return encoded.ok() ? DecodeText(*encoded, TextEncoding::kCp932).text : ReasonOf(encoded.status());
}

TEST(EncodeText, Cp932IsMicrosoftsTable) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"～", "\x81\x60"}, {"－", "\x81\x7C"}, {"①", "\x87\x40"}, {"髙", "\xFB\xFC"}, {"﨑", "\xFA\xB1"},
      {"表", "\x95\x5C"}, {"ｱﾞ", "\xB1\xDE"}, {"\\~", "\\~"},    {"￥", "\x81\x8F"}, {"㈱", "\x87\x8A"}};
  for (const auto& [text, bytes] : cases) EXPECT_THAT(ToCp932(text), IsOkAndHolds(bytes)) << text;
}

// NEC and IBM gave some characters a second code. Microsoft writes the JIS code of a sign, NEC row 13 of a Roman
// numeral, and IBM's code of a kanji.
TEST(EncodeText, CharactersWithTwoCodesAreWrittenAsMicrosoftDoes) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"￢", "\x81\xCA"}, {"∵", "\x81\xE6"}, {"∪", "\x81\xBE"}, {"Ⅰ", "\x87\x54"},
      {"№", "\x87\x82"},  {"ⅰ", "\xFA\x40"}, {"纊", "\xFA\x5C"}};
  for (const auto& [text, bytes] : cases) EXPECT_THAT(ToCp932(text), IsOkAndHolds(bytes)) << text;
}

TEST(EncodeText, EveryPlainCharacterOfCp932ComesBack) {
  int count = 0;
  for (int lead = 0x81; lead <= 0xFC; ++lead) {
    if (lead >= 0xA0 && lead <= 0xDF) continue;
    for (int trail = 0x40; trail <= 0xFC; ++trail) {
      const DecodedText decoded =
          DecodeText(std::string{static_cast<char>(lead), static_cast<char>(trail)}, TextEncoding::kCp932);
      const bool private_use = lead >= 0xF0 && lead <= 0xF9;
      if (decoded.first_bad_byte.has_value() || private_use) continue;
      EXPECT_EQ(ThereAndBack(decoded.text), decoded.text) << decoded.text;
      ++count;
    }
  }
  // 9,604 two-byte codes without the 1,880 private ones.
  EXPECT_EQ(count, 7724);
}

TEST(EncodeText, VariantsOfOneSignAreWrittenAsCp932HasThem) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\u301C", "～"}, {"\u2212", "－"}, {"\u2016", "∥"},  {"\u2014", "―"},  {"\u2011", "‐"},  {"\u00A0", " "},
      {"\u00A2", "￠"}, {"\u00A3", "￡"}, {"\u00AC", "￢"}, {"\u00A5", "￥"}, {"\u00A6", "￤"}, {"\u00AF", "￣"}};
  for (const auto& [text, back] : cases) EXPECT_EQ(ThereAndBack(text), back) << back;
}

TEST(EncodeText, MarksAreComposedAndOldFormsOfKanjiStay) {
  EXPECT_EQ(ThereAndBack("か\u3099き\u309A"), "CHARACTER_NOT_IN_CP932");  // there is no き with a half voiced mark
  EXPECT_EQ(ThereAndBack("か\u3099は\u309Aウ\u3099"), "がぱヴ");
  EXPECT_EQ(ThereAndBack("и\u0306"), "й");
  EXPECT_EQ(ThereAndBack("\uFA19\uFA1A\uFA1B"), "\uFA19\uFA1A\uFA1B");  // 神 祥 福
  EXPECT_EQ(ComposeMarks("か\u3099\uFA19e\u0301"), "が\uFA19é");
  EXPECT_EQ(ComposeMarks("\u3099か"), "\u3099か");
  EXPECT_EQ(ComposeMarks(""), "");
}

TEST(EncodeText, WhatCp932LacksIsNamedAndNeverReplaced) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"🍣", "U+1F363"},
                                                                  {"𠮷田", "U+20BB7"},
                                                                  {"繫", "U+7E6B"},
                                                                  {"é", "U+00E9"},
                                                                  {"e\u0301", "U+00E9"},
                                                                  {"あ\u3099", "U+3099"},
                                                                  {"葛\U000E0100", "U+E0100"},
                                                                  {"\uFEFF", "U+FEFF"},
                                                                  {"\u200D", "U+200D"},
                                                                  {"\uE000", "U+E000"},
                                                                  {"\uFFFD", "U+FFFD"},
                                                                  {"©", "U+00A9"},
                                                                  {"🍣寿司🍣𠮷", "U+1F363, U+20BB7"}};
  for (const auto& [text, names] : cases) {
    const absl::StatusOr<std::string> encoded = ToCp932(text);
    EXPECT_THAT(encoded, HasReason("CHARACTER_NOT_IN_CP932")) << text;
    EXPECT_THAT(encoded, HasMetadata("characters", names));
    EXPECT_THAT(encoded, HasMetadata("field", "name"));
    EXPECT_THAT(std::string(encoded.status().message()), HasSubstr(names));
  }
  EXPECT_THAT(ToCp932("èéêëìíî"), HasMetadata("characters", "U+00E8, U+00E9, U+00EA, U+00EB, U+00EC"));
}

TEST(EncodeText, Utf8StaysAsItIs) {
  const std::string text = "🍣𠮷\u301C\u2212か\u3099\uFA19";
  EXPECT_THAT(EncodeText(text, TextEncoding::kUtf8, "name"), IsOkAndHolds(text));
}

TEST(EncodeText, RefusesWhatIsNotUtf8) {
  for (const TextEncoding encoding : {TextEncoding::kUtf8, TextEncoding::kCp932}) {
    EXPECT_THAT(EncodeText("a\xFF", encoding, "name"), HasReason("TEXT_NOT_UTF8"));
  }
}

}  // namespace
}  // namespace juchu::gateway
