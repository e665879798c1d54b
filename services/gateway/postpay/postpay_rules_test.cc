#include "services/gateway/postpay/postpay_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/gateway/postpay/test_postpay.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr PostpayCompany kNp = PostpayCompany::kNp;
constexpr PostpayCompany kGmo = PostpayCompany::kGmo;

pb::Order Changed(PostpayCompany company, const std::function<void(pb::Order&)>& change) {
  pb::Order order = TestOrder(company);
  change(order);
  return order;
}

// Problems of the plain order after the change; "": none.
std::string ProblemsOf(PostpayCompany company, const std::function<void(pb::Order&)>& change) {
  const Registration made = MakeRegistration(company, Changed(company, change));
  EXPECT_EQ(made.problems.empty(), !made.entry.values.empty());
  return absl::StrJoin(Brief(made.problems), ", ");
}

// The field's value after the change, or the problems.
std::string ValueOf(PostpayCompany company, const std::string& field, const std::function<void(pb::Order&)>& change) {
  const Registration made = MakeRegistration(company, Changed(company, change));
  if (!made.problems.empty()) return absl::StrJoin(Brief(made.problems), ", ");
  const auto found = made.entry.values.find(field);
  return found == made.entry.values.end() ? "(absent)" : found->second;
}

TEST(MakeRegistration, BothCompaniesGetThePlainOrder) {
  for (const PostpayCompany company : {kNp, kGmo}) {
    const Registration made = MakeRegistration(company, TestOrder(company));
    EXPECT_THAT(made.problems, IsEmpty());
    EXPECT_THAT(made.entry.values,
                ElementsAre(Pair("billed_amount", "1600"),
                            Pair("customer_address", "東京都渋谷区神宮前４－１－①　﨑ビル～２０１"),
                            Pair("customer_mail", "hanako@example.jp"), Pair("customer_name", "髙橋　花子"),
                            Pair("customer_name_kana", "ﾀｶﾊｼ ﾊﾅｺ"), Pair("customer_tel", "0312345678"),
                            Pair("customer_zip_code", "1500001"), Pair("order_date", "2026/07/08"),
                            Pair("shop_transaction_id", "01K0TESTORDER001")));
    EXPECT_THAT(made.entry.goods, SizeIs(2));
  }
}

TEST(MakeRegistration, TextsMayBeAsLongAsTheCompanySays) {
  struct Case {
    std::string field;
    int max;
    std::function<void(pb::Order&, const std::string&)> set;
    std::string begin;
  };
  const std::vector<Case> cases = {
      {"customer_name", 21, [](auto& o, auto& text) { o.mutable_orderer()->set_name(text); }, ""},
      {"customer_name_kana", 25, [](auto& o, auto& text) { o.mutable_orderer()->set_name_kana(text); }, ""},
      {"customer_address", 55,
       [](auto& o, auto& text) {
         o.mutable_orderer()->set_address1(text);
         o.mutable_orderer()->clear_address2();
       },
       "東京都"},
  };
  for (const PostpayCompany company : {kNp, kGmo}) {
    for (const Case& text : cases) {
      // Half-width kana are characters like others; a mark that composes is none.
      for (const std::string character : {"髙", "ﾀ", "a", "か\u3099"}) {
        const int begin = text.begin.empty() ? 0 : 3;
        const auto longest = [&](int more) {
          return text.begin + Repeat(character, text.max - begin - 1 + more) + "子";
        };
        // The goods go to the orderer, so the recipient changes too.
        const auto change = [&](int more) {
          return [&, more](pb::Order& order) {
            text.set(order, longest(more));
            *order.mutable_deliveries(0)->mutable_recipient() = order.orderer();
          };
        };
        EXPECT_EQ(ProblemsOf(company, change(0)), "") << text.field << character;
        EXPECT_EQ(ProblemsOf(company, change(1)), text.field + " TEXT_TOO_LONG") << character;
      }
    }
  }
}

TEST(MakeRegistration, AnAddressIsItsTwoPartsWithAGapBetween) {
  const auto address = [](const std::string& first, const std::string& second) {
    return ValueOf(kNp, "customer_address", [&](auto& order) {
      order.mutable_orderer()->set_address1(first);
      order.mutable_orderer()->set_address2(second);
    });
  };
  EXPECT_EQ(address(" 東京都渋谷区4-1　", "101号"), "東京都渋谷区4-1　101号");
  EXPECT_EQ(address("東京都渋谷区4-1", " 　"), "東京都渋谷区4-1");
  const std::string half = "東京都" + Repeat("あ", 24);
  EXPECT_EQ(address(half, Repeat("い", 27)), half + "　" + Repeat("い", 27));
  EXPECT_EQ(address(half, Repeat("い", 28)), "customer_address TEXT_TOO_LONG");
  EXPECT_EQ(address("渋谷区神宮前", ""), "customer_address PREFECTURE_MISSING");
  EXPECT_EQ(address("", ""), "customer_address VALUE_MISSING");
}

TEST(MakeRegistration, WhatTheCompanyRequiresMustBeThere) {
  EXPECT_EQ(ProblemsOf(kNp,
                       [](auto& order) {
                         order.clear_orderer();
                         order.clear_orderer_mail();
                         order.clear_order_time();
                         order.clear_order_number();
                       }),
            "shop_transaction_id ORDER_NUMBER_INVALID, order_date VALUE_MISSING, customer_name VALUE_MISSING, "
            "customer_zip_code VALUE_MISSING, customer_address VALUE_MISSING, customer_tel VALUE_MISSING, "
            "customer_mail VALUE_MISSING");
  EXPECT_EQ(ValueOf(kNp, "customer_name_kana", [](auto& order) { order.mutable_orderer()->clear_name_kana(); }), "");
}

TEST(MakeRegistration, TextsAreOneLineOfWholeText) {
  const auto name = [](const std::string& text) {
    return ValueOf(kNp, "customer_name", [&](auto& order) { order.mutable_orderer()->set_name(text); });
  };
  EXPECT_EQ(name("　髙橋 花子 "), "髙橋 花子");
  EXPECT_EQ(name("か\u3099とう"), "がとう");
  EXPECT_EQ(name("髙橋\n花子"), "customer_name CONTROL_CHARACTER");
  EXPECT_EQ(name("髙橋\u202E花子"), "customer_name CONTROL_CHARACTER");
  EXPECT_EQ(name("髙\uFFFD"), "customer_name CHARACTERS_LOST");
  EXPECT_EQ(name("　 "), "customer_name VALUE_MISSING");
}

TEST(MakeRegistration, PostalCodesHaveSevenDigits) {
  const auto code = [](const std::string& text) {
    return ValueOf(kGmo, "customer_zip_code", [&](auto& order) { order.mutable_orderer()->set_postal_code(text); });
  };
  EXPECT_EQ(code("1500001"), "1500001");
  EXPECT_EQ(code("〒150-0001"), "1500001");
  for (const std::string wrong : {"150000", "15000011", "150000a"}) {
    EXPECT_EQ(code(wrong), "customer_zip_code POSTAL_CODE_INVALID") << wrong;
  }
}

TEST(MakeRegistration, NpTakesTelephoneNumbersOfJapan) {
  const auto phone = [](const std::string& text) {
    return ValueOf(kNp, "customer_tel", [&](auto& order) { order.mutable_orderer()->set_phone(text); });
  };
  for (const std::string prefix : {"020", "050", "060", "070", "080", "090"}) {
    EXPECT_EQ(phone(prefix + "12345678"), prefix + "12345678");
    EXPECT_EQ(phone(prefix + "1234567"), "customer_tel PHONE_INVALID");
    EXPECT_EQ(phone(prefix + "123456789"), "customer_tel PHONE_INVALID");
  }
  for (const std::string prefix : {"03", "0120", "011"}) {
    const std::string good = prefix + Repeat("1", 10 - static_cast<int>(prefix.size()));
    EXPECT_EQ(phone(good), good);
    EXPECT_EQ(phone(good + "1"), "customer_tel PHONE_INVALID");
    EXPECT_EQ(phone(good.substr(1)), "customer_tel PHONE_INVALID");
  }
  EXPECT_EQ(phone("+819012345678"), "09012345678");
  EXPECT_EQ(phone("+81312345678"), "0312345678");
  EXPECT_EQ(phone("+8109012345678"), "09012345678");
  EXPECT_EQ(phone("+14155550123"), "customer_tel PHONE_INVALID");
  EXPECT_EQ(phone("+81"), "customer_tel PHONE_INVALID");
  EXPECT_EQ(phone(""), "customer_tel VALUE_MISSING");
}

TEST(MakeRegistration, GmoTakesEightToSeventeenDigits) {
  const auto phone = [](const std::string& text) {
    return ValueOf(kGmo, "customer_tel", [&](auto& order) { order.mutable_orderer()->set_phone(text); });
  };
  EXPECT_EQ(phone(Repeat("1", 8)), Repeat("1", 8));
  EXPECT_EQ(phone(Repeat("1", 17)), Repeat("1", 17));
  EXPECT_EQ(phone(Repeat("1", 7)), "customer_tel PHONE_INVALID");
  EXPECT_EQ(phone(Repeat("1", 18)), "customer_tel PHONE_INVALID");
  EXPECT_EQ(phone("+819012345678"), "09012345678");
  EXPECT_EQ(phone("+14155550123"), "customer_tel PHONE_INVALID");
}

TEST(MakeRegistration, MailAddressesHaveTheCompanysLength) {
  const auto mail = [](PostpayCompany company, const std::string& text) {
    return ValueOf(company, "customer_mail", [&](auto& order) { order.set_orderer_mail(text); });
  };
  const std::string longest = Repeat("a", 89) + "@example.jp";
  for (const PostpayCompany company : {kNp, kGmo}) {
    EXPECT_EQ(mail(company, longest), longest);
    EXPECT_EQ(mail(company, "a" + longest), "customer_mail TEXT_TOO_LONG");
    EXPECT_EQ(mail(company, "hanako.example.jp"), "customer_mail MAIL_INVALID");
    EXPECT_EQ(mail(company, "a@b.c"), "a@b.c");
  }
  EXPECT_EQ(mail(kNp, "a@bc"), "a@bc");
  EXPECT_EQ(mail(kGmo, "a@bc"), "customer_mail TEXT_TOO_SHORT");
}

TEST(MakeRegistration, TheBilledAmountIsWithinTheCompanysRange) {
  const auto amount = [](PostpayCompany company, int64_t yen) {
    return ValueOf(company, "billed_amount", [&](auto& order) {
      order.mutable_amounts()->set_total_yen(yen);
      order.mutable_amounts()->set_shipping_yen(0);
      order.mutable_deliveries(0)->mutable_items(0)->set_quantity(1);
      order.mutable_deliveries(0)->mutable_items(0)->set_unit_price_yen(std::min<int64_t>(yen, 999'999));
      order.mutable_amounts()->set_fee_yen(company == kNp ? yen - std::min<int64_t>(yen, 999'999) : 0);
    });
  };
  EXPECT_EQ(amount(kNp, 1), "1");
  EXPECT_EQ(amount(kNp, 1'000'000), "1000000");
  EXPECT_EQ(amount(kNp, 0), "billed_amount AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(amount(kGmo, 1), "1");
  EXPECT_EQ(amount(kGmo, 999'999), "999999");
  EXPECT_EQ(amount(kGmo, 1'000'000), "billed_amount AMOUNT_OUT_OF_RANGE");
  EXPECT_EQ(amount(kGmo, 0), "billed_amount AMOUNT_OUT_OF_RANGE");
}

TEST(MakeRegistration, TheOrderDateIsTheDayInJapan) {
  const auto date = [](int64_t seconds) {
    return ValueOf(kNp, "order_date", [&](auto& order) { order.mutable_order_time()->set_seconds(seconds); });
  };
  EXPECT_EQ(date(kTestOrderSeconds), "2026/07/08");
  EXPECT_EQ(date(kTestOrderSeconds - 30 * 60), "2026/07/08");
  EXPECT_EQ(date(kTestOrderSeconds - 30 * 60 - 1), "2026/07/07");
}

TEST(MakeRegistration, AnotherRecipientIsTheDestination) {
  const auto change = [](pb::Order& order) {
    pb::Contact& recipient = *order.mutable_deliveries(0)->mutable_recipient();
    recipient.set_name("山﨑　太郎");
    recipient.set_name_kana("ヤマザキ");
    recipient.set_postal_code("5300001");
    recipient.set_address1("大阪府大阪市北区梅田１");
    recipient.clear_address2();
    recipient.set_phone("0612345678");
  };
  EXPECT_EQ(ValueOf(kNp, "destination_name", change), "山﨑　太郎");
  EXPECT_EQ(ValueOf(kGmo, "destination_name_kana", change), "ヤマザキ");
  EXPECT_EQ(ValueOf(kNp, "destination_zip_code", change), "5300001");
  EXPECT_EQ(ValueOf(kNp, "destination_address", change), "大阪府大阪市北区梅田１");
  EXPECT_EQ(ValueOf(kNp, "destination_tel", change), "0612345678");
  EXPECT_EQ(ValueOf(kNp, "destination_name", [](auto&) {}), "(absent)");
  // The kana alone make nobody else of her.
  EXPECT_EQ(ValueOf(kNp, "destination_name",
                    [](auto& order) { order.mutable_deliveries(0)->mutable_recipient()->clear_name_kana(); }),
            "(absent)");
}

TEST(MakeRegistration, TheDestinationHasTheRulesOfTheOrderer) {
  EXPECT_EQ(ProblemsOf(kNp,
                       [](auto& order) {
                         pb::Contact& recipient = *order.mutable_deliveries(0)->mutable_recipient();
                         recipient.set_name(Repeat("名", 22));
                         recipient.set_postal_code("1");
                         recipient.set_address1("渋谷区");
                         recipient.clear_phone();
                       }),
            "destination_name TEXT_TOO_LONG, destination_zip_code POSTAL_CODE_INVALID, destination_address "
            "PREFECTURE_MISSING, destination_tel VALUE_MISSING");
}

TEST(MakeRegistration, SeveralDeliveriesGoToOneRecipient) {
  EXPECT_EQ(ProblemsOf(kNp, [](auto& order) { *order.add_deliveries()->mutable_recipient() = order.orderer(); }), "");
  EXPECT_EQ(ProblemsOf(kNp,
                       [](auto& order) {
                         *order.add_deliveries()->mutable_recipient() = order.orderer();
                         order.mutable_deliveries(1)->mutable_recipient()->set_address1("大阪府大阪市");
                       }),
            "destination_address SEVERAL_DESTINATIONS");
}

TEST(MakeRegistration, AnOrderPaidOtherwiseIsNamed) {
  EXPECT_EQ(ProblemsOf(kNp, [](auto& order) { order.set_payment_kind(pb::GMO_POSTPAY); }), " PAYMENT_KIND_WRONG");
  EXPECT_EQ(ProblemsOf(kGmo, [](auto& order) { order.set_payment_kind(pb::PREPAID); }), " PAYMENT_KIND_WRONG");
}

TEST(MakeRegistration, ProblemsHoldNothingPersonalAndAreBounded) {
  pb::Order order = TestOrder(kNp);
  order.mutable_orderer()->set_name(Repeat("秘", 22));
  order.mutable_orderer()->set_phone("999");
  order.mutable_orderer()->set_address1("秘密");
  order.set_orderer_mail("秘密");
  for (int i = 0; i < 60; ++i) {
    pb::Item& item = *order.mutable_deliveries(0)->add_items();
    item.set_product_name("");
    item.set_quantity(1);
  }
  const Registration made = MakeRegistration(kNp, order);
  EXPECT_THAT(made.problems, SizeIs(kMaxPostpayProblems));
  for (const PostpayProblem& problem : made.problems) {
    for (const std::string& text : {problem.message, problem.remedy}) {
      for (const std::string secret : {"秘", "999", "hanako", "髙"}) {
        EXPECT_THAT(text, Not(HasSubstr(secret)));
      }
    }
  }
}

}  // namespace
}  // namespace juchu::gateway
