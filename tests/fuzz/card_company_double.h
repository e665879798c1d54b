#ifndef TESTS_FUZZ_CARD_COMPANY_DOUBLE_H_
#define TESTS_FUZZ_CARD_COMPANY_DOUBLE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "juchu/payment/v1/payment.pb.h"
#include "services/payment/domain/card.h"
#include "services/payment/rccs/rccs_judgement.h"
#include "services/payment/rccs/rccs_types.h"

namespace juchu::fuzz {

// What becomes of an order's open request, or of its card.
enum class CompanyAnswer {
  // Nothing yet.
  kNone,
  // It is sent, and has no result yet.
  kSent,
  kDone,
  kRefused,
  // An authorization comes to another amount; anything else is refused.
  kOtherAmount,
  // Nobody learns whether it was done: it was not, or it was.
  kLost,
  kDoneAndLost,
  // What is authorized ends by itself; no request ends.
  kExpired,
};

// The card company's book of one shop, in memory: what it holds and has taken, whatever juchu believes. It does what it
// is asked, a second authorization too. Ends the process when money is asked for twice.
class CardCompanyDouble {
 public:
  struct Result {
    payment::Ending ending = payment::Ending::kDone;
    // Of an authorization that came to another amount.
    std::optional<int64_t> price_yen;
    std::string code;
    std::string message;
  };

  // Moves with each call that changes the book, far enough that its times tell what was first.
  absl::Time Now() const { return now_; }

  // What the company's history says of the request, as the worker asks for it.
  payment::rccs::Judgement History(payment::v1::CardOperation operation, const std::string& order_number,
                                   int64_t amount_yen, absl::Time asked_time) const;

  // A request comes in, to be carried out later.
  void Receive(payment::v1::CardOperation operation, const std::string& order_number) const;

  // Carries it out, or not; `answer` is one that ends it. What cannot be done is refused.
  Result CarryOut(payment::v1::CardOperation operation, const std::string& order_number, int64_t amount_yen,
                  CompanyAnswer answer);

  void Expire(const std::string& order_number);

 private:
  struct Entry {
    int64_t held_yen = 0;
    int64_t captured_yen = 0;
    // The order's only row in the history: what was done last, or failed last of what is not held.
    std::optional<payment::rccs::OrderResult> row;
  };

  static bool IsPossible(payment::v1::CardOperation operation, const Entry& entry);
  void Do(payment::v1::CardOperation operation, int64_t amount_yen, Entry& entry) const;
  void WriteRow(const std::string& order_number, int card_status, const std::string& code, Entry& entry) const;

  absl::Time now_ = absl::FromUnixSeconds(1'795'480'200);
  std::map<std::string, Entry> entries_;
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_CARD_COMPANY_DOUBLE_H_
