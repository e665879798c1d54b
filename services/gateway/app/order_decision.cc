#include "services/gateway/app/order_decision.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/fault/fault.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/order_need.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/workflow/allocation_wish.h"
#include "services/gateway/workflow/card_wish.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using workflow::AllocationWish;
using workflow::CardWish;

bool SameTags(const pb::Order& before, const pb::Order& after) {
  return std::equal(before.state_tags().begin(), before.state_tags().end(), after.state_tags().begin(),
                    after.state_tags().end(), [](const auto& one, const auto& other) {
                      return one.category() == other.category() && one.value() == other.value();
                    });
}

// Whether `field` holds the same in both.
bool SameField(const std::string& field, const pb::Order& before, const pb::Order& after) {
  google::protobuf::FieldMask mask;
  mask.add_paths(field);
  const auto only = [&](const pb::Order& order) {
    pb::Order single;
    google::protobuf::util::FieldMaskUtil::MergeMessageTo(order, mask, {}, &single);
    return single.SerializeAsString();
  };
  return only(before) == only(after);
}

// A tag that has just changed says who did it, as the order service will store it.
void TraceNewTags(const OrderDecision& decided, const std::set<pb::StateCategory>& judged,
                  const google::protobuf::Timestamp& now, pb::Order& order) {
  for (auto& tag : *order.mutable_state_tags()) {
    if (tag.has_set_time()) continue;
    *tag.mutable_set_time() = now;
    tag.set_set_version(order.version());
    if (judged.count(tag.category()) > 0) {
      tag.mutable_set_by()->set_kind(common::v1::Actor::RULE);
      tag.mutable_set_by()->set_id("workflow");
    } else {
      *tag.mutable_set_by() = decided.actor;
      tag.set_reason(decided.reason);
    }
  }
}

// Whether the order as it will be wishes something else of its card. Facts that have just been reported are no wish,
// unless they lead on.
bool IsCardUnsettled(const OrderDecision& decided, const pb::Order& before, const pb::Configuration& configuration) {
  const auto settings = SettingsOf(configuration);
  const CardWish wish = workflow::CardWishOf(FactsOf(*decided.after, configuration), settings);
  if (wish == CardWish::kNothing) return false;
  if (before.amounts().total_yen() != decided.after->amounts().total_yen()) return true;
  // What is known there of the order's payment counts again, or counts no more. Another method of the same kind takes a
  // screening back as well, which holds still.
  if (before.payment_kind() != decided.after->payment_kind()) return true;
  if (before.payment_method() != decided.after->payment_method()) return true;
  if (wish == workflow::CardWishOf(FactsOf(before, configuration), settings)) return false;
  const bool is_under_way =
      std::any_of(decided.after->state_tags().begin(), decided.after->state_tags().end(),
                  [](const auto& tag) { return tag.value() == pb::AUTHORIZING || tag.value() == pb::CAPTURING; });
  return wish != CardWish::kKeep && !is_under_way;
}

// Whether the order as it will be wishes something else of the inventory. Facts that the inventory has just reported
// are no wish to it, wherever they lead, unless it ends there.
bool IsAllocationUnsettled(const OrderDecision& decided, const pb::Order& before,
                           const pb::Configuration& configuration, bool reports_allocation) {
  const auto settings = SettingsOf(configuration);
  const auto wish = workflow::WishOf(FactsOf(*decided.after, configuration), settings);
  if (wish == AllocationWish::kNothing) return false;
  if (wish != workflow::WishOf(FactsOf(before, configuration), settings)) {
    return wish != AllocationWish::kHold || !reports_allocation;
  }
  // An order that was MANUAL has been passed over when stock came.
  const bool turned_auto = decided.after->mode() == pb::AUTO && before.mode() != pb::AUTO;
  if (turned_auto && workflow::IsOutstanding(FactsOf(*decided.after, configuration), settings)) return true;
  const auto is_need = [](const std::string& field) { return field == "deliveries" || field == "forced_allocation"; };
  return wish == AllocationWish::kHold && std::any_of(decided.fields.begin(), decided.fields.end(), is_need);
}

}  // namespace

std::shared_ptr<pb::Order> NewOrder() {
  google::protobuf::ArenaOptions options;
  // What the BASIC view of an order takes.
  options.start_block_size = 3 << 10;
  auto arena = std::make_shared<google::protobuf::Arena>(options);
  auto* order = google::protobuf::Arena::CreateMessage<pb::Order>(arena.get());
  return {std::move(arena), order};
}

absl::StatusOr<OrderDecision> DecideOrder(const Change& change, const pb::Order& before,
                                          const pb::Configuration& configuration,
                                          const google::protobuf::Timestamp& now) {
  OrderDecision result;
  *result.after = before;
  JUCHU_ASSIGN_OR_RETURN(Edit edit, change.edit(configuration, *result.after));
  result.actor = edit.actor.value_or(change.actor);
  result.reason = edit.reason.empty() ? change.reason : edit.reason;
  auto& intent = edit.intent;
  intent.need_grown = edit.fields.count("deliveries") > 0 && NeedsMore(before, *result.after);
  intent.amount_changed = before.amounts().total_yen() != result.after->amounts().total_yen();
  JUCHU_ASSIGN_OR_RETURN(result.decision,
                         workflow::Decide(FactsOf(*result.after, configuration), SettingsOf(configuration), intent));
  ApplyDecision(result.decision, *result.after);
  result.mode_asked = intent.mode.has_value();
  if (fault::IsPlanted("mode-not-turned") && !intent.mode.has_value()) result.after->set_mode(before.mode());
  if (result.after->status() == pb::CANCELLED && before.status() != pb::CANCELLED) {
    *result.after->mutable_cancel_time() = now;
    edit.fields.insert("cancel_time");
  } else if (result.after->status() != pb::CANCELLED && before.has_cancel_time()) {
    result.after->clear_cancel_time();
    edit.fields.insert("cancel_time");
  }
  for (const auto& field : edit.fields) {
    if (!SameField(field, before, *result.after)) result.fields.push_back(field);
  }
  if (before.status() != result.after->status()) {
    result.fields.emplace_back("status");
    if (result.decision.moved_by_rule) result.rule_paths.emplace_back("status");
  }
  if (before.mode() != result.after->mode()) {
    result.fields.emplace_back("mode");
    // Only a person asks for a mode; that a change by hand turns MANUAL is the rule's doing.
    if (!intent.mode.has_value()) result.rule_paths.emplace_back("mode");
  }
  if (before.forced_allocation() != result.after->forced_allocation()) result.fields.emplace_back("forced_allocation");
  for (const workflow::StateValue value : intent.overrides) {
    result.overridden.push_back(static_cast<pb::StateCategory>(workflow::CategoryOf(value)));
  }
  if (!SameTags(before, *result.after) || !result.overridden.empty()) result.fields.emplace_back("state_tags");
  for (const workflow::StateCategory category : result.decision.derived_categories) {
    edit.judged.insert(static_cast<pb::StateCategory>(category));
  }
  for (const pb::StateCategory category : edit.judged) {
    const auto is_asked = [&](workflow::StateValue value) {
      return static_cast<int>(workflow::CategoryOf(value)) == static_cast<int>(category);
    };
    if (std::any_of(intent.set_values.begin(), intent.set_values.end(), is_asked)) continue;
    result.rule_paths.push_back(absl::StrCat("state_tags.", pb::StateCategory_Name(category)));
  }
  if (!result.fields.empty()) {
    result.unsettled = IsAllocationUnsettled(result, before, configuration, edit.reports_allocation) ||
                       IsCardUnsettled(result, before, configuration);
    result.after->set_version(before.version() + 1);
    if (change.view == pb::ORDER_VIEW_FULL) TraceNewTags(result, edit.judged, now, *result.after);
    *result.after->mutable_update_time() = now;
    if (before.status() != result.after->status()) *result.after->mutable_status_time() = now;
  }
  return result;
}

v1::OrderChangeResponse ResponseOf(const OrderDecision& decided) {
  v1::OrderChangeResponse response;
  response.set_order_number(decided.after->order_number());
  response.set_version(decided.after->version());
  response.set_status(decided.after->status());
  response.set_mode(decided.after->mode());
  response.set_changed(!decided.fields.empty());
  for (const workflow::Status status : decided.decision.path) {
    response.add_status_path(static_cast<pb::Status>(status));
  }
  for (const auto& condition : decided.decision.stepped_over) *response.add_stepped_over() = ConditionOf(condition);
  return response;
}

}  // namespace juchu::gateway
