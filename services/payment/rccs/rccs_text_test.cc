#include "services/payment/rccs/rccs_text.h"

#include <gtest/gtest.h>

#include <string>

namespace juchu::payment::rccs {
namespace {

TEST(EscapeForXml, EscapesTheFiveAndKeepsTheRest) {
  EXPECT_EQ(EscapeForXml("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&apos;");
  EXPECT_EQ(EscapeForXml("楽天 𩸽"), "楽天 𩸽");
  EXPECT_EQ(EscapeForXml("]]>"), "]]&gt;");
}

TEST(EscapeForXml, RefusesWhatXmlDoesNotKnow) {
  for (const std::string& text :
       {std::string("a\0b", 3), std::string("\n"), std::string("\x1b"), std::string("\x7f"), std::string("\xff"),
        std::string("\xed\xa0\x80"), std::string("\xef\xbf\xbf"), std::string("\xc2\x85"), std::string("\xe6\xa5")}) {
    EXPECT_EQ(EscapeForXml(text), std::nullopt);
  }
}

TEST(CleanText, MakesOnePrintableLine) {
  EXPECT_EQ(CleanText(" a\tb\r\nc\x1b[31m "), "a b  c [31m");
  EXPECT_EQ(CleanText("a\xff楽\xe6\xa5"), "a?楽?");
  EXPECT_EQ(CleanText("a\xe2\x80\xa8z\xe2\x80\xaey"), "a z y");  // A line separator; a turn of the writing direction.
  EXPECT_EQ(CleanText(""), "");
  EXPECT_EQ(CleanText(std::string(300, 'a')).size(), 200u);
  EXPECT_EQ(CleanText("楽天楽天", 3), "楽天楽");
}

TEST(MaskedText, MasksWhatMayBeACardNumber) {
  EXPECT_EQ(MaskedText("card 4111111111111111."), "card ****************.");
  EXPECT_EQ(MaskedText("4111-1111 1111-1111"), "****-**** ****-****");
  EXPECT_EQ(MaskedText("番号４１１１１１１１１１１１１１１１です"), "番号****************です");
  EXPECT_EQ(MaskedText("1234567890123"), "*************");
  EXPECT_EQ(MaskedText("1234567890123456789"), "*******************");
  EXPECT_EQ(MaskedText("x1 4111111111111111"), "x1 ****************");
}

TEST(MaskedText, MasksACardNumberBesideOtherDigits) {
  EXPECT_EQ(MaskedText("2018-08-28 4111111111111111"), "2018-08-28 ****************");
}

TEST(MaskedText, MasksTwoCardNumbersBehindEachOther) {
  EXPECT_EQ(MaskedText("4111111111111111 5500005555555559"), "**************** ****************");
  EXPECT_EQ(MaskedText("4111 1111 1111 1111 5500 0055 5555 5559"), "**** **** **** **** **** **** **** ****");
}

TEST(MaskedText, LeavesOtherNumbers) {
  for (const char* const text : {"338459-20180822-00001731", "18082820532116900185873503000700", "123456789012",
                                 "RCCS_E22-822", "2018-08-28T20:53:33+09:00", "03-1234-5678"}) {
    EXPECT_EQ(MaskedText(text), text);
  }
}

TEST(MaskedText, MasksBeforeItCuts) {
  const std::string text = std::string(490, 'a') + "4111111111111111";
  EXPECT_EQ(MaskedText(text), std::string(490, 'a') + "**********");
}

}  // namespace
}  // namespace juchu::payment::rccs
