#include "services/gateway/app/allocation_owner.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "services/gateway/app/order_need.h"
#include "services/gateway/app/workflow_conversion.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
namespace inventory_pb = ::juchu::inventory::v1;
using workflow::AllocationWish;

// What the facts make of 受注引当; nothing where they leave it alone.
std::optional<workflow::StateValue> FactOf(const AllocationOwner::Answer& answer, const pb::Order& order) {
  const bool is_told = answer.reads || answer.wish == AllocationWish::kHold ||
                       (answer.wish == AllocationWish::kGiveBack && order.status() == pb::CANCELLED);
  if (!is_told || answer.facts->state() == inventory_pb::ALLOCATION_STATE_UNSPECIFIED) return {};
  // What is held may be held for what the order needed before: that it is all is said when the present need is asked
  // for.
  if (answer.reads && answer.facts->state() != inventory_pb::UNALLOCATED) return workflow::StateValue::kPartlyAllocated;
  return static_cast<workflow::StateValue>(answer.facts->state());
}

// Whether an order that wishes nothing shows 未引当 although the inventory may hold stock for it: 引当しない made of
// 一部引当 引当対象外, and the setting was turned back before the inventory was told to take anything back.
bool MayHoldMoreThanItShows(const workflow::OrderFacts& facts) {
  const bool overridden = (facts.overridden & workflow::BitOf(workflow::StateCategory::kAllocation)) != 0;
  return facts.known_to_inventory && facts.tags.Has(workflow::StateValue::kUnallocated) && !overridden;
}

}  // namespace

absl::Status AllocationOwner::Judge(size_t index, const pb::Order& order, const pb::Configuration& configuration) {
  auto& answer = answers_[index];
  answer.facts.reset();
  const auto settings = SettingsOf(configuration);
  auto facts = gateway::FactsOf(order, configuration);
  facts.known_to_inventory = facts.known_to_inventory || answer.asked || cause_ == Cause::kFacts;
  const absl::Status permitted = workflow::CheckAllocate(facts, settings);
  answer.wish = workflow::WishOf(facts, settings);
  if (cause_ == Cause::kStock && facts.mode == workflow::Mode::kManual && !answer.asked) {
    answer.wish = AllocationWish::kNothing;
  }
  const bool asks = cause_ == Cause::kAsked || (cause_ == Cause::kStock && facts.mode == workflow::Mode::kAuto);
  // Whoever is known there has been asked for: what the inventory holds for the order must come to be known here.
  const bool is_there = answer.asked || cause_ == Cause::kFacts;
  if (answer.wish == AllocationWish::kNothing && (is_there || (asks && permitted.ok()))) {
    answer.wish = AllocationWish::kHold;
  }
  answer.reads = cause_ == Cause::kChanged && answer.wish == AllocationWish::kNothing && MayHoldMoreThanItShows(facts);
  if (cause_ != Cause::kAsked) return absl::OkStatus();
  if (!answer.asked) return permitted;
  // The order has to be brought to its wish all the same.
  answer.refusal = permitted;
  return absl::OkStatus();
}

absl::Status AllocationOwner::Ask(const rpc::CallContext& context, const pb::Configuration& configuration,
                                  const std::vector<size_t>& indexes, std::vector<SettledOrder>& orders) {
  inventory_pb::AllocateOrdersRequest allocate;
  inventory_pb::ShipOrdersRequest ship;
  inventory_pb::ReadAllocationsRequest read;
  read.set_facts_only(true);
  std::vector<size_t> asking;
  std::vector<size_t> shipping;
  std::vector<size_t> reading;
  for (const size_t index : indexes) {
    auto& answer = answers_[index];
    const auto& order = orders[index].order;
    answer.asked = answer.asked || answer.wish != AllocationWish::kNothing;
    if (answer.wish == AllocationWish::kShip) {
      ship.add_order_numbers(order.order_number());
      shipping.push_back(index);
    } else if (answer.wish != AllocationWish::kNothing) {
      *allocate.add_needs() = answer.wish == AllocationWish::kHold ? NeedOf(order, configuration) : NoNeedOf(order);
      asking.push_back(index);
    } else if (answer.reads) {
      read.add_order_numbers(order.order_number());
      reading.push_back(index);
    }
  }
  const auto take = [&](const std::vector<size_t>& asked, const absl::Status& status, const auto& take_one) {
    for (size_t i = 0; i < asked.size(); ++i) {
      orders[asked[i]].status.Update(status);
      if (status.ok()) take_one(static_cast<int>(i), answers_[asked[i]]);
    }
  };
  if (!asking.empty()) {
    auto response = inventory_.AllocateOrders(context, allocate);
    // A person is told that nothing was done.
    if (cause_ == Cause::kAsked) JUCHU_RETURN_IF_ERROR(response.status());
    take(asking, response.status(), [&](int i, Answer& answer) {
      auto& outcome = *response->mutable_outcomes(i);
      answer.facts = outcome.facts();
      answer.lines.assign(outcome.lines().begin(), outcome.lines().end());
    });
  }
  if (!shipping.empty()) {
    const auto response = inventory_.ShipOrders(context, ship);
    take(shipping, response.status(), [&](int i, Answer& answer) { answer.facts = response->facts(i); });
  }
  if (!reading.empty()) {
    const auto response = inventory_.ReadAllocations(context, read);
    take(reading, response.status(), [&](int i, Answer& answer) { answer.facts = response->orders(i).facts(); });
  }
  return absl::OkStatus();
}

// Facts that the order does not know, or such as it knows whose tag an edit has taken back meanwhile.
bool AllocationOwner::HasNews(size_t index, const pb::Order& order) const {
  const auto& answer = answers_[index];
  if (!answer.facts.has_value() || answer.facts->version() < order.fact_versions().inventory()) return false;
  if (answer.facts->version() > order.fact_versions().inventory()) return true;
  const auto fact = FactOf(answer, order);
  return fact.has_value() && IsOtherThan(*fact, order);
}

void AllocationOwner::WriteNews(size_t index, pb::Order& order, Edit& edit) const {
  order.mutable_fact_versions()->set_inventory(answers_[index].facts->version());
  edit.intent.allocation_fact = FactOf(answers_[index], order);
  edit.reports_allocation = !answers_[index].reads;
}

void AllocationOwner::Acknowledge(const rpc::CallContext& context, size_t index, const std::string& order_number) {
  const auto& facts = answers_[index].facts;
  if (facts.has_value()) acknowledger_.Add(context.tenant, order_number, facts->version());
}

}  // namespace juchu::gateway
