#include "services/gateway/app/order_changer.h"

#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/fault/fault.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/intake/card_number_mask.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

// How often orders that others change at the same time are decided anew.
constexpr int kMaxTries = 5;

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  // Whole microseconds: what the database keeps.
  const int64_t micros = absl::ToUnixMicros(time);
  google::protobuf::Timestamp result;
  result.set_seconds(micros / 1'000'000);
  result.set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1000));
  return result;
}

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

// What became of one order on its way through the workflow.
struct Decided {
  pb::Order after;
  std::vector<std::string> fields;      // To write; empty: nothing changes.
  std::vector<std::string> rule_paths;  // Of these, what the rules changed.
  std::vector<pb::StateCategory> overridden;
  workflow::Decision decision;
};

// A tag that has just changed says who did it, as the order service will store it.
void TraceNewTags(const Change& change, const std::set<pb::StateCategory>& judged,
                  const google::protobuf::Timestamp& now, pb::Order& order) {
  if (change.view != pb::ORDER_VIEW_FULL) return;
  for (auto& tag : *order.mutable_state_tags()) {
    if (tag.has_set_time()) continue;
    *tag.mutable_set_time() = now;
    tag.set_set_version(order.version());
    if (judged.count(tag.category()) > 0) {
      tag.mutable_set_by()->set_kind(common::v1::Actor::RULE);
      tag.mutable_set_by()->set_id("workflow");
    } else {
      *tag.mutable_set_by() = change.actor;
      tag.set_reason(change.reason);
    }
  }
}

absl::StatusOr<Decided> DecideOrder(const Change& change, const pb::Order& before,
                                    const pb::Configuration& configuration, const google::protobuf::Timestamp& now) {
  Decided result;
  result.after = before;
  JUCHU_ASSIGN_OR_RETURN(Edit edit, change.edit(configuration, result.after));
  auto& intent = edit.intent;
  JUCHU_ASSIGN_OR_RETURN(result.decision,
                         workflow::Decide(FactsOf(result.after, configuration), SettingsOf(configuration), intent));
  ApplyDecision(result.decision, result.after);
  if (fault::IsPlanted("mode-not-turned") && !intent.mode.has_value()) result.after.set_mode(before.mode());
  if (result.after.status() == pb::CANCELLED && before.status() != pb::CANCELLED) {
    *result.after.mutable_cancel_time() = now;
    edit.fields.insert("cancel_time");
  } else if (result.after.status() != pb::CANCELLED && before.has_cancel_time()) {
    result.after.clear_cancel_time();
    edit.fields.insert("cancel_time");
  }
  for (const auto& field : edit.fields) {
    if (!SameField(field, before, result.after)) result.fields.push_back(field);
  }
  if (before.status() != result.after.status()) {
    result.fields.emplace_back("status");
    if (result.decision.moved_by_rule) result.rule_paths.emplace_back("status");
  }
  if (before.mode() != result.after.mode()) {
    result.fields.emplace_back("mode");
    // Only a person asks for a mode; that a change by hand turns MANUAL is the rule's doing.
    if (!intent.mode.has_value()) result.rule_paths.emplace_back("mode");
  }
  if (before.forced_allocation() != result.after.forced_allocation()) result.fields.emplace_back("forced_allocation");
  for (const workflow::StateValue value : intent.overrides) {
    result.overridden.push_back(static_cast<pb::StateCategory>(workflow::CategoryOf(value)));
  }
  if (!SameTags(before, result.after) || !result.overridden.empty()) result.fields.emplace_back("state_tags");
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
    result.after.set_version(before.version() + 1);
    TraceNewTags(change, edit.judged, now, result.after);
    *result.after.mutable_update_time() = now;
    if (before.status() != result.after.status()) *result.after.mutable_status_time() = now;
  }
  return result;
}

v1::OrderChangeResponse ResponseOf(const Decided& decided) {
  v1::OrderChangeResponse response;
  response.set_order_number(decided.after.order_number());
  response.set_version(decided.after.version());
  response.set_status(decided.after.status());
  response.set_mode(decided.after.mode());
  response.set_changed(!decided.fields.empty());
  for (const workflow::Status status : decided.decision.path) {
    response.add_status_path(static_cast<pb::Status>(status));
  }
  for (const auto& condition : decided.decision.stepped_over) *response.add_stepped_over() = ConditionOf(condition);
  return response;
}

absl::Status OutcomeUnknown() {
  return MakeError(absl::StatusCode::kUnknown, "COMMIT_OUTCOME_UNKNOWN",
                   "the change was sent and its outcome is not known",
                   {{"remedy", "repeat the request with the same request id; it is carried out once"}});
}

// A failure of a whole commit after which nobody knows whether it was carried out, but the request id can tell.
bool IsOutcomeUnknown(const absl::Status& status) {
  return absl::IsUnknown(status) || absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

// The orders of one ChangeBatch on their way.
struct OrderChanger::Batch {
  const Change& change;
  absl::Span<const ChangeTarget> targets;
  std::vector<ChangeResult> results;
  // Indexes into targets of what is still to be done.
  std::vector<size_t> pending;
  // Of one try:
  ConfigurationSnapshot configuration;
  std::map<size_t, pb::Order> loaded;
  std::map<size_t, Decided> decided;
  // A commit was sent and not answered, in this try or in one before it: it may still be on its way. From then on no
  // failure of the whole call may sound as if nothing had been done.
  bool outcome_unknown = false;
};

common::v1::Actor PersonOf(const rpc::CallContext& context) {
  common::v1::Actor actor;
  actor.set_kind(common::v1::Actor::PERSON);
  actor.set_id(context.actor);
  return actor;
}

absl::Status CheckReason(const std::string& reason) { return CheckLine(reason, 0, 500, "reason"); }

absl::Status OrderChanger::Load(const rpc::CallContext& context, Batch& batch) {
  pb::LoadOrdersRequest request;
  const ConfigurationSnapshot held = configurations_.Find(context.tenant);
  request.set_known_configuration_version(held == nullptr ? 0 : held->version());
  request.set_view(batch.change.view);
  for (const size_t index : batch.pending) {
    auto* key = request.add_keys();
    key->set_order_number(batch.targets[index].order_number);
    if (fault::IsPlanted("retry-without-key")) continue;
    key->set_request_id(batch.change.request_id);
    key->set_request_hash(batch.change.request_hash);
  }
  JUCHU_ASSIGN_OR_RETURN(auto response, orders_.LoadOrders(context, request));
  JUCHU_ASSIGN_OR_RETURN(batch.configuration, configurations_.Resolve(context.tenant, held, response));
  batch.loaded.clear();
  const std::vector<size_t> pending = std::exchange(batch.pending, {});
  for (size_t i = 0; i < pending.size(); ++i) {
    auto& loaded = *response.mutable_orders(static_cast<int>(i));
    auto& result = batch.results[pending[i]];
    const auto& target = batch.targets[pending[i]];
    if (loaded.has_answer()) {
      result.earlier_answer = std::move(*loaded.mutable_answer());
      result.repeated = true;
    } else if (loaded.has_error()) {
      result.status = ToStatus(loaded.error());
    } else if (target.version != 0 && target.version != loaded.order().version()) {
      result.status = StaleFor(context, target, loaded.order().version());
    } else {
      batch.loaded[pending[i]] = std::move(*loaded.mutable_order());
      batch.pending.push_back(pending[i]);
    }
  }
  return absl::OkStatus();
}

// ABORTED with who changed what since the version that the person saw.
absl::Status OrderChanger::StaleFor(const rpc::CallContext& context, const ChangeTarget& target, int64_t current) {
  ErrorMetadata metadata = {{"order_number", target.order_number},
                            {"field", "version"},
                            {"current_version", absl::StrCat(current)},
                            {"remedy", "read the order again and repeat the change on the new version"}};
  std::vector<std::string> since;
  pb::ListOrderHistoryRequest request;
  request.set_order_number(target.order_number);
  request.set_after_version(target.version);
  request.set_page_size(20);
  if (const auto history = orders_.ListOrderHistory(context, request); history.ok() && target.version < current) {
    for (const auto& entry : history->entries()) {
      std::vector<std::string> fields;
      for (const auto& change : entry.changes()) fields.push_back(change.path());
      since.push_back(absl::StrCat("version ", entry.version(), " by ", entry.actor().id(), " (", entry.operation(),
                                   "): ", absl::StrJoin(fields, ", ")));
    }
    metadata["changed_since"] = absl::StrJoin(since, "; ");
  }
  return Aborted("ORDER_VERSION_STALE",
                 absl::StrCat("the order is at version ", current, ", not ", target.version,
                              since.empty() ? "" : "; changed since: ", absl::StrJoin(since, "; ")),
                 std::move(metadata));
}

absl::Status OrderChanger::Commit(const rpc::CallContext& context, Batch& batch) {
  pb::CommitOrdersRequest request;
  request.set_configuration_version(batch.configuration->version());
  for (const size_t index : batch.pending) {
    const auto& decided = batch.decided[index];
    auto& commit = *request.add_commits();
    commit.set_order_number(decided.after.order_number());
    commit.set_expected_version(decided.after.version() - 1);
    *commit.mutable_order() = decided.after;
    for (const auto& field : decided.fields) commit.mutable_update_mask()->add_paths(field);
    *commit.mutable_actor() = batch.change.actor;
    commit.set_operation(batch.change.operation);
    commit.set_reason(batch.change.reason);
    for (const workflow::Status status : decided.decision.path) commit.add_status_path(static_cast<pb::Status>(status));
    commit.mutable_rule_paths()->Assign(decided.rule_paths.begin(), decided.rule_paths.end());
    commit.mutable_overridden_categories()->Assign(decided.overridden.begin(), decided.overridden.end());
    *commit.mutable_change_time() = decided.after.update_time();
    if (batch.change.request_id.empty() || fault::IsPlanted("retry-without-key")) continue;
    commit.set_request_id(batch.change.request_id);
    commit.set_request_hash(batch.change.request_hash);
    const auto& response = batch.results[index].response;
    commit.set_answer(batch.change.answer ? batch.change.answer(response, decided.after)
                                          : response.SerializeAsString());
  }
  auto response = orders_.CommitOrders(context, request);
  // Decided on an old configuration, or nobody knows: load again, which also tells what has been carried out.
  if (ReasonOf(response.status()) == "CONFIGURATION_STALE") return absl::OkStatus();
  if (IsOutcomeUnknown(response.status()) && !batch.change.request_id.empty()) {
    batch.outcome_unknown = true;
    return absl::OkStatus();
  }
  JUCHU_RETURN_IF_ERROR(response.status());
  const std::vector<size_t> pending = std::exchange(batch.pending, {});
  for (size_t i = 0; i < pending.size(); ++i) {
    auto& outcome = *response->mutable_outcomes(static_cast<int>(i));
    auto& result = batch.results[pending[i]];
    if (outcome.has_earlier_answer()) {
      result.earlier_answer = std::move(*outcome.mutable_earlier_answer());
      result.repeated = true;
    } else if (outcome.error().reason() == "ORDER_VERSION_STALE") {
      // A person who named a version learns what came first when it is loaded again; else it is decided anew.
      batch.pending.push_back(pending[i]);
    } else if (outcome.has_error()) {
      result.status = ToStatus(outcome.error());
    }
  }
  return absl::OkStatus();
}

// One round of load, decide, commit for what is pending. What stays pending afterwards is to be tried again.
absl::Status OrderChanger::RunOnce(const rpc::CallContext& context, Batch& batch) {
  JUCHU_RETURN_IF_ERROR(Load(context, batch));
  batch.decided.clear();
  const auto now = TimestampOf(clock_.Now());
  const std::vector<size_t> pending = std::exchange(batch.pending, {});
  for (const size_t index : pending) {
    auto& result = batch.results[index];
    auto decided = DecideOrder(batch.change, batch.loaded[index], *batch.configuration, now);
    result.status = decided.status();
    if (!decided.ok()) continue;
    result.response = ResponseOf(*decided);
    result.after = decided->after;
    // What changes nothing needs no commit, and a repeat of it finds nothing to change either.
    if (decided->fields.empty() || batch.change.dry_run) continue;
    batch.decided[index] = *std::move(decided);
    batch.pending.push_back(index);
  }
  return batch.pending.empty() ? absl::OkStatus() : Commit(context, batch);
}

absl::StatusOr<std::vector<ChangeResult>> OrderChanger::ChangeBatch(const rpc::CallContext& context,
                                                                    const Change& change,
                                                                    absl::Span<const ChangeTarget> targets) {
  Batch batch{change, targets, std::vector<ChangeResult>(targets.size()), {}, nullptr, {}, {}, false};
  for (size_t i = 0; i < targets.size(); ++i) batch.pending.push_back(i);
  for (int tries = 0; !batch.pending.empty(); ++tries) {
    if (tries == kMaxTries) {
      if (batch.outcome_unknown) return OutcomeUnknown();
      for (const size_t index : batch.pending) {
        batch.results[index].status =
            Aborted("ORDER_CONTENDED", "others change the order again and again", {{"remedy", "try again"}});
      }
      break;
    }
    const absl::Status status = RunOnce(context, batch);
    if (!status.ok() && batch.outcome_unknown) return OutcomeUnknown();
    JUCHU_RETURN_IF_ERROR(status);
  }
  return std::move(batch.results);
}

absl::StatusOr<ChangeResult> OrderChanger::ChangeOne(const rpc::CallContext& context, const Change& change,
                                                     ChangeTarget target) {
  JUCHU_RETURN_IF_ERROR(ValidateRequestId("request_id", change.request_id));
  JUCHU_RETURN_IF_ERROR(CheckReason(change.reason));
  JUCHU_ASSIGN_OR_RETURN(target.order_number, ParseOrderNumber("order_number", target.order_number));
  if (target.version < 0) {
    return InvalidField("VALUE_OUT_OF_RANGE", "version", "is negative", "send the version that you read, or 0");
  }
  JUCHU_ASSIGN_OR_RETURN(auto results, ChangeBatch(context, change, {target}));
  JUCHU_RETURN_IF_ERROR(results.front().status);
  return std::move(results.front());
}

template <typename Request>
absl::StatusOr<v1::OrderChangeResponse> OrderChanger::ChangeByIntent(const rpc::CallContext& context,
                                                                     const Request& request, workflow::Intent intent) {
  intent.role = static_cast<workflow::Role>(context.role);
  intent.has_reason = !request.reason().empty();
  Change change;
  // A method's request is named after it.
  change.operation = std::string(absl::StripSuffix(Request::descriptor()->name(), "Request"));
  change.reason = MaskCardNumbers(request.reason());
  change.actor = PersonOf(context);
  change.request_id = request.request_id();
  change.request_hash = HashRequest(request);
  change.edit = [&intent](const pb::Configuration&, pb::Order&) -> absl::StatusOr<Edit> {
    return Edit{intent, {}, {}};
  };
  JUCHU_ASSIGN_OR_RETURN(auto result, ChangeOne(context, change, {request.order_number(), request.version()}));
  if (result.repeated) result.response.ParseFromString(result.earlier_answer);
  return std::move(result.response);
}

absl::StatusOr<v1::OrderChangeResponse> OrderChanger::ChangeStatus(const rpc::CallContext& context,
                                                                   const v1::ChangeOrderStatusRequest& request) {
  if (!pb::Status_IsValid(request.status()) || request.status() == pb::STATUS_UNSPECIFIED) {
    return InvalidField("ENUM_VALUE_INVALID", "status", "is no status", "send a status of the contract");
  }
  workflow::Intent intent;
  intent.status = static_cast<workflow::Status>(request.status());
  return ChangeByIntent(context, request, std::move(intent));
}

absl::StatusOr<v1::OrderChangeResponse> OrderChanger::ChangeMode(const rpc::CallContext& context,
                                                                 const v1::ChangeTransitionModeRequest& request) {
  if (!pb::TransitionMode_IsValid(request.mode()) || request.mode() == pb::TRANSITION_MODE_UNSPECIFIED) {
    return InvalidField("ENUM_VALUE_INVALID", "mode", "is no mode", "send AUTO or MANUAL");
  }
  workflow::Intent intent;
  intent.mode = static_cast<workflow::Mode>(request.mode());
  return ChangeByIntent(context, request, std::move(intent));
}

absl::StatusOr<v1::OrderChangeResponse> OrderChanger::Cancel(const rpc::CallContext& context,
                                                             const v1::CancelOrderRequest& request) {
  workflow::Intent intent;
  intent.cancel = true;
  return ChangeByIntent(context, request, std::move(intent));
}

absl::StatusOr<v1::OrderChangeResponse> OrderChanger::Override(const rpc::CallContext& context,
                                                               const v1::OverrideStateTagRequest& request) {
  if (!pb::StateValue_IsValid(request.value()) || request.value() == pb::STATE_VALUE_UNSPECIFIED) {
    return InvalidField("ENUM_VALUE_INVALID", "value", "is no state value", "send a state value of the contract");
  }
  if (request.reason().empty()) {
    return InvalidField("REASON_REQUIRED", "reason", "is missing", "say why the state tag is overridden");
  }
  workflow::Intent intent;
  intent.overrides = {static_cast<workflow::StateValue>(request.value())};
  return ChangeByIntent(context, request, std::move(intent));
}

}  // namespace juchu::gateway
