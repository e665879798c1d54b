#include "services/gateway/app/reconciler.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/random/random.h"
#include "common/fault/fault.h"
#include "common/log/log.h"
#include "common/rpc/trace.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::common::v1;

constexpr int kMaxChanges = 100;
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

// One that cannot be prolonged may run out: then another reconciler does the work too, which harms nobody.
void Reconciler::Prolong(Lease& lease) {
  const absl::Time now = clock_.Now();
  if (now < lease.prolong_time) return;
  pb::ExtendLeasesRequest request;
  *request.mutable_changes() = lease.changes;
  *request.mutable_lease_duration() = ToProto(lease_);
  if (const auto response = feed_.ExtendLeases(ContextFor(""), request); !response.ok()) {
    Log(LogLevel::kWarning, "lease_not_prolonged", {{"code", absl::StatusCodeToString(response.status().code())}});
  }
  lease.prolong_time = now + lease_ / 3;
}

void Reconciler::Finish(const pb::Change& change, const absl::Status& status, Lease& lease) {
  if (status.ok()) {
    *lease.done.add_changes() = change;
    return;
  }
  Log(change.attempts() >= kManyAttempts ? LogLevel::kError : LogLevel::kWarning, "reconcile_failed",
      {{"tenant", change.tenant_id()},
       {"order_number", change.order_number()},
       {"product_code", change.product_code()},
       {"attempts", static_cast<int64_t>(change.attempts())},
       {"code", absl::StatusCodeToString(status.code())},
       {"reason", ReasonOf(status)}});
}

void Reconciler::DoTenant(TenantWork work, Lease& lease) {
  work.context = [this, tenant = work.tenant] { return ContextFor(tenant); };
  work.go_on = [this, &lease] {
    Prolong(lease);
    return !stopping_.HasBeenNotified();
  };
  const auto statuses = handler_.Handle(work);
  for (size_t i = 0; i < statuses.size(); ++i) Finish(*work.changes[i], statuses[i], lease);
}

absl::StatusOr<int> Reconciler::RunOnce(absl::Duration wait) {
  pb::LeaseChangesRequest request;
  request.set_max_changes(kMaxChanges);
  *request.mutable_lease_duration() = ToProto(lease_);
  *request.mutable_wait_duration() = ToProto(wait);
  auto context = ContextFor("");
  context.deadline = clock_.Now() + wait + kCallLimit;
  JUCHU_ASSIGN_OR_RETURN(const auto leased, feed_.LeaseChanges(context, request));
  if (leased.changes().empty()) return 0;
  if (fault::IsPlanted("acknowledge-before-effect")) {
    pb::AckChangesRequest all;
    *all.mutable_changes() = leased.changes();
    JUCHU_RETURN_IF_ERROR(feed_.AckChanges(ContextFor(""), all).status());
  }
  if (fault::Fails("reconciler.after_lease")) return absl::UnavailableError("a fault point");
  Lease lease{leased.changes(), clock_.Now() + lease_ / 3, {}};
  std::map<std::string, TenantWork> by_tenant;
  for (const auto& change : leased.changes()) by_tenant[change.tenant_id()].changes.push_back(&change);
  for (auto& [tenant, work] : by_tenant) {
    work.tenant = tenant;
    DoTenant(std::move(work), lease);
    Prolong(lease);
  }
  if (lease.done.changes().empty()) return 0;
  if (fault::Fails("reconciler.before_ack")) return absl::UnavailableError("a fault point");
  JUCHU_ASSIGN_OR_RETURN(const auto response, feed_.AckChanges(ContextFor(""), lease.done));
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
