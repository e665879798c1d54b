// The card company says card numbers in its answers, whether it does the work, refuses it, or fails: none is in the
// databases, the logs or the files afterwards (see card_number_search_test.cc).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/payment/v1/payment.pb.h"
#include "tests/payment/planted_numbers.h"
#include "tests/payment/stored_texts.h"
#include "tests/proof/company_control.h"

namespace juchu::payment {
namespace {

namespace gw = ::juchu::gateway::v1;
using contract::Answer;
using contract::Merchant;
using contract::Operation;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

constexpr absl::Duration kLimit = absl::Seconds(60);
constexpr char kTenant[] = "m1000";

class CardCompanySearchTest : public ::testing::Test {
 protected:
  static proof::ClusterOptions Options() {
    proof::ClusterOptions options;
    options.card_shops = {{kTenant, absl::StrCat("shop-", kTenant)}};
    return options;
  }

  void SetUp() override {
    // What waits is sent at once.
    Run("PaymentService/PutPaymentSettings",
        "settings { card_send_interval_seconds: 0 authorization_valid_days: 30 expiry_warning_days: 5 "
        "stuck_after_seconds: 3600 }");
  }

  Answer Run(const std::string& method, const std::string& request) {
    const Operation operation{method, {request}};
    Answer answer = merchant_.CallOnce(operation, merchant_.Fill(operation, NewRequestId()), kLimit);
    EXPECT_TRUE(answer.status.ok()) << method << ": " << answer.Text();
    return answer;
  }

  // The company acts so from now on; "@" is a text with card numbers that stands for `rule`.
  void Let(const std::string& rule) {
    const std::string rules = absl::StrReplaceAll(absl::StrCat("[", rule, "]"), {{"@", numbers_.Text(rule)}});
    const absl::Status set = company_.SetBehaviours(rules);
    ASSERT_TRUE(set.ok()) << set;
  }

  std::string TakeIn();
  // Waits until the order's card is in the state, and shows it.
  v1::CardPayment WaitFor(const std::string& order, v1::CardState state);
  // Lets the company act so while an order's card is authorized; returns the order.
  std::string AuthorizeWhile(const std::string& rule, v1::CardState end);

  proof::Cluster cluster_{testing::SharedMariaDb(), Options()};
  proof::CompanyControl company_{cluster_.company_port(), cluster_.ca_file()};
  const Merchant merchant_{cluster_.gateway(), kTenant};
  PlantedNumbers numbers_;
  int orders_ = 0;
};

std::string CardCompanySearchTest::TakeIn() {
  for (const auto& operation : contract::Operations()) {
    if (operation.method != "GatewayService/CreateOrders") continue;
    const std::string order =
        absl::StrReplaceAll(operation.requests.front(),
                            {{"'銀行振込'", "'楽天カード'"}, {"'N-1'", absl::StrCat("'CARD-", ++orders_, "'")}});
    const Answer answer = Run(operation.method, order);
    return static_cast<const gw::CreateOrdersResponse&>(*answer.messages.at(0)).outcomes(0).order_number();
  }
  return "";
}

v1::CardPayment CardCompanySearchTest::WaitFor(const std::string& order, v1::CardState state) {
  const absl::Time limit = absl::Now() + kLimit;
  while (true) {
    const Answer answer = Run("PaymentService/GetCard", absl::StrCat("order_number: '", order, "'"));
    const auto& card = static_cast<const v1::CardPayment&>(*answer.messages.at(0));
    if (card.state() == state) return card;
    if (absl::Now() > limit) {
      ADD_FAILURE() << "not " << v1::CardState_Name(state) << ": " << card.DebugString();
      return card;
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
}

std::string CardCompanySearchTest::AuthorizeWhile(const std::string& rule, v1::CardState end) {
  const std::string order = TakeIn();
  Let(rule);
  Run("PaymentService/AuthorizeCards", absl::StrCat("order_numbers: '", order, "'"));
  WaitFor(order, end);
  return order;
}

TEST_F(CardCompanySearchTest, WhatItSaysIsNowhere) {
  const std::string refused = R"({"what": "refuse", "operation": "authori", "message": "@"})";
  const std::string order = AuthorizeWhile(R"({"what": "talk", "message": "@"})", v1::CARD_AUTHORIZED);
  AuthorizeWhile(refused, v1::CARD_AUTHORIZATION_ERROR);
  AuthorizeWhile(R"({"what": "lie_reply", "operation": "authori", "message": "@"})", v1::CARD_AUTHORIZED);
  AuthorizeWhile(R"({"what": "refuse", "operation": "getRCCSRequestId", "times": 1, "message": "@"})",
                 v1::CARD_AUTHORIZED);
  AuthorizeWhile(R"({"what": "refuse", "operation": "getRCCSResult", "times": 1, "message": "@"})",
                 v1::CARD_AUTHORIZED);
  AuthorizeWhile(R"({"what": "request_error", "operation": "getRCCSResult", "times": 1, "message": "@"})",
                 v1::CARD_AUTHORIZED);
  Let(R"({"what": "talk", "operation": "authoriCancel", "message": "@"})");
  Run("PaymentService/VoidCards", absl::StrCat("order_numbers: '", order, "' reason: 'why'"));
  WaitFor(order, v1::CARD_VOIDED);

  const Found found = Search(cluster_, numbers_);
  EXPECT_TRUE(found.numbers.empty()) << "card numbers stand where none may be:\n" << found.numbers;
  EXPECT_THAT(numbers_.FindIn(merchant_.Dump()), SizeIs(0));
  // What is kept of a message is kept with asterisks.
  EXPECT_THAT(found.masked, IsSupersetOf({refused}));
  for (const auto& place : found.masked) std::printf("masked: %s\n", place.c_str());
}

}  // namespace
}  // namespace juchu::payment
