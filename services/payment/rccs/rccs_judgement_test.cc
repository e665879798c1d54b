// JudgeResult over everything that its answer can depend on, against a rule that is stated here once more.
#include "services/payment/rccs/rccs_judgement.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/payment/rccs/rccs_messages.h"
#include "services/payment/rccs/rccs_test_messages.h"

namespace juchu::payment::rccs {
namespace {

constexpr char kOrder[] = "338459-20180531-00000703";
constexpr int64_t kAsked = 208;

enum class Shown { kAbsent, kOnce, kTwiceTheSame, kTwiceDiffering };

struct Case {
  Operation operation;
  std::optional<int> request_status;
  std::string request_code;
  Shown shown;
  std::string order_code;
  std::string ccs_code;
  std::optional<int> card_status;
  std::optional<int64_t> price;

  std::string Name() const {
    return absl::StrCat("operation ", static_cast<int>(operation), ", status ", request_status.value_or(-1), ", code '",
                        request_code, "', shown ", static_cast<int>(shown), ", order '", order_code, "', ccs '",
                        ccs_code, "', card ", card_status.value_or(-1), ", price ", price.value_or(-1));
  }
};

OrderResult OrderOf(const Case& c) {
  OrderResult order;
  order.shop_order_number = kOrder;
  order.error_code = c.order_code;
  order.ccs_error_code = c.ccs_code;
  order.approval_number = "4730007";
  order.transaction_id = "18053110094638800185672603000100";
  order.card_status = c.card_status;
  order.price_yen = c.price;
  return order;
}

RequestResult ResultOf(const Case& c) {
  RequestResult result;
  result.request_id = 1;
  result.status = c.request_status;
  result.error_code = c.request_code;
  OrderResult neighbour = OrderOf(c);
  neighbour.shop_order_number = "338459-20180531-00000704";
  result.orders.push_back(neighbour);
  if (c.shown != Shown::kAbsent) result.orders.push_back(OrderOf(c));
  if (c.shown == Shown::kTwiceTheSame) result.orders.push_back(OrderOf(c));
  if (c.shown == Shown::kTwiceDiffering) {
    OrderResult other = OrderOf(c);
    other.approval_number = "4730008";
    result.orders.push_back(other);
  }
  result.orders.push_back(neighbour);
  return result;
}

// Which card statuses go together with success; -1: none is given.
bool FitsSuccess(Operation operation, int status) {
  const bool unknown = status == -1 || status == 77;
  switch (operation) {
    case Operation::kAuthorize:
      return status == 12;
    case Operation::kVoidAuthorization:
      return unknown || status == 42;
    case Operation::kCapture:
      return unknown || status == 22;
    case Operation::kVoidCapture:
      return unknown || status == 42 || status == 52;
  }
  return false;
}

// Done is what all levels call done. Refused is what the order's own code refuses while the card does not say the
// contrary, and an authorization of another amount. Not finished is pending. What is left is unclear.
Verdict Expected(const Case& c) {
  const int card = c.card_status.value_or(-1);
  const bool one_result = c.shown == Shown::kOnce || c.shown == Shown::kTwiceTheSame;
  const bool all_success = c.request_code == "RCCS_N00-000" && c.order_code == "RCCS_N00-000" &&
                           (c.ccs_code.empty() || c.ccs_code == "000000") && FitsSuccess(c.operation, card);
  const bool says_done = card != -1 && card != 77 && FitsSuccess(c.operation, card);
  if (c.request_status != 3) return Verdict::kPending;
  if (!one_result) return Verdict::kUnclear;
  if (all_success && c.operation != Operation::kAuthorize) return Verdict::kDone;
  if (all_success && c.price == kAsked) return Verdict::kDone;
  if (all_success && c.price.has_value()) return Verdict::kRefused;
  if (c.order_code == "RCCS_E22-822" && !says_done) return Verdict::kRefused;
  return Verdict::kUnclear;
}

const Operation kOperations[] = {Operation::kAuthorize, Operation::kVoidAuthorization, Operation::kCapture,
                                 Operation::kVoidCapture};
const std::optional<int> kRequestStatuses[] = {std::nullopt, 1, 2, 3, 4};
const char* const kCodes[] = {"RCCS_N00-000", "RCCS_E22-822", ""};
const Shown kShown[] = {Shown::kAbsent, Shown::kOnce, Shown::kTwiceTheSame, Shown::kTwiceDiffering};
const char* const kCcsCodes[] = {"", "000000", "210G55", "000001"};
const std::optional<int> kCards[] = {std::nullopt, 1, 12, 13, 22, 23, 42, 52, 77};
const std::optional<int64_t> kPrices[] = {std::nullopt, kAsked, kAsked + 1, 0};

template <typename Visit>
void ForEachCase(const Visit& visit) {
  for (const Operation operation : kOperations)
    for (const std::optional<int> status : kRequestStatuses)
      for (const char* const request_code : kCodes)
        for (const Shown shown : kShown)
          for (const char* const order_code : kCodes)
            for (const char* const ccs_code : kCcsCodes)
              for (const std::optional<int> card : kCards)
                for (const std::optional<int64_t> price : kPrices)
                  visit(Case{operation, status, request_code, shown, order_code, ccs_code, card, price});
}

TEST(JudgeResult, IsAsStatedInEveryCase) {
  int cases = 0;
  int done = 0;
  ForEachCase([&](const Case& c) {
    ++cases;
    const Judgement judgement = JudgeResult(c.operation, {kOrder, kAsked}, ResultOf(c));
    ASSERT_EQ(judgement.verdict, Expected(c)) << c.Name();
    if (judgement.verdict == Verdict::kDone) {
      ++done;
      EXPECT_EQ(judgement.code, kCodeOk);
      EXPECT_EQ(judgement.approval_number, "4730007");
      EXPECT_EQ(judgement.transaction_id, "18053110094638800185672603000100");
    }
    if (judgement.verdict == Verdict::kRefused || judgement.verdict == Verdict::kUnclear) {
      EXPECT_NE(judgement.code, "") << c.Name();
      EXPECT_NE(judgement.code, kCodeOk) << c.Name();
    }
  });
  EXPECT_EQ(cases, 4 * 5 * 3 * 4 * 3 * 4 * 9 * 4);
  // Of the authorization: 2 ways to show it, 2 codes of the card company; of the others also every price, and 3, 3 and
  // 4 card statuses.
  EXPECT_EQ(done, 2 * 2 + 2 * 2 * 4 * (3 + 3 + 4));
}

// What a real server answered: reply and request say 正常終了, and the order failed.
TEST(JudgeResult, AFailedOrderInASuccessfulRequestIsAFailure) {
  const std::string order =
      TestOrder({{"approvalNumber", "0000000"},
                 {"cardStatus", "13"},
                 {"ccsErrorCode", "210G55"},
                 {"errorCode", "RCCS_E22-822"},
                 {"message", "限度額オーバー：R-Card Plus クレジットサポートセンターへお問合せください。"},
                 {"orderNumber", kOrder},
                 {"price", "208"},
                 {"transactionId", "18053110094638800185672603000100"}});
  const auto results =
      ReadResults(TestAnswer("getRCCSResult", absl::StrCat(kTestReplyOk, TestRequest("167316941", "3", order))));
  ASSERT_TRUE(results.ok()) << results.status();
  const Judgement judgement = JudgeResult(Operation::kAuthorize, {kOrder, kAsked}, results->front());
  EXPECT_EQ(judgement.verdict, Verdict::kRefused);
  EXPECT_EQ(judgement.code, "RCCS_E22-822");
  EXPECT_EQ(judgement.message, "限度額オーバー：R-Card Plus クレジットサポートセンターへお問合せください。");
  EXPECT_EQ(judgement.price_yen, 208);
}

TEST(JudgeResult, SaysWhichAmountIsHeld) {
  RequestResult result = ResultOf({Operation::kAuthorize, 3, kCodeOk, Shown::kOnce, kCodeOk, "", 12, 999});
  const Judgement judgement = JudgeResult(Operation::kAuthorize, {kOrder, kAsked}, result);
  EXPECT_EQ(judgement.code, "AMOUNT_DIFFERS");
  EXPECT_EQ(judgement.price_yen, 999);
}

TEST(JudgeResult, ARequestThatFailedWithoutTheOrderGivesItsCode) {
  RequestResult result;
  result.status = 3;
  result.error_code = "RCCS_E10-100";
  result.message = "システムエラー";
  const Judgement judgement = JudgeResult(Operation::kCapture, {kOrder}, result);
  EXPECT_EQ(judgement.verdict, Verdict::kUnclear);
  EXPECT_EQ(judgement.code, "RCCS_E10-100");
  EXPECT_EQ(judgement.message, "システムエラー");
}

TEST(JudgeResult, ResultsThatDifferInTheirWordsOnlyAreOne) {
  RequestResult result = ResultOf({Operation::kCapture, 3, kCodeOk, Shown::kTwiceTheSame, kCodeOk, "", 22, 208});
  result.orders[1].message = "OK";
  EXPECT_EQ(JudgeResult(Operation::kCapture, {kOrder}, result).verdict, Verdict::kDone);
  result.orders[1].card_status = 23;
  EXPECT_EQ(JudgeResult(Operation::kCapture, {kOrder}, result).verdict, Verdict::kUnclear);
}

}  // namespace
}  // namespace juchu::payment::rccs
