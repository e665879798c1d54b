// What of the double's stock belongs to which order.
#include <algorithm>
#include <iterator>
#include <utility>

#include "common/time/timestamps.h"
#include "services/inventory/rpc/inventory_requests.h"
#include "tests/fuzz/inventory_service_double.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/well_formed.h"

namespace juchu::fuzz {

namespace pb = ::juchu::inventory::v1;

pb::AllocationFacts InventoryServiceDouble::FactsOf(const std::string& order_number, const AllocatedOrder& order) {
  pb::AllocationFacts facts;
  facts.set_order_number(order_number);
  facts.set_version(order.facts_version);
  facts.set_state(order.facts_version == 0 ? pb::ALLOCATION_STATE_UNSPECIFIED : order.state);
  facts.set_shipped(order.shipped);
  return facts;
}

inventory::Levels InventoryServiceDouble::LevelsOf(const pb::AllocateOrdersRequest::Need& need,
                                                   const AllocatedOrder& order) const {
  inventory::Levels levels;
  const auto add = [&](const std::string& code) {
    const auto it = products_.find(code);
    if (it == products_.end()) return;
    levels[code] = {true, it->second.product.inactive(), it->second.on_hand - it->second.allocated};
  };
  for (const auto& line : need.lines()) add(line.product_code());
  for (const auto& [code, allocation] : order.allocations) add(code);
  return levels;
}

void InventoryServiceDouble::Allocate(const pb::AllocateOrdersRequest::Need& need, AllocatedOrder& order,
                                      pb::AllocateOrdersResponse::Outcome& outcome) {
  std::map<std::string, inventory::Holding> held;
  for (const auto& [code, allocation] : order.allocations) held[code] = allocation.holding;
  inventory::Levels levels = LevelsOf(need, order);
  const auto plan =
      inventory::PlanOrder({inventory::SumLines(need.lines()), need.forced(), need.all_or_nothing()}, held, levels);
  const pb::AllocationState state = inventory::StateOf(plan);
  if (order.facts_version == 0 || state != order.state) ++order.facts_version;
  order.state = state;
  order.order_version = need.order_version();
  order.allocations.clear();
  for (const auto& [code, product] : plan) {
    Delta delta;
    delta.allocated = product.after.allocated - product.before.allocated;
    delta.overdraft = std::max<int64_t>(product.after.forced - product.before.forced, 0);
    const auto stored = products_.find(code);
    Require(stored != products_.end() || delta.allocated == 0, "only what is registered is allocated");
    if (stored != products_.end()) ChangeSums(delta, stored->second);
    if (product.needed == 0 && product.after.allocated == 0) continue;
    order.allocations[code] = {product.needed, product.after, MicrosFromTimestamp(need.priority_time())};
  }
  for (auto& line : inventory::LinesOf(need.lines(), plan)) *outcome.add_lines() = std::move(line);
}

absl::StatusOr<pb::AllocateOrdersResponse> InventoryServiceDouble::AllocateOrders(
    const rpc::CallContext&, const pb::AllocateOrdersRequest& request) {
  RequireWellFormed(request, inventory::CheckRequest(request));
  pb::AllocateOrdersResponse response;
  std::map<std::pair<int64_t, std::string>, int> by_priority;
  for (int i = 0; i < request.needs_size(); ++i) {
    response.add_outcomes();
    by_priority[{MicrosFromTimestamp(request.needs(i).priority_time()), request.needs(i).order_number()}] = i;
  }
  for (const auto& [priority, index] : by_priority) {
    const auto& need = request.needs(index);
    auto& order = orders_[need.order_number()];
    const AllocatedOrder before = order;
    auto& outcome = *response.mutable_outcomes(index);
    const bool out_of_date = order.facts_version > 0 && need.order_version() < order.order_version;
    if (!order.shipped && !out_of_date) Allocate(need, order, outcome);
    outcome.set_changed(!(order == before));
    *outcome.mutable_facts() = FactsOf(need.order_number(), order);
  }
  return response;
}

void InventoryServiceDouble::Ship(const rpc::CallContext& context, const std::string& order_number,
                                  AllocatedOrder& order) {
  order.shipped = true;
  ++order.facts_version;
  for (const auto& [code, allocation] : order.allocations) {
    const int64_t pieces = allocation.holding.allocated;
    if (pieces == 0) continue;
    const Delta delta = {-pieces, -pieces, 0};
    auto& stored = products_.at(code);
    WriteLedger(context, pb::SHIPPED, delta, allocation.holding.forced, order_number, stored);
    ChangeSums(delta, stored);
  }
  order.allocations.clear();
}

absl::StatusOr<pb::ShipOrdersResponse> InventoryServiceDouble::ShipOrders(const rpc::CallContext& context,
                                                                          const pb::ShipOrdersRequest& request) {
  RequireWellFormed(request, inventory::CheckRequest(request));
  pb::ShipOrdersResponse response;
  for (const std::string& number : request.order_numbers()) {
    auto& order = orders_[number];
    if (!order.shipped) Ship(context, number, order);
    *response.add_facts() = FactsOf(number, order);
  }
  return response;
}

std::map<std::pair<int64_t, std::string>, const InventoryServiceDouble::Allocation*> InventoryServiceDouble::WaitingFor(
    const std::string& product_code) const {
  std::map<std::pair<int64_t, std::string>, const Allocation*> waiting;
  for (const auto& [number, order] : orders_) {
    const auto it = order.allocations.find(product_code);
    if (it == order.allocations.end() || !it->second.waiting()) continue;
    waiting[{it->second.priority_time_us, number}] = &it->second;
  }
  return waiting;
}

absl::StatusOr<pb::ReadAllocationsResponse> InventoryServiceDouble::ReadAllocations(
    const rpc::CallContext&, const pb::ReadAllocationsRequest& request) {
  RequireWellFormed(request, inventory::CheckRequest(request));
  pb::ReadAllocationsResponse response;
  for (const std::string& number : request.order_numbers()) {
    auto& read = *response.add_orders();
    const auto order = orders_.find(number);
    *read.mutable_facts() = FactsOf(number, order == orders_.end() ? AllocatedOrder() : order->second);
    if (order == orders_.end()) continue;
    for (const auto& [code, allocation] : order->second.allocations) {
      if (!allocation.waiting()) continue;
      const auto product = products_.find(code);
      auto& lack = *read.add_lacks();
      lack.set_product_code(code);
      lack.set_needed(allocation.needed);
      lack.set_allocated(allocation.holding.allocated);
      lack.set_short_reason(product == products_.end()           ? pb::PRODUCT_NOT_REGISTERED
                            : product->second.product.inactive() ? pb::PRODUCT_INACTIVE
                                                                 : pb::STOCK_SHORT);
      const auto waiting = WaitingFor(code);
      lack.set_orders_before(std::distance(waiting.begin(), waiting.find({allocation.priority_time_us, number})));
    }
  }
  // Nobody carries news here: what an order has not been told of stays on its way.
  if (request.with_queued()) *response.mutable_queued_order_numbers() = request.order_numbers();
  return response;
}

absl::StatusOr<pb::ListWaitingOrdersResponse> InventoryServiceDouble::ListWaitingOrders(
    const rpc::CallContext&, const pb::ListWaitingOrdersRequest& request) {
  RequireWellFormed(request, inventory::CheckRequest(request));
  const std::pair<int64_t, std::string> after = {request.has_after() ? request.after().priority_time_us() : INT64_MIN,
                                                 request.after().order_number()};
  pb::ListWaitingOrdersResponse response;
  std::pair<int64_t, std::string> last;
  for (const auto& [place, allocation] : WaitingFor(request.product_code())) {
    if (place <= after) continue;
    if (response.order_numbers_size() == request.max_orders()) {
      response.mutable_next()->set_priority_time_us(last.first);
      response.mutable_next()->set_order_number(last.second);
      break;
    }
    response.add_order_numbers(place.second);
    last = place;
  }
  return response;
}

int64_t InventoryServiceDouble::FactsVersionOf(const std::string& order_number) const {
  const auto it = orders_.find(order_number);
  return it == orders_.end() ? 0 : it->second.facts_version;
}

int64_t InventoryServiceDouble::HeldBy(const std::string& order_number) const {
  const auto it = orders_.find(order_number);
  int64_t held = 0;
  if (it == orders_.end()) return held;
  for (const auto& [code, allocation] : it->second.allocations) held += allocation.holding.allocated;
  return held;
}

}  // namespace juchu::fuzz
