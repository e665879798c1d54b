#include "services/gateway/postpay/result_text.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "services/gateway/postpay/default_profiles.h"
#include "services/gateway/postpay/test_postpay.h"

namespace juchu::gateway {
namespace {

TEST(WithoutSpreadsheetMarks, KeepsTheTextOnly) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"=\"0012\"", "0012"},
                                                                  {"'0012", "0012"},
                                                                  {"=\"\"", ""},
                                                                  {"=\" 12 \"", "12"},
                                                                  {"0012", "0012"},
                                                                  {"=", "="},
                                                                  {"=\"", "=\""},
                                                                  {"\"12\"", "\"12\""},
                                                                  {"", ""},
                                                                  {"'", ""}};
  for (const auto& [text, kept] : cases) EXPECT_EQ(WithoutSpreadsheetMarks(text), kept) << text;
}

TEST(ShownText, IsOneLineWithoutWhatMisleads) {
  EXPECT_EQ(ShownText(" 住所の\r\n確認\t中 ", 100), "住所の  確認 中");
  EXPECT_EQ(ShownText("a\u202Eb\u2066c\x7F", 100), "abc");
  EXPECT_EQ(ShownText("カード4111111111111111", 100), "カード************1111");
}

TEST(ShownText, IsCutToItsLengthVisibly) {
  EXPECT_EQ(ShownText(Repeat("保", 500), 500), Repeat("保", 500));
  EXPECT_EQ(ShownText(Repeat("保", 501), 500), Repeat("保", 499) + "…");
  EXPECT_EQ(ShownText("𠮷𠮷𠮷", 2), "𠮷…");
}

TEST(ReasonInWords, CodesGetTheirTexts) {
  const auto& np = DefaultProfile(juchu::payment::v1::NP_RESULT);
  EXPECT_EQ(ReasonInWords(np, "RE001"), "RE001 金額超過");
  EXPECT_EQ(ReasonInWords(np, "RE009,RE021"), "RE009 住所情報不足、RE021 電話番号の不備");
  EXPECT_EQ(ReasonInWords(np, "ＲＥ００９／RE999 、RE015"), "RE009 住所情報不足、RE999、RE015 配送先の住所情報不足");
  EXPECT_EQ(ReasonInWords(np, "RE009 住所"), "RE009 住所");
  EXPECT_EQ(ReasonInWords(np, "勤務先/仮住所"), "勤務先/仮住所");
  EXPECT_EQ(ReasonInWords(np, ""), "");
  EXPECT_EQ(ReasonInWords(DefaultProfile(juchu::payment::v1::GMO_RESULT), "RE001"), "RE001");
}

}  // namespace
}  // namespace juchu::gateway
