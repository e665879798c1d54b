#include "services/gateway/app/reconciler.h"

#include <algorithm>
#include <string>

#include "absl/random/random.h"
#include "common/fault/fault.h"
#include "common/log/log.h"
#include "common/rpc/trace.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

constexpr int kMaxChanges = 100;
constexpr int kPage = 500;
// Long enough for a tenant with many orders; a reconciler that dies gives its work back after it.
constexpr absl::Duration kLease = absl::Minutes(5);
// A stop waits for the lease under way, so it is short.
constexpr absl::Duration kWait = absl::Seconds(3);
constexpr absl::Duration kCallLimit = absl::Seconds(30);
constexpr absl::Duration kFirstBackoff = absl::Milliseconds(200);
constexpr absl::Duration kMaxBackoff = absl::Seconds(10);
// More often than this, a person should look; the log says so.
constexpr int kManyAttempts = 5;

google::protobuf::Duration ToProto(absl::Duration duration) {
  google::protobuf::Duration result;
  result.set_seconds(absl::ToInt64Seconds(duration));
  return result;
}

}  // namespace

rpc::CallContext Reconciler::ContextFor(const std::string& tenant) const {
  rpc::CallContext context;
  context.method = "Reconcile";
  context.deadline = clock_.Now() + kCallLimit;
  context.tenant = tenant;
  context.actor = "reconciler";
  context.traceparent = rpc::ContinueTrace("");
  context.cancelled = [this] { return stopping_.HasBeenNotified(); };
  return context;
}

absl::Status Reconciler::Evaluate(const std::string& tenant, const std::vector<ChangeTarget>& targets) {
  if (targets.empty()) return absl::OkStatus();
  Change change;
  change.operation = "Reconcile";
  change.actor.set_kind(common::v1::Actor::RULE);
  change.actor.set_id("reconciler");
  change.edit = [](const pb::Configuration&, pb::Order&) -> absl::StatusOr<Edit> { return Edit(); };
  JUCHU_ASSIGN_OR_RETURN(const auto results, changer_.ChangeBatch(ContextFor(tenant), change, targets));
  for (const auto& result : results) JUCHU_RETURN_IF_ERROR(result.status);
  return absl::OkStatus();
}

// All AUTO orders that have not ended, a page at a time. One that moves meanwhile keeps its number, so none is missed.
absl::Status Reconciler::EvaluateTenant(const std::string& tenant) {
  pb::SearchOrdersRequest search;
  for (int status = pb::UNCONFIRMED; status < pb::COMPLETED; ++status) {
    search.mutable_query()->add_statuses(static_cast<pb::Status>(status));
  }
  search.mutable_query()->set_mode(pb::AUTO);
  search.set_sort(pb::ORDER_NUMBER_ASC);
  search.set_page_size(kPage);
  while (!stopping_.HasBeenNotified()) {
    JUCHU_ASSIGN_OR_RETURN(auto page, orders_.SearchOrders(ContextFor(tenant), search));
    std::vector<ChangeTarget> targets;
    for (const auto& order : page.orders()) targets.push_back({order.order_number(), 0});
    JUCHU_RETURN_IF_ERROR(Evaluate(tenant, targets));
    if (!page.has_next()) return absl::OkStatus();
    *search.mutable_after() = page.next();
  }
  return absl::CancelledError("stopping");
}

absl::Status Reconciler::Do(const pb::Change& change) {
  if (change.order_number().empty()) return EvaluateTenant(change.tenant_id());
  return Evaluate(change.tenant_id(), {{change.order_number(), 0}});
}

absl::StatusOr<int> Reconciler::RunOnce(absl::Duration wait) {
  pb::LeaseChangesRequest request;
  request.set_max_changes(kMaxChanges);
  *request.mutable_lease_duration() = ToProto(kLease);
  *request.mutable_wait_duration() = ToProto(wait);
  auto context = ContextFor("");
  context.deadline = clock_.Now() + wait + kCallLimit;
  JUCHU_ASSIGN_OR_RETURN(const auto leased, orders_.LeaseChanges(context, request));
  if (!leased.changes().empty() && fault::IsPlanted("acknowledge-before-effect")) {
    pb::AckChangesRequest all;
    *all.mutable_changes() = leased.changes();
    JUCHU_RETURN_IF_ERROR(orders_.AckChanges(ContextFor(""), all).status());
  }
  pb::AckChangesRequest done;
  for (const auto& change : leased.changes()) {
    const absl::Status status =
        fault::Fails("reconciler.after_lease") ? absl::UnavailableError("a fault point") : Do(change);
    if (status.ok()) {
      *done.add_changes() = change;
    } else {
      Log(change.attempts() >= kManyAttempts ? LogLevel::kError : LogLevel::kWarning, "reconcile_failed",
          {{"tenant", change.tenant_id()},
           {"order_number", change.order_number()},
           {"attempts", static_cast<int64_t>(change.attempts())},
           {"code", absl::StatusCodeToString(status.code())},
           {"reason", ReasonOf(status)}});
    }
  }
  if (done.changes().empty()) return 0;
  if (fault::Fails("reconciler.before_ack")) return absl::UnavailableError("a fault point");
  JUCHU_ASSIGN_OR_RETURN(const auto response, orders_.AckChanges(ContextFor(""), done));
  return response.removed();
}

void Reconciler::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Reconciler::Stop() {
  if (!stopping_.HasBeenNotified()) stopping_.Notify();
  if (thread_.joinable()) thread_.join();
}

void Reconciler::Run() {
  absl::BitGen random;
  absl::Duration backoff = kFirstBackoff;
  while (!stopping_.HasBeenNotified()) {
    const auto done = RunOnce(kWait);
    if (done.ok()) {
      backoff = kFirstBackoff;
      continue;
    }
    if (!stopping_.HasBeenNotified()) {
      Log(LogLevel::kWarning, "reconciler_waits", {{"code", absl::StatusCodeToString(done.status().code())}});
    }
    stopping_.WaitForNotificationWithTimeout(absl::Uniform<double>(random, 0.5, 1.0) * backoff);
    backoff = std::min(2 * backoff, kMaxBackoff);
  }
}

}  // namespace juchu::gateway
