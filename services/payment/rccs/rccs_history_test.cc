// JudgeHistory: what the past says about an operation of which no answer came.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/payment/rccs/rccs_judgement.h"

namespace juchu::payment::rccs {
namespace {

constexpr char kOrder[] = "338459-20180822-00001731";
const absl::Time kAskedTime = absl::FromUnixSeconds(1'535'457'200);
// A row from before the operation, whatever the clocks; from within the slack; from after it; without a time.
const absl::Time kBefore = kAskedTime - kClockSlack;
const absl::Time kShortlyBefore = kAskedTime - kClockSlack + absl::Seconds(1);
const absl::Time kAfter = kAskedTime;
const absl::Time kUndated = absl::InfinitePast();

OrderResult Row(std::optional<int> status, absl::Time time, std::optional<int64_t> price = 108,
                const std::string& code = kCodeOk, const std::string& ccs_code = "000000") {
  OrderResult row;
  row.shop_order_number = kOrder;
  row.error_code = code;
  row.ccs_error_code = ccs_code;
  row.card_status = status;
  row.price_yen = price;
  row.reg_time = time;
  return row;
}

Judgement Judge(Operation operation, const std::vector<OrderResult>& rows) {
  OrderResult other = Row(42, kAfter + absl::Hours(1));
  other.shop_order_number = "338459-20180822-00001732";
  std::vector<OrderResult> history = rows;
  history.insert(history.begin(), other);
  history.push_back(other);
  return JudgeHistory(operation, {kOrder, 108}, kAskedTime, history);
}

char Letter(Operation operation, const std::vector<OrderResult>& rows) {
  switch (Judge(operation, rows).verdict) {
    case Verdict::kDone:
      return 'D';
    case Verdict::kRefused:
      return 'R';
    case Verdict::kPending:
      return 'P';
    case Verdict::kUnclear:
      return 'U';
  }
  return '?';
}

// The verdicts on one row of this status: from before, shortly before, after, and without a time; each first with codes
// of success, then with an error of RCCS, then with one of the card company only.
std::string Letters(Operation operation, std::optional<int> status) {
  std::string letters;
  for (const absl::Time time : {kBefore, kShortlyBefore, kAfter, kUndated}) {
    if (!letters.empty()) letters += ' ';
    letters += Letter(operation, {Row(status, time)});
    letters += Letter(operation, {Row(status, time, 108, "RCCS_E22-822", "210G55")});
    letters += Letter(operation, {Row(status, time, 108, kCodeOk, "210G55")});
  }
  return letters;
}

TEST(JudgeHistory, AuthorizationByTheCardsStatus) {
  const std::map<int, std::string> expected = {
      {1, "PPP PPP PPP PPP"},  {12, "DDD DDD DDD DDD"}, {13, "PPP RRR RRR UUU"}, {22, "UUU UUU UUU UUU"},
      {23, "UUU UUU UUU UUU"}, {42, "PPP PPP UUU UUU"}, {52, "UUU UUU UUU UUU"}, {77, "UUU UUU UUU UUU"}};
  for (const auto& [status, letters] : expected) EXPECT_EQ(Letters(Operation::kAuthorize, status), letters) << status;
  EXPECT_EQ(Letters(Operation::kAuthorize, std::nullopt), "UUU UUU UUU UUU");
}

TEST(JudgeHistory, VoidedAuthorizationByTheCardsStatus) {
  const std::map<int, std::string> expected = {
      {1, "UUU UUU UUU UUU"},  {12, "PPP PPP PPP PPP"}, {13, "UUU UUU UUU UUU"}, {22, "UUU UUU UUU UUU"},
      {23, "UUU UUU UUU UUU"}, {42, "DDD DDD DDD DDD"}, {52, "UUU UUU UUU UUU"}, {77, "PPP PPP DRU UUU"}};
  for (const auto& [status, letters] : expected) {
    EXPECT_EQ(Letters(Operation::kVoidAuthorization, status), letters) << status;
  }
}

TEST(JudgeHistory, CaptureByTheCardsStatus) {
  const std::map<int, std::string> expected = {
      {1, "UUU UUU UUU UUU"},  {12, "PPP PPP PPP PPP"}, {13, "UUU UUU UUU UUU"}, {22, "DUU DUU DUU DUU"},
      {23, "PPP RRR RRR UUU"}, {42, "UUU UUU UUU UUU"}, {52, "UUU UUU UUU UUU"}, {77, "PPP PPP DRU UUU"}};
  for (const auto& [status, letters] : expected) EXPECT_EQ(Letters(Operation::kCapture, status), letters) << status;
}

TEST(JudgeHistory, VoidedCaptureByTheCardsStatus) {
  const std::map<int, std::string> expected = {
      {1, "UUU UUU UUU UUU"},  {12, "PPP PPP PPP PPP"}, {13, "UUU UUU UUU UUU"}, {22, "PPP PPP PPP PPP"},
      {23, "UUU UUU UUU UUU"}, {42, "DDD DDD DDD DDD"}, {52, "DUU DUU DUU DUU"}, {77, "PPP PPP DRU UUU"}};
  for (const auto& [status, letters] : expected) EXPECT_EQ(Letters(Operation::kVoidCapture, status), letters) << status;
}

TEST(JudgeHistory, NothingSeenProvesNothing) {
  EXPECT_EQ(Letter(Operation::kAuthorize, {}), 'P');
  EXPECT_EQ(Judge(Operation::kAuthorize, {}).code, "");
  for (const Operation operation : {Operation::kVoidAuthorization, Operation::kCapture, Operation::kVoidCapture}) {
    EXPECT_EQ(Letter(operation, {}), 'U');
    EXPECT_EQ(Judge(operation, {}).code, "ORDER_MISSING");
  }
}

TEST(JudgeHistory, AnotherAmountIsNotTheOneAskedFor) {
  for (const absl::Time time : {kBefore, kAfter, kUndated}) {
    const Judgement judgement = Judge(Operation::kAuthorize, {Row(12, time, 109)});
    EXPECT_EQ(judgement.verdict, Verdict::kRefused);
    EXPECT_EQ(judgement.code, "AMOUNT_DIFFERS");
    EXPECT_EQ(judgement.price_yen, 109);
  }
  EXPECT_EQ(Judge(Operation::kAuthorize, {Row(12, kAfter, std::nullopt)}).code, "PRICE_MISSING");
  EXPECT_EQ(Letter(Operation::kAuthorize, {Row(12, kAfter, std::nullopt)}), 'U');
  // The others are not asked for an amount.
  EXPECT_EQ(Letter(Operation::kCapture, {Row(22, kAfter, 109)}), 'D');
}

TEST(JudgeHistory, TheReasonOfARefusalIsTheMostExact) {
  EXPECT_EQ(Judge(Operation::kAuthorize, {Row(13, kAfter, 108, "RCCS_E22-822", "210G55")}).code, "RCCS_E22-822");
  EXPECT_EQ(Judge(Operation::kAuthorize, {Row(13, kAfter, 108, kCodeOk, "210G55")}).code, "210G55");
  EXPECT_EQ(Judge(Operation::kAuthorize, {Row(13, kAfter, 108, "", "")}).code, "CARD_STATUS_13");
}

TEST(JudgeHistory, TheNewestRowIsTheCardsState) {
  const OrderResult authorized = Row(12, kBefore - absl::Hours(2));
  const OrderResult captured = Row(22, kBefore - absl::Hours(1));
  const OrderResult voided = Row(52, kAfter);
  for (const std::vector<OrderResult>& rows :
       {std::vector<OrderResult>{authorized, captured, voided}, std::vector<OrderResult>{voided, captured, authorized},
        std::vector<OrderResult>{captured, voided, authorized, voided, captured}}) {
    EXPECT_EQ(Letter(Operation::kVoidCapture, rows), 'D');
    EXPECT_EQ(Letter(Operation::kCapture, rows), 'U');
    EXPECT_EQ(Letter(Operation::kAuthorize, rows), 'U');
  }
  EXPECT_EQ(Letter(Operation::kVoidCapture, {authorized, captured}), 'P');
  EXPECT_EQ(Letter(Operation::kCapture, {authorized, captured}), 'D');
  EXPECT_EQ(Judge(Operation::kCapture, {captured, authorized}).reg_time, captured.reg_time);
  // A failed first try, then the one that was asked for.
  EXPECT_EQ(Letter(Operation::kAuthorize, {Row(13, kShortlyBefore), Row(12, kAfter)}), 'D');
  // Authorized, and since then voided by somebody: not an authorization that stands.
  EXPECT_EQ(Letter(Operation::kAuthorize, {Row(12, kAfter), Row(42, kAfter + absl::Minutes(1))}), 'U');
}

TEST(JudgeHistory, RowsThatCannotBeOrderedDecideNothing) {
  EXPECT_EQ(Letter(Operation::kAuthorize, {Row(12, kAfter), Row(12, kAfter)}), 'D');
  EXPECT_EQ(Judge(Operation::kAuthorize, {Row(12, kAfter), Row(13, kAfter)}).code, "RESULTS_CONTRADICT");
  EXPECT_EQ(Judge(Operation::kAuthorize, {Row(13, kAfter), Row(12, kAfter), Row(12, kAfter)}).code,
            "RESULTS_CONTRADICT");
  EXPECT_EQ(Letter(Operation::kAuthorize, {Row(13, kBefore), Row(1, kBefore), Row(12, kAfter)}), 'D');
  EXPECT_EQ(Judge(Operation::kAuthorize, {Row(12, kAfter), Row(42, kUndated)}).code, "TIME_MISSING");
  EXPECT_EQ(Judge(Operation::kAuthorize, {Row(42, kUndated), Row(12, kAfter)}).code, "TIME_MISSING");
  EXPECT_EQ(Letter(Operation::kAuthorize, {Row(12, kUndated), Row(12, kUndated)}), 'D');
  EXPECT_EQ(Letter(Operation::kAuthorize, {Row(12, kUndated), Row(13, kUndated)}), 'U');
}

// A void shortly after its capture: the capture's row, whatever its unknown number, is not the void's.
TEST(JudgeHistory, WhatWasDoneShortlyBeforeIsNotTakenForWhatIsAsked) {
  EXPECT_EQ(Letter(Operation::kVoidCapture, {Row(77, kAskedTime - absl::Seconds(1))}), 'P');
}

}  // namespace
}  // namespace juchu::payment::rccs
