#include "services/inventory/rpc/inventory_requests.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace juchu::inventory {
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

TEST(InventoryRequestsTest, Products) {
  EXPECT_THAT(CheckRequest(Parse<v1::PutProductsRequest>(
                  "products { product_code: 'A' product_name: '商品' jan: '49968712' } products { product_code: 'B' "
                  "product_name: 'b' }")),
              IsOk());
  ExpectRefused<v1::PutProductsRequest>({
      {"", "BATCH_SIZE_INVALID", "products"},
      {"products { product_name: 'x' }", "FIELD_REQUIRED", "products[0].product_code"},
      {"products { product_code: 'A' }", "FIELD_REQUIRED", "products[0].product_name"},
      {"products { product_code: ' A' product_name: 'x' }", "TEXT_INVALID", "products[0].product_code"},
      {"products { product_code: 'A\\n' product_name: 'x' }", "TEXT_INVALID", "products[0].product_code"},
      {"products { product_code: 'A' product_name: 'x' jan: '49968713' }", "JAN_INVALID", "products[0].jan"},
      {"products { product_code: 'A' product_name: 'x' } products { product_code: 'A' product_name: 'x' }",
       "PRODUCT_TWICE", "products[1].product_code"},
  });
  auto longest = Parse<v1::PutProductsRequest>("products { product_name: 'x' }");
  std::string code;
  for (int i = 0; i < 100; ++i) code += "箱";
  longest.mutable_products(0)->set_product_code(code);
  EXPECT_THAT(CheckRequest(longest), IsOk()) << "characters, not bytes";
  longest.mutable_products(0)->set_product_code(code + "箱");
  EXPECT_THAT(CheckRequest(longest), HasReason("TEXT_TOO_LONG"));
}

TEST(InventoryRequestsTest, StockChanges) {
  const std::string request =
      "request_id: '0d1c5c58-1c0b-4a70-9b1f-6c6bd2a7c7de' request_hash: '01234567890123456789012345678901' ";
  const auto change = [&](const std::string& rest) { return request + "changes { product_code: 'A' " + rest + " }"; };
  EXPECT_THAT(CheckRequest(Parse<v1::ChangeStockRequest>(change("kind: COUNTED quantity: 0 reason: 'x'"))), IsOk());
  ExpectRefused<v1::ChangeStockRequest>({
      {request, "BATCH_SIZE_INVALID", "changes"},
      {change("kind: RECEIVED quantity: 0 reason: 'x'"), "VALUE_OUT_OF_RANGE", "changes[0].quantity"},
      {change("kind: COUNTED quantity: -1 reason: 'x'"), "VALUE_OUT_OF_RANGE", "changes[0].quantity"},
      {change("kind: TAKEN quantity: 9223372036854775807 reason: 'x'"), "VALUE_OUT_OF_RANGE", "changes[0].quantity"},
      {change("kind: SHIPPED quantity: 1 reason: 'x'"), "ENUM_VALUE_INVALID", "changes[0].kind"},
      {change("quantity: 1 reason: 'x'"), "ENUM_VALUE_INVALID", "changes[0].kind"},
      {change("kind: TAKEN quantity: 1"), "FIELD_REQUIRED", "changes[0].reason"},
  });
  EXPECT_THAT(CheckRequest(Parse<v1::ChangeStockRequest>(
                  "request_id: '0d1c5c58-1c0b-4a70-9b1f-6c6bd2a7c7de' changes { product_code: 'A' }")),
              HasReason("REQUEST_HASH_INVALID"));
}

TEST(InventoryRequestsTest, Needs) {
  const auto need = [](const std::string& rest) {
    return "needs { order_number: '01M8A0842XC0930D' order_version: 1 priority_time { seconds: 1 } " + rest + " }";
  };
  EXPECT_THAT(CheckRequest(Parse<v1::AllocateOrdersRequest>(need(""))), IsOk()) << "gives all back";
  EXPECT_THAT(CheckRequest(Parse<v1::AllocateOrdersRequest>(
                  need("lines { line: '1' product_code: 'A' quantity: 1 } lines { line: '2' product_code: 'A' "
                       "quantity: 999999 }"))),
              IsOk());
  ExpectRefused<v1::AllocateOrdersRequest>({
      {"", "BATCH_SIZE_INVALID", "needs"},
      {need("lines { line: '1' product_code: 'A' quantity: 0 }"), "VALUE_OUT_OF_RANGE", "needs[0].lines[0].quantity"},
      {need("lines { line: '1' product_code: 'A' quantity: -5 }"), "VALUE_OUT_OF_RANGE", "needs[0].lines[0].quantity"},
      {need("lines { line: '1' product_code: 'A' quantity: 1000000 }"), "VALUE_OUT_OF_RANGE",
       "needs[0].lines[0].quantity"},
      {need("lines { line: '1' quantity: 1 }"), "FIELD_REQUIRED", "needs[0].lines[0].product_code"},
      {need("lines { line: '1' product_code: 'A' quantity: 1 } lines { line: '1' product_code: 'B' quantity: 1 }"),
       "LINE_TWICE", "needs[0].lines[1].line"},
      {need("") + need(""), "ORDER_TWICE", "needs[1].order_number"},
      {"needs { order_number: '01M8A0842XC0930D' order_version: 1 }", "FIELD_REQUIRED", "needs[0].priority_time"},
      {"needs { order_number: 'x' }", "ORDER_NUMBER_INVALID", "needs[0].order_number"},
  });
}

}  // namespace
}  // namespace juchu::inventory
