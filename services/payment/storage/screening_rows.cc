#include "services/payment/storage/screening_rows.h"

#include "absl/strings/str_cat.h"
#include "common/mysql/row_writer.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"

namespace juchu::payment {
namespace {

constexpr char kSelect[] =
    "SELECT order_number, company, state, state_time_us, registered_yen, transaction_id, reason, decided_time, "
    "registration_file_id, slip_reported, carrier, slip_number, slip_file_id, facts_version FROM screenings WHERE "
    "tenant_id = ? AND order_number IN (";
constexpr char kInsert[] =
    "INSERT INTO screenings (tenant_id, order_number, company, state, state_time_us, registered_yen, transaction_id, "
    "reason, decided_time, registration_file_id, slip_reported, carrier, slip_number, slip_file_id, facts_version) "
    "VALUES ";
constexpr char kUpdate[] =
    " ON DUPLICATE KEY UPDATE company = VALUES(company), state = VALUES(state), state_time_us = VALUES(state_time_us), "
    "registered_yen = VALUES(registered_yen), transaction_id = VALUES(transaction_id), reason = VALUES(reason), "
    "decided_time = VALUES(decided_time), registration_file_id = VALUES(registration_file_id), slip_reported = "
    "VALUES(slip_reported), carrier = VALUES(carrier), slip_number = VALUES(slip_number), slip_file_id = "
    "VALUES(slip_file_id), facts_version = VALUES(facts_version)";
constexpr size_t kColumns = 15;

ScreeningRow RowOf(const mysql::Row& row) {
  ScreeningRow result;
  result.screening.company = static_cast<v1::PostpayCompany>(row.Int32(1));
  result.screening.state = static_cast<v1::ScreeningState>(row.Int32(2));
  result.state_time_us = row.Int64(3);
  result.screening.registered_yen = row.Int64(4);
  result.screening.transaction_id = row.String(5);
  result.screening.reason = row.String(6);
  result.screening.decided_time = row.String(7);
  result.registration_file_id = row.String(8);
  result.screening.slip_reported = row.Bool(9);
  result.carrier = row.String(10);
  result.slip_number = row.String(11);
  result.slip_file_id = row.String(12);
  result.facts_version = row.Int64(13);
  return result;
}

}  // namespace

absl::StatusOr<ScreeningRowMap> SelectScreenings(mysql::Session& session, absl::string_view tenant,
                                                 const std::set<std::string>& numbers, bool lock) {
  ScreeningRowMap screenings;
  mysql::Params params = {tenant};
  for (const auto& number : numbers) {
    screenings[number];
    params.emplace_back(number);
  }
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kSelect, "?", numbers.size(),
                                                                  lock ? ") ORDER BY order_number FOR UPDATE" : ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
  for (const auto row : rows) screenings[row.String(0)] = RowOf(row);
  return screenings;
}

absl::Status WriteScreenings(mysql::Session& session, absl::string_view tenant, const ScreeningRowMap& before,
                             const ScreeningRowMap& after) {
  // What is new must not be there: two who make it at once know nothing of each other.
  mysql::RowWriter made(session, kInsert, mysql::RowPlaceholders(kColumns));
  mysql::RowWriter changed(session, kInsert, mysql::RowPlaceholders(kColumns), kUpdate);
  for (const auto& [number, row] : after) {
    const auto& old = before.at(number);
    if (row == old) continue;
    const ScreeningCase& screening = row.screening;
    JUCHU_RETURN_IF_ERROR((old.facts_version == 0 ? made : changed)
                              .Add(tenant, number, static_cast<int64_t>(screening.company),
                                   static_cast<int64_t>(screening.state), row.state_time_us, screening.registered_yen,
                                   screening.transaction_id, screening.reason, screening.decided_time,
                                   row.registration_file_id, screening.slip_reported, row.carrier, row.slip_number,
                                   row.slip_file_id, row.facts_version));
  }
  JUCHU_RETURN_IF_ERROR(made.Flush());
  return changed.Flush();
}

v1::Screening ScreeningOf(absl::string_view order_number, const ScreeningRow& row) {
  v1::Screening result;
  result.set_order_number(std::string(order_number));
  result.set_company(row.screening.company);
  result.set_state(row.screening.state);
  *result.mutable_state_time() = TimestampFromMicros(row.state_time_us);
  result.set_registered_yen(row.screening.registered_yen);
  result.set_transaction_id(row.screening.transaction_id);
  result.set_reason(row.screening.reason);
  result.set_decided_time(row.screening.decided_time);
  result.set_registration_file_id(row.registration_file_id);
  result.set_slip_reported(row.screening.slip_reported);
  result.set_carrier(row.carrier);
  result.set_slip_number(row.slip_number);
  result.set_slip_file_id(row.slip_file_id);
  result.set_facts_version(row.facts_version);
  return result;
}

v1::PaymentFacts FactsOf(absl::string_view order_number, const CardRow& card, const ScreeningRow& screening) {
  v1::PaymentFacts facts;
  facts.set_order_number(std::string(order_number));
  facts.set_version(card.facts_version + screening.facts_version);
  if (card.facts_version > 0) {
    facts.set_state(card.state);
    if (!card.error_code.empty()) facts.set_reason(absl::StrCat(card.error_code, ": ", card.error_message));
  }
  if (screening.facts_version > 0) {
    facts.set_screening(screening.screening.state);
    facts.set_screening_reason(screening.screening.reason);
    facts.set_slip_reported(screening.screening.slip_reported);
    facts.set_screening_company(screening.screening.company);
    facts.set_registered_yen(screening.screening.registered_yen);
  }
  return facts;
}

}  // namespace juchu::payment
