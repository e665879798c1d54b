#include "services/gateway/intake/card_number_mask.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status/error.h"

namespace juchu::gateway {
namespace {

// Completes `digits` with its Luhn check digit.
std::string WithLuhn(std::string digits) {
  int sum = 0;
  bool twice = true;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, twice = !twice) {
    const int value = (*digit - '0') * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  digits.push_back(static_cast<char>('0' + (10 - sum % 10) % 10));
  return digits;
}

TEST(MaskCardNumbers, MasksAllButTheLastFourDigits) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"4111111111111111", "************1111"},
      {"カード4111-1111-1111-1111です", "カード****-****-****-1111です"},
      {"4111 1111 1111 1111、", "**** **** **** 1111、"},
      {"４１１１－１１１１－１１１１－１１１１", "****－****－****－１１１１"},
      {"No 1 4111 1111 1111 1111 2", "No 1 **** **** **** 1111 2"},
      {"378282246310005", "***********0005"},
      {"3782-822463-10005", "****-******-*0005"},
      {"3056 930902 5904", "**** ****** 5904"},
      {"3530111333300000", "************0000"},
      {"5555555555554444 4111111111111111", "************4444 ************1111"},
      {"41111111 11111111", "******** ****1111"},
      {"4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "* * * * * * * * * * * * 1 1 1 1"},
      {"a\n4111111111111111\nb", "a\n************1111\nb"},
  };
  for (const auto& [text, masked] : cases) EXPECT_EQ(MaskCardNumbers(text), masked);
}

TEST(MaskCardNumbers, LeavesOtherNumbersAlone) {
  const std::vector<std::string> texts = {
      "",
      "4111111111111112",          // fails the check
      "9999999999999995",          // no brand
      "375055-20200802-00000845",  // Rakuten order number
      "058-3563777-5518068",       // Amazon order number
      "363-1234567-1234567",
      "444413758703 512547514334",   // tracking numbers
      "03-1234-5678 090-1234-5678",  // two telephone numbers
      "0312345678",
      "4901234567894",  // article numbers (JAN)
      "〒150-0001 東京都渋谷区神宮前4-1-1",
      "2026/07/08 12:34:56",
      "41111111111111111111",  // twenty digits
  };
  for (const std::string& text : texts) EXPECT_EQ(MaskCardNumbers(text), text);
}

TEST(HoldsCardNumber, FindsThemInCodes) {
  for (const char* code : {"4111111111111111", "4111-1111-1111-1111", "SKU-4111111111111111", "378282246310005",
                           "４１１１１１１１１１１１１１１１", "4111111111111111@example.jp", "5555555555554444"}) {
    EXPECT_TRUE(HoldsCardNumber(code)) << code;
  }
}

TEST(HoldsCardNumber, WhatSystemsNumberIsNone) {
  for (const char* code : {
           "338459-20180528-00000804",  // an order at 楽天
           "250-1234567-1234567",       // at Amazon
           "4006380000094",             // an article number of Germany that passes the Luhn check
           "4222222222222",             // 13 digits, as Visa no longer has them
           "1234-5678-9012",            // a parcel
           "2611260000000007",          // 16 digits from 2026-11-26 on, the Luhn check passed
       }) {
    EXPECT_FALSE(HoldsCardNumber(code)) << code;
  }
  // The same beginning, but no day.
  EXPECT_TRUE(HoldsCardNumber("2613260000000005"));
}

TEST(RefuseCardNumber, SaysWhatToDoAndRepeatsNothing) {
  EXPECT_TRUE(RefuseCardNumber("N-1").ok());
  const absl::Status refused = RefuseCardNumber("4111111111111111", "shop_order_number");
  EXPECT_EQ(ReasonOf(refused), "CARD_NUMBER_REFUSED");
  EXPECT_EQ(refused.message(),
            "shop_order_number: a card number stands in it; take it out; juchu keeps no card numbers, and does not "
            "change a number or code");
}

TEST(MaskCardNumbers, FindsEverySyntheticCardNumberInText) {
  std::mt19937 random(7);
  const std::vector<std::pair<std::string, int>> brands = {{"4", 16},    {"52", 16},   {"2300", 16}, {"34", 15},
                                                           {"3566", 16}, {"3600", 14}, {"6011", 16}, {"62", 19}};
  for (int i = 0; i < 10'000; ++i) {
    const auto& [prefix, length] = brands[random() % brands.size()];
    std::string digits = prefix;
    while (digits.size() + 1 < static_cast<std::size_t>(length)) {
      digits.push_back(static_cast<char>('0' + random() % 10));
    }
    digits = WithLuhn(digits);
    const std::string masked = MaskCardNumbers(absl::StrCat("備考：", digits, "。"));
    EXPECT_EQ(masked.find(digits), std::string::npos) << digits;
    EXPECT_NE(masked.find(digits.substr(digits.size() - 4)), std::string::npos);
  }
}

TEST(MaskCardNumbers, OrderAndTrackingNumbersAreLeftAlone) {
  std::mt19937 random(8);
  int changed = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto digits = [&random](int count) {
      std::string text;
      for (int n = 0; n < count; ++n) text.push_back(static_cast<char>('0' + random() % 10));
      return text;
    };
    const std::vector<std::string> numbers = {
        absl::StrCat(digits(6), "-",
                     absl::StrFormat("202%d%02d%02d", random() % 10, random() % 12 + 1, random() % 28 + 1), "-",
                     digits(10)),
        absl::StrCat(digits(3), "-", digits(7), "-", digits(7)),
        digits(12),
        absl::StrCat("090-", digits(4), "-", digits(4), " 03-", digits(4), "-", digits(4)),
        absl::StrFormat("202%d%02d%02d%s", random() % 10, random() % 12 + 1, random() % 28 + 1, digits(6)),
    };
    for (const std::string& number : numbers) changed += MaskCardNumbers(number) != number ? 1 : 0;
  }
  // Of 50,000 numbers.
  EXPECT_LT(changed, 50);
}

}  // namespace
}  // namespace juchu::gateway
