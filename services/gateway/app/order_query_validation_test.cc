#include "services/gateway/app/order_query_validation.h"

#include <string>
#include <utility>
#include <vector>

#include "common/status/error.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/gateway/app/request_checks.h"

namespace juchu::gateway {
namespace {

using order::v1::OrderQuery;

OrderQuery Parse(const std::string& text) {
  OrderQuery query;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &query)) << text;
  return query;
}

struct BadQuery {
  std::string query;
  std::string reason;
  std::string field;
};

TEST(NormalizeOrderQueryTest, EveryBadFieldIsNamedWithReasonAndRemedy) {
  const std::vector<BadQuery> table = {
      {"", "SEARCH_KEY_REQUIRED", "query"},
      {"shop_ids: 'a' mode: AUTO orderer_name: 'x'", "SEARCH_KEY_REQUIRED", "query"},
      {"order_numbers: '01JXYZ'", "ORDER_NUMBER_INVALID", "query.order_numbers[0]"},
      {"order_numbers: '0123456789ABCDEF' order_numbers: '0123456789ABCDEU'", "ORDER_NUMBER_INVALID",
       "query.order_numbers[1]"},
      {"shop_order_numbers: ''", "FIELD_REQUIRED", "query.shop_order_numbers[0]"},
      {"shop_order_numbers: '" + std::string(51, 'x') + "'", "TEXT_TOO_LONG", "query.shop_order_numbers[0]"},
      {"shop_order_numbers: 'a\\nb'", "TEXT_INVALID", "query.shop_order_numbers[0]"},
      {"shop_order_numbers: 'a\\342\\200\\256b'", "TEXT_INVALID", "query.shop_order_numbers[0]"},
      {"order_time {}", "RANGE_INVALID", "query.order_time"},
      {"order_time { start_time { seconds: 5 } end_time { seconds: 5 } }", "RANGE_INVALID", "query.order_time"},
      {"order_time { start_time { seconds: 5 nanos: 1 } end_time { seconds: 5 } }", "RANGE_INVALID",
       "query.order_time"},
      {"order_time { start_time { nanos: -1 } }", "TIME_INVALID", "query.order_time.start_time"},
      {"order_time { start_time { nanos: 1000000000 } }", "TIME_INVALID", "query.order_time.start_time"},
      {"cancel_time { end_time { seconds: 253402300800 } }", "TIME_INVALID", "query.cancel_time.end_time"},
      {"cancel_time { end_time { seconds: -9223372036854775808 } }", "TIME_INVALID", "query.cancel_time.end_time"},
      {"statuses: [UNCONFIRMED, STATUS_UNSPECIFIED]", "ENUM_VALUE_INVALID", "query.statuses[1]"},
      {"statuses: 11", "ENUM_VALUE_INVALID", "query.statuses[0]"},
      {"statuses: -1", "ENUM_VALUE_INVALID", "query.statuses[0]"},
      {"ship_date {}", "RANGE_INVALID", "query.ship_date"},
      {"ship_date { start_date { year: 2026 month: 2 day: 30 } }", "DATE_INVALID", "query.ship_date.start_date"},
      {"ship_date { start_date { year: 2026 month: 13 day: 1 } }", "DATE_INVALID", "query.ship_date.start_date"},
      {"ship_date { end_date { year: 1899 month: 12 day: 31 } }", "DATE_INVALID", "query.ship_date.end_date"},
      {"ship_confirmed_date { end_date { year: 2026 } }", "DATE_INVALID", "query.ship_confirmed_date.end_date"},
      {"delivery_date { start_date { year: 2147483647 month: 2147483647 day: -2147483648 } }", "DATE_INVALID",
       "query.delivery_date.start_date"},
      {"delivery_date { start_date { year: 2026 month: 2 day: 2 } end_date { year: 2026 month: 2 day: 1 } }",
       "RANGE_INVALID", "query.delivery_date"},
      {"management_category_ids: 'Gift'", "ID_INVALID", "query.management_category_ids[0]"},
      {"order_tag_ids: ''", "ID_INVALID", "query.order_tag_ids[0]"},
      {"order_tag_ids: '" + std::string(33, 'x') + "'", "ID_INVALID", "query.order_tag_ids[0]"},
      {"statuses: SHIPPING shop_ids: 'a/b'", "ID_INVALID", "query.shop_ids[0]"},
      {"statuses: SHIPPING payment_kinds: 9", "ENUM_VALUE_INVALID", "query.payment_kinds[0]"},
      {"statuses: SHIPPING state_values: 103", "ENUM_VALUE_INVALID", "query.state_values[0]"},
      {"statuses: SHIPPING mode: 3", "ENUM_VALUE_INVALID", "query.mode"},
      {"statuses: SHIPPING orderer_name: '" + std::string(101, 'x') + "'", "TEXT_TOO_LONG", "query.orderer_name"},
      {"statuses: SHIPPING orderer_name: 'a\\tb'", "TEXT_INVALID", "query.orderer_name"},
      {"statuses: SHIPPING orderer_mail: '" + std::string(101, 'x') + "'", "TEXT_TOO_LONG", "query.orderer_mail"},
      {"statuses: SHIPPING orderer_phone: '03-12a4'", "TEXT_INVALID", "query.orderer_phone"},
      {"statuses: SHIPPING orderer_phone: '-'", "TEXT_INVALID", "query.orderer_phone"},
      {"statuses: SHIPPING orderer_phone: '" + std::string(21, '1') + "'", "TEXT_INVALID", "query.orderer_phone"},
  };
  for (const BadQuery& bad : table) {
    auto result = NormalizeOrderQuery(Parse(bad.query), "query");
    ASSERT_FALSE(result.ok()) << bad.query;
    EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument) << bad.query;
    auto info = GetErrorInfo(result.status());
    ASSERT_TRUE(info.has_value()) << bad.query;
    EXPECT_EQ(info->reason, bad.reason) << bad.query << ": " << result.status();
    EXPECT_EQ(info->metadata["field"], bad.field) << bad.query;
    EXPECT_FALSE(info->metadata["remedy"].empty()) << bad.query;
  }
}

TEST(NormalizeOrderQueryTest, TooManyValuesAreRefused) {
  OrderQuery query;
  for (int i = 0; i < 1001; ++i) query.add_shop_order_numbers("number-" + std::to_string(i));
  auto result = NormalizeOrderQuery(query, "query");
  EXPECT_EQ(ReasonOf(result.status()), "TOO_MANY_VALUES");
  query.mutable_shop_order_numbers()->RemoveLast();
  EXPECT_TRUE(NormalizeOrderQuery(query, "query").ok());
}

TEST(NormalizeOrderQueryTest, EachOfTheTenKeysAloneIsEnough) {
  for (const char* key :
       {"order_numbers: '0123456789ABCDEF'", "shop_order_numbers: '表-1'", "order_time { start_time { seconds: 1 } }",
        "cancel_time { end_time { seconds: 1 } }", "statuses: COMPLETED",
        "ship_date { start_date { year: 2028 month: 2 day: 29 } }",
        "ship_confirmed_date { end_date { year: 9999 month: 12 day: 31 } }",
        "delivery_date { start_date { year: 2026 month: 1 day: 1 } end_date { year: 2026 month: 1 day: 2 } }",
        "management_category_ids: 'gift'", "order_tag_ids: 'vip-1'"}) {
    auto result = NormalizeOrderQuery(Parse(key), "query");
    EXPECT_TRUE(result.ok()) << key << ": " << result.status();
  }
}

TEST(NormalizeOrderQueryTest, SameQuestionReadsTheSame) {
  auto one = NormalizeOrderQuery(Parse("statuses: [SHIPPING, COMPLETED, SHIPPING] order_tag_ids: ['b', 'a', 'b'] "
                                       "orderer_phone: '03-1234-5678' order_numbers: '0123456789abcdef' "
                                       "orderer_mail: 'Hanako@Example.JP'"),
                                 "query");
  auto other = NormalizeOrderQuery(
      Parse("statuses: [COMPLETED, SHIPPING] order_tag_ids: ['a', 'b'] "
            "order_numbers: '0123456789ABCDEF' orderer_phone: '0312345678' orderer_mail: 'hanako@example.jp'"),
      "query");
  ASSERT_TRUE(one.ok()) << one.status();
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(one->DebugString(), other->DebugString());
  EXPECT_EQ(one->orderer_phone(), "0312345678");
}

TEST(RequestChecksTest, CharactersAreCodePointsNotBytes) {
  EXPECT_TRUE(CheckLine("髙橋𠮷", 1, 3, "name").ok());
  EXPECT_EQ(ReasonOf(CheckLine("髙橋𠮷野", 1, 3, "name")), "TEXT_TOO_LONG");
}

TEST(RequestChecksTest, HashTellsContentsAndMethodsApart) {
  const OrderQuery one = Parse("order_numbers: 'a'");
  const OrderQuery other = Parse("shop_order_numbers: 'a'");
  EXPECT_EQ(HashRequest(one), HashRequest(Parse("order_numbers: 'a'")));
  EXPECT_NE(HashRequest(one), HashRequest(other));
  EXPECT_NE(HashRequest(OrderQuery()), HashRequest(order::v1::OrderQuery::default_instance().order_time()));
  EXPECT_EQ(HashRequest(one).size(), 32u);
}

}  // namespace
}  // namespace juchu::gateway
