#include "services/gateway/app/order_changer.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/arena/call_arena.h"
#include "common/fault/fault.h"
#include "common/ids/order_number.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/intake/card_number_mask.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using google::protobuf::util::FieldMaskUtil;

// How often orders that others change at the same time are decided anew.
constexpr int kMaxTries = 5;

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
  // Index into targets, and what is to be committed.
  using Decided = std::pair<size_t, OrderDecision>;

  const Change& change;
  absl::Span<const ChangeTarget> targets;
  std::vector<ChangeResult> results;
  // Indexes into targets of what is still to be done.
  std::vector<size_t> pending;
  // Whether copies may stand in for orders: in the first try.
  bool use_copies;
  // Of one try:
  ConfigurationSnapshot configuration;
  // Of each target; null: not pending.
  std::vector<OrderSnapshot> orders;
  std::vector<bool> is_copy;
  std::vector<Decided> decided;
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

// Fills in the orders and the configuration to decide on: copies where there are any, else what the order service says.
absl::Status OrderChanger::Load(const rpc::CallContext& context, Batch& batch) {
  pb::LoadOrdersRequest request;
  const ConfigurationSnapshot held = configurations_.Find(context.tenant);
  request.set_known_configuration_version(held == nullptr ? 0 : held->version());
  request.set_view(batch.change.view);
  batch.configuration = held;
  batch.orders.assign(batch.targets.size(), nullptr);
  batch.is_copy.assign(batch.targets.size(), false);
  std::vector<size_t> to_load;
  const std::vector<size_t> pending = std::exchange(batch.pending, {});
  for (const size_t index : pending) {
    const auto& target = batch.targets[index];
    auto copy = batch.use_copies && held != nullptr ? copies_.Find(context.tenant, target.order_number) : nullptr;
    if (copy != nullptr && (target.version == 0 || target.version == copy->version())) {
      batch.orders[index] = std::move(copy);
      batch.is_copy[index] = true;
      batch.pending.push_back(index);
      continue;
    }
    to_load.push_back(index);
    auto* key = request.add_keys();
    key->set_order_number(target.order_number);
    if (fault::IsPlanted("retry-without-key")) continue;
    key->set_request_id(batch.change.request_id);
    key->set_request_hash(batch.change.request_hash);
  }
  batch.use_copies = false;
  if (to_load.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(auto response, orders_.LoadOrders(context, request));
  JUCHU_ASSIGN_OR_RETURN(batch.configuration, configurations_.Resolve(context.tenant, held, response));
  for (size_t i = 0; i < to_load.size(); ++i) {
    TakeLoaded(context, to_load[i], *response.mutable_orders(static_cast<int>(i)), batch);
  }
  return absl::OkStatus();
}

void OrderChanger::TakeLoaded(const rpc::CallContext& context, size_t index, pb::LoadOrdersResponse::Loaded& loaded,
                              Batch& batch) {
  auto& result = batch.results[index];
  const auto& target = batch.targets[index];
  if (loaded.has_answer()) {
    result.earlier_answer = std::move(*loaded.mutable_answer());
    result.repeated = true;
  } else if (loaded.has_error()) {
    result.status = ToStatus(loaded.error());
  } else if (target.version != 0 && target.version != loaded.order().version()) {
    result.status = StaleFor(context, target, loaded.order().version());
  } else {
    batch.orders[index] = std::make_shared<const pb::Order>(std::move(*loaded.mutable_order()));
    batch.pending.push_back(index);
  }
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

namespace {

// Only what is written: a whole order costs more on its way than the change of one.
void CopyWritten(const OrderDecision& decided, pb::Order& order) {
  google::protobuf::FieldMask others;
  for (const auto& field : decided.fields) {
    if (field == "status") {
      order.set_status(decided.after->status());
    } else if (field == "mode") {
      order.set_mode(decided.after->mode());
    } else {
      others.add_paths(field);
    }
  }
  if (!others.paths().empty()) FieldMaskUtil::MergeMessageTo(*decided.after, others, {}, &order);
}

// What commits of one change may have in common.
void SetCause(const Change& change, const OrderDecision& decided, pb::CommitOrdersRequest::Commit& commit) {
  for (const auto& field : decided.fields) commit.mutable_update_mask()->add_paths(field);
  *commit.mutable_actor() = decided.actor;
  commit.set_operation(change.operation);
  commit.set_reason(decided.reason);
  *commit.mutable_change_time() = decided.after->update_time();
  if (change.request_id.empty() || fault::IsPlanted("retry-without-key")) return;
  commit.set_request_id(change.request_id);
  commit.set_request_hash(change.request_hash);
}

bool HaveOneCause(const OrderDecision& one, const OrderDecision& other) {
  return one.fields == other.fields && one.reason == other.reason && one.actor.kind() == other.actor.kind() &&
         one.actor.id() == other.actor.id() && one.actor.detail() == other.actor.detail();
}

}  // namespace

void OrderChanger::AddCommits(const Batch& batch, pb::CommitOrdersRequest& request) {
  request.set_configuration_version(batch.configuration->version());
  const OrderDecision& first = batch.decided.front().second;
  const bool shares = batch.decided.size() > 1;
  if (shares) SetCause(batch.change, first, *request.mutable_shared());
  for (const auto& [index, decided] : batch.decided) {
    auto& commit = *request.add_commits();
    commit.set_order_number(decided.after->order_number());
    commit.set_expected_version(decided.after->version() - 1);
    if (!shares || !HaveOneCause(first, decided)) SetCause(batch.change, decided, commit);
    CopyWritten(decided, *commit.mutable_order());
    for (const workflow::Status status : decided.decision.path) commit.add_status_path(static_cast<pb::Status>(status));
    commit.mutable_rule_paths()->Assign(decided.rule_paths.begin(), decided.rule_paths.end());
    commit.mutable_overridden_categories()->Assign(decided.overridden.begin(), decided.overridden.end());
    commit.set_unsettled(decided.unsettled);
    commit.set_mode_asked(decided.mode_asked);
    if (batch.change.request_id.empty() || fault::IsPlanted("retry-without-key")) continue;
    const auto& response = batch.results[index].response;
    commit.set_answer(batch.change.answer ? batch.change.answer(response, *decided.after)
                                          : response.SerializeAsString());
  }
}

absl::Status OrderChanger::Commit(const rpc::CallContext& context, Batch& batch) {
  google::protobuf::Arena arena(CallArenaOptions());
  auto& request = *google::protobuf::Arena::CreateMessage<pb::CommitOrdersRequest>(&arena);
  AddCommits(batch, request);
  auto response = orders_.CommitOrders(context, request);
  // Nobody knows: load again, which tells what has been carried out.
  if (IsOutcomeUnknown(response.status()) && !batch.change.request_id.empty()) {
    batch.outcome_unknown = true;
    for (const auto& [index, decided] : batch.decided) batch.pending.push_back(index);
    return absl::OkStatus();
  }
  JUCHU_RETURN_IF_ERROR(response.status());
  int next = 0;
  for (auto& [index, decided] : batch.decided) {
    auto& outcome = *response->mutable_outcomes(next++);
    auto& result = batch.results[index];
    if (outcome.has_earlier_answer()) {
      result.earlier_answer = std::move(*outcome.mutable_earlier_answer());
      result.repeated = true;
    } else if (outcome.error().reason() == "ORDER_VERSION_STALE" || outcome.error().reason() == "CONFIGURATION_STALE") {
      // A person who named a version learns what came first when it is loaded again; else it is decided anew.
      batch.pending.push_back(index);
    } else if (outcome.has_error()) {
      result.status = ToStatus(outcome.error());
    } else if (batch.change.view == pb::ORDER_VIEW_BASIC) {
      copies_.Put(context.tenant, std::move(decided.after));
    }
  }
  return absl::OkStatus();
}

// One round of load, decide, commit for what is pending. What stays pending afterwards is to be tried again.
absl::Status OrderChanger::RunOnce(const rpc::CallContext& context, Batch& batch) {
  JUCHU_RETURN_IF_ERROR(Load(context, batch));
  batch.decided.clear();
  const auto now = TimestampFromTime(clock_.Now());
  const std::vector<size_t> pending = std::exchange(batch.pending, {});
  for (const size_t index : pending) {
    auto& result = batch.results[index];
    auto decided = DecideOrder(batch.change, *batch.orders[index], *batch.configuration, now);
    const bool to_commit = decided.ok() && !decided->fields.empty() && !batch.change.dry_run;
    if (!to_commit && batch.is_copy[index]) {
      // That nothing is to be done can only be said of the order itself.
      batch.pending.push_back(index);
      continue;
    }
    result.status = decided.status();
    if (!decided.ok()) continue;
    result.response = ResponseOf(*decided);
    if (batch.change.view == pb::ORDER_VIEW_FULL) result.after = *decided->after;
    // What changes nothing needs no commit, and a repeat of it finds nothing to change either.
    if (to_commit) batch.decided.emplace_back(index, *std::move(decided));
  }
  return batch.decided.empty() ? absl::OkStatus() : Commit(context, batch);
}

absl::StatusOr<std::vector<ChangeResult>> OrderChanger::ChangeBatch(const rpc::CallContext& context,
                                                                    const Change& change,
                                                                    absl::Span<const ChangeTarget> targets) {
  // A copy of an order lacks what only the FULL view has.
  const bool use_copies = change.view == pb::ORDER_VIEW_BASIC;
  Batch batch{change, targets, std::vector<ChangeResult>(targets.size()), {}, use_copies, nullptr, {}, {}, {}, false};
  for (size_t i = 0; i < targets.size(); ++i) batch.pending.push_back(i);
  // A try on copies is none: it knows no more than that there is something to find out.
  for (int tries = use_copies ? -1 : 0; !batch.pending.empty(); ++tries) {
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
    Edit edit;
    edit.intent = intent;
    return edit;
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
