#ifndef SERVICES_PAYMENT_WORKER_CARD_CHECK_H_
#define SERVICES_PAYMENT_WORKER_CARD_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/payment/rccs/rccs_judgement.h"
#include "services/payment/rccs/rccs_types.h"
#include "services/payment/storage/card_queue.h"

// What follows from what the company says of a request. Pure: money is asked for again only where the company has said
// that it has never heard of it.
namespace juchu::payment {

struct CheckRules {
  // The first result is asked for after this; then after twice as long each time, up to the longest.
  absl::Duration first_check = absl::Seconds(30);
  absl::Duration longest_check = absl::Minutes(10);
  // A request whose answer was lost, and of which the company knows nothing after this, is sent once more under the
  // same number.
  absl::Duration resend_after = absl::Minutes(10);
  // Nobody asks for a result any more after this.
  absl::Duration give_up_after = absl::Hours(24);
};

struct CheckStep {
  enum class Kind {
    // It ended.
    kEnd,
    // No result yet; the company has it or may have it.
    kWait,
    // The company has never heard of it, for long enough.
    kResend,
    // What the result says is not enough: ask for everything that the company knows of the order.
    kAskHistory,
  };
  Kind kind = Kind::kWait;
  // Of kEnd.
  RequestEnding ending;
  // The company has the request.
  bool received = false;
  // Of kAskHistory: what was not enough.
  rccs::Judgement result;
  // Of kAskHistory: the result is there and nothing more will come; else nobody waits for it any longer.
  bool finished = false;
};

// `result`: what the company says of the request's number; nullptr where it does not name it.
CheckStep AfterResult(const QueuedRequest& request, const rccs::RequestResult* result, absl::Time now,
                      const CheckRules& rules);

// `asked` is AfterResult's kAskHistory, `history` what came of it. kEnd or kWait.
CheckStep AfterHistory(const QueuedRequest& request, const CheckStep& asked, const rccs::Judgement& history,
                       absl::Time now, const CheckRules& rules);

// What the company knows of the order before a request is sent whose like was lost: how the request ends without being
// sent; nullopt: it is to be sent. What is there is taken over, as old as it is; what was refused before is no answer
// to this request; and where nobody can say what is there, money is not asked for.
std::optional<RequestEnding> AfterAskingFirst(const QueuedRequest& request, const rccs::Judgement& history);

// Whether the company still works on one of these numbers, under which something of an order was given up: it may do it
// yet. A number that it does not name it does not have.
bool IsUnfinished(const std::vector<int64_t>& numbers, const std::vector<rccs::RequestResult>& results);

// The company does not say what it is asked: how a request ends about which nobody asks any longer; nullopt: it is
// asked again. One that asks first and could not find out for so long is not sent.
std::optional<RequestEnding> IfGivenUp(const QueuedRequest& request, absl::Time now, const CheckRules& rules);

// When it is to be asked for next, after `checks` times; `random` in [0, 1) spreads it.
absl::Duration NextCheckIn(int checks, double random, const CheckRules& rules);

// As the company takes it.
rccs::Operation OperationOf(v1::CardOperation operation);
rccs::OrderRequest OrderRequestOf(const QueuedRequest& request);

// A request that ended as `judgement` says; kDone or kRefused.
RequestEnding EndingOf(const QueuedRequest& request, const rccs::Judgement& judgement);

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_WORKER_CARD_CHECK_H_
