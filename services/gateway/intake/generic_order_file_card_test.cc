// Card numbers in a 汎用受注CSV.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/gateway/intake/generic_order_file.h"
#include "services/gateway/intake/test_order_csv.h"

namespace juchu::gateway {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The one order that the rows make.
ReadResult ReadOnlyOrder(const std::vector<TestRow>& rows) {
  absl::StatusOr<GenericOrderFile> file = GenericOrderFile::Read(TestCsv(rows), EncodingHint::kAuto);
  EXPECT_TRUE(file.ok()) << file.status();
  return ReadOrder(*file, 0);
}

TEST(GenericOrderFile, CardNumbersAreMaskedInEveryText) {
  const ReadResult order = ReadOnlyOrder({{{"備考", "カード 4111-1111-1111-1111"},
                                           {"作業者欄", "５５５５５５５５５５５５４４４４"},
                                           {"メッセージ", "378282246310005"},
                                           {"のし", "4111111111111111"},
                                           {"受注名", "4111 1111 1111 1111"},
                                           {"商品オプション", "4111111111111111"}}});
  ASSERT_THAT(order.problems, IsEmpty());
  EXPECT_EQ(order.order.customer_note(), "カード ****-****-****-1111");
  EXPECT_EQ(order.order.worker_note(), "************４４４４");
  const std::string document = order.order.SerializeAsString();
  for (const std::string number :
       {"4111111111111111", "4111-1111", "378282246310005", "5555555555554444", "4111 1111"}) {
    EXPECT_EQ(document.find(number), std::string::npos) << number;
  }
  EXPECT_THAT(Brief(order.notes), Contains("CARD_NUMBER_MASKED"));
}

TEST(GenericOrderFile, ACardNumberWhereNothingMayBeChangedRefusesItsOrder) {
  for (const std::string column : {"店舗伝票番号", "商品コード", "顧客コード", "受注電話番号", "発送電話番号"}) {
    EXPECT_THAT(Brief(ReadOnlyOrder({{{column, "4111111111111111"}}}).problems),
                Contains(absl::StrCat("2 ", column, " CARD_NUMBER_REFUSED")));
  }
  // In groups as no card has them, but these hyphens are not kept.
  EXPECT_THAT(Brief(ReadOnlyOrder({{{"受注電話番号", "411-1111-111111111"}}}).problems),
              ElementsAre("2 受注電話番号 CARD_NUMBER_REFUSED"));
  EXPECT_THAT(Brief(ReadOnlyOrder({{{"受注メールアドレス", "4111111111111111@example.jp"}}}).problems),
              ElementsAre("2 受注メールアドレス CARD_NUMBER_REFUSED"));
}

}  // namespace
}  // namespace juchu::gateway
