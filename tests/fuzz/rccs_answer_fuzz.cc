// Answers of the card company in any state: what is read of them is bounded and clean, what is wrong with them is said
// without their bytes, and no judgement finds an authorization where the answer does not say so.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status/error.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/text_decoder.h"
#include "services/payment/rccs/rccs_judgement.h"
#include "services/payment/rccs/rccs_messages.h"
#include "services/payment/rccs/rccs_text.h"
#include "tests/fuzz/require.h"

namespace juchu::payment::rccs {
namespace {

using fuzz::Require;

constexpr int kAuthorized = 12;
constexpr int kFinished = 3;
constexpr Operation kOperations[] = {Operation::kAuthorize, Operation::kVoidAuthorization, Operation::kCapture,
                                     Operation::kVoidCapture};
constexpr char kUnknownOrder[] = "no-such-order";
// Judging grows with the square of the orders; the company itself is not asked for more.
constexpr size_t kMostJudged = 20;

// Whether a run of 13 to 19 half-width digits stands in `text`. Written apart from the mask that it checks, and
// simpler. What a cut has left of a longer run is none.
bool HoldsLongNumber(absl::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      ++digits;
      continue;
    }
    if (digits >= 13 && digits <= 19) return true;
    digits = 0;
  }
  return digits >= 13 && digits <= 19 && gateway::CountCharacters(text) < kMaxMessageCharacters;
}

void CheckText(absl::string_view text, size_t most) {
  Require(gateway::IsStrictUtf8(text), "a text is UTF-8");
  Require(gateway::CountCharacters(text) <= most, "a text is bounded");
  Require(std::none_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_iscntrl(c); }),
          "a text is one line");
  Require(text == absl::StripAsciiWhitespace(text), "a text has no blanks at its ends");
}

void CheckMessage(absl::string_view text) {
  CheckText(text, kMaxMessageCharacters);
  Require(!HoldsLongNumber(text), "a message holds no number that may be a card's");
}

void CheckError(const absl::Status& status) {
  const auto info = GetErrorInfo(status);
  Require(info.has_value(), "an error has its reason");
  Require(std::all_of(status.message().begin(), status.message().end(), [](char c) { return c >= 0x20 && c < 0x7F; }),
          "an error's message is ours");
  if (info->reason == "RCCS_ANSWER_UNREADABLE") {
    Require(status.code() == absl::StatusCode::kDataLoss, "an unreadable answer is lost data");
    Require(absl::StartsWith(status.message(), "the answer of RCCS cannot be read: "), "and is called so");
    Require(info->metadata.empty(), "nothing of an unreadable answer is passed on");
    return;
  }
  const bool is_fault = info->reason == "RCCS_FAULT" && status.code() == absl::StatusCode::kUnknown;
  const bool is_refused = info->reason == "RCCS_REFUSED" && status.code() == absl::StatusCode::kFailedPrecondition;
  Require(is_fault || is_refused, "an answer is unreadable, a fault or a refusal");
  Require(status.message() == (is_fault ? "RCCS answered with a SOAP fault" : "RCCS refused the call"),
          "what is passed on of an answer stands apart");
  Require(info->metadata.size() == 2, "and is its code and its text alone");
  for (const auto& [key, value] : info->metadata) {
    Require(key == "rccs_error_code" || key == "rccs_message", "under their names");
    CheckMessage(value);
  }
}

void CheckOrder(const OrderResult& order) {
  Require(!order.shop_order_number.empty(), "a result names its order");
  for (const auto* name : {&order.shop_order_number, &order.error_code, &order.ccs_error_code, &order.approval_number,
                           &order.transaction_id}) {
    CheckText(*name, kMaxNameCharacters);
  }
  CheckMessage(order.message);
  CheckMessage(order.company_name);
  Require(order.reg_time < absl::InfiniteFuture(), "no result is newer than all others for ever");
}

bool SaysAuthorized(const OrderResult& order, const OrderRequest& asked) {
  return order.shop_order_number == asked.shop_order_number && order.card_status == kAuthorized &&
         order.price_yen == asked.amount_yen;
}

void CheckJudgement(Operation operation, const OrderRequest& asked, const std::vector<OrderResult>& orders,
                    const Judgement& judgement) {
  // Our own texts quote the price and the card company's code, whatever stands there.
  CheckText(judgement.message, kMaxMessageCharacters);
  CheckText(judgement.code, kMaxMessageCharacters);
  const auto is_of = [&](const OrderResult& order) { return order.shop_order_number == asked.shop_order_number; };
  if (judgement.verdict == Verdict::kDone || judgement.verdict == Verdict::kRefused) {
    Require(std::any_of(orders.begin(), orders.end(), is_of), "nothing is decided without a result of the order");
  }
  if (operation != Operation::kAuthorize) return;
  if (judgement.verdict == Verdict::kDone) {
    Require(std::any_of(orders.begin(), orders.end(), [&](const auto& order) { return SaysAuthorized(order, asked); }),
            "what is authorized has the card's status and the price that was asked for");
    Require(judgement.price_yen == asked.amount_yen, "and its judgement says so");
  }
  if (judgement.code == "AMOUNT_DIFFERS" && judgement.verdict == Verdict::kRefused) {
    Require(judgement.price_yen.has_value() && *judgement.price_yen != asked.amount_yen, "another amount is named");
  }
}

// The orders of `results`, and one that is not there, each for its price and for another.
std::vector<OrderRequest> AskedFor(const std::vector<OrderResult>& results) {
  std::vector<OrderRequest> asked = {{kUnknownOrder, 108}};
  for (const OrderResult& result : results) {
    if (asked.size() > 2 * kMostJudged) break;
    const int64_t price = result.price_yen.value_or(108);
    asked.push_back({result.shop_order_number, price});
    asked.push_back({result.shop_order_number, price == 1 ? 2 : 1});
  }
  return asked;
}

void JudgeRequest(const RequestResult& request) {
  RequestResult reversed = request;
  std::reverse(reversed.orders.begin(), reversed.orders.end());
  for (const OrderRequest& asked : AskedFor(request.orders)) {
    for (const Operation operation : kOperations) {
      const Judgement judgement = JudgeResult(operation, asked, request);
      CheckJudgement(operation, asked, request.orders, judgement);
      Require((judgement.verdict == Verdict::kPending) == (request.status != kFinished),
              "a result is awaited until the request is finished");
      const auto is_done = [&](const OrderResult& order) {
        return order.shop_order_number == asked.shop_order_number && order.error_code == kCodeOk;
      };
      Require(judgement.verdict != Verdict::kDone ||
                  (request.error_code == kCodeOk && std::any_of(request.orders.begin(), request.orders.end(), is_done)),
              "what is done is called so on every level");
      Require(JudgeResult(operation, asked, reversed).verdict == judgement.verdict, "results have no order");
    }
  }
}

void JudgeRows(const std::vector<OrderResult>& history) {
  std::vector<OrderResult> reversed(history.rbegin(), history.rend());
  std::set<absl::Time> times = {absl::UnixEpoch()};
  for (const OrderResult& row : history) {
    if (times.size() < kMostJudged) times.insert({row.reg_time, row.reg_time + absl::Hours(1)});
  }
  for (const OrderRequest& asked : AskedFor(history)) {
    for (const absl::Time asked_time : times) {
      for (const Operation operation : kOperations) {
        const Judgement judgement = JudgeHistory(operation, asked, asked_time, history);
        CheckJudgement(operation, asked, history, judgement);
        Require(JudgeHistory(operation, asked, asked_time, reversed).verdict == judgement.verdict,
                "a history's order is that of its times");
      }
    }
  }
}

std::string ContentOf(const std::vector<OrderResult>& orders) {
  std::string content;
  for (const OrderResult& order : orders) {
    absl::StrAppend(&content, order.shop_order_number, "\n", order.error_code, "\n", order.message, "\n",
                    order.ccs_error_code, "\n", order.approval_number, "\n", order.transaction_id, "\n",
                    order.company_name, "\n", order.card_status.value_or(-1), "\n", order.price_yen.value_or(-1), "\n",
                    absl::FormatTime(order.reg_time), "\n");
  }
  return content;
}

void CheckResults(absl::string_view xml, size_t tags) {
  const auto requests = ReadResults(xml);
  if (!requests.ok()) return CheckError(requests.status());
  Require(requests->size() <= tags, "there are no more requests than elements");
  for (const RequestResult& request : *requests) {
    CheckText(request.error_code, kMaxNameCharacters);
    CheckMessage(request.message);
    Require(request.orders.size() <= tags, "there are no more results than elements");
    for (const OrderResult& order : request.orders) CheckOrder(order);
    JudgeRequest(request);
    JudgeRows(request.orders);
  }
}

void CheckResultAll(absl::string_view xml, size_t tags) {
  const auto history = ReadResultAll(xml);
  const auto again = ReadResultAll(xml);
  Require(history.status().code() == again.status().code(), "an answer reads the same each time");
  if (!history.ok()) return CheckError(history.status());
  Require(ContentOf(*history) == ContentOf(*again), "and says the same");
  Require(history->size() <= tags, "there are no more results than elements");
  for (const OrderResult& order : *history) CheckOrder(order);
  JudgeRows(*history);
}

void CheckAnswer(absl::string_view xml) {
  const auto tags = static_cast<size_t>(std::count(xml.begin(), xml.end(), '<'));
  const auto request_id = ReadRequestId(xml);
  if (!request_id.ok()) CheckError(request_id.status());
  Require(!request_id.ok() || *request_id >= 1, "an id is at least 1");
  const absl::Status reply = ReadReply(xml);
  if (!reply.ok()) CheckError(reply);
  Require(
      !reply.ok() || absl::StrContains(xml, "N00-000") || absl::StrContains(xml, "&#") || absl::StrContains(xml, "<!"),
      "only the code of success is one");
  CheckResults(xml, tags);
  CheckResultAll(xml, tags);
}

}  // namespace
}  // namespace juchu::payment::rccs

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  juchu::payment::rccs::CheckAnswer(juchu::fuzz::TextOf(data, size));
  return 0;
}
