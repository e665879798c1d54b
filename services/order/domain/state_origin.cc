#include "services/order/domain/state_origin.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace juchu::order {
namespace {

const v1::FieldChange* ChangeOf(const v1::HistoryEntry& entry, v1::StateCategory category) {
  const std::string path = StatePath(category);
  const auto it = std::find_if(entry.changes().begin(), entry.changes().end(),
                               [&path](const auto& change) { return change.path() == path; });
  return it == entry.changes().end() ? nullptr : &*it;
}

}  // namespace

std::string StatePath(v1::StateCategory category) {
  return absl::StrCat("state_tags.", v1::StateCategory_Name(category));
}

void TraceStates(const v1::Order& before, const google::protobuf::RepeatedField<int>& overridden, v1::Order& after) {
  for (auto& tag : *after.mutable_state_tags()) {
    const auto old = std::find_if(before.state_tags().begin(), before.state_tags().end(), [&tag](const auto& other) {
      return other.category() == tag.category() && other.value() == tag.value();
    });
    const bool stays = old != before.state_tags().end();
    const bool now_overridden = std::find(overridden.begin(), overridden.end(), tag.category()) != overridden.end();
    tag.set_overridden(now_overridden || (stays && old->overridden()));
    tag.set_set_version(stays && !now_overridden ? old->set_version() : after.version());
  }
}

void TellOrigin(const v1::HistoryEntry& entry, v1::StateTag& tag) {
  const auto* change = ChangeOf(entry, tag.category());
  *tag.mutable_set_by() = entry.actor();
  *tag.mutable_set_time() = entry.time();
  tag.set_reason(entry.reason());
  if (change == nullptr || !change->by_rule()) return;
  tag.mutable_set_by()->set_kind(common::v1::Actor::RULE);
  tag.mutable_set_by()->set_id("workflow");
  tag.clear_reason();
}

bool CanHaveSet(const v1::HistoryEntry& entry, const v1::StateTag& tag) {
  if (entry.version() != tag.set_version()) return false;
  if (entry.version() == 1 || tag.overridden()) return true;
  const auto* change = ChangeOf(entry, tag.category());
  return change != nullptr && change->after() == v1::StateValue_Name(tag.value());
}

}  // namespace juchu::order
