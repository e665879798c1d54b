#include "services/gateway/app/change_handlers.h"

#include <algorithm>

#include "common/arena/call_arena.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/workflow/allocation_wish.h"
#include "services/gateway/workflow/card_wish.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
constexpr int kPage = 500;

// Settles by `settle` the orders of all changes that name one and writes each one's status to its place.
template <typename Settle>
void SettleOrders(const TenantWork& work, const Settle& settle, std::vector<absl::Status>& statuses) {
  std::vector<size_t> places;
  std::vector<std::string> numbers;
  for (size_t i = 0; i < work.changes.size(); ++i) {
    if (work.changes[i]->order_number().empty()) continue;
    places.push_back(i);
    numbers.push_back(work.changes[i]->order_number());
  }
  const absl::StatusOr<std::vector<absl::Status>> settled = settle(work.context(), numbers);
  for (size_t i = 0; i < places.size(); ++i) {
    auto& status = statuses[places[i]];
    status = settled.ok() ? (*settled)[i] : settled.status();
  }
}

absl::Status FirstError(const std::vector<absl::Status>& statuses) {
  const auto it = std::find_if(statuses.begin(), statuses.end(), [](const auto& status) { return !status.ok(); });
  return it == statuses.end() ? absl::OkStatus() : *it;
}

}  // namespace

std::vector<absl::Status> OrderChangeHandler::Handle(const TenantWork& work) {
  std::vector<absl::Status> statuses(work.changes.size());
  SettleOrders(
      work, [&](const auto& context, const auto& numbers) { return settler_.SettleChanged(context, numbers); },
      statuses);
  for (size_t i = 0; i < work.changes.size(); ++i) {
    if (work.changes[i]->order_number().empty()) statuses[i] = HandleTenant(work);
  }
  return statuses;
}

// All orders that have not ended, a page at a time. One that moves meanwhile keeps its number, so none is missed. One
// that fails does not keep the others.
absl::Status OrderChangeHandler::HandleTenant(const TenantWork& work) {
  pb::SearchOrdersRequest search;
  for (int status = pb::UNCONFIRMED; status < pb::COMPLETED; ++status) {
    search.mutable_query()->add_statuses(static_cast<pb::Status>(status));
  }
  search.set_sort(pb::ORDER_NUMBER_ASC);
  search.set_page_size(kPage);
  absl::Status first;
  while (work.go_on()) {
    google::protobuf::Arena arena(CallArenaOptions());
    JUCHU_ASSIGN_OR_RETURN(const auto* page, orders_.SearchOrders(work.context(), search, arena));
    first.Update(HandlePage(work, *page));
    if (!page->has_next()) return first;
    *search.mutable_after() = page->next();
  }
  return absl::CancelledError("stopping");
}

// Each order is evaluated; those that may want something of an owner of facts under the new configuration are settled.
absl::Status OrderChangeHandler::HandlePage(const TenantWork& work, const pb::SearchOrdersResponse& page) {
  if (page.orders().empty()) return absl::OkStatus();
  Change change;
  change.operation = "Reconcile";
  change.actor.set_kind(common::v1::Actor::RULE);
  change.actor.set_id("reconciler");
  std::vector<std::string> outstanding;
  change.edit = [&outstanding](const pb::Configuration& configuration, pb::Order& order) -> absl::StatusOr<Edit> {
    const auto settings = SettingsOf(configuration);
    const auto facts = FactsOf(order, configuration);
    const bool gives_back = workflow::WishOf(facts, settings) == workflow::AllocationWish::kGiveBack;
    const bool is_auto = facts.mode == workflow::Mode::kAuto;
    const bool wants_stock = is_auto && workflow::IsOutstanding(facts, settings);
    // Under way it shows; what is known already asks for nothing.
    const auto card = workflow::CardWishOf(facts, settings);
    const bool wants_card = is_auto && (card == workflow::CardWish::kHold || card == workflow::CardWish::kCapture);
    if (gives_back || wants_stock || wants_card) outstanding.push_back(order.order_number());
    return Edit();
  };
  std::vector<ChangeTarget> targets;
  for (const auto& order : page.orders()) {
    // A MANUAL order does not move; only such as the inventory knows may have to give back.
    const bool is_auto = order.mode() == pb::AUTO;
    if (is_auto || order.fact_versions().inventory() > 0) targets.push_back({order.order_number(), 0});
  }
  if (targets.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const auto results, changer_.ChangeBatch(work.context(), change, targets));
  absl::Status first;
  for (const auto& result : results) first.Update(result.status);
  // An order that was decided more than once is named more than once.
  std::sort(outstanding.begin(), outstanding.end());
  outstanding.erase(std::unique(outstanding.begin(), outstanding.end()), outstanding.end());
  JUCHU_ASSIGN_OR_RETURN(const auto settled, settler_.SettleChanged(work.context(), outstanding));
  first.Update(FirstError(settled));
  return first;
}

std::vector<absl::Status> PaymentChangeHandler::Handle(const TenantWork& work) {
  std::vector<absl::Status> statuses(work.changes.size());
  SettleOrders(
      work, [&](const auto& context, const auto& numbers) { return settler_.SettleCards(context, numbers); }, statuses);
  return statuses;
}

std::vector<absl::Status> InventoryChangeHandler::Handle(const TenantWork& work) {
  std::vector<absl::Status> statuses(work.changes.size());
  SettleOrders(
      work,
      [&](const auto& context, const auto& numbers) {
        return settler_.SettleAllocations(context, numbers, Cause::kFacts);
      },
      statuses);
  for (size_t i = 0; i < work.changes.size(); ++i) {
    const auto& change = *work.changes[i];
    if (!change.product_code().empty()) statuses[i] = HandleProduct(work, change.product_code());
  }
  return statuses;
}

// Those who wait for the product, the first in priority first. Each page is allocated in its order; those who wait
// because they are MANUAL let the others pass, and so does one that fails.
absl::Status InventoryChangeHandler::HandleProduct(const TenantWork& work, const std::string& product_code) {
  inventory::v1::ListWaitingOrdersRequest request;
  request.set_product_code(product_code);
  request.set_max_orders(kPage);
  absl::Status first;
  while (work.go_on()) {
    JUCHU_ASSIGN_OR_RETURN(const auto page, inventory_.ListWaitingOrders(work.context(), request));
    const std::vector<std::string> numbers(page.order_numbers().begin(), page.order_numbers().end());
    JUCHU_ASSIGN_OR_RETURN(const auto settled, settler_.SettleAllocations(work.context(), numbers, Cause::kStock));
    first.Update(FirstError(settled));
    if (!page.has_next()) return first;
    *request.mutable_after() = page.next();
  }
  return absl::CancelledError("stopping");
}

}  // namespace juchu::gateway
