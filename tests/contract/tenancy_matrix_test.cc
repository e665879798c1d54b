// Every method of the public interface × {own id, another merchant's, one that nobody has}: the last two look the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/ids/uuid.h"
#include "juchu/common/v1/method_options.pb.h"
#include "tests/contract/stack_endpoint.h"
#include "tests/contract/tenant_words.h"

namespace juchu::contract {
namespace {

constexpr absl::Duration kLimit = absl::Seconds(30);

TEST(TenancyMatrixTest, AnothersIdAndNobodysGetTheSameAnswerAndChangeNothing) {
  int cells = 0;
  const Merchant theirs(StackEndpoint(), NewMerchantId());
  const std::string their_state = theirs.Dump();
  for (const auto& operation : Operations()) {
    const Merchant ours(StackEndpoint(), NewMerchantId());
    for (const auto& word : WordsIn(absl::StrJoin(operation.requests, " "), ours)) {
      const auto answer_with = [&](const std::string& id) {
        auto words = ours.words();
        words[word] = id;
        const auto answer = ours.CallOnce(operation, Merchant::Fill(operation, NewRequestId(), words), kLimit);
        return ours.Normalize(absl::StrReplaceAll(answer.Text(), {{id, word}}));
      };
      const std::string nobodys = answer_with(RandomLike(word, theirs.words().at(word)));
      const std::string anothers = answer_with(theirs.words().at(word));
      EXPECT_EQ(anothers, nobodys) << operation.method << " with another merchant's " << word;
      const std::string own = answer_with(ours.words().at(word));
      EXPECT_NE(own, nobodys) << operation.method << " does not look at " << word;
      cells += 3;
    }
    EXPECT_EQ(theirs.Dump(), their_state) << operation.method << " changed another merchant's data";
  }
  EXPECT_GT(cells, 60);
}

// The matrix finds both answers alike; here it is seen that they say what the contract says.
TEST(TenancyMatrixTest, WhatIsAnothersIsNotFound) {
  const std::map<std::string, std::string> reasons = {{"ProductService/GetStock", "PRODUCT_NOT_FOUND"},
                                                      {"ProductService/ChangeStock", "PRODUCT_NOT_FOUND"},
                                                      {"ProductService/ListLedger", "PRODUCT_NOT_FOUND"},
                                                      {"ProductService/ImportStock", "PRODUCT_NOT_FOUND"},
                                                      {"GatewayService/AllocateOrders", "ORDER_NOT_FOUND"},
                                                      {"PaymentService/AuthorizeCards", "ORDER_NOT_FOUND"},
                                                      {"PaymentService/CaptureCards", "ORDER_NOT_FOUND"},
                                                      {"PaymentService/VoidCards", "ORDER_NOT_FOUND"},
                                                      {"PaymentService/GetCard", "CARD_PAYMENT_NOT_FOUND"},
                                                      {"PostpayService/ExportRegistrations", "ORDER_NOT_FOUND"},
                                                      {"PostpayService/ImportScreeningResults", "ORDER_NOT_FOUND"},
                                                      {"PostpayService/ExportSlips", "ORDER_NOT_FOUND"},
                                                      {"PostpayService/GetScreening", "SCREENING_NOT_FOUND"},
                                                      {"PostpayService/DownloadPaymentFile", "PAYMENT_FILE_NOT_FOUND"}};
  const Merchant theirs(StackEndpoint(), NewMerchantId());
  const Merchant ours(StackEndpoint(), NewMerchantId());
  auto words = theirs.words();
  // Without its layout a file is not begun, whatever the orders are.
  words["$layout"] = ours.words().at("$layout");
  for (const auto& operation : Operations()) {
    const auto reason = reasons.find(operation.method);
    if (reason == reasons.end()) continue;
    const auto answer = ours.CallOnce(operation, Merchant::Fill(operation, NewRequestId(), words), kLimit);
    EXPECT_THAT(answer.Text(), ::testing::HasSubstr(reason->second)) << operation.method;
  }
}

// For each method with pages a request that has two, by the same question at each merchant where there is one.
const std::map<std::string, std::string>& PagedRequests() {
  static const auto* const requests = new std::map<std::string, std::string>{
      {"GatewayService/SearchOrders", "query { statuses: AWAITING_PAYMENT } page_size: 1"},
      {"GatewayService/ListOrderHistory", "order_number: '$order_allocated' page_size: 1"},
      {"PaymentService/SearchCards", "page_size: 1"},
      {"PostpayService/ListPaymentFiles", "page_size: 1"},
      {"ProductService/SearchProducts", "page_size: 1"},
      {"ProductService/ListLedger", "product_code: 'COMMON' page_size: 1"},
  };
  return *requests;
}

// "" when there is none.
std::string NextPageToken(const Answer& answer) {
  if (answer.messages.empty()) return "";
  const auto& page = *answer.messages.front();
  return page.GetReflection()->GetString(page, page.GetDescriptor()->FindFieldByName("next_page_token"));
}

TEST(TenancyMatrixTest, AnothersPageTokenIsAsGoodAsNobodys) {
  const Merchant theirs(StackEndpoint(), NewMerchantId());
  const Merchant ours(StackEndpoint(), NewMerchantId());
  for (const auto* service : AllServices()) {
    for (int m = 0; m < service->method_count(); ++m) {
      const auto& method = *service->method(m);
      if (!method.options().HasExtension(common::v1::required_role)) continue;
      if (method.input_type()->FindFieldByName("page_token") == nullptr) continue;
      const std::string name = absl::StrCat(service->name(), "/", method.name());
      const auto request = PagedRequests().find(name);
      ASSERT_NE(request, PagedRequests().end()) << name << " has pages: add a request of two to PagedRequests";
      const auto page_after = [&](const Merchant& merchant, const std::string& token) {
        const Operation operation{name, {absl::StrCat(request->second, " page_token: '", token, "'")}};
        return merchant.CallOnce(operation, merchant.Fill(operation, ""), kLimit);
      };
      const std::string own = NextPageToken(page_after(ours, ""));
      const std::string anothers = NextPageToken(page_after(theirs, ""));
      ASSERT_NE(own, "") << name << " has no second page";
      ASSERT_NE(anothers, "") << name << " has no second page";
      EXPECT_TRUE(page_after(ours, own).status.ok()) << name;
      const std::string answer = page_after(ours, anothers).Text();
      EXPECT_THAT(answer, ::testing::HasSubstr("PAGE_TOKEN_INVALID")) << name;
      EXPECT_EQ(answer, page_after(ours, std::string(anothers.size(), 'A')).Text()) << name;
    }
  }
}

TEST(TenancyMatrixTest, NoAnswerShowsAnotherMerchantsWords) {
  const Merchant theirs(StackEndpoint(), NewMerchantId());
  for (const auto& operation : Operations()) {
    const Merchant ours(StackEndpoint(), NewMerchantId());
    const auto answer = ours.CallOnce(operation, ours.Fill(operation, NewRequestId()), kLimit);
    ASSERT_TRUE(answer.status.ok()) << operation.method << answer.status;
    for (const auto& [word, meaning] : theirs.words()) {
      EXPECT_EQ(answer.Text().find(meaning), std::string::npos) << operation.method << " shows another's " << word;
    }
  }
}

}  // namespace
}  // namespace juchu::contract
