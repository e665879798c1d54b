#ifndef SERVICES_GATEWAY_POSTPAY_TEST_POSTPAY_H_
#define SERVICES_GATEWAY_POSTPAY_TEST_POSTPAY_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "juchu/order/v1/order.pb.h"
#include "services/gateway/intake/csv_reader.h"
#include "services/gateway/intake/text_decoder.h"
#include "services/gateway/postpay/postpay_types.h"

namespace juchu::gateway {

// 2026-07-08 00:30 in Tokyo, which is still the day before by UTC.
inline constexpr int64_t kTestOrderSeconds = 1'783'438'200;

// An order that both companies take: 1,100 yen of goods, 500 of shipping.
inline juchu::order::v1::Order TestOrder(PostpayCompany company, const std::string& order_number = "01K0TESTORDER001") {
  juchu::order::v1::Order order;
  order.set_order_number(order_number);
  order.mutable_order_time()->set_seconds(kTestOrderSeconds);
  order.set_payment_kind(company == PostpayCompany::kNp ? juchu::order::v1::NP_POSTPAY : juchu::order::v1::GMO_POSTPAY);
  juchu::order::v1::Contact& orderer = *order.mutable_orderer();
  orderer.set_name("髙橋　花子");
  orderer.set_name_kana("ﾀｶﾊｼ ﾊﾅｺ");
  orderer.set_postal_code("1500001");
  orderer.set_address1("東京都渋谷区神宮前４－１－①");
  orderer.set_address2("﨑ビル～２０１");
  orderer.set_phone("0312345678");
  order.set_orderer_mail("hanako@example.jp");
  juchu::order::v1::Delivery& delivery = *order.add_deliveries();
  *delivery.mutable_recipient() = orderer;
  juchu::order::v1::Item& item = *delivery.add_items();
  item.set_product_code("APPLE-1");
  item.set_product_name("りんご");
  item.set_unit_price_yen(550);
  item.set_quantity(2);
  order.mutable_amounts()->set_goods_yen(1100);
  order.mutable_amounts()->set_shipping_yen(500);
  order.mutable_amounts()->set_total_yen(1600);
  return order;
}

inline std::string Repeat(absl::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) absl::StrAppend(&repeated, text);
  return repeated;
}

// "field reason" of each problem; every one says what and what to do.
inline std::vector<std::string> Brief(const std::vector<PostpayProblem>& problems) {
  std::vector<std::string> brief;
  for (const PostpayProblem& problem : problems) {
    brief.push_back(absl::StrCat(problem.field, " ", problem.reason));
    EXPECT_FALSE(problem.message.empty()) << problem.reason;
    EXPECT_FALSE(problem.remedy.empty()) << problem.reason;
  }
  return brief;
}

// "order: problems" of each order that was left out.
inline std::vector<std::string> Brief(const std::vector<LeftOutOrder>& left_out) {
  std::vector<std::string> brief;
  for (const LeftOutOrder& order : left_out) {
    std::string line = absl::StrCat(order.order_number, ":");
    for (const std::string& problem : Brief(order.problems)) absl::StrAppend(&line, " ", problem);
    brief.push_back(line);
  }
  return brief;
}

// The cells of a file that went out, in UTF-8, as its reader sees them.
inline std::vector<std::vector<std::string>> CellsOf(absl::string_view bytes, TextEncoding encoding) {
  std::vector<std::vector<std::string>> rows;
  CsvReader reader(bytes);
  CsvRecord record;
  while (reader.Next(record)) {
    std::vector<std::string>& row = rows.emplace_back();
    EXPECT_EQ(record.fault, CsvFault::kNone);
    for (const CsvField& field : record.fields) {
      const DecodedText decoded = DecodeText(field.bytes, encoding);
      EXPECT_FALSE(decoded.first_bad_byte.has_value());
      row.push_back(field.quoted ? UnescapeQuotes(decoded.text) : decoded.text);
    }
  }
  return rows;
}

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_TEST_POSTPAY_H_
