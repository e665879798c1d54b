#include "services/gateway/app/order_settler.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/fault/fault.h"
#include "common/ids/order_number.h"
#include "common/rpc/request_checks.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/workflow_conversion.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

// How often orders that others change at the same time are settled anew.
constexpr int kMaxTries = 5;

absl::Status ChangedMeanwhile() {
  return Aborted("ORDER_CONTENDED", "others change the order again and again", {{"remedy", "try again"}});
}

}  // namespace

struct OrderSettler::Batch {
  absl::Span<FactsOwner* const> owners;
  const Change& change;
  bool evaluates;
  std::vector<SettledOrder> orders;
  // Indexes into orders of what is still to be done.
  std::vector<size_t> pending;
  ConfigurationSnapshot configuration;

  // The owners that have answered something that the order does not know.
  std::vector<FactsOwner*> WithNews(size_t index) const {
    std::vector<FactsOwner*> result;
    for (FactsOwner* const owner : owners) {
      if (owner->HasNews(index, orders[index].order)) result.push_back(owner);
    }
    return result;
  }
};

// Loads what is pending, and finds out what each order wishes. What is refused is pending no more.
absl::Status OrderSettler::Load(const rpc::CallContext& context, Batch& batch) {
  pb::LoadOrdersRequest request;
  const ConfigurationSnapshot held = configurations_.Find(context.tenant);
  request.set_known_configuration_version(held == nullptr ? 0 : held->version());
  request.set_view(pb::ORDER_VIEW_FULL);
  for (const size_t index : batch.pending) request.add_keys()->set_order_number(batch.orders[index].number);
  JUCHU_ASSIGN_OR_RETURN(auto response, orders_.LoadOrders(context, request));
  JUCHU_ASSIGN_OR_RETURN(batch.configuration, configurations_.Resolve(context.tenant, held, response));
  std::vector<size_t> found;
  for (size_t i = 0; i < batch.pending.size(); ++i) {
    auto& loaded = *response.mutable_orders(static_cast<int>(i));
    const size_t index = batch.pending[i];
    auto& settled = batch.orders[index];
    if (loaded.has_error()) {
      settled.status = ToStatus(loaded.error());
      continue;
    }
    settled.order = std::move(*loaded.mutable_order());
    copies_.Put(context.tenant, std::make_shared<const pb::Order>(BasicViewOf(settled.order)));
    for (FactsOwner* const owner : batch.owners) {
      settled.status.Update(owner->Judge(index, settled.order, *batch.configuration));
    }
    if (settled.status.ok()) found.push_back(index);
  }
  batch.pending = std::move(found);
  return absl::OkStatus();
}

// Asks for what is pending. An order for which an owner cannot be asked is pending no more.
absl::Status OrderSettler::Ask(const rpc::CallContext& context, Batch& batch) {
  for (FactsOwner* const owner : batch.owners) {
    if (batch.pending.empty()) return absl::OkStatus();
    JUCHU_RETURN_IF_ERROR(owner->Ask(context, *batch.configuration, batch.pending, batch.orders));
  }
  std::erase_if(batch.pending, [&](size_t index) { return !batch.orders[index].status.ok(); });
  return absl::OkStatus();
}

// Commits news of what is pending to their orders; when something of an order has changed, it is evaluated even without
// any. What others changed meanwhile stays pending: what it wishes may be other than what was asked for.
absl::Status OrderSettler::Commit(const rpc::CallContext& context, Batch& batch) {
  std::map<std::string, size_t> by_number;
  std::vector<ChangeTarget> targets;
  std::vector<size_t> indexes;
  for (const size_t index : std::exchange(batch.pending, {})) {
    if (!batch.evaluates && batch.WithNews(index).empty()) continue;
    by_number[batch.orders[index].number] = index;
    targets.push_back({batch.orders[index].number, 0});
    indexes.push_back(index);
  }
  if (indexes.empty()) return absl::OkStatus();
  const int64_t asked_under = batch.configuration->version();
  Change change = batch.change;
  change.edit = [&](const pb::Configuration& configuration, pb::Order& order) -> absl::StatusOr<Edit> {
    const size_t index = by_number.at(order.order_number());
    const auto owners = batch.WithNews(index);
    Edit edit;
    if (owners.empty()) return edit;
    const bool is_late =
        order.version() != batch.orders[index].order.version() || configuration.version() != asked_under;
    if (is_late && !fault::IsPlanted("older-answer-overwrites")) return ChangedMeanwhile();
    for (const FactsOwner* owner : owners) owner->WriteNews(index, order, edit);
    edit.fields.insert("fact_versions");
    if (change.actor.kind() == common::v1::Actor::PERSON) return edit;
    common::v1::Actor& actor = edit.actor.emplace();
    actor.set_kind(common::v1::Actor::OWNER);
    actor.set_id(absl::StrJoin(owners, "+",
                               [](std::string* out, const FactsOwner* owner) { absl::StrAppend(out, owner->name()); }));
    return edit;
  };
  JUCHU_ASSIGN_OR_RETURN(auto results, changer_.ChangeBatch(context, change, targets));
  for (size_t i = 0; i < results.size(); ++i) {
    auto& settled = batch.orders[indexes[i]];
    settled.status = results[i].status;
    if (settled.status.ok()) {
      settled.change = std::move(results[i].response);
      for (FactsOwner* const owner : batch.owners) owner->Acknowledge(context, indexes[i], settled.number);
    } else if (ReasonOf(settled.status) == ReasonOf(ChangedMeanwhile())) {
      batch.pending.push_back(indexes[i]);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SettledOrder>> OrderSettler::Run(const rpc::CallContext& context,
                                                            absl::Span<const std::string> order_numbers,
                                                            absl::Span<FactsOwner* const> owners, const Change& change,
                                                            bool evaluates) {
  Batch batch{owners, change, evaluates, {}, {}, nullptr};
  for (const auto& number : order_numbers) {
    batch.pending.push_back(batch.orders.size());
    batch.orders.emplace_back().number = number;
  }
  for (int tries = 0; !batch.pending.empty() && tries < kMaxTries; ++tries) {
    for (const size_t index : batch.pending) batch.orders[index].status = absl::OkStatus();
    JUCHU_RETURN_IF_ERROR(Load(context, batch));
    JUCHU_RETURN_IF_ERROR(Ask(context, batch));
    JUCHU_RETURN_IF_ERROR(Commit(context, batch));
  }
  for (size_t index = 0; index < batch.orders.size(); ++index) {
    for (const FactsOwner* owner : owners) batch.orders[index].status.Update(owner->Refusal(index));
  }
  return std::move(batch.orders);
}

absl::StatusOr<std::vector<std::string>> ParseOrderNumbers(
    const google::protobuf::RepeatedPtrField<std::string>& order_numbers, int least, int most) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("order_numbers", order_numbers.size(), least, most));
  rpc::DistinctOrders distinct;
  std::vector<std::string> numbers;
  for (int i = 0; i < order_numbers.size(); ++i) {
    const std::string field = absl::StrCat("order_numbers[", i, "]");
    JUCHU_ASSIGN_OR_RETURN(numbers.emplace_back(), ParseOrderNumber(field, order_numbers[i]));
    JUCHU_RETURN_IF_ERROR(distinct.Check(field, numbers.back()));
  }
  return numbers;
}

v1::OrderChangeResponse ChangeOf(SettledOrder& settled) {
  if (!settled.change.order_number().empty()) return std::move(settled.change);
  v1::OrderChangeResponse change;
  change.set_order_number(settled.number);
  change.set_version(settled.order.version());
  change.set_status(settled.order.status());
  change.set_mode(settled.order.mode());
  change.add_status_path(settled.order.status());
  return change;
}

}  // namespace juchu::gateway
