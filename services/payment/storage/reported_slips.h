#ifndef SERVICES_PAYMENT_STORAGE_REPORTED_SLIPS_H_
#define SERVICES_PAYMENT_STORAGE_REPORTED_SLIPS_H_

#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/statement.h"
#include "juchu/payment/v1/postpay.pb.h"

// Slip numbers that were reported to NP and GMO, for use inside a transaction.
namespace juchu::payment {

// For which order a number was reported last, and when.
struct ReportedSlip {
  std::string order_number;
  absl::Time time;

  friend bool operator==(const ReportedSlip&, const ReportedSlip&) = default;
};

// By slip number.
using ReportedSlipMap = std::map<std::string, ReportedSlip>;

// Those of `numbers`, not empty, that were reported. `lock`: until the transaction ends.
absl::StatusOr<ReportedSlipMap> SelectReportedSlips(mysql::Session& session, absl::string_view tenant,
                                                    v1::PostpayCompany company, const std::set<std::string>& numbers,
                                                    bool lock);

// Writes what is other than before. ALREADY_EXISTS when another writer reported one of them first.
absl::Status WriteReportedSlips(mysql::Session& session, absl::string_view tenant, v1::PostpayCompany company,
                                const ReportedSlipMap& before, const ReportedSlipMap& after);

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_REPORTED_SLIPS_H_
