#include "services/gateway/app/order_allocator.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ids/order_number.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/bulk_error.h"
#include "services/gateway/app/order_need.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/workflow/allocation_wish.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
namespace inventory_pb = ::juchu::inventory::v1;
using workflow::AllocationWish;

constexpr int kMostAllocated = 500;
// How often orders that others change at the same time are settled anew.
constexpr int kMaxTries = 5;

absl::Status ChangedMeanwhile() {
  return Aborted("ORDER_CONTENDED", "others change the order again and again", {{"remedy", "try again"}});
}

}  // namespace

// One order on its way.
struct OrderAllocator::Work {
  std::string number;
  absl::Status status;
  // FULL, as it was loaded last.
  pb::Order order;
  AllocationWish wish = AllocationWish::kNothing;
  // The inventory has been asked: it may hold stock for the order, whatever becomes of the order meanwhile.
  bool asked = false;
  // Why the person who asks is refused, although the order has to be brought to its wish.
  absl::Status refusal;
  // What the inventory answered; absent when it was not asked.
  std::optional<inventory_pb::AllocationFacts> facts;
  std::vector<inventory_pb::LineAllocation> lines;
  // What the commit did; its order number is "" when there was none.
  v1::OrderChangeResponse change;

  // Facts that the order does not know, or such as it knows whose tag an edit has taken back meanwhile.
  bool has_news() const {
    if (!facts.has_value() || facts->version() < order.fact_versions().inventory()) return false;
    if (facts->version() > order.fact_versions().inventory()) return true;
    const auto fact = AllocationFact();
    return fact.has_value() && std::any_of(order.state_tags().begin(), order.state_tags().end(), [&](const auto& tag) {
             return tag.category() == pb::ALLOCATION && !tag.overridden() &&
                    tag.value() != static_cast<pb::StateValue>(*fact);
           });
  }

  // What the facts make of 受注引当; nothing where they leave it alone.
  std::optional<workflow::StateValue> AllocationFact() const {
    const bool is_told =
        wish == AllocationWish::kHold || (wish == AllocationWish::kGiveBack && order.status() == pb::CANCELLED);
    if (!is_told || facts->state() == inventory_pb::ALLOCATION_STATE_UNSPECIFIED) return {};
    return static_cast<workflow::StateValue>(facts->state());
  }
};

struct OrderAllocator::Batch {
  Cause cause;
  const Change& change;
  std::vector<Work> works;
  // Indexes into works of what is still to be done.
  std::vector<size_t> pending;
  ConfigurationSnapshot configuration;
};

// Loads what is pending, and finds out what each order wishes. What is refused is pending no more.
absl::Status OrderAllocator::Load(const rpc::CallContext& context, Batch& batch) {
  pb::LoadOrdersRequest request;
  const ConfigurationSnapshot held = configurations_.Find(context.tenant);
  request.set_known_configuration_version(held == nullptr ? 0 : held->version());
  request.set_view(pb::ORDER_VIEW_FULL);
  for (const size_t index : batch.pending) request.add_keys()->set_order_number(batch.works[index].number);
  JUCHU_ASSIGN_OR_RETURN(auto response, orders_.LoadOrders(context, request));
  JUCHU_ASSIGN_OR_RETURN(batch.configuration, configurations_.Resolve(context.tenant, held, response));
  const auto settings = SettingsOf(*batch.configuration);
  std::vector<size_t> found;
  for (size_t i = 0; i < batch.pending.size(); ++i) {
    auto& loaded = *response.mutable_orders(static_cast<int>(i));
    auto& work = batch.works[batch.pending[i]];
    work.facts.reset();
    if (loaded.has_error()) {
      work.status = ToStatus(loaded.error());
      continue;
    }
    work.order = std::move(*loaded.mutable_order());
    copies_.Put(context.tenant, std::make_shared<const pb::Order>(BasicViewOf(work.order)));
    auto facts = FactsOf(work.order, *batch.configuration);
    facts.known_to_inventory = facts.known_to_inventory || work.asked || batch.cause == Cause::kFacts;
    const absl::Status permitted = workflow::CheckAllocate(facts, settings);
    work.wish = workflow::WishOf(facts, settings);
    if (batch.cause == Cause::kAsked) (work.asked ? work.refusal : work.status) = permitted;
    if (batch.cause == Cause::kStock && facts.mode == workflow::Mode::kManual && !work.asked) {
      work.wish = AllocationWish::kNothing;
    }
    const bool asks =
        batch.cause == Cause::kAsked || (batch.cause == Cause::kStock && facts.mode == workflow::Mode::kAuto);
    // Whoever is known there has been asked for: what the inventory holds for the order must come to be known here.
    const bool is_there = work.asked || batch.cause == Cause::kFacts;
    if (work.wish == AllocationWish::kNothing && (is_there || (asks && permitted.ok()))) {
      work.wish = AllocationWish::kHold;
    }
    if (work.status.ok()) found.push_back(batch.pending[i]);
  }
  batch.pending = std::move(found);
  return absl::OkStatus();
}

// Asks for what is pending. An order for which the inventory cannot be asked is pending no more; a person who asks is
// told that nothing was done.
absl::Status OrderAllocator::AskInventory(const rpc::CallContext& context, Batch& batch) {
  inventory_pb::AllocateOrdersRequest allocate;
  inventory_pb::ShipOrdersRequest ship;
  std::vector<size_t> asking;
  std::vector<size_t> shipping;
  std::vector<size_t> left;
  for (const size_t index : batch.pending) {
    auto& work = batch.works[index];
    work.asked = work.asked || work.wish != AllocationWish::kNothing;
    if (work.wish == AllocationWish::kNothing) {
      left.push_back(index);
    } else if (work.wish == AllocationWish::kShip) {
      ship.add_order_numbers(work.number);
      shipping.push_back(index);
    } else {
      *allocate.add_needs() =
          work.wish == AllocationWish::kHold ? NeedOf(work.order, *batch.configuration) : NoNeedOf(work.order);
      asking.push_back(index);
    }
  }
  const auto take = [&](const std::vector<size_t>& indexes, const absl::Status& status, const auto& answer) {
    for (size_t i = 0; i < indexes.size(); ++i) {
      auto& work = batch.works[indexes[i]];
      work.status = status;
      if (!status.ok()) continue;
      answer(static_cast<int>(i), work);
      left.push_back(indexes[i]);
    }
  };
  if (!asking.empty()) {
    auto response = inventory_.AllocateOrders(context, allocate);
    if (batch.cause == Cause::kAsked) JUCHU_RETURN_IF_ERROR(response.status());
    take(asking, response.status(), [&](int i, Work& work) {
      auto& outcome = *response->mutable_outcomes(i);
      work.facts = outcome.facts();
      work.lines.assign(outcome.lines().begin(), outcome.lines().end());
    });
  }
  if (!shipping.empty()) {
    const auto response = inventory_.ShipOrders(context, ship);
    take(shipping, response.status(), [&](int i, Work& work) { work.facts = response->facts(i); });
  }
  batch.pending = std::move(left);
  return absl::OkStatus();
}

// Commits news of what is pending to their orders, as `batch.change`; when something of an order has changed, it is
// evaluated even without any. What others changed meanwhile stays pending: what it needs may be other than what was
// asked for.
absl::Status OrderAllocator::Commit(const rpc::CallContext& context, Batch& batch) {
  std::vector<size_t> with_news;
  std::vector<size_t> to_evaluate;
  for (const size_t index : std::exchange(batch.pending, {})) {
    if (batch.works[index].has_news()) {
      with_news.push_back(index);
    } else if (batch.cause == Cause::kChanged) {
      to_evaluate.push_back(index);
    }
  }
  JUCHU_RETURN_IF_ERROR(CommitSome(context, batch.change, with_news, batch));
  Change evaluate;
  evaluate.operation = batch.change.operation;
  evaluate.actor.set_kind(common::v1::Actor::RULE);
  evaluate.actor.set_id("reconciler");
  return CommitSome(context, evaluate, to_evaluate, batch);
}

absl::Status OrderAllocator::CommitSome(const rpc::CallContext& context, Change change,
                                        const std::vector<size_t>& indexes, Batch& batch) {
  if (indexes.empty()) return absl::OkStatus();
  std::map<std::string, const Work*> by_number;
  std::vector<ChangeTarget> targets;
  for (const size_t index : indexes) {
    by_number[batch.works[index].number] = &batch.works[index];
    targets.push_back({batch.works[index].number, 0});
  }
  const int64_t asked_under = batch.configuration->version();
  change.edit = [&](const pb::Configuration& configuration, pb::Order& order) -> absl::StatusOr<Edit> {
    const Work& work = *by_number.at(order.order_number());
    Edit edit;
    if (!work.has_news()) return edit;
    if (order.version() != work.order.version() || configuration.version() != asked_under) return ChangedMeanwhile();
    order.mutable_fact_versions()->set_inventory(work.facts->version());
    edit.fields.insert("fact_versions");
    edit.intent.allocation_fact = work.AllocationFact();
    edit.reports_facts = true;
    return edit;
  };
  JUCHU_ASSIGN_OR_RETURN(auto results, changer_.ChangeBatch(context, change, targets));
  for (size_t i = 0; i < results.size(); ++i) {
    auto& work = batch.works[indexes[i]];
    work.status = results[i].status;
    if (work.status.ok()) {
      work.change = std::move(results[i].response);
      if (work.facts.has_value()) acknowledger_.Add(context.tenant, work.number, work.facts->version());
    } else if (ReasonOf(work.status) == ReasonOf(ChangedMeanwhile())) {
      batch.pending.push_back(indexes[i]);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<OrderAllocator::Work>> OrderAllocator::Run(const rpc::CallContext& context,
                                                                      absl::Span<const std::string> order_numbers,
                                                                      Cause cause, const Change& change) {
  Batch batch{cause, change, {}, {}, nullptr};
  for (const auto& number : order_numbers) {
    batch.pending.push_back(batch.works.size());
    batch.works.emplace_back().number = number;
  }
  for (int tries = 0; !batch.pending.empty() && tries < kMaxTries; ++tries) {
    for (const size_t index : batch.pending) batch.works[index].status = absl::OkStatus();
    JUCHU_RETURN_IF_ERROR(Load(context, batch));
    JUCHU_RETURN_IF_ERROR(AskInventory(context, batch));
    JUCHU_RETURN_IF_ERROR(Commit(context, batch));
  }
  for (auto& work : batch.works) {
    if (work.status.ok()) work.status = work.refusal;
  }
  return std::move(batch.works);
}

absl::StatusOr<std::vector<absl::Status>> OrderAllocator::Settle(const rpc::CallContext& context,
                                                                 absl::Span<const std::string> order_numbers,
                                                                 Cause cause) {
  std::vector<absl::Status> statuses;
  if (order_numbers.empty()) return statuses;
  Change change;
  change.operation = "Reconcile";
  change.actor.set_kind(common::v1::Actor::OWNER);
  change.actor.set_id("inventory");
  const auto works = Run(context, order_numbers, cause, change);
  if (absl::IsInternal(works.status()) && order_numbers.size() > 1) {
    // One of them may be what a service cannot stomach; the others must not suffer for it.
    for (const auto& number : order_numbers) {
      const auto alone = Settle(context, {number}, cause);
      statuses.push_back(alone.ok() ? alone->front() : alone.status());
    }
    return statuses;
  }
  JUCHU_RETURN_IF_ERROR(works.status());
  // Nobody can settle an order that is not there.
  for (const auto& work : *works) statuses.push_back(absl::IsNotFound(work.status) ? absl::OkStatus() : work.status);
  return statuses;
}

absl::StatusOr<v1::AllocateOrdersResponse> OrderAllocator::Allocate(const rpc::CallContext& context,
                                                                    const v1::AllocateOrdersRequest& request) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("order_numbers", request.order_numbers_size(), 1, kMostAllocated));
  std::set<std::string> seen;
  std::vector<std::string> numbers;
  for (int i = 0; i < request.order_numbers_size(); ++i) {
    const std::string field = absl::StrCat("order_numbers[", i, "]");
    JUCHU_ASSIGN_OR_RETURN(const std::string number, ParseOrderNumber(field, request.order_numbers(i)));
    numbers.push_back(number);
    if (seen.insert(number).second) continue;
    return InvalidField("ORDER_TWICE", field, "names an order that the request names already", "name each order once");
  }
  Change change;
  change.operation = "AllocateOrders";
  change.actor = PersonOf(context);
  JUCHU_ASSIGN_OR_RETURN(auto works, Run(context, numbers, Cause::kAsked, change));
  v1::AllocateOrdersResponse response;
  for (auto& work : works) {
    auto& outcome = *response.add_outcomes();
    outcome.set_order_number(work.number);
    if (!work.status.ok()) {
      *outcome.mutable_error() = BulkErrorOf(work.status);
      continue;
    }
    if (work.facts.has_value()) outcome.set_state(static_cast<pb::StateValue>(work.facts->state()));
    outcome.mutable_lines()->Assign(work.lines.begin(), work.lines.end());
    auto& changed = *outcome.mutable_change();
    changed = std::move(work.change);
    if (!changed.order_number().empty()) continue;
    changed.set_order_number(work.number);
    changed.set_version(work.order.version());
    changed.set_status(work.order.status());
    changed.set_mode(work.order.mode());
    changed.add_status_path(work.order.status());
  }
  return response;
}

}  // namespace juchu::gateway
