#include "tools/ctl/words.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace juchu::ctl {
namespace {

namespace iv = ::juchu::inventory::v1;
namespace pay = ::juchu::payment::v1;
namespace pb = ::juchu::order::v1;

TEST(WordsTest, EveryEnumValueHasAJapaneseWordThatReadsBack) {
  const auto* statuses = pb::Status_descriptor();
  for (int i = 1; i < statuses->value_count(); ++i) {
    const auto status = static_cast<pb::Status>(statuses->value(i)->number());
    auto parsed = ParseStatus(StatusText(status));
    ASSERT_TRUE(parsed.ok()) << statuses->value(i)->name();
    EXPECT_EQ(*parsed, status);
  }
  const auto* values = pb::StateValue_descriptor();
  for (int i = 1; i < values->value_count(); ++i) {
    const auto value = static_cast<pb::StateValue>(values->value(i)->number());
    auto parsed = ParseValue(ValueText(value));
    ASSERT_TRUE(parsed.ok()) << values->value(i)->name();
    EXPECT_EQ(*parsed, value);
  }
}

TEST(WordsTest, EveryStockChangeAndShortReasonHasAJapaneseWord) {
  for (const auto* type : {iv::StockChangeKind_descriptor(), iv::ShortReason_descriptor()}) {
    for (int i = 1; i < type->value_count(); ++i) {
      const int number = type->value(i)->number();
      const std::string word = type == iv::ShortReason_descriptor()
                                   ? ShortReasonText(static_cast<iv::ShortReason>(number))
                                   : StockChangeKindText(static_cast<iv::StockChangeKind>(number));
      EXPECT_THAT(word, testing::Not(testing::StartsWith("?"))) << type->value(i)->name();
    }
  }
  EXPECT_EQ(ShortReasonText(iv::SHORT_REASON_UNSPECIFIED), "");
}

TEST(WordsTest, OnlyStockChangesOfPeopleCanBeAskedFor) {
  for (const auto kind : {iv::COUNTED, iv::RECEIVED, iv::TAKEN}) {
    EXPECT_EQ(ParseStockChangeKind(iv::StockChangeKind_Name(kind)).value(), kind);
    EXPECT_EQ(ParseStockChangeKind(StockChangeKindText(kind)).value(), kind);
  }
  EXPECT_EQ(ParseStockChangeKind("received").value(), iv::RECEIVED);
  for (const char* text : {"SHIPPED", "出荷", "repaired", "STOCK_CHANGE_KIND_UNSPECIFIED", ""}) {
    const auto status = ParseStockChangeKind(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("COUNTED (棚卸), RECEIVED (入庫), TAKEN (出庫)"));
  }
}

TEST(WordsTest, CardStatesAreCalledAsTheOrdersStateValuesAre) {
  const auto* states = pay::CardState_descriptor();
  for (int i = 1; i < states->value_count(); ++i) {
    const auto state = static_cast<pay::CardState>(states->value(i)->number());
    const auto value = static_cast<pb::StateValue>(state);
    EXPECT_EQ(CardStateText(state), ValueText(value)) << states->value(i)->name();
    for (const auto& text : {states->value(i)->name(), pb::StateValue_Name(value), CardStateText(state)}) {
      const auto parsed = ParseCardState(text);
      ASSERT_TRUE(parsed.ok()) << text;
      EXPECT_EQ(*parsed, state) << text;
    }
  }
  EXPECT_EQ(CardStateText(pay::CARD_AUTHORIZING), "オーソリ中");
  EXPECT_EQ(ParseCardState("card-capture-error").value(), pay::CARD_CAPTURE_ERROR);
}

TEST(WordsTest, StateValuesOfOtherCategoriesAreNoCardStates) {
  for (const char* text : {"PREPAYMENT_UNPAID", "前払未入金", "CARD_STATE_UNSPECIFIED", "オーソリ", ""}) {
    const auto status = ParseCardState(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("CARD_AUTHORIZING (オーソリ中)"));
  }
}

TEST(WordsTest, EveryCardOperationRequestStateAndWishHasAJapaneseWordOfItsOwn) {
  const auto check = [](const google::protobuf::EnumDescriptor& type, auto text_of) {
    std::set<std::string> words;
    for (int i = 1; i < type.value_count(); ++i) {
      const std::string word = text_of(type.value(i)->number());
      EXPECT_THAT(word, testing::Not(testing::StartsWith("?"))) << type.value(i)->name();
      EXPECT_TRUE(words.insert(word).second) << word;
    }
    EXPECT_EQ(text_of(0), "");
  };
  check(*pay::CardOperation_descriptor(),
        [](int number) { return CardOperationText(static_cast<pay::CardOperation>(number)); });
  check(*pay::CardRequestState_descriptor(),
        [](int number) { return CardRequestStateText(static_cast<pay::CardRequestState>(number)); });
  check(*pay::CardWish_descriptor(), [](int number) { return CardWishText(static_cast<pay::CardWish>(number)); });
}

TEST(WordsTest, ScreeningStatesAreCalledAsTheOrdersStateValuesAre) {
  const auto* states = pay::ScreeningState_descriptor();
  for (int i = 1; i < states->value_count(); ++i) {
    const int number = states->value(i)->number();
    EXPECT_EQ(ScreeningStateText(static_cast<pay::ScreeningState>(number)),
              ValueText(static_cast<pb::StateValue>(number)))
        << states->value(i)->name();
  }
  EXPECT_EQ(ScreeningStateText(pay::SCREENING_ON_HOLD), "与信保留");
  EXPECT_EQ(ScreeningStateText(pay::SCREENING_STATE_UNSPECIFIED), "");
}

TEST(WordsTest, PostpayCompaniesAndKindsOfFilesReadBack) {
  for (const auto company : {pay::NP, pay::GMO}) {
    EXPECT_EQ(ParsePostpayCompany(PostpayCompanyText(company)).value(), company);
  }
  EXPECT_EQ(ParsePostpayCompany("np").value(), pay::NP);
  EXPECT_EQ(ParsePostpayCompany("gmo").value(), pay::GMO);
  const auto* kinds = pay::LayoutKind_descriptor();
  for (int i = 1; i < kinds->value_count(); ++i) {
    const auto kind = static_cast<pay::LayoutKind>(kinds->value(i)->number());
    for (const auto& text : {kinds->value(i)->name(), LayoutKindText(kind)}) {
      const auto parsed = ParseLayoutKind(text);
      ASSERT_TRUE(parsed.ok()) << text;
      EXPECT_EQ(*parsed, kind) << text;
    }
  }
  EXPECT_EQ(ParseLayoutKind("gmo-slip").value(), pay::GMO_SLIP);
}

TEST(WordsTest, OtherCompaniesAndKindsAreRefusedWithWhatThereIs) {
  for (const char* text : {"POSTPAY_COMPANY_UNSPECIFIED", "NP_POSTPAY", "06A1B2C3D4E5F6G7", ""}) {
    EXPECT_THAT(std::string(ParsePostpayCompany(text).status().message()),
                testing::HasSubstr("NP (NP後払い), GMO (GMO後払い)"))
        << text;
  }
  EXPECT_THAT(std::string(ParseLayoutKind("取引登録").status().message()),
              testing::HasSubstr("NP_REGISTRATION (NP取引登録)"));
}

TEST(WordsTest, SpansAreReadAsTheyAreShown) {
  for (const auto& [text, seconds] : std::map<std::string, int>{
           {"0", 0}, {"90s", 90}, {"10m", 600}, {"2h", 7200}, {"1h30m", 5400}, {"24h", 86'400}}) {
    EXPECT_EQ(ParseSeconds(text).value(), seconds) << text;
    EXPECT_EQ(ParseSeconds(SecondsText(seconds)).value(), seconds) << text;
  }
  EXPECT_EQ(SecondsText(600), "10m");
  for (const char* text : {"600", "10 minutes", "-1s", "1.5s", "inf", "600000h", ""}) {
    EXPECT_THAT(std::string(ParseSeconds(text).status().message()), testing::HasSubstr("10m, 2h")) << text;
  }
}

TEST(WordsTest, AgesAreShownInTheirTwoGreatestUnits) {
  EXPECT_EQ(AgeText(absl::Hours(52) + absl::Minutes(59)), "2d4h");
  EXPECT_EQ(AgeText(absl::Minutes(200)), "3h20m");
  EXPECT_EQ(AgeText(absl::Seconds(779)), "12m");
  EXPECT_EQ(AgeText(absl::Milliseconds(42'900)), "42s");
  // The server's clock may be ahead of ours.
  EXPECT_EQ(AgeText(absl::Seconds(-3)), "0s");
}

TEST(WordsTest, NamesMayBeWrittenInLowerCaseWithHyphens) {
  EXPECT_EQ(ParseStatus("awaiting-payment").value(), pb::AWAITING_PAYMENT);
  EXPECT_EQ(ParseMode("auto").value(), pb::AUTO);
}

TEST(WordsTest, UnknownWordIsRefusedWithWhatThereIs) {
  const auto status = ParseStatus("入金").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("AWAITING_PAYMENT (入金待)"));
  EXPECT_FALSE(ParseStatus("STATUS_UNSPECIFIED").ok());
}

TEST(WordsTest, TimesAreReadAndShownInTokyo) {
  const auto time = ParseTime("2026-11-24 09:30").value();
  EXPECT_EQ(time.seconds(), 1795480200);
  EXPECT_EQ(TimeText(time), "2026-11-24 09:30:00");
  EXPECT_EQ(ParseTime("2026-11-24T00:30:00Z").value().seconds(), time.seconds());
  EXPECT_FALSE(ParseTime("24/11/2026").ok());
}

TEST(WordsTest, DatesThatDoNotExistAreRefused) {
  EXPECT_EQ(DateText(ParseDate("2026-02-28").value()), "2026-02-28");
  EXPECT_FALSE(ParseDate("2026-02-30").ok());
}

TEST(WordsTest, YenHasThousandsSeparators) {
  EXPECT_EQ(YenText(0), "0");
  EXPECT_EQ(YenText(999), "999");
  EXPECT_EQ(YenText(-1234567), "-1,234,567");
}

TEST(WordsTest, BalanceIsTheWordAndTheDifference) {
  order::v1::Order order;
  EXPECT_EQ(BalanceText(order), "");
  auto& balance = *order.mutable_payment_balance();
  balance.set_standing(order::v1::PARTLY_PAID);
  balance.set_difference_yen(-2000);
  EXPECT_EQ(BalanceText(order), "一部入金 -2,000");
  balance.set_standing(order::v1::OVERPAID);
  balance.set_difference_yen(500);
  EXPECT_EQ(BalanceText(order), "過入金 +500");
  balance.set_standing(order::v1::PAID_IN_FULL);
  balance.clear_difference_yen();
  EXPECT_EQ(BalanceText(order), "全額入金");
}

}  // namespace
}  // namespace juchu::ctl
