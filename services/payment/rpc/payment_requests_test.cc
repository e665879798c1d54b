#include "services/payment/rpc/payment_requests.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace juchu::payment {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::testing::AllOf;

template <typename T>
T Parse(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

struct Case {
  std::string text;
  std::string reason;
  std::string field;
};

template <typename Request>
void ExpectRefused(const std::vector<Case>& cases) {
  for (const auto& [text, reason, field] : cases) {
    EXPECT_THAT(CheckRequest(Parse<Request>(text)), AllOf(HasReason(reason), HasMetadata("field", field))) << text;
  }
}

TEST(PaymentRequestsTest, Cards) {
  const std::string good =
      "needs { order_number: '06A1B2C3D4E5F6G7' order_version: 1 shop_id: 's' shop_order_number: 'r-1' ";
  EXPECT_THAT(CheckRequest(Parse<v1::SettleCardsRequest>(good + "wish: CARD_HOLD amount_yen: 1 }")), IsOk());
  EXPECT_THAT(CheckRequest(Parse<v1::SettleCardsRequest>(good + "wish: CARD_RELEASE amount_yen: -5 }")), IsOk());
  ExpectRefused<v1::SettleCardsRequest>({
      {"", "BATCH_SIZE_INVALID", "needs"},
      {good + "}", "ENUM_VALUE_INVALID", "needs[0].wish"},
      {good + "wish: CARD_HOLD }", "VALUE_OUT_OF_RANGE", "needs[0].amount_yen"},
      {good + "wish: CARD_HOLD amount_yen: 1000000000 }", "VALUE_OUT_OF_RANGE", "needs[0].amount_yen"},
      {"needs { order_version: 1 }", "ORDER_NUMBER_INVALID", "needs[0].order_number"},
      {"needs { order_number: '06A1B2C3D4E5F6G7' }", "VALUE_OUT_OF_RANGE", "needs[0].order_version"},
      {"needs { order_number: '06A1B2C3D4E5F6G7' order_version: 1 }", "FIELD_REQUIRED", "needs[0].shop_id"},
      {"needs { order_number: '06A1B2C3D4E5F6G7' order_version: 1 shop_id: 's' }", "FIELD_REQUIRED",
       "needs[0].shop_order_number"},
      {good + "wish: CARD_KEEP } " + good + "wish: CARD_KEEP }", "ORDER_TWICE", "needs[1].order_number"},
  });
}

TEST(PaymentRequestsTest, ReadingAndSearching) {
  ExpectRefused<v1::ReadCardsRequest>({
      {"", "BATCH_SIZE_INVALID", "order_numbers"},
      {"order_numbers: '06A1B2C3D4E5F6G7' order_numbers: '06A1B2C3D4E5F6G8' with_requests: true", "BATCH_SIZE_INVALID",
       "order_numbers"},
  });
  ExpectRefused<v1::SearchCardsRequest>({
      {"", "VALUE_OUT_OF_RANGE", "page_size"},
      {"page_size: 1 states: CARD_STATE_UNSPECIFIED", "ENUM_VALUE_INVALID", "states[0]"},
      {"page_size: 1 after_order_number: 'x'", "ORDER_NUMBER_INVALID", "after_order_number"},
  });
  ExpectRefused<v1::AuditPaymentsRequest>({{"page_size: 501", "VALUE_OUT_OF_RANGE", "page_size"}});
}

TEST(PaymentRequestsTest, Settings) {
  const std::string good = "settings { card_send_interval_seconds: 0 authorization_valid_days: 60 ";
  EXPECT_THAT(CheckRequest(Parse<v1::PutPaymentSettingsRequest>(good + "stuck_after_seconds: 60 }")), IsOk());
  ExpectRefused<v1::PutPaymentSettingsRequest>({
      {"", "VALUE_OUT_OF_RANGE", "settings.authorization_valid_days"},
      {good + "}", "VALUE_OUT_OF_RANGE", "settings.stuck_after_seconds"},
      {good + "expiry_warning_days: 61 }", "VALUE_OUT_OF_RANGE", "settings.expiry_warning_days"},
      {"settings { card_send_interval_seconds: 86401 }", "VALUE_OUT_OF_RANGE", "settings.card_send_interval_seconds"},
  });
}

}  // namespace
}  // namespace juchu::payment
