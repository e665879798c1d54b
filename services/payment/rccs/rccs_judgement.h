#ifndef SERVICES_PAYMENT_RCCS_RCCS_JUDGEMENT_H_
#define SERVICES_PAYMENT_RCCS_RCCS_JUDGEMENT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/payment/rccs/rccs_types.h"

// Whether an operation on a card was done. Pure; never DONE on less than all that RCCS says about it.
namespace juchu::payment::rccs {

enum class Verdict : uint8_t {
  // It was done.
  kDone,
  // It was not done, and what RCCS said is its last word on it.
  kRefused,
  // It is not known yet: ask again later. When to stop is the caller's decision.
  kPending,
  // What RCCS says is not enough, or contradicts itself. Of a result: ask getRCCSResultAll. Of a history: a person
  // looks into RMS.
  kUnclear,
};

struct Judgement {
  Verdict verdict = Verdict::kUnclear;
  // Why, for programs. RCCS's code of the order, or of the request; the card company's where only that tells; else one
  // of ours: AMOUNT_DIFFERS, ORDER_MISSING, RESULTS_CONTRADICT, CODE_MISSING, STATUS_CONTRADICTS,
  // CARD_CODE_CONTRADICTS, PRICE_MISSING, TIME_MISSING, CARD_STATUS_<number>. "" where there is nothing to say.
  std::string code;
  // Why, for people: RCCS's own text, or ours.
  std::string message;
  // Of the result that decided, as it says them; "" where none did.
  std::string approval_number;
  std::string transaction_id;
  std::optional<int64_t> price_yen;
  // When RCCS wrote that result; absl::InfinitePast() where it does not say, or none decided.
  absl::Time reg_time = absl::InfinitePast();
};

// Judges by the answer of getRCCSResult to the request of this operation on this order. Read so far was the reply; here
// are the two levels below it, the request's and the order's:
//
//   request not finished (status is not 3)                          kPending
//   order not among the results; results of it that contradict      kUnclear
//   order's code is an error                                        kRefused; kUnclear where the card status says done
//   order's code is missing; the request's code is not success      kUnclear
//   ccsErrorCode is more than zeros, or the card status is that of another outcome    kUnclear
//   kAuthorize: card status is not 12, or the price is missing      kUnclear
//   kAuthorize: another price than asked                            kRefused, AMOUNT_DIFFERS: that much is held
//   else                                                            kDone
//
// Results that say the same count once. A card status that is missing or of an unknown number contradicts nothing but
// an authorization.
Judgement JudgeResult(Operation operation, const OrderRequest& asked, const RequestResult& result);

// How far RCCS's clock and ours may be apart.
inline constexpr absl::Duration kClockSlack = absl::Minutes(10);

// Judges by what getRCCSResultAll has of this order; `history` may hold other orders too. Each row is the result of one
// operation. The newest by reg_time is the card's state and decides; rows that say the same at the same time count
// once. `asked_time` is when the operation was asked for. A state is `later` when its time is after asked_time less
// kClockSlack.
//
//                     kDone                 kRefused                      kPending
//   kAuthorize        12 with the price     12 with another price;        nothing known; 1; 13, and 42 from before it
//                                           13 later                      was asked for
//   kVoidAuthorization  42                                                12
//   kCapture          22                    23 later                      12; 23 from before
//   kVoidCapture      52, 42                                              12, 22
//
// Everything else is kUnclear: another state, two newest rows that differ, a time that is missing where it decides. 22
// and 52 count only with codes of success, because their meaning is our assumption. For a status of unknown number the
// codes decide, except of an authorization: kDone from asked_time on with codes of success, kRefused with an error,
// kPending for a row from before asked_time.
Judgement JudgeHistory(Operation operation, const OrderRequest& asked, absl::Time asked_time,
                       absl::Span<const OrderResult> history);

}  // namespace juchu::payment::rccs

#endif  // SERVICES_PAYMENT_RCCS_RCCS_JUDGEMENT_H_
