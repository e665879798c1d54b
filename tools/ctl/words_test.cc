#include "tools/ctl/words.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

namespace juchu::ctl {
namespace {

namespace iv = ::juchu::inventory::v1;
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

}  // namespace
}  // namespace juchu::ctl
