// No card number anywhere in database, logs or files. The programs run, somebody types card numbers into everything
// that the public interface takes, and then everything that they have stored, logged and written is searched for those
// very numbers.
//
// What is typed: every string of every request of every operation, which the contracts name, and every column of every
// file that comes in. The token's tenant and person come from the token's issuer and are not typed here. What the card
// company says: card_company_search_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/ids/uuid.h"
#include "juchu/common/v1/method_options.pb.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "tests/payment/planted_numbers.h"
#include "tests/payment/stored_texts.h"
#include "tests/payment/typing_places.h"

namespace juchu::payment {
namespace {

namespace gw = ::juchu::gateway::v1;
using contract::Answer;
using contract::Merchant;
using contract::Operation;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr absl::Duration kLimit = absl::Seconds(60);
constexpr size_t kThreads = 3;

// So many there are at least. Fewer mean that calls fail for another reason, and that the search proves nothing.
constexpr int kAccepted = 250;
constexpr int kRefused = 120;
constexpr size_t kMasked = 80;
// One free text of each way in.
constexpr const char* kFreeTexts[] = {
    "ConfigurationService/CreateOrderTag order_tag.name",
    "ConfigurationService/UpdateShop shop.name",
    "GatewayService/BulkUpdateOrders reason",
    "GatewayService/CancelOrder reason",
    "GatewayService/CreateOrders orders.customer_note",
    "GatewayService/CreateOrders orders.deliveries.recipient.address2",
    "GatewayService/ImportOrders file: 備考",
    "GatewayService/ImportOrders header.file_name",
    "GatewayService/UpdateOrder order.worker_note",
    "GatewayService/UpdateOrder reason",
    "PaymentService/VoidCards reason",
    "PostpayService/ImportScreeningResults file: 保留事由",
    "PostpayService/PutLayoutProfile layout_profile.note",
    "ProductService/ChangeStock changes.reason",
    "ProductService/ImportStock file: 商品名",
    "ProductService/ImportStock header.reason",
    "ProductService/PutProducts products.product_name",
};

// Whether the call was carried out; each order, line or product of a batch is refused for itself.
bool IsAccepted(const Answer& answer) {
  const std::string text = answer.Text();
  return answer.status.ok() && !absl::StrContains(text, "REFUSED") && !absl::StrContains(text, "error {");
}

class CardNumberSearchTest : public ::testing::Test {
 protected:
  static proof::ClusterOptions Options() {
    proof::ClusterOptions options;
    // A merchant's cards stay where they are.
    options.payment_flags = {"--card_workers=0"};
    return options;
  }

  // All names of one length: see tests/contract/stack_endpoint.h.
  std::unique_ptr<Merchant> NewMerchant() {
    return std::make_unique<Merchant>(cluster_.gateway(), absl::StrCat("m", ++merchants_));
  }

  void TypeIntoAll();
  // Types into each place of the operation, each time as somebody who has not done it yet.
  void TypeInto(const Operation& operation);

  proof::Cluster cluster_{testing::SharedMariaDb(), Options()};
  PlantedNumbers numbers_;
  std::atomic<int> merchants_ = 10'000;
  std::atomic<int> accepted_ = 0;
  // Because a card number stands where nothing may be changed.
  std::atomic<int> refused_ = 0;
};

void CardNumberSearchTest::TypeInto(const Operation& operation) {
  const auto role = contract::MethodOf(operation).options().GetExtension(common::v1::required_role);
  auto merchant = NewMerchant();
  const auto accepts = [&](const TypingPlace& place, const std::string& text) {
    auto requests = merchant->Fill(operation, NewRequestId());
    place.put(requests, text);
    const Answer answer = merchant->CallOnce(operation, requests, kLimit);
    if (absl::StrContains(answer.Text(), "CARD_NUMBER_REFUSED")) ++refused_;
    if (!IsAccepted(answer)) return false;
    ++accepted_;
    if (role != common::v1::ROLE_VIEWER) merchant = NewMerchant();
    return true;
  };
  for (const auto& place : TypingPlacesOf(operation, merchant->Fill(operation, NewRequestId()))) {
    accepts(place, numbers_.Number(Typed::kPlain, place.name));
    // Where any text is taken, the text has shown how numbers in groups and in full-width digits fare.
    if (accepts(place, numbers_.Text(place.name))) continue;
    accepts(place, numbers_.Number(Typed::kInGroups, place.name));
    accepts(place, numbers_.Number(Typed::kFullWidth, place.name));
  }
}

void CardNumberSearchTest::TypeIntoAll() {
  const auto operations = OperationsToTypeInto();
  std::atomic<size_t> next = 0;
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (size_t at = next++; at < operations.size(); at = next++) TypeInto(operations[at]);
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST_F(CardNumberSearchTest, WhatIsTypedIsNowhere) {
  TypeIntoAll();
  const Found found = Search(cluster_, numbers_);
  EXPECT_TRUE(found.numbers.empty()) << "card numbers stand where none may be:\n" << found.numbers;
  EXPECT_GE(accepted_, kAccepted);
  EXPECT_GE(refused_, kRefused);
  EXPECT_GE(found.masked.size(), kMasked);
  EXPECT_THAT(found.masked, IsSupersetOf(kFreeTexts));
  std::printf("%d numbers typed: %d calls accepted, %d refused for the number, %zu places masked\n",
              static_cast<int>(numbers_.count()), accepted_.load(), refused_.load(), found.masked.size());
}

// The files that go out to NP and GMO.
class CardNumberExportTest : public CardNumberSearchTest {
 protected:
  Answer Run(const std::string& method, const std::vector<std::string>& requests) {
    const Operation operation{method, requests};
    Answer answer = merchant_->CallOnce(operation, merchant_->Fill(operation, NewRequestId()), kLimit);
    EXPECT_TRUE(IsAccepted(answer)) << method << ": " << answer.Text();
    return answer;
  }
  // Takes in an order with card numbers in its free texts; returns its number.
  std::string TakeIn(const std::string& company);
  // The file that the export has made, as it is fetched.
  std::string Download(const Answer& made);

  const std::unique_ptr<Merchant> merchant_ = NewMerchant();
};

std::string CardNumberExportTest::TakeIn(const std::string& company) {
  const auto place = [&](const char* field) { return absl::StrCat("an order for ", company, ": ", field); };
  // The companies take no long names and addresses.
  const std::string name = numbers_.Number(Typed::kPlain, place("name"));
  const std::string address = numbers_.Number(Typed::kInGroups, place("address2"));
  std::string order;
  for (const auto& operation : contract::Operations()) {
    if (operation.method == "GatewayService/CreateOrders") order = operation.requests.front();
  }
  order = absl::StrReplaceAll(
      order, {{"'銀行振込'", absl::StrCat("'", company, "後払い'")},
              {"'N-1'", absl::StrCat("'OUT-", company, "'")},
              {"name: '髙橋 太郎'", absl::StrCat("name: '", name, "' name_kana: 'タカハシ' phone: '0312345678'")},
              {"address1: '東京都千代田区千代田1-1'",
               absl::StrCat("address1: '東京都千代田区千代田1-1' address2: '", address, "'")},
              {"product_name: '商品'", absl::StrCat("product_name: '", numbers_.Text(place("product_name")), "'")}});
  const Answer answer = Run("GatewayService/CreateOrders", {order});
  return static_cast<const gw::CreateOrdersResponse&>(*answer.messages.at(0)).outcomes(0).order_number();
}

std::string CardNumberExportTest::Download(const Answer& made) {
  const auto& file = static_cast<const gw::ExportFileResponse&>(*made.messages.at(0));
  EXPECT_TRUE(file.has_file()) << file.DebugString();
  const Answer answer =
      Run("PostpayService/DownloadPaymentFile", {absl::StrCat("file_id: '", file.file().file_id(), "'")});
  std::string bytes;
  for (const auto& message : answer.messages) {
    bytes += static_cast<const gw::DownloadPaymentFileResponse&>(*message).data();
  }
  return bytes;
}

TEST_F(CardNumberExportTest, NoFileThatGoesOutHoldsOne) {
  Run("ConfigurationService/CreatePaymentMethod",
      {"payment_method { payment_method_id: 'gmo' name: 'GMO後払い' kind: GMO_POSTPAY } request_id: '$uuid'"});
  for (const std::string company : {"NP", "GMO"}) {
    const bool np = company == "NP";
    const std::string order = TakeIn(company);
    const std::string company_is = absl::StrCat("company: ", company, " ");
    const std::string file =
        Download(Run("PostpayService/ExportRegistrations",
                     {absl::StrCat(company_is, "order_numbers: '", order, "' request_id: '$uuid'")}));
    // American Express numbers have 15 digits.
    EXPECT_THAT(file, HasSubstr("***********"));
    EXPECT_THAT(numbers_.FindIn(file), ::testing::IsEmpty());
    Run("PostpayService/ImportScreeningResults",
        {absl::StrCat("header { ", company_is, "}"),
         absl::StrCat("data: '加盟店取引ID,", np ? "NP取引ID,与信結果,NG事由" : "GMO取引ID,審査結果,理由", "\\n", order,
                      ",", company, "77,OK,", numbers_.Text(absl::StrCat("a result of ", company)), "\\n'")});
    Run("GatewayService/ChangeOrderStatus",
        {absl::StrCat("order_number: '", order, "' status: SHIPPED reason: '手渡し' request_id: '$uuid'")});
    Run("GatewayService/OverrideStateTag",
        {absl::StrCat("order_number: '", order, "' value: SHIPMENT_CONFIRMED reason: '", numbers_.Text("why"),
                      "' request_id: '$uuid'")});
    const std::string slips =
        Download(Run("PostpayService/ExportSlips", {absl::StrCat(company_is, "slips { order_number: '", order,
                                                                 "' carrier: 'YAMATO' slip_number: '1234-5678-9012' } "
                                                                 "request_id: '$uuid'")}));
    EXPECT_THAT(slips, HasSubstr("123456789012"));
    EXPECT_THAT(numbers_.FindIn(slips), ::testing::IsEmpty());
  }
  const Found found = Search(cluster_, numbers_);
  EXPECT_TRUE(found.numbers.empty()) << "card numbers stand where none may be:\n" << found.numbers;
  EXPECT_THAT(found.masked, IsSupersetOf({"an order for GMO: product_name", "a result of NP", "a result of GMO"}));
}

}  // namespace
}  // namespace juchu::payment
