#include "services/gateway/intake/text_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/status/error.h"

namespace juchu::gateway {
namespace {

using ::testing::Eq;
using ::testing::Optional;

struct Character {
  std::string cp932;
  std::string utf8;
};

std::vector<Character> Characters() {
  return {
      {"\x81\x60", "～"},                      // U+FF5E, not U+301C
      {"\x81\x7C", "－"},                      // U+FF0D, not U+2212
      {"\x87\x40", "①"},                       // NEC row 13
      {"\x87\x8A", "㈱"}, {"\xFB\xFC", "髙"},  // IBM extension
      {"\xFA\xB1", "﨑"}, {"\x83\x5C", "ソ"},  // trail byte 0x5C
      {"\x95\x5C", "表"}, {"\x94\x5C", "能"}, {"\x5C", "\\"},
      {"\x7E", "~"},      {"\xB1\xDE", "ｱﾞ"},  // half-width kana
      {"\x81\x91", "￠"}, {"\x81\x61", "∥"},  {"\x1C\x7F", "\x1C\x7F"},
  };
}

TEST(DecodeText, Cp932IsMicrosoftsTable) {
  for (const Character& character : Characters()) {
    const DecodedText decoded = DecodeText(character.cp932, TextEncoding::kCp932);
    EXPECT_EQ(decoded.text, character.utf8);
    EXPECT_FALSE(decoded.first_bad_byte.has_value()) << character.utf8;
  }
}

TEST(EncodeCp932, DecodedAgainIsTheSame) {
  for (const Character& character : Characters()) {
    const absl::StatusOr<std::string> encoded = EncodeCp932(character.utf8);
    ASSERT_TRUE(encoded.ok()) << character.utf8;
    EXPECT_EQ(*encoded, character.cp932);
  }
}

TEST(EncodeCp932, EveryTwoByteCharacterComesBack) {
  int count = 0;
  for (int lead = 0x81; lead <= 0xFC; ++lead) {
    for (int trail = 0x40; trail <= 0xFC; ++trail) {
      const std::string bytes = {static_cast<char>(lead), static_cast<char>(trail)};
      const DecodedText decoded = DecodeText(bytes, TextEncoding::kCp932);
      if (decoded.first_bad_byte.has_value() || (lead >= 0xA1 && lead <= 0xDF)) continue;
      // The NEC and IBM sets hold some characters twice: the bytes may change, the character may not.
      const absl::StatusOr<std::string> encoded = EncodeCp932(decoded.text);
      ASSERT_TRUE(encoded.ok()) << decoded.text;
      EXPECT_EQ(DecodeText(*encoded, TextEncoding::kCp932).text, decoded.text);
      ++count;
    }
  }
  // JIS X 0208, NEC row 13, both extension sets and the user-defined area.
  EXPECT_EQ(count, 9604);
}

TEST(EncodeCp932, RefusesWhatCp932Lacks) {
  for (const std::string text : {"𠮷", "😀", "〜", "−", "\xFF", "é"}) {
    const absl::StatusOr<std::string> encoded = EncodeCp932(text);
    EXPECT_FALSE(encoded.ok()) << text;
    EXPECT_EQ(ReasonOf(encoded.status()), "CHARACTER_NOT_IN_CP932");
  }
}

// ICU leaves out what is invisible, such as a byte order mark, and says that it has written it.
TEST(EncodeCp932, EveryCharacterComesBackOrIsRefused) {
  int taken = 0;
  for (int character = 0x80; character <= 0xFFFF; ++character) {
    if (character >= 0xD800 && character <= 0xDFFF) continue;
    std::string text;
    if (character >= 0x800) {
      text = {static_cast<char>(0xE0 | (character >> 12)), static_cast<char>(0x80 | ((character >> 6) & 0x3F))};
    } else {
      text = {static_cast<char>(0xC0 | (character >> 6))};
    }
    text.push_back(static_cast<char>(0x80 | (character & 0x3F)));
    const absl::StatusOr<std::string> encoded = EncodeCp932(text);
    if (!encoded.ok()) continue;
    ++taken;
    EXPECT_EQ(DecodeText(*encoded, TextEncoding::kCp932).text, text) << std::hex << character;
  }
  EXPECT_GT(taken, 9000);
}

TEST(DecodeText, BadBytesAreMarkedAndTheRestIsKept) {
  struct Case {
    std::string bytes;
    TextEncoding encoding;
    std::string text;
    std::size_t bad;
  };
  const std::vector<Case> cases = {
      {"a\xFF"
       "b",
       TextEncoding::kUtf8, "a\uFFFDb", 1},
      {"\xE3\x81", TextEncoding::kUtf8, "\uFFFD", 0},                  // cut off
      {"ab\xC0\xAF", TextEncoding::kUtf8, "ab\uFFFD\uFFFD", 2},        // overlong
      {"\xED\xA0\x80", TextEncoding::kUtf8, "\uFFFD\uFFFD\uFFFD", 0},  // surrogate
      {"a\x81", TextEncoding::kCp932, "a\uFFFD", 1},                   // cut off
      {"\x81,\x82\xA0", TextEncoding::kCp932, "\uFFFD,あ", 0},         // the comma stays a comma
      {"\x82\xA0\x85\x40", TextEncoding::kCp932, "あ\uFFFD", 2},       // not assigned
      {"\x80\xA0\xFD", TextEncoding::kCp932, "\uFFFD\uFFFD\uFFFD", 0},
  };
  for (const Case& test : cases) {
    const DecodedText decoded = DecodeText(test.bytes, test.encoding);
    EXPECT_EQ(decoded.text, test.text);
    EXPECT_THAT(decoded.first_bad_byte, Optional(Eq(test.bad))) << test.text;
  }
}

TEST(ChooseEncoding, Utf8OnlyWhenItDecodesStrictly) {
  const std::string cp932 = *EncodeCp932("店舗伝票番号,受注日\n1,表\n");
  const auto encoding = [](const std::string& bytes, EncodingHint hint = EncodingHint::kAuto) {
    return ChooseEncoding(bytes, hint).encoding;
  };
  EXPECT_EQ(encoding("店舗伝票番号\n1\n"), TextEncoding::kUtf8);
  EXPECT_EQ(encoding("plain"), TextEncoding::kUtf8);
  EXPECT_EQ(encoding(cp932), TextEncoding::kCp932);
  EXPECT_EQ(encoding("id\n\x95\x5C\n"), TextEncoding::kCp932);
  EXPECT_EQ(encoding("店舗伝票番号\n1,\xFF\n"), TextEncoding::kUtf8) << "the header proves UTF-8";
  EXPECT_EQ(encoding(cp932, EncodingHint::kUtf8), TextEncoding::kUtf8);
  EXPECT_EQ(encoding("店舗", EncodingHint::kCp932), TextEncoding::kCp932);
}

TEST(ChooseEncoding, ByteOrderMarkIsUtf8AndNoText) {
  const EncodingChoice choice = ChooseEncoding(
      "\xEF\xBB\xBF"
      "abc\xFF",
      EncodingHint::kAuto);
  EXPECT_EQ(choice.encoding, TextEncoding::kUtf8);
  EXPECT_EQ(choice.bom_size, 3U);
}

}  // namespace
}  // namespace juchu::gateway
