#include "services/payment/worker/card_check.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/fault/fault.h"

namespace juchu::payment {
namespace {

using Kind = CheckStep::Kind;
using rccs::Verdict;

static_assert(static_cast<int>(rccs::Operation::kAuthorize) == v1::AUTHORIZE &&
              static_cast<int>(rccs::Operation::kVoidAuthorization) == v1::VOID_AUTHORIZATION &&
              static_cast<int>(rccs::Operation::kCapture) == v1::CAPTURE &&
              static_cast<int>(rccs::Operation::kVoidCapture) == v1::VOID_CAPTURE);

constexpr int kFinished = 3;
constexpr char kAmountDiffers[] = "AMOUNT_DIFFERS";
constexpr int64_t kMostYen = 999'999'999;
constexpr char kWayOn[] = "; look the order up in RMS, then ask again, void the card or override the state";

RequestEnding Refused(const QueuedRequest& request, const std::string& code, const std::string& message) {
  RequestEnding ending;
  ending.request = request;
  ending.ending = Ending::kRefused;
  ending.code = code;
  ending.message = message;
  return ending;
}

RequestEnding Lost(const QueuedRequest& request) {
  RequestEnding ending = Refused(request, "RESULT_LOST", absl::StrCat("the card company gave no result", kWayOn));
  ending.ending = Ending::kLost;
  return ending;
}

CheckStep End(RequestEnding ending) {
  CheckStep step;
  step.kind = Kind::kEnd;
  step.ending = std::move(ending);
  return step;
}

CheckStep AskHistory(rccs::Judgement result, bool finished) {
  CheckStep step;
  step.kind = Kind::kAskHistory;
  step.received = true;
  step.result = std::move(result);
  step.finished = finished;
  return step;
}

// The company does not say that it has it.
CheckStep AfterNothing(const QueuedRequest& request, absl::Time now, const CheckRules& rules) {
  if (now - request.first_send_time >= rules.give_up_after) return AskHistory({}, /*finished=*/false);
  CheckStep step;
  // What it has acknowledged it has.
  if (request.state != v1::REQUEST_SENDING) return step;
  // It said no when it was sent, and that was true. To a second sending it says no because it knows the first.
  if (request.sends <= 1 && absl::StartsWith(request.error_code, "RCCS_E")) {
    return End(Refused(request, request.error_code, request.error_message));
  }
  // What a clock that was ahead has sent was sent nobody knows when; sent twice under one number it is done once.
  const absl::Duration since = now - request.send_time;
  if (since >= rules.resend_after || since < -rules.resend_after) step.kind = Kind::kResend;
  return step;
}

}  // namespace

rccs::Operation OperationOf(v1::CardOperation operation) { return static_cast<rccs::Operation>(operation); }

rccs::OrderRequest OrderRequestOf(const QueuedRequest& request) {
  return {request.shop_order_number, request.operation == v1::AUTHORIZE ? request.amount_yen : 0};
}

RequestEnding EndingOf(const QueuedRequest& request, const rccs::Judgement& judgement) {
  RequestEnding ending = Refused(request, judgement.code, judgement.message);
  if (judgement.verdict == Verdict::kDone) {
    ending.ending = Ending::kDone;
  } else if (judgement.code == kAmountDiffers) {
    // An amount that no card can be authorized for is none: nobody knows what is held.
    const int64_t price_yen = judgement.price_yen.value_or(0);
    if (price_yen >= 1 && price_yen <= kMostYen) {
      ending.price_yen = price_yen;
    } else {
      ending.ending = Ending::kLost;
    }
  }
  ending.approval_number = judgement.approval_number;
  ending.transaction_id = judgement.transaction_id;
  ending.of_order = true;
  return ending;
}

CheckStep AfterResult(const QueuedRequest& request, const rccs::RequestResult* result, absl::Time now,
                      const CheckRules& rules) {
  if (result == nullptr || result->status.value_or(0) == 0) return AfterNothing(request, now, rules);
  if (*result->status != kFinished) {
    if (now - request.first_send_time >= rules.give_up_after) return AskHistory({}, /*finished=*/false);
    CheckStep step;
    step.received = true;
    return step;
  }
  auto judgement = rccs::JudgeResult(OperationOf(request.operation), OrderRequestOf(request), *result);
  if (fault::IsPlanted("order-level-error-ignored")) judgement.verdict = Verdict::kDone;
  if (judgement.verdict == Verdict::kDone || judgement.verdict == Verdict::kRefused) {
    return End(EndingOf(request, judgement));
  }
  return AskHistory(std::move(judgement), /*finished=*/true);
}

CheckStep AfterHistory(const QueuedRequest& request, const CheckStep& asked, const rccs::Judgement& history,
                       absl::Time now, const CheckRules& rules) {
  if (history.verdict == Verdict::kDone || history.verdict == Verdict::kRefused) return End(EndingOf(request, history));
  if (asked.finished && history.verdict == Verdict::kPending) {
    // The company is done with the request, and the card is as it was.
    const bool has_code = !asked.result.code.empty();
    return End(Refused(request, has_code ? asked.result.code : "RESULT_UNCLEAR", asked.result.message));
  }
  if (now - request.first_send_time >= rules.give_up_after) return End(Lost(request));
  CheckStep step;
  step.received = asked.received;
  return step;
}

bool IsUnfinished(const std::vector<int64_t>& numbers, const std::vector<rccs::RequestResult>& results) {
  return std::any_of(results.begin(), results.end(), [&](const rccs::RequestResult& result) {
    const bool is_worked_on = result.status.value_or(0) != 0 && *result.status != kFinished;
    return is_worked_on && std::find(numbers.begin(), numbers.end(), result.request_id) != numbers.end();
  });
}

std::optional<RequestEnding> IfGivenUp(const QueuedRequest& request, absl::Time now, const CheckRules& rules) {
  const bool is_out = request.state == v1::REQUEST_SENDING || request.state == v1::REQUEST_SENT;
  const absl::Time since = is_out ? request.first_send_time : request.create_time;
  if (now - since < rules.give_up_after) return std::nullopt;
  return Lost(request);
}

std::optional<RequestEnding> AfterAskingFirst(const QueuedRequest& request, const rccs::Judgement& history) {
  if (history.verdict == Verdict::kDone || history.code == kAmountDiffers) {
    RequestEnding ending = EndingOf(request, history);
    // It was there before this request was.
    if (history.reg_time != absl::InfinitePast()) ending.authorize_time = history.reg_time;
    return ending;
  }
  const bool asks_for_money = request.operation == v1::AUTHORIZE || request.operation == v1::CAPTURE;
  if (!asks_for_money || history.verdict != Verdict::kUnclear) return std::nullopt;
  RequestEnding ending = Refused(request, history.code, absl::StrCat(history.message, kWayOn));
  ending.ending = Ending::kLost;
  return ending;
}

absl::Duration NextCheckIn(int checks, double random, const CheckRules& rules) {
  const absl::Duration full =
      std::min(rules.first_check * (int64_t{1} << std::clamp(checks, 0, 20)), rules.longest_check);
  return full * (0.8 + 0.4 * random);
}

}  // namespace juchu::payment
