#include "services/inventory/storage/allocation_store.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/fault/fault.h"
#include "common/mysql/run_until_it_fits.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"
#include "services/inventory/domain/allocation_plan.h"
#include "services/inventory/storage/allocation_rows.h"
#include "services/inventory/storage/stock_rows.h"

namespace juchu::inventory {
namespace {

constexpr char kSelectLevels[] =
    "SELECT p.product_code, p.inactive, s.on_hand - s.allocated FROM products p JOIN stocks s ON s.tenant_id = "
    "p.tenant_id AND s.product_code = p.product_code WHERE p.tenant_id = ? AND p.product_code IN (";
constexpr char kSelectLacks[] =
    "SELECT a.order_number, a.product_code, a.needed, a.allocated, p.inactive, (SELECT COUNT(*) FROM allocations b "
    "WHERE b.tenant_id = a.tenant_id AND b.product_code = a.product_code AND b.waiting = 1 AND (b.priority_time_us < "
    "a.priority_time_us OR (b.priority_time_us = a.priority_time_us AND b.order_number < a.order_number))) FROM "
    "allocations a LEFT JOIN products p ON p.tenant_id = a.tenant_id AND p.product_code = a.product_code WHERE "
    "a.tenant_id = ? AND a.waiting = 1 AND a.order_number IN (";
constexpr char kSelectWaiting[] =
    "SELECT order_number, priority_time_us FROM allocations WHERE tenant_id = ? AND product_code = ? AND waiting = 1 "
    "AND (priority_time_us > ? OR (priority_time_us = ? AND order_number > ?)) ORDER BY "
    "priority_time_us, order_number LIMIT ?";
// Whoever changes facts by a call acts on them next, and acknowledges.
constexpr absl::Duration kFactsGrace = absl::Seconds(10);

// Each run that does not fit means that somebody else's did, so that this many in a row are a long queue.
constexpr int kMostRuns = 50;
// Of one statement, which has room for 65,535 values.
constexpr size_t kMostCodes = 10'000;

absl::StatusOr<Levels> SelectLevels(mysql::Session& session, absl::string_view tenant,
                                    const std::set<std::string>& codes) {
  Levels levels;
  for (auto it = codes.begin(); it != codes.end();) {
    mysql::Params params = {tenant};
    for (; it != codes.end() && params.size() <= kMostCodes; ++it) params.emplace_back(*it);
    JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kSelectLevels, "?", params.size() - 1, ")"));
    JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
    for (const auto row : rows) levels[row.String(0)] = {true, row.Bool(1), row.Int64(2)};
  }
  return levels;
}

// What a plan has left free of the products that it was short of; nothing for one that was not sold.
using Left = std::map<std::string, std::optional<int64_t>>;

// Whether more is free by now than the plan has left, or one is sold by now.
absl::StatusOr<bool> HasBecomeFree(mysql::Pool& pool, absl::string_view tenant, const Left& left, absl::Time deadline) {
  if (left.empty()) return false;
  std::set<std::string> codes;
  for (const auto& [code, free] : left) codes.insert(code);
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto levels, SelectLevels(*connection, tenant, codes));
  return std::any_of(levels.begin(), levels.end(), [&](const auto& level) {
    const auto& before = left.at(level.first);
    return !level.second.inactive && (!before.has_value() || level.second.free > std::max<int64_t>(*before, 0));
  });
}

int64_t PriorityOf(const v1::AllocateOrdersRequest::Need& need) { return MicrosFromTimestamp(need.priority_time()); }

// News of the orders whose facts have changed; due only after a while, for whoever asked brings them to the order
// himself.
std::vector<QueuedChange> NewsOfOrders(const AllocatedOrders& before, const AllocatedOrders& after, absl::Time now) {
  std::vector<QueuedChange> news;
  for (const auto& [number, order] : after) {
    if (order.facts_version == before.at(number).facts_version) continue;
    news.push_back({number, "", now + kFactsGrace, order.facts_version});
  }
  return news;
}

// One call of Allocate: what is known, what each order gets, what is written.
class AllocationRun {
 public:
  AllocationRun(mysql::Session& session, absl::string_view tenant, const v1::AllocateOrdersRequest& request,
                absl::Time now)
      : session_(session), tenant_(tenant), request_(request), now_(now) {}

  absl::StatusOr<v1::AllocateOrdersResponse> Run() {
    JUCHU_RETURN_IF_ERROR(Read());
    v1::AllocateOrdersResponse response;
    for (int i = 0; i < request_.needs_size(); ++i) response.add_outcomes();
    for (const int index : ByPriority()) Plan(request_.needs(index), *response.mutable_outcomes(index));
    JUCHU_RETURN_IF_ERROR(WriteOrders(session_, tenant_, before_, after_));
    JUCHU_RETURN_IF_ERROR(QueueChanges(session_, kInventoryChanges, tenant_, News(), now_));
    // Last, because a hot product's row is waited for.
    JUCHU_RETURN_IF_ERROR(ChangeStocks(session_, tenant_, deltas_));
    return response;
  }

  // Whether more of a product is free than before.
  bool freed() const { return !NewsOfProducts(deltas_, now_).empty(); }

  // Of the products that an order was short of.
  Left left() const { return short_; }

 private:
  absl::Status Read() {
    std::set<std::string> numbers;
    std::set<std::string> codes;
    for (const auto& need : request_.needs()) {
      numbers.insert(need.order_number());
      for (const auto& line : need.lines()) codes.insert(line.product_code());
    }
    JUCHU_ASSIGN_OR_RETURN(before_, SelectOrders(session_, tenant_, numbers, /*lock=*/true));
    for (const auto& [number, order] : before_) {
      for (const auto& [code, row] : order.rows) codes.insert(code);
    }
    JUCHU_ASSIGN_OR_RETURN(levels_, SelectLevels(session_, tenant_, codes));
    after_ = before_;
    return absl::OkStatus();
  }

  std::vector<QueuedChange> News() const {
    // In the order of their keys, in which all lock them: products have no order number.
    std::vector<QueuedChange> news = NewsOfProducts(deltas_, now_);
    for (auto& of_order : NewsOfOrders(before_, after_, now_)) news.push_back(std::move(of_order));
    return news;
  }

  std::vector<int> ByPriority() const {
    std::vector<int> order;
    for (int i = 0; i < request_.needs_size(); ++i) order.push_back(i);
    std::sort(order.begin(), order.end(), [this](int one, int other) {
      const auto& a = request_.needs(one);
      const auto& b = request_.needs(other);
      return std::make_pair(PriorityOf(a), a.order_number()) < std::make_pair(PriorityOf(b), b.order_number());
    });
    return order;
  }

  void Plan(const v1::AllocateOrdersRequest::Need& need, v1::AllocateOrdersResponse::Outcome& outcome) {
    const auto& before = before_.at(need.order_number());
    auto& after = after_.at(need.order_number());
    std::map<std::string, Holding> held;
    for (const auto& [code, row] : before.rows) held[code] = row.holding;
    const bool out_of_date = before.facts_version > 0 && need.order_version() < before.order_version;
    if (!before.shipped && !out_of_date) {
      const auto plan = PlanOrder({SumLines(need.lines()), need.forced(), need.all_or_nothing()}, held, levels_);
      Apply(need, plan, after);
      for (auto& line : LinesOf(need.lines(), plan)) *outcome.add_lines() = std::move(line);
    }
    outcome.set_changed(!(after == before));
    *outcome.mutable_facts() = FactsOf(need.order_number(), after);
  }

  void Apply(const v1::AllocateOrdersRequest::Need& need, const inventory::Plan& plan, AllocatedOrder& order) {
    const v1::AllocationState state = StateOf(plan);
    if (order.facts_version == 0 || state != order.state) ++order.facts_version;
    order.state = state;
    order.order_version = need.order_version();
    order.rows.clear();
    for (const auto& [code, product] : plan) {
      auto& delta = deltas_[code];
      const int64_t change = product.after.allocated - product.before.allocated;
      delta.allocated += change < 0 && fault::IsPlanted("stock-given-back-twice") ? 2 * change : change;
      delta.overdraft += std::max<int64_t>(product.after.forced - product.before.forced, 0);
      if (product.short_reason != v1::SHORT_REASON_UNSPECIFIED && product.short_reason != v1::ORDER_NOT_WHOLE) {
        // As it is for this order: what orders planned after it give back is more than that.
        const auto it = levels_.find(code);
        const bool is_sold = it != levels_.end() && it->second.registered && !it->second.inactive;
        auto& left = short_.try_emplace(code, std::nullopt).first->second;
        if (is_sold) left = std::min(left.value_or(it->second.free), it->second.free);
      }
      if (product.needed == 0 && product.after.allocated == 0) continue;
      order.rows[code] = {product.needed, product.after, PriorityOf(need)};
    }
  }

  mysql::Session& session_;
  const absl::string_view tenant_;
  const v1::AllocateOrdersRequest& request_;
  const absl::Time now_;
  AllocatedOrders before_;
  AllocatedOrders after_;
  Levels levels_;
  std::map<std::string, StockDelta> deltas_;
  Left short_;
};

}  // namespace

absl::StatusOr<v1::AllocateOrdersResponse> AllocationStore::Allocate(absl::string_view tenant,
                                                                     const v1::AllocateOrdersRequest& request,
                                                                     absl::Time deadline) {
  v1::AllocateOrdersResponse first;
  for (int run = 0;; ++run) {
    Left left;
    bool freed = false;
    JUCHU_ASSIGN_OR_RETURN(auto response,
                           mysql::RunUntilItFits(pool_, deadline, kMostRuns, [&](mysql::Transaction& transaction) {
                             AllocationRun allocation(transaction, tenant, request, clock_.Now());
                             auto result = allocation.Run();
                             left = allocation.left();
                             freed = allocation.freed();
                             return result;
                           }));
    if (freed) queued_();
    for (int i = 0; i < first.outcomes_size(); ++i) {
      if (first.outcomes(i).changed()) response.mutable_outcomes(i)->set_changed(true);
    }
    // Who receives stock looks afterwards for those who wait for it. An order that had read the stock before, and was
    // written down as waiting only afterwards, has been overlooked, and so looks again itself.
    JUCHU_ASSIGN_OR_RETURN(const bool more, HasBecomeFree(pool_, tenant, left, deadline));
    if (!more || run == kMostRuns) return response;
    first = std::move(response);
  }
}

absl::StatusOr<v1::ShipOrdersResponse> AllocationStore::Ship(absl::string_view tenant,
                                                             const v1::ShipOrdersRequest& request,
                                                             const common::v1::Actor& actor, absl::Time deadline) {
  return mysql::RunUntilItFits(
      pool_, deadline, kMostRuns, [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::ShipOrdersResponse> {
        const std::set<std::string> numbers(request.order_numbers().begin(), request.order_numbers().end());
        JUCHU_ASSIGN_OR_RETURN(const auto before, SelectOrders(transaction, tenant, numbers, /*lock=*/true));
        AllocatedOrders after = before;
        std::map<std::string, StockDelta> deltas;
        std::vector<LedgerRow> ledger;
        for (auto& [number, order] : after) {
          if (order.shipped) continue;
          order.shipped = true;
          ++order.facts_version;
          for (const auto& [code, row] : order.rows) {
            const int64_t pieces = row.holding.allocated;
            if (pieces == 0) continue;
            deltas[code].on_hand -= pieces;
            deltas[code].allocated -= pieces;
            ledger.push_back({entry_ids_.Next(), code, v1::SHIPPED, -pieces, row.holding.forced, number});
          }
          // It holds nothing and waits for nothing any more.
          order.rows.clear();
        }
        const absl::Time now = clock_.Now();
        JUCHU_RETURN_IF_ERROR(WriteOrders(transaction, tenant, before, after));
        JUCHU_RETURN_IF_ERROR(
            QueueChanges(transaction, kInventoryChanges, tenant, NewsOfOrders(before, after, now), now));
        JUCHU_RETURN_IF_ERROR(InsertLedger(transaction, tenant, ledger, actor, now));
        JUCHU_RETURN_IF_ERROR(ChangeStocks(transaction, tenant, deltas));
        v1::ShipOrdersResponse response;
        for (const auto& number : request.order_numbers()) *response.add_facts() = FactsOf(number, after.at(number));
        return response;
      });
}

absl::StatusOr<v1::ReadAllocationsResponse> AllocationStore::Read(absl::string_view tenant,
                                                                  const v1::ReadAllocationsRequest& request,
                                                                  absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  const std::set<std::string> numbers(request.order_numbers().begin(), request.order_numbers().end());
  JUCHU_ASSIGN_OR_RETURN(const auto orders, SelectOrders(*connection, tenant, numbers, /*lock=*/false));
  v1::ReadAllocationsResponse response;
  for (const auto& number : request.order_numbers()) {
    *response.add_orders()->mutable_facts() = FactsOf(number, orders.at(number));
  }
  if (request.with_queued()) {
    JUCHU_ASSIGN_OR_RETURN(const auto queued, SelectQueued(*connection, kInventoryChanges, tenant, numbers));
    response.mutable_queued_order_numbers()->Add(queued.begin(), queued.end());
  }
  if (request.facts_only()) return response;
  mysql::Params params = {tenant};
  params.insert(params.end(), numbers.begin(), numbers.end());
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kSelectLacks, "?", numbers.size(),
                                                                  ") ORDER BY a.order_number, a.product_code"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(sql, params));
  std::map<std::string, std::vector<v1::ReadAllocationsResponse::Lack>> lacks;
  for (const auto row : rows) {
    auto& lack = lacks[row.String(0)].emplace_back();
    lack.set_product_code(row.String(1));
    lack.set_needed(row.Int64(2));
    lack.set_allocated(row.Int64(3));
    lack.set_short_reason(row.IsNull(4) ? v1::PRODUCT_NOT_REGISTERED
                                        : (row.Bool(4) ? v1::PRODUCT_INACTIVE : v1::STOCK_SHORT));
    lack.set_orders_before(row.Int64(5));
  }
  for (auto& read : *response.mutable_orders()) {
    for (auto& lack : lacks[read.facts().order_number()]) *read.add_lacks() = std::move(lack);
  }
  return response;
}

absl::StatusOr<v1::ListWaitingOrdersResponse> AllocationStore::Waiting(absl::string_view tenant,
                                                                       const v1::ListWaitingOrdersRequest& request,
                                                                       absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  const int64_t after = request.has_after() ? request.after().priority_time_us() : INT64_MIN;
  JUCHU_ASSIGN_OR_RETURN(const auto rows,
                         connection->Query(kSelectWaiting, {tenant, request.product_code(), after, after,
                                                            request.after().order_number(), request.max_orders() + 1}));
  v1::ListWaitingOrdersResponse response;
  for (const auto row : rows) {
    if (response.order_numbers_size() == request.max_orders()) {
      const auto last = rows[static_cast<size_t>(request.max_orders()) - 1];
      response.mutable_next()->set_order_number(last.String(0));
      response.mutable_next()->set_priority_time_us(last.Int64(1));
      break;
    }
    response.add_order_numbers(row.String(0));
  }
  return response;
}

}  // namespace juchu::inventory
