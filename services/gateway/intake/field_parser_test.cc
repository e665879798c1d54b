#include "services/gateway/intake/field_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "common/status/error.h"

namespace juchu::gateway {
namespace {

TEST(ParseInteger, ReadsWhatShopSystemsWrite) {
  const std::vector<std::pair<std::string, int64_t>> cases = {
      {"0", 0},   {"1200", 1200}, {"-50", -50},      {"１２００", 1200}, {"－５０", -50}, {"\u221250", -50},
      {" 7 ", 7}, {"007", 7},     {"1200.00", 1200}, {"-0", 0},          {"999", 999}};
  for (const auto& [text, value] : cases) {
    const absl::StatusOr<int64_t> parsed = ParseInteger(text, -1'000, 2'000);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(*parsed, value) << text;
  }
}

TEST(ParseInteger, RefusesTheRestWithoutRepeatingIt) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"1,200", "NUMBER_INVALID"},
      {"12.5", "NUMBER_INVALID"},
      {"", "NUMBER_INVALID"},
      {"-", "NUMBER_INVALID"},
      {"+5", "NUMBER_INVALID"},
      {"1e3", "NUMBER_INVALID"},
      {"¥100", "NUMBER_INVALID"},
      {"1 2", "NUMBER_INVALID"},
      {"十", "NUMBER_INVALID"},
      {"1.", "NUMBER_INVALID"},
      {"0x10", "NUMBER_INVALID"},
      {"--1", "NUMBER_INVALID"},
      {"2001", "NUMBER_OUT_OF_RANGE"},
      {"-1001", "NUMBER_OUT_OF_RANGE"},
      {"9223372036854775808", "NUMBER_OUT_OF_RANGE"},
      {"99999999999999999999999999", "NUMBER_OUT_OF_RANGE"}};
  for (const auto& [text, reason] : cases) {
    const absl::StatusOr<int64_t> parsed = ParseInteger(text, -1'000, 2'000);
    EXPECT_EQ(ReasonOf(parsed.status()), reason) << text;
    if (text.size() <= 4) continue;
    EXPECT_EQ(parsed.status().message().find(text), absl::string_view::npos);
  }
}

TEST(ParseCivilTime, ReadsEveryWayOfWriting) {
  const std::vector<std::pair<std::string, absl::CivilSecond>> cases = {
      {"2026/07/08 09:05:03", absl::CivilSecond(2026, 7, 8, 9, 5, 3)},
      {"2026/7/8 0:00:00", absl::CivilSecond(2026, 7, 8, 0, 0, 0)},
      {"2026/7/8 9:05", absl::CivilSecond(2026, 7, 8, 9, 5, 0)},
      {"2026/07/08", absl::CivilSecond(2026, 7, 8, 0, 0, 0)},
      {"2026-07-08 23:59:59", absl::CivilSecond(2026, 7, 8, 23, 59, 59)},
      {"2026-07-08T10:00:00", absl::CivilSecond(2026, 7, 8, 10, 0, 0)},
      {"２０２６／７／８　１０：００", absl::CivilSecond(2026, 7, 8, 10, 0, 0)},
      {"2028/02/29", absl::CivilSecond(2028, 2, 29, 0, 0, 0)}};
  for (const auto& [text, time] : cases) {
    const absl::StatusOr<absl::CivilSecond> parsed = ParseCivilTime(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(*parsed, time) << text;
  }
}

TEST(ParseCivilTime, RefusesWhatDoesNotExist) {
  for (const std::string text :
       {"2026/02/30", "2026/02/29", "2026/13/01", "2026/00/10", "2026/1/0", "2026/07/08 24:00:00", "2026/07/08 10:60",
        "2026/07/08 10:00:60", "26/07/08", "1899/12/31", "2026/07-08", "20260708", "指定なし", "2026/07/08 10",
        "2026/07/08 10:00:00 JST", "2026/7/123", "/7/8", "2026//8"}) {
    EXPECT_EQ(ReasonOf(ParseCivilTime(text).status()), "DATE_INVALID") << text;
  }
}

TEST(FromJapanTime, IsNineHoursBeforeUtc) {
  EXPECT_EQ(FromJapanTime(absl::CivilSecond(2026, 7, 8, 9, 0, 0)),
            absl::FromCivil(absl::CivilSecond(2026, 7, 8, 0, 0, 0), absl::UTCTimeZone()));
}

TEST(ParsePostalCode, DropsHyphens) {
  for (const std::string text : {"150-0001", "1500001", "〒150-0001", "１５０－０００１", "150ー0001", " 150 0001 "}) {
    const absl::StatusOr<std::string> parsed = ParsePostalCode(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(*parsed, "1500001");
  }
  for (const std::string text : {"", "-", "SW1A 1AA", "123456789012345678901"}) {
    EXPECT_EQ(ReasonOf(ParsePostalCode(text).status()), "POSTAL_CODE_INVALID") << text;
  }
}

TEST(ParsePhone, DropsHyphensAndBrackets) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"03-1234-5678", "0312345678"},
                                                                  {"(03)1234-5678", "0312345678"},
                                                                  {"+81-90-1234-5678", "+819012345678"},
                                                                  {"０９０ー１２３４ー５６７８", "09012345678"}};
  for (const auto& [text, phone] : cases) EXPECT_EQ(ParsePhone(text).value_or("refused"), phone);
  for (const std::string text : {"", "03-1234-5678 内線5", "123456789012345678901", "++1"}) {
    EXPECT_EQ(ReasonOf(ParsePhone(text).status()), "PHONE_INVALID") << text;
  }
}

TEST(ParseTaxRate, TakesTheThreeRates) {
  EXPECT_EQ(ParseTaxRate("10").value_or(-1), 10);
  EXPECT_EQ(ParseTaxRate("８％").value_or(-1), 8);
  EXPECT_EQ(ParseTaxRate("0").value_or(-1), 0);
  for (const std::string text : {"5", "-8", "1.0", "十", "108", "%"}) {
    EXPECT_EQ(ReasonOf(ParseTaxRate(text).status()), "TAX_RATE_INVALID") << text;
  }
}

TEST(ValidateText, RefusesWhatMisleads) {
  EXPECT_TRUE(ValidateText("髙﨑 ～ － 😀", false).ok());
  EXPECT_TRUE(ValidateText("a\n\tb", true).ok());
  EXPECT_EQ(ReasonOf(ValidateText("a\nb", false)), "CONTROL_CHARACTER");
  EXPECT_EQ(ReasonOf(ValidateText(absl::string_view("a\0b", 3), true)), "CONTROL_CHARACTER");
  EXPECT_EQ(ReasonOf(ValidateText("\x1B[31m", true)), "CONTROL_CHARACTER");
  EXPECT_EQ(ReasonOf(ValidateText("a\u202Eb", true)), "CONTROL_CHARACTER");
  EXPECT_EQ(ReasonOf(ValidateText("a\u2066b", true)), "CONTROL_CHARACTER");
  EXPECT_EQ(ReasonOf(ValidateText("a\u0085b", true)), "CONTROL_CHARACTER");
  EXPECT_EQ(ReasonOf(ValidateText("a\uFFFDb", true)), "CHARACTERS_LOST");
}

TEST(ValidateMail, WantsOneAt) {
  EXPECT_TRUE(ValidateMail("a.b+c@example.jp").ok());
  for (const std::string text : {"a", "@b", "a@", "a@b@c", "a b@c", "a　@c"}) {
    EXPECT_EQ(ReasonOf(ValidateMail(text)), "MAIL_INVALID") << text;
  }
}

TEST(CountCharacters, CountsCodePoints) {
  EXPECT_EQ(CountCharacters("髙﨑a"), 3U);
  EXPECT_EQ(CountCharacters("😀"), 1U);
}

}  // namespace
}  // namespace juchu::gateway
