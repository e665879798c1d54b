#include "services/payment/domain/screening.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::payment {
namespace {

// Another registration may go out: what stands is not, or no more, what the order waits for.
bool IsOpenToRegister(v1::ScreeningState state) {
  return state == v1::SCREENING_UNREGISTERED || state == v1::SCREENING_REJECTED || state == v1::SCREENING_ON_HOLD;
}

absl::Status SlipReported() {
  return FailedPrecondition("SCREENING_SLIP_REPORTED", "the order's slip has been exported already",
                            {{"remedy", "settle what has changed on the company's screen"}});
}

absl::Status CompanyDiffers() {
  return FailedPrecondition("SCREENING_COMPANY_DIFFERS", "the order was registered with the other company",
                            {{"remedy", "check the order's payment method and the file"}});
}

v1::ScreeningState StateAfter(v1::ScreeningResult result) {
  switch (result) {
    case v1::SCREENED_APPROVED:
      return v1::SCREENING_APPROVED;
    case v1::SCREENED_REJECTED:
      return v1::SCREENING_REJECTED;
    case v1::SCREENED_PENDING:
      return v1::SCREENING_PENDING;
    default:
      return v1::SCREENING_ON_HOLD;
  }
}

// Times that a file writes to the minute or finer, both in the same way; others cannot be compared.
bool AreComparable(absl::string_view a, absl::string_view b) {
  constexpr int kDigitsOfAMinute = 12;
  if (a.size() != b.size()) return false;
  int digits = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const bool is_digit = absl::ascii_isdigit(static_cast<unsigned char>(a[i]));
    digits += is_digit ? 1 : 0;
    if (a[i] != b[i] && !(is_digit && absl::ascii_isdigit(static_cast<unsigned char>(b[i])))) return false;
  }
  return digits >= kDigitsOfAMinute;
}

// An old file that is imported again does not undo a newer decision, nor does it decide on the order's new amount.
bool IsKnown(const ScreeningDecision& decision, const ScreeningCase& screening) {
  if (!AreComparable(decision.decided_time, screening.decided_time)) return false;
  if (screening.state == v1::SCREENING_PENDING) return decision.decided_time <= screening.decided_time;
  return decision.decided_time < screening.decided_time;
}

}  // namespace

absl::Status CheckRegister(v1::PostpayCompany company, int64_t amount_yen, const ScreeningCase& screening) {
  if (screening.slip_reported) return SlipReported();
  const bool is_same = screening.company == company && screening.registered_yen == amount_yen;
  if (!is_same || IsOpenToRegister(screening.state)) return absl::OkStatus();
  return FailedPrecondition("SCREENING_ALREADY_REGISTERED", "the order is registered with this amount already",
                            {{"remedy", "fetch the file that it went out with again, or import the result"}});
}

void Register(v1::PostpayCompany company, int64_t amount_yen, ScreeningCase& screening) {
  // The company keeps its number when the same order comes with another amount.
  if (screening.company != company) {
    screening.transaction_id.clear();
    screening.decided_time.clear();
  }
  screening.company = company;
  screening.registered_yen = amount_yen;
  screening.state = v1::SCREENING_PENDING;
  // decided_time stays: what the company decided until then is known, whichever file brings it again.
  screening.reason.clear();
}

absl::StatusOr<bool> TakeDecision(const ScreeningDecision& decision, ScreeningCase& screening) {
  if (screening.company == v1::POSTPAY_COMPANY_UNSPECIFIED || screening.state == v1::SCREENING_UNREGISTERED) {
    return FailedPrecondition("SCREENING_NOT_REGISTERED", "the order was not registered by juchu",
                              {{"remedy", "export its registration first"}});
  }
  if (screening.company != decision.company) return CompanyDiffers();
  if (!screening.transaction_id.empty() && !decision.transaction_id.empty() &&
      screening.transaction_id != decision.transaction_id) {
    return FailedPrecondition("SCREENING_TRANSACTION_DIFFERS",
                              "the company's number is another one than it gave the order before",
                              {{"remedy", "check on the company's screen which of them is the order's"}});
  }
  if (IsKnown(decision, screening)) return false;
  ScreeningCase after = screening;
  if (!decision.transaction_id.empty()) after.transaction_id = decision.transaction_id;
  after.state = StateAfter(decision.result);
  after.reason = decision.reason;
  if (decision.result != v1::SCREENED_PENDING) after.decided_time = decision.decided_time;
  const bool takes_back = decision.result == v1::SCREENED_PENDING && screening.state != v1::SCREENING_PENDING;
  if (after == screening || takes_back) return false;
  if (screening.slip_reported) return SlipReported();
  if (decision.amount_yen != screening.registered_yen) {
    return FailedPrecondition("SCREENING_AMOUNT_CHANGED",
                              absl::StrCat("the order was registered with ", screening.registered_yen,
                                           " yen and costs ", decision.amount_yen, " now"),
                              {{"remedy", "export its registration again"}});
  }
  screening = std::move(after);
  return true;
}

absl::Status CheckReport(v1::PostpayCompany company, const ScreeningCase& screening) {
  if (screening.slip_reported) return SlipReported();
  if (screening.state != v1::SCREENING_APPROVED) {
    return FailedPrecondition("SCREENING_NOT_APPROVED", "the order is not 与信済, so its shipment cannot be reported",
                              {{"remedy", "import the result of its screening first"}});
  }
  return screening.company == company ? absl::OkStatus() : CompanyDiffers();
}

bool IsSlipNumberTaken(absl::Time reported, absl::Time now) { return now - reported < kSlipNumberRest; }

}  // namespace juchu::payment
