#include "services/inventory/storage/allocation_rows.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/fault/fault.h"
#include "common/mysql/row_writer.h"
#include "common/status/status_macros.h"

namespace juchu::inventory {
namespace {

constexpr char kSelectOrders[] =
    "SELECT order_number, facts_version, order_version, state, shipped FROM allocated_orders WHERE tenant_id = ? AND "
    "order_number IN (";
constexpr char kSelectAllocations[] =
    "SELECT order_number, product_code, needed, allocated, forced, priority_time_us FROM allocations WHERE tenant_id = "
    "? "
    "AND order_number IN (";
constexpr char kInsertOrders[] =
    "INSERT INTO allocated_orders (tenant_id, order_number, facts_version, order_version, state, shipped) VALUES ";
constexpr char kUpdateOrders[] =
    " ON DUPLICATE KEY UPDATE facts_version = VALUES(facts_version), order_version = VALUES(order_version), "
    "state = VALUES(state), shipped = VALUES(shipped)";
constexpr char kPutAllocations[] =
    "INSERT INTO allocations (tenant_id, order_number, product_code, needed, allocated, forced, waiting, "
    "priority_time_us) VALUES ";
constexpr char kPutAllocationsTail[] =
    " ON DUPLICATE KEY UPDATE needed = VALUES(needed), allocated = VALUES(allocated), forced = VALUES(forced), "
    "waiting = VALUES(waiting), priority_time_us = VALUES(priority_time_us)";
constexpr char kDeleteAllocations[] =
    "DELETE FROM allocations WHERE tenant_id = ? AND (order_number, product_code) IN (";

// By one statement, which has room for 65,535 values.
constexpr size_t kMostRemoved = 10'000;

mysql::Params Keys(absl::string_view tenant, const std::set<std::string>& numbers) {
  mysql::Params params = {tenant};
  params.insert(params.end(), numbers.begin(), numbers.end());
  return params;
}

}  // namespace

absl::StatusOr<AllocatedOrders> SelectOrders(mysql::Session& session, absl::string_view tenant,
                                             const std::set<std::string>& numbers, bool lock) {
  AllocatedOrders orders;
  for (const auto& number : numbers) orders[number];
  const mysql::Params params = Keys(tenant, numbers);
  const bool skips = fault::IsPlanted("locked-order-skipped");
  JUCHU_ASSIGN_OR_RETURN(std::string sql, mysql::RepeatRows(kSelectOrders, "?", numbers.size(),
                                                            !lock   ? ")"
                                                            : skips ? ") ORDER BY order_number FOR UPDATE SKIP LOCKED"
                                                                    : ") ORDER BY order_number FOR UPDATE"));
  JUCHU_ASSIGN_OR_RETURN(const auto known, session.Query(sql, params));
  for (const auto row : known) {
    auto& order = orders[row.String(0)];
    order.facts_version = row.Int64(1);
    order.order_version = row.Int64(2);
    order.state = static_cast<v1::AllocationState>(row.Int64(3));
    order.shipped = row.Bool(4);
  }
  if (known.empty()) return orders;
  JUCHU_ASSIGN_OR_RETURN(sql, mysql::RepeatRows(kSelectAllocations, "?", numbers.size(), ")"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
  for (const auto row : rows) {
    orders[row.String(0)].rows[row.String(1)] = {row.Int64(2), {row.Int64(3), row.Int64(4)}, row.Int64(5)};
  }
  return orders;
}

absl::Status WriteOrders(mysql::Session& session, absl::string_view tenant, const AllocatedOrders& before,
                         const AllocatedOrders& after) {
  // What is new must not be there: two who make it at once have planned without each other.
  mysql::RowWriter made(session, kInsertOrders, mysql::RowPlaceholders(6),
                        fault::IsPlanted("locked-order-skipped") ? kUpdateOrders : "");
  mysql::RowWriter changed(session, kInsertOrders, mysql::RowPlaceholders(6), kUpdateOrders);
  mysql::RowWriter put(session, kPutAllocations, mysql::RowPlaceholders(8), kPutAllocationsTail);
  std::vector<std::pair<std::string, std::string>> removed;
  for (const auto& [number, order] : after) {
    const auto& old = before.at(number);
    if (order == old) continue;
    JUCHU_RETURN_IF_ERROR((old.facts_version == 0 ? made : changed)
                              .Add(tenant, number, order.facts_version, order.order_version,
                                   static_cast<int64_t>(order.state), order.shipped));
    for (const auto& [code, row] : order.rows) {
      const auto was = old.rows.find(code);
      if (was != old.rows.end() && was->second == row) continue;
      JUCHU_RETURN_IF_ERROR(put.Add(tenant, number, code, row.needed, row.holding.allocated, row.holding.forced,
                                    row.waiting(), row.priority_time_us));
    }
    for (const auto& [code, row] : old.rows) {
      if (order.rows.count(code) > 0) continue;
      removed.emplace_back(number, code);
    }
  }
  JUCHU_RETURN_IF_ERROR(made.Flush());
  JUCHU_RETURN_IF_ERROR(changed.Flush());
  for (size_t first = 0; first < removed.size(); first += kMostRemoved) {
    const size_t end = std::min(first + kMostRemoved, removed.size());
    mysql::Params params = {tenant};
    for (size_t i = first; i < end; ++i) params.insert(params.end(), {removed[i].first, removed[i].second});
    JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kDeleteAllocations, "(?,?)", end - first, ")"));
    JUCHU_RETURN_IF_ERROR(session.Execute(sql, params).status());
  }
  return put.Flush();
}

v1::AllocationFacts FactsOf(absl::string_view order_number, const AllocatedOrder& order) {
  v1::AllocationFacts facts;
  facts.set_order_number(std::string(order_number));
  facts.set_version(order.facts_version);
  facts.set_state(order.facts_version == 0 ? v1::ALLOCATION_STATE_UNSPECIFIED : order.state);
  facts.set_shipped(order.shipped);
  return facts;
}

}  // namespace juchu::inventory
