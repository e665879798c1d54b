#ifndef SERVICES_PAYMENT_DOMAIN_SCREENING_H_
#define SERVICES_PAYMENT_DOMAIN_SCREENING_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "juchu/payment/v1/postpay.pb.h"

// What registrations, results and slips make of an order's screening. Pure.
namespace juchu::payment {

struct ScreeningCase {
  v1::PostpayCompany company = v1::POSTPAY_COMPANY_UNSPECIFIED;
  v1::ScreeningState state = v1::SCREENING_UNREGISTERED;
  // What the company was told that the order costs.
  int64_t registered_yen = 0;
  // Its number at the company; "": not known yet.
  std::string transaction_id;
  std::string reason;
  std::string decided_time;
  bool slip_reported = false;

  friend bool operator==(const ScreeningCase&, const ScreeningCase&) = default;
};

// What the company decided, as its file says it.
struct ScreeningDecision {
  v1::PostpayCompany company = v1::POSTPAY_COMPANY_UNSPECIFIED;
  v1::ScreeningResult result = v1::SCREENING_RESULT_UNSPECIFIED;
  std::string transaction_id;
  std::string reason;
  std::string decided_time;
  // What the order costs now.
  int64_t amount_yen = 0;
};

// The order goes out to be screened, for this amount. One that is registered with this amount and not refused goes out
// once; another amount, another company, and one that was refused or held go out again. FAILED_PRECONDITION
// SCREENING_ALREADY_REGISTERED, SCREENING_SLIP_REPORTED.
absl::Status CheckRegister(v1::PostpayCompany company, int64_t amount_yen, const ScreeningCase& screening);
void Register(v1::PostpayCompany company, int64_t amount_yen, ScreeningCase& screening);

// Takes what the company decided; false: it was taken before, or is older than what was taken last. What was decided on
// another amount than the order has, or on an order that nobody registered, is not taken. Nor does "no result yet" take
// back a result. FAILED_PRECONDITION SCREENING_NOT_REGISTERED, SCREENING_COMPANY_DIFFERS, SCREENING_AMOUNT_CHANGED,
// SCREENING_TRANSACTION_DIFFERS, SCREENING_SLIP_REPORTED.
absl::StatusOr<bool> TakeDecision(const ScreeningDecision& decision, ScreeningCase& screening);

// The order's slip goes out: once, and only of what is approved. FAILED_PRECONDITION SCREENING_NOT_APPROVED,
// SCREENING_COMPANY_DIFFERS, SCREENING_SLIP_REPORTED.
absl::Status CheckReport(v1::PostpayCompany company, const ScreeningCase& screening);

// How long a slip number that was reported for an order is not reported for another one: GMO refuses it within a month,
// and we hold NP to the same. After that the carrier may have begun anew.
constexpr absl::Duration kSlipNumberRest = absl::Hours(24 * 31);

// Whether a slip number that was reported at `reported` stands in the way of another order's at `now`.
bool IsSlipNumberTaken(absl::Time reported, absl::Time now);

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_DOMAIN_SCREENING_H_
