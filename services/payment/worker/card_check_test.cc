// What follows from what the company says of a request: every case, against the rule stated a second time.
#include "services/payment/worker/card_check.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::payment {
namespace {

using Kind = CheckStep::Kind;
using rccs::Verdict;

constexpr char kShopOrder[] = "338459-20180528-00000804";
constexpr v1::CardOperation kOperations[] = {v1::AUTHORIZE, v1::VOID_AUTHORIZATION, v1::CAPTURE, v1::VOID_CAPTURE};
const absl::Time kNow = absl::FromUnixSeconds(1704164645);

// ---- What the company says of the request's number.

enum class Said {
  // Not a word of the number; the number without a status; status 0.
  kNothing,
  kNoStatus,
  kStatus0,
  kStatus1,
  kStatus2,
  // A status that nobody knows.
  kStatus7,
  // Status 3 with the order's result.
  kDone,
  kRefused,
  kContradictory,
  kWithoutTheOrder,
  kFailedAsAWhole,
};
constexpr Said kAllSaid[] = {Said::kNothing,       Said::kNoStatus,        Said::kStatus0,       Said::kStatus1,
                             Said::kStatus2,       Said::kStatus7,         Said::kDone,          Said::kRefused,
                             Said::kContradictory, Said::kWithoutTheOrder, Said::kFailedAsAWhole};

int CardStatusAfter(v1::CardOperation operation) {
  switch (operation) {
    case v1::AUTHORIZE:
      return 12;
    case v1::VOID_AUTHORIZATION:
      return 42;
    case v1::CAPTURE:
      return 22;
    default:
      return 52;
  }
}

std::optional<rccs::RequestResult> ResultOf(Said said, v1::CardOperation operation) {
  if (said == Said::kNothing) return std::nullopt;
  rccs::RequestResult result;
  result.request_id = 7;
  if (said == Said::kNoStatus) return result;
  result.error_code = rccs::kCodeOk;
  if (said == Said::kStatus0) result.status = 0;
  if (said == Said::kStatus1) result.status = 1;
  if (said == Said::kStatus2) result.status = 2;
  if (said == Said::kStatus7) result.status = 7;
  if (result.status.has_value()) return result;
  result.status = 3;
  if (said == Said::kFailedAsAWhole) result.error_code = "RCCS_E01-001";
  if (said == Said::kFailedAsAWhole || said == Said::kWithoutTheOrder) return result;
  rccs::OrderResult order;
  order.shop_order_number = kShopOrder;
  order.error_code = said == Said::kRefused ? "RCCS_E22-822" : rccs::kCodeOk;
  order.message = said == Said::kRefused ? "限度額オーバー" : "正常終了";
  order.ccs_error_code = said == Said::kContradictory ? "210G55" : "000000";
  order.approval_number = "0123456";
  order.transaction_id = "T1";
  order.card_status = said == Said::kRefused ? 13 : CardStatusAfter(operation);
  order.price_yen = 1000;
  result.orders.push_back(order);
  return result;
}

// ---- The rule, as a person would say it.

struct Case {
  v1::CardOperation operation;
  v1::CardRequestState state;
  Said said;
  // What has been stored with the request when it was sent.
  std::string code;
  // Since it was sent first, and since it was sent last.
  absl::Duration age;
  absl::Duration since_send;
};

struct Expected {
  Kind kind = Kind::kWait;
  Ending ending = Ending::kDone;
  std::string code = {};
  bool received = false;
  bool finished = false;
};

// "The company has given its last word: that is how it ends; what contradicts itself is looked up. It has the request
// and works on it: wait, for a day at most. It does not know it: what it has acknowledged it must have; what it
// has refused is refused; else it is sent once more after ten minutes. After a day somebody looks it up."
Expected Rule(const Case& c, const CheckRules& rules) {
  switch (c.said) {
    case Said::kDone:
      return {Kind::kEnd, Ending::kDone, rccs::kCodeOk};
    case Said::kRefused:
      return {Kind::kEnd, Ending::kRefused, "RCCS_E22-822"};
    case Said::kContradictory:
    case Said::kWithoutTheOrder:
    case Said::kFailedAsAWhole:
      return {Kind::kAskHistory, Ending::kDone, "", true, true};
    default:
      break;
  }
  if (c.age >= rules.give_up_after) return {Kind::kAskHistory, Ending::kDone, "", true, false};
  const bool works_on_it = c.said == Said::kStatus1 || c.said == Said::kStatus2 || c.said == Said::kStatus7;
  if (works_on_it) return {Kind::kWait, Ending::kDone, "", true};
  if (c.state == v1::REQUEST_SENT) return {Kind::kWait};
  if (c.code.substr(0, 6) == "RCCS_E") return {Kind::kEnd, Ending::kRefused, c.code};
  const bool is_due = c.since_send >= rules.resend_after || c.since_send < -rules.resend_after;
  return {is_due ? Kind::kResend : Kind::kWait};
}

QueuedRequest RequestOf(const Case& c) {
  QueuedRequest request;
  request.request_id = "R1";
  request.shop_order_number = kShopOrder;
  request.operation = c.operation;
  request.amount_yen = 1000;
  request.state = c.state;
  request.company_request_id = 7;
  request.first_send_time = kNow - c.age;
  request.send_time = kNow - c.since_send;
  request.error_code = c.code;
  request.error_message = c.code.empty() ? "" : "words";
  return request;
}

std::vector<Case> AllCases(const CheckRules& rules) {
  std::vector<Case> cases;
  const std::pair<absl::Duration, absl::Duration> times[] = {
      {absl::Seconds(30), absl::Seconds(30)},
      {rules.resend_after - absl::Microseconds(1), rules.resend_after - absl::Microseconds(1)},
      {rules.resend_after, rules.resend_after},
      {absl::Hours(2), absl::Seconds(1)},
      {rules.give_up_after - absl::Microseconds(1), absl::Hours(1)},
      {rules.give_up_after, absl::Seconds(1)},
      {10 * rules.give_up_after, rules.give_up_after},
      // A clock that was ahead has sent it.
      {-absl::Hours(1), -absl::Hours(1)},
  };
  for (const auto operation : kOperations) {
    for (const auto state : {v1::REQUEST_SENDING, v1::REQUEST_SENT}) {
      for (const Said said : kAllSaid) {
        for (const char* code : {"", "RCCS_OUTCOME_UNKNOWN", "RCCS_NO_ANSWER", "RCCS_E01-001", "RCCS_E22-101"}) {
          for (const auto& [age, since_send] : times) cases.push_back({operation, state, said, code, age, since_send});
        }
      }
    }
  }
  return cases;
}

TEST(CardCheckTest, EveryResultLeadsToWhatTheRuleSays) {
  const CheckRules rules;
  for (const Case& c : AllCases(rules)) {
    SCOPED_TRACE(absl::StrCat(v1::CardOperation_Name(c.operation), " ", v1::CardRequestState_Name(c.state), " said ",
                              static_cast<int>(c.said), " code ", c.code, " age ", absl::FormatDuration(c.age),
                              " sent ", absl::FormatDuration(c.since_send)));
    const auto result = ResultOf(c.said, c.operation);
    const CheckStep step = AfterResult(RequestOf(c), result.has_value() ? &*result : nullptr, kNow, rules);
    const Expected expected = Rule(c, rules);
    ASSERT_EQ(step.kind, expected.kind);
    if (step.kind == Kind::kEnd) {
      EXPECT_EQ(step.ending.ending, expected.ending);
      EXPECT_EQ(step.ending.code, expected.code);
      EXPECT_EQ(step.ending.request.request_id, "R1");
    }
    EXPECT_TRUE(step.kind != Kind::kWait || step.received == expected.received);
    EXPECT_TRUE(step.kind != Kind::kAskHistory || step.finished == expected.finished);
    if (HasFailure()) return;
  }
}

TEST(CardCheckTest, MoneyIsAskedForAgainOnlyWhereNobodyHasHeardOfIt) {
  const CheckRules rules;
  int resends = 0;
  for (const Case& c : AllCases(rules)) {
    const auto result = ResultOf(c.said, c.operation);
    const CheckStep step = AfterResult(RequestOf(c), result.has_value() ? &*result : nullptr, kNow, rules);
    if (step.kind != Kind::kResend) continue;
    ++resends;
    EXPECT_EQ(c.state, v1::REQUEST_SENDING);
    EXPECT_TRUE(c.said == Said::kNothing || c.said == Said::kNoStatus || c.said == Said::kStatus0);
    EXPECT_TRUE(c.since_send >= rules.resend_after || c.since_send < -rules.resend_after);
    EXPECT_LT(c.age, rules.give_up_after);
  }
  EXPECT_GT(resends, 0);
}

TEST(CardCheckTest, WhatAClockThatWasAheadHasSentIsSentAgain) {
  const CheckRules rules;
  QueuedRequest request;
  request.operation = v1::CAPTURE;
  request.state = v1::REQUEST_SENDING;
  request.sends = 1;
  request.first_send_time = request.send_time = kNow + absl::Hours(720);
  EXPECT_EQ(AfterResult(request, nullptr, kNow, rules).kind, Kind::kResend);
  request.send_time = kNow + absl::Seconds(1);
  EXPECT_EQ(AfterResult(request, nullptr, kNow, rules).kind, Kind::kWait) << "clocks differ a little";
}

// To a second sending the company says no because it knows the number, and so has the first.
TEST(CardCheckTest, ARefusedSecondSendingIsNoRefusal) {
  QueuedRequest request;
  request.operation = v1::AUTHORIZE;
  request.state = v1::REQUEST_SENDING;
  request.error_code = "RCCS_E00-200";
  request.first_send_time = request.send_time = kNow - absl::Minutes(1);
  request.sends = 1;
  EXPECT_EQ(AfterResult(request, nullptr, kNow, {}).kind, Kind::kEnd);
  request.sends = 2;
  EXPECT_EQ(AfterResult(request, nullptr, kNow, {}).kind, Kind::kWait);
}

TEST(CardCheckTest, WhatIsDoneTellsTheApproval) {
  const Case c = {v1::AUTHORIZE, v1::REQUEST_SENT, Said::kDone, "", absl::Seconds(30), absl::Seconds(30)};
  const auto result = ResultOf(Said::kDone, v1::AUTHORIZE);
  const CheckStep step = AfterResult(RequestOf(c), &*result, kNow, {});
  EXPECT_EQ(step.ending.approval_number, "0123456");
  EXPECT_EQ(step.ending.transaction_id, "T1");
  EXPECT_EQ(step.ending.price_yen, std::nullopt);
}

TEST(CardCheckTest, AnotherAmountIsRefusedAndSaysHowMuchIsHeld) {
  const Case c = {v1::AUTHORIZE, v1::REQUEST_SENT, Said::kDone, "", absl::Seconds(30), absl::Seconds(30)};
  auto result = ResultOf(Said::kDone, v1::AUTHORIZE);
  result->orders[0].price_yen = 900;
  const CheckStep step = AfterResult(RequestOf(c), &*result, kNow, {});
  ASSERT_EQ(step.kind, Kind::kEnd);
  EXPECT_EQ(step.ending.ending, Ending::kRefused);
  EXPECT_EQ(step.ending.code, "AMOUNT_DIFFERS");
  EXPECT_EQ(step.ending.price_yen, 900);
}

// ---- What the company knows of the order.

TEST(CardCheckTest, EveryHistoryLeadsToWhatTheRuleSays) {
  const CheckRules rules;
  for (const auto operation : kOperations) {
    for (const bool finished : {false, true}) {
      for (const char* asked_code : {"", "RCCS_E01-001", "ORDER_MISSING"}) {
        for (const auto verdict : {Verdict::kDone, Verdict::kRefused, Verdict::kPending, Verdict::kUnclear}) {
          for (const auto age : {absl::Seconds(30), rules.give_up_after - absl::Microseconds(1), rules.give_up_after,
                                 10 * rules.give_up_after}) {
            SCOPED_TRACE(absl::StrCat(v1::CardOperation_Name(operation), " finished ", finished, " code ", asked_code,
                                      " verdict ", static_cast<int>(verdict), " age ", absl::FormatDuration(age)));
            const Case c = {operation, v1::REQUEST_SENT, Said::kNothing, "", age, age};
            CheckStep asked;
            asked.kind = Kind::kAskHistory;
            asked.received = true;
            asked.finished = finished;
            asked.result.code = asked_code;
            asked.result.message = "of the result";
            rccs::Judgement history;
            history.verdict = verdict;
            history.code = "OF_THE_HISTORY";
            history.transaction_id = "T2";
            const CheckStep step = AfterHistory(RequestOf(c), asked, history, kNow, rules);
            if (verdict == Verdict::kDone || verdict == Verdict::kRefused) {
              ASSERT_EQ(step.kind, Kind::kEnd);
              EXPECT_EQ(step.ending.ending, verdict == Verdict::kDone ? Ending::kDone : Ending::kRefused);
              EXPECT_EQ(step.ending.code, "OF_THE_HISTORY");
              EXPECT_EQ(step.ending.transaction_id, "T2");
            } else if (verdict == Verdict::kPending && finished) {
              // Nothing more will come, and nothing has happened to the card.
              ASSERT_EQ(step.kind, Kind::kEnd);
              EXPECT_EQ(step.ending.ending, Ending::kRefused);
              EXPECT_EQ(step.ending.code, *asked_code == '\0' ? "RESULT_UNCLEAR" : asked_code);
              EXPECT_EQ(step.ending.message, "of the result");
            } else if (age >= rules.give_up_after) {
              ASSERT_EQ(step.kind, Kind::kEnd);
              EXPECT_EQ(step.ending.ending, Ending::kLost) << "nobody knows; never called done or refused";
              EXPECT_EQ(step.ending.code, "RESULT_LOST");
            } else {
              EXPECT_EQ(step.kind, Kind::kWait);
              EXPECT_TRUE(step.received);
            }
          }
        }
      }
    }
  }
}

// ---- What the company knows of the order before a request is sent whose like was lost.

TEST(CardCheckTest, MoneyIsAskedForAnewOnlyWhereTheCompanyKnowsOfNone) {
  for (const auto operation : kOperations) {
    const bool asks_for_money = operation == v1::AUTHORIZE || operation == v1::CAPTURE;
    for (const auto verdict : {Verdict::kDone, Verdict::kRefused, Verdict::kPending, Verdict::kUnclear}) {
      SCOPED_TRACE(absl::StrCat(v1::CardOperation_Name(operation), " verdict ", static_cast<int>(verdict)));
      const Case c = {operation, v1::REQUEST_WAITING, Said::kNothing, "", absl::Hours(1), absl::Hours(1)};
      rccs::Judgement history;
      history.verdict = verdict;
      history.code = "OF_THE_HISTORY";
      const auto ending = AfterAskingFirst(RequestOf(c), history);
      if (verdict == Verdict::kDone) {
        ASSERT_TRUE(ending.has_value()) << "it is there and is taken over";
        EXPECT_EQ(ending->ending, Ending::kDone);
      } else if (verdict == Verdict::kUnclear && asks_for_money) {
        ASSERT_TRUE(ending.has_value()) << "something may be there";
        EXPECT_EQ(ending->ending, Ending::kLost);
        EXPECT_EQ(ending->code, "OF_THE_HISTORY");
      } else {
        EXPECT_FALSE(ending.has_value()) << "what was refused before is no answer to this one";
      }
    }
  }
}

TEST(CardCheckTest, AnotherAmountThatIsThereIsTakenOverWhereItCanBeOne) {
  const Case c = {v1::AUTHORIZE, v1::REQUEST_WAITING, Said::kNothing, "", absl::Hours(1), absl::Hours(1)};
  for (const int64_t price_yen :
       {int64_t{1}, int64_t{900}, int64_t{999'999'999}, int64_t{0}, int64_t{-1}, int64_t{1'000'000'000}, INT64_MAX}) {
    rccs::Judgement history;
    history.verdict = Verdict::kRefused;
    history.code = "AMOUNT_DIFFERS";
    history.price_yen = price_yen;
    const auto ending = AfterAskingFirst(RequestOf(c), history);
    ASSERT_TRUE(ending.has_value());
    const bool can_be = price_yen >= 1 && price_yen <= 999'999'999;
    EXPECT_EQ(ending->ending, can_be ? Ending::kRefused : Ending::kLost) << price_yen;
    EXPECT_EQ(ending->price_yen, can_be ? std::optional(price_yen) : std::nullopt);
  }
}

// ---- When it is asked for next.

TEST(CardCheckTest, ChecksGetRarerUpToTheLongest) {
  const CheckRules rules;
  absl::Duration last = absl::ZeroDuration();
  for (int checks = 0; checks < 100; ++checks) {
    const absl::Duration next = NextCheckIn(checks, 0.5, rules);
    EXPECT_GE(next, last) << checks;
    EXPECT_LE(next, rules.longest_check) << checks;
    EXPECT_TRUE(checks >= 4 || next > last) << checks;
    last = next;
  }
  EXPECT_EQ(NextCheckIn(0, 0.5, rules), rules.first_check);
  EXPECT_EQ(last, rules.longest_check);
}

TEST(CardCheckTest, ChecksAreSpreadAndNeverAtOnce) {
  const CheckRules rules;
  for (const int checks : {-1, 0, 1, 5, 20, 21, 1000, 2147483647}) {
    const absl::Duration least = NextCheckIn(checks, 0, rules);
    const absl::Duration middle = NextCheckIn(checks, 0.5, rules);
    const absl::Duration most = NextCheckIn(checks, 0.999999, rules);
    EXPECT_LT(least, middle) << checks;
    EXPECT_LT(middle, most) << checks;
    EXPECT_GE(least, rules.first_check / 2) << checks;
    EXPECT_LT(most, 1.25 * rules.longest_check) << checks;
  }
}

// ---- As the company takes it.

TEST(CardCheckTest, OnlyAnAuthorizationNamesItsAmount) {
  for (const auto operation : kOperations) {
    const Case c = {operation, v1::REQUEST_WAITING, Said::kNothing, "", absl::ZeroDuration(), absl::ZeroDuration()};
    const auto order = OrderRequestOf(RequestOf(c));
    EXPECT_EQ(order.shop_order_number, kShopOrder);
    EXPECT_EQ(order.amount_yen, operation == v1::AUTHORIZE ? 1000 : 0);
  }
  EXPECT_EQ(OperationOf(v1::AUTHORIZE), rccs::Operation::kAuthorize);
  EXPECT_EQ(OperationOf(v1::VOID_AUTHORIZATION), rccs::Operation::kVoidAuthorization);
  EXPECT_EQ(OperationOf(v1::CAPTURE), rccs::Operation::kCapture);
  EXPECT_EQ(OperationOf(v1::VOID_CAPTURE), rccs::Operation::kVoidCapture);
}

}  // namespace
}  // namespace juchu::payment
