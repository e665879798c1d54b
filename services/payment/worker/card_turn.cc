#include "services/payment/worker/card_turn.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/fault/fault.h"
#include "common/log/log.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/payment/rccs/rccs_messages.h"

namespace juchu::payment {
namespace {

using Kind = CheckStep::Kind;

// Requests whose results are asked for in one turn, and company's numbers in one call.
constexpr int kMostChecks = 2000;
constexpr size_t kMostNumbers = 50;
constexpr int kMostHistories = 200;
// A company that answers nothing else is as good as away.
constexpr int kMostRefusals = 20;
constexpr char kEarlierUnfinished[] = "EARLIER_UNFINISHED";
// How far around a request its history is looked for.
constexpr int kHistoryDays = 1;
constexpr v1::CardOperation kOperations[] = {v1::VOID_AUTHORIZATION, v1::VOID_CAPTURE, v1::AUTHORIZE, v1::CAPTURE};

absl::CivilDay DayInJapan(absl::Time time) {
  static const absl::TimeZone kJapan = absl::FixedTimeZone(9 * 60 * 60);
  return absl::ToCivilDay(time, kJapan);
}

// What is kept with a request: the company's own code where it said one.
std::pair<std::string, std::string> CodeOf(const absl::Status& status) {
  const auto info = GetErrorInfo(status);
  if (!info.has_value()) return {absl::StatusCodeToString(status.code()), ""};
  const auto find = [&](const char* key) {
    const auto it = info->metadata.find(key);
    return it == info->metadata.end() ? "" : it->second;
  };
  if (info->reason == "RCCS_REFUSED") return {find("rccs_error_code"), find("rccs_message")};
  return {info->reason, std::string(status.message())};
}

// There was no answer, of whatever kind.
bool IsAway(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason == "RCCS_UNREACHABLE" || reason == "RCCS_NO_ANSWER";
}

// The company surely has nothing of what was sent.
bool IsSurelyNotSent(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  return reason == "RCCS_UNREACHABLE" || reason == "RCCS_HTTP_REFUSED" || absl::IsInvalidArgument(status);
}

std::string NameOf(v1::CardOperation operation) { return v1::CardOperation_Name(operation); }

}  // namespace

bool CardTurn::IsOver() const { return !reached_ || clock_.Now() + options_.last_call >= turn_.lease_end; }

absl::Time CardTurn::CheckTime(int checks) {
  return clock_.Now() + NextCheckIn(checks, absl::Uniform<double>(random_, 0, 1), options_.checks);
}

absl::Status CardTurn::Unanswered(const Requests& requests, const absl::Status& answer) {
  if (ReasonOf(answer) != kEarlierUnfinished) ++refusals_;
  if (IsAway(answer) || (answers_ == 0 && refusals_ >= kMostRefusals)) reached_ = false;
  std::vector<RequestEnding> endings;
  std::map<int, Requests> waiting;
  for (const auto& request : requests) {
    auto ending = IfGivenUp(request, clock_.Now(), options_.checks);
    if (ending.has_value()) {
      endings.push_back(*std::move(ending));
    } else {
      waiting[reached_ ? request.checks + 1 : turn_.failures].push_back(request);
    }
  }
  JUCHU_RETURN_IF_ERROR(queue_.End(turn_, endings, Deadline()));
  // Not what the company said to the request itself.
  const auto [code, message] = CodeOf(answer);
  for (const auto& [checks, some] : waiting) {
    JUCHU_RETURN_IF_ERROR(queue_.PutOff(turn_, some, CheckTime(checks), "ASKING_" + code, message, Deadline()));
  }
  return absl::OkStatus();
}

absl::Status CardTurn::Unreached(const Requests& requests, const absl::Status& answer) {
  reached_ = false;
  const auto [code, message] = CodeOf(answer);
  Log(LogLevel::kWarning, "card_company_unreached",
      {{"tenant", turn_.tenant},
       {"shop_id", turn_.shop_id},
       {"code", code},
       {"failures", int64_t{turn_.failures} + 1}});
  return queue_.PutOff(turn_, requests, CheckTime(turn_.failures), code, message, Deadline());
}

// ---- Results.

absl::Status CardTurn::Check() {
  JUCHU_ASSIGN_OR_RETURN(const Requests due, queue_.Due(turn_, kMostChecks, Deadline()));
  // All that went with one number are asked for, put off and sent again together.
  std::map<int64_t, Requests> by_number;
  for (const auto& request : due) by_number[request.company_request_id].push_back(request);
  Requests some;
  size_t numbers = 0;
  for (const auto& [number, requests] : by_number) {
    some.insert(some.end(), requests.begin(), requests.end());
    if (++numbers % kMostNumbers != 0 && numbers < by_number.size()) continue;
    if (IsOver()) return absl::OkStatus();
    JUCHU_RETURN_IF_ERROR(CheckSome(some));
    some.clear();
  }
  return absl::OkStatus();
}

absl::Status CardTurn::CheckSome(const Requests& requests) {
  std::set<int64_t> numbers;
  for (const auto& request : requests) numbers.insert(request.company_request_id);
  const auto results = company_.GetResults(account_, std::vector<int64_t>(numbers.begin(), numbers.end()), Deadline());
  if (results.ok()) {
    ++answers_;
    return TakeSteps(requests, *results);
  }
  if (numbers.size() == 1 || IsAway(results.status())) return Unanswered(requests, results.status());
  // One number may be what the company refuses to speak of; the others must not suffer for it.
  for (const int64_t number : numbers) {
    if (IsOver()) return absl::OkStatus();
    Requests alone;
    for (const auto& request : requests) {
      if (request.company_request_id == number) alone.push_back(request);
    }
    JUCHU_RETURN_IF_ERROR(CheckSome(alone));
  }
  return absl::OkStatus();
}

absl::Status CardTurn::TakeSteps(const Requests& requests, const std::vector<rccs::RequestResult>& results) {
  std::map<int64_t, const rccs::RequestResult*> by_number;
  for (const auto& result : results) by_number[result.request_id] = &result;
  std::vector<RequestEnding> endings;
  Requests received;
  std::map<int, Requests> waiting;
  std::map<int64_t, Requests> resend;
  int histories = 0;
  for (const auto& request : requests) {
    const auto it = by_number.find(request.company_request_id);
    CheckStep step = AfterResult(request, it == by_number.end() ? nullptr : it->second, clock_.Now(), options_.checks);
    if (step.kind == Kind::kAskHistory) {
      // The rest comes in the next turn.
      if (++histories > kMostHistories || IsOver()) continue;
      const auto history = History(request);
      if (!history.ok()) {
        JUCHU_RETURN_IF_ERROR(Unanswered({request}, history.status()));
        if (!reached_) break;
        continue;
      }
      step = AfterHistory(request, step, *history, clock_.Now(), options_.checks);
    }
    if (step.received && request.state == v1::REQUEST_SENDING) received.push_back(request);
    if (step.kind == Kind::kEnd) endings.push_back(std::move(step.ending));
    if (step.kind == Kind::kWait) waiting[request.checks].push_back(request);
    if (step.kind == Kind::kResend) resend[request.company_request_id].push_back(request);
  }
  JUCHU_RETURN_IF_ERROR(queue_.End(turn_, endings, Deadline()));
  JUCHU_RETURN_IF_ERROR(queue_.MarkSent(turn_, received, CheckTime(0), Deadline()));
  for (const auto& [checks, some] : waiting) {
    JUCHU_RETURN_IF_ERROR(queue_.PutOff(turn_, some, CheckTime(checks + 1), "", "", Deadline()));
  }
  for (const auto& [number, some] : resend) {
    if (IsOver()) return absl::OkStatus();
    JUCHU_ASSIGN_OR_RETURN(const Requests again, queue_.BeginSending(turn_, number, some, CheckTime(0), Deadline()));
    JUCHU_RETURN_IF_ERROR(SendNumbered(again));
  }
  return absl::OkStatus();
}

absl::StatusOr<rccs::Judgement> CardTurn::History(const QueuedRequest& request) {
  const absl::Time asked = request.first_send_time;
  rccs::ResultSearch search;
  // What was asked for earlier may be what holds still.
  search.from = DayInJapan(std::min(request.history_begin, asked - options_.checks.give_up_after)) - kHistoryDays;
  search.to = DayInJapan(clock_.Now()) + kHistoryDays;
  search.shop_order_number = request.shop_order_number;
  JUCHU_ASSIGN_OR_RETURN(const auto history, company_.GetResultAll(account_, search, Deadline()));
  ++answers_;
  return rccs::JudgeHistory(OperationOf(request.operation), OrderRequestOf(request), asked, history);
}

// ---- Requests.

absl::StatusOr<rccs::Judgement> CardTurn::SettledHistory(const QueuedRequest& request,
                                                         const std::vector<int64_t>& lost_numbers) {
  if (!lost_numbers.empty()) {
    JUCHU_ASSIGN_OR_RETURN(const auto results, company_.GetResults(account_, lost_numbers, Deadline()));
    ++answers_;
    if (IsUnfinished(lost_numbers, results)) {
      return FailedPrecondition(kEarlierUnfinished, "the card company still works on what was asked for earlier");
    }
  }
  return History(request);
}

absl::Status CardTurn::AskFirst() {
  for (const v1::CardOperation operation : kOperations) {
    if (IsOver()) return absl::OkStatus();
    JUCHU_ASSIGN_OR_RETURN(const Requests waiting,
                           queue_.Waiting(turn_, operation, /*asks_first=*/true, kMostHistories, Deadline()));
    JUCHU_ASSIGN_OR_RETURN(auto lost_numbers, queue_.LostNumbers(turn_, waiting, Deadline()));
    std::vector<RequestEnding> endings;
    Requests to_send;
    for (const auto& request : waiting) {
      if (IsOver()) break;
      const auto history = SettledHistory(request, lost_numbers[request.order_number]);
      if (!history.ok()) {
        JUCHU_RETURN_IF_ERROR(Unanswered({request}, history.status()));
        if (!reached_) break;
        continue;
      }
      auto ending = AfterAskingFirst(request, *history);
      if (ending.has_value()) {
        endings.push_back(*std::move(ending));
      } else {
        to_send.push_back(request);
      }
    }
    JUCHU_RETURN_IF_ERROR(queue_.End(turn_, endings, Deadline()));
    JUCHU_RETURN_IF_ERROR(queue_.LetBeSent(turn_, to_send, Deadline()));
  }
  return absl::OkStatus();
}

absl::Status CardTurn::Send() {
  for (const v1::CardOperation operation : kOperations) JUCHU_RETURN_IF_ERROR(SendOperation(operation));
  return absl::OkStatus();
}

absl::Status CardTurn::SendOperation(v1::CardOperation operation) {
  for (int sent = 0; sent < options_.most_requests && !IsOver(); ++sent) {
    JUCHU_ASSIGN_OR_RETURN(const Requests waiting,
                           queue_.Waiting(turn_, operation, /*asks_first=*/false, options_.most_orders, Deadline()));
    if (waiting.empty()) return absl::OkStatus();
    JUCHU_ASSIGN_OR_RETURN(const Requests writable, WithoutUnwritable(waiting));
    if (!writable.empty()) JUCHU_RETURN_IF_ERROR(SendTogether(writable));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<QueuedRequest>> CardTurn::WithoutUnwritable(const Requests& waiting) {
  Requests writable;
  std::vector<RequestEnding> endings;
  for (const auto& request : waiting) {
    const auto text = rccs::WriteRequest(account_, OperationOf(request.operation), 1, {OrderRequestOf(request)});
    if (text.ok()) {
      writable.push_back(request);
      continue;
    }
    RequestEnding ending;
    ending.request = request;
    ending.ending = Ending::kRefused;
    std::tie(ending.code, ending.message) = CodeOf(text.status());
    endings.push_back(std::move(ending));
  }
  JUCHU_RETURN_IF_ERROR(queue_.End(turn_, endings, Deadline()));
  return writable;
}

absl::Status CardTurn::SendTogether(const Requests& waiting) {
  const auto number = company_.GetRequestId(account_, Deadline());
  if (!number.ok()) return Unreached(waiting, number.status());
  JUCHU_ASSIGN_OR_RETURN(const Requests requests,
                         queue_.BeginSending(turn_, *number, waiting, CheckTime(0), Deadline()));
  return SendNumbered(requests);
}

absl::Status CardTurn::SendNumbered(const Requests& requests) {
  if (requests.empty()) return absl::OkStatus();
  const v1::CardOperation operation = requests.front().operation;
  std::vector<rccs::OrderRequest> orders;
  for (const auto& request : requests) orders.push_back(OrderRequestOf(request));
  if (fault::Fails("company.before_call", NameOf(operation))) return absl::UnavailableError("a fault point");
  if (fault::IsPlanted("card-sent-before-written")) {
    JUCHU_RETURN_IF_ERROR(queue_.ReturnToWaiting(turn_, requests, clock_.Now(), "", "", Deadline()));
  }
  const absl::Status answer =
      company_.Request(account_, OperationOf(operation), requests.front().company_request_id, orders, Deadline());
  if (fault::Fails("company.after_call", NameOf(operation))) return absl::UnavailableError("a fault point");
  // That nothing has left now says nothing of an earlier sending under the same number.
  const bool surely_not_sent = IsSurelyNotSent(answer) && requests.front().sends == 0;
  sent_ = sent_ || !surely_not_sent;
  if (ReasonOf(answer) == "RCCS_UNREACHABLE") reached_ = false;
  Log(LogLevel::kInfo, "card_requests_sent",
      {{"tenant", turn_.tenant},
       {"shop_id", turn_.shop_id},
       {"operation", NameOf(operation)},
       {"orders", static_cast<int64_t>(requests.size())},
       {"company_request_id", requests.front().company_request_id},
       {"code", answer.ok() ? "OK" : CodeOf(answer).first}});
  return AfterSending(requests, answer, surely_not_sent);
}

absl::Status CardTurn::AfterSending(const Requests& requests, const absl::Status& answer, bool surely_not_sent) {
  if (fault::IsPlanted("card-sent-before-written")) {
    JUCHU_RETURN_IF_ERROR(
        queue_.BeginSending(turn_, requests.front().company_request_id, requests, CheckTime(0), Deadline()).status());
  }
  if (answer.ok()) return queue_.MarkSent(turn_, requests, CheckTime(0), Deadline());
  const auto [code, message] = CodeOf(answer);
  if (!surely_not_sent && fault::IsPlanted("lost-answer-sent-anew")) {
    return queue_.ReturnToWaiting(turn_, requests, clock_.Now(), code, message, Deadline());
  }
  // Whether it has them, the results will say.
  if (!surely_not_sent) return queue_.PutOff(turn_, requests, CheckTime(0), code, message, Deadline());
  if (!reached_) return queue_.ReturnToWaiting(turn_, requests, clock_.Now(), code, message, Deadline());
  // One of them is what the company cannot stomach; the others must not suffer for it.
  if (requests.size() > 1) {
    JUCHU_RETURN_IF_ERROR(queue_.ReturnToWaiting(turn_, requests, clock_.Now(), code, message, Deadline()));
    const auto middle = requests.begin() + static_cast<std::ptrdiff_t>(requests.size() / 2);
    if (!IsOver()) JUCHU_RETURN_IF_ERROR(SendTogether(Requests(requests.begin(), middle)));
    if (!IsOver()) JUCHU_RETURN_IF_ERROR(SendTogether(Requests(middle, requests.end())));
    return absl::OkStatus();
  }
  RequestEnding ending;
  ending.request = requests.front();
  ending.ending = Ending::kRefused;
  ending.code = code;
  ending.message = message;
  return queue_.End(turn_, {ending}, Deadline());
}

}  // namespace juchu::payment
