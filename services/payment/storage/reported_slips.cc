#include "services/payment/storage/reported_slips.h"

#include "common/mysql/row_writer.h"
#include "common/status/status_macros.h"

namespace juchu::payment {
namespace {

constexpr char kSelect[] =
    "SELECT slip_number, order_number, report_time_us FROM reported_slips WHERE tenant_id = ? AND company = ? AND "
    "slip_number IN (";
constexpr char kInsert[] =
    "INSERT INTO reported_slips (tenant_id, company, slip_number, order_number, report_time_us) VALUES ";
constexpr char kUpdate[] =
    " ON DUPLICATE KEY UPDATE order_number = VALUES(order_number), report_time_us = VALUES(report_time_us)";
constexpr size_t kColumns = 5;

}  // namespace

absl::StatusOr<ReportedSlipMap> SelectReportedSlips(mysql::Session& session, absl::string_view tenant,
                                                    v1::PostpayCompany company, const std::set<std::string>& numbers,
                                                    bool lock) {
  mysql::Params params = {tenant, static_cast<int64_t>(company)};
  for (const auto& number : numbers) params.emplace_back(number);
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kSelect, "?", numbers.size(),
                                                                  lock ? ") ORDER BY slip_number FOR UPDATE" : ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
  ReportedSlipMap slips;
  for (const auto row : rows) slips[row.String(0)] = {row.String(1), absl::FromUnixMicros(row.Int64(2))};
  return slips;
}

absl::Status WriteReportedSlips(mysql::Session& session, absl::string_view tenant, v1::PostpayCompany company,
                                const ReportedSlipMap& before, const ReportedSlipMap& after) {
  // What is new must not be there: two who report it at once know nothing of each other.
  mysql::RowWriter made(session, kInsert, mysql::RowPlaceholders(kColumns));
  mysql::RowWriter changed(session, kInsert, mysql::RowPlaceholders(kColumns), kUpdate);
  for (const auto& [number, slip] : after) {
    const auto old = before.find(number);
    if (old != before.end() && old->second == slip) continue;
    JUCHU_RETURN_IF_ERROR(
        (old == before.end() ? made : changed)
            .Add(tenant, static_cast<int64_t>(company), number, slip.order_number, absl::ToUnixMicros(slip.time)));
  }
  JUCHU_RETURN_IF_ERROR(made.Flush());
  return changed.Flush();
}

}  // namespace juchu::payment
