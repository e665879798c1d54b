#ifndef SERVICES_PAYMENT_STORAGE_SCREENING_ROWS_H_
#define SERVICES_PAYMENT_STORAGE_SCREENING_ROWS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/mysql/statement.h"
#include "juchu/payment/v1/payment.pb.h"
#include "services/payment/domain/screening.h"
#include "services/payment/storage/card_rows.h"

// Rows of screenings, for use inside a transaction.
namespace juchu::payment {

// What is known of an order's screening.
struct ScreeningRow {
  // 0: there is no row yet.
  int64_t facts_version = 0;
  ScreeningCase screening;
  int64_t state_time_us = 0;
  std::string registration_file_id;
  std::string carrier;
  std::string slip_number;
  std::string slip_file_id;

  friend bool operator==(const ScreeningRow&, const ScreeningRow&) = default;
};

// By order number.
using ScreeningRowMap = std::map<std::string, ScreeningRow>;

// Every order named has its entry, one of which nothing is known with facts version 0. `lock`: until the transaction
// ends, in the order of their numbers.
absl::StatusOr<ScreeningRowMap> SelectScreenings(mysql::Session& session, absl::string_view tenant,
                                                 const std::set<std::string>& numbers, bool lock);

// Writes what is other than before. ALREADY_EXISTS when another writer made one of them first.
absl::Status WriteScreenings(mysql::Session& session, absl::string_view tenant, const ScreeningRowMap& before,
                             const ScreeningRowMap& after);

v1::Screening ScreeningOf(absl::string_view order_number, const ScreeningRow& row);

// What is told of an order: of its card and its screening. Their versions grow each for itself, so their sum does.
v1::PaymentFacts FactsOf(absl::string_view order_number, const CardRow& card, const ScreeningRow& screening);

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_SCREENING_ROWS_H_
