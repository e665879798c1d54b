#include "services/gateway/app/facts_acknowledger.h"

#include <algorithm>
#include <utility>

#include "common/rpc/trace.h"

namespace juchu::gateway {
namespace {

constexpr int kMostAtOnce = 500;
// When the owner cannot be told for long: what is not acknowledged comes again.
constexpr int kMostWaiting = 10'000;
constexpr absl::Duration kPause = absl::Milliseconds(200);
constexpr absl::Duration kCallLimit = absl::Seconds(5);

}  // namespace

void FactsAcknowledger::Start() {
  thread_ = std::thread([this] { Run(); });
}

void FactsAcknowledger::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (!thread_.joinable()) return;
  thread_.join();
  Flush();
}

void FactsAcknowledger::Add(absl::string_view tenant, absl::string_view order_number, int64_t facts_version) {
  absl::MutexLock lock(&mutex_);
  if (waiting_.changes_size() >= kMostWaiting) return;
  auto& change = *waiting_.add_changes();
  change.set_tenant_id(std::string(tenant));
  change.set_order_number(std::string(order_number));
  change.set_generation(facts_version);
}

int FactsAcknowledger::Flush() {
  common::v1::AckChangesRequest all;
  {
    absl::MutexLock lock(&mutex_);
    all.Swap(&waiting_);
  }
  rpc::CallContext context;
  context.method = "Acknowledge";
  context.actor = "reconciler";
  context.traceparent = rpc::ContinueTrace("");
  for (int first = 0; first < all.changes_size(); first += kMostAtOnce) {
    common::v1::AckChangesRequest some;
    for (int i = first; i < std::min(first + kMostAtOnce, all.changes_size()); ++i) {
      some.add_changes()->Swap(all.mutable_changes(i));
    }
    context.deadline = clock_.Now() + kCallLimit;
    // Who is not told sends the facts again.
    if (!owner_.AckChanges(context, some).ok()) return first;
  }
  return all.changes_size();
}

void FactsAcknowledger::Run() {
  const auto stopping = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_; };
  const auto has_some = [this]()
                            ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || !waiting_.changes().empty(); };
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_some));
      if (mutex_.AwaitWithTimeout(absl::Condition(&stopping), kPause)) return;
    }
    Flush();
  }
}

}  // namespace juchu::gateway
