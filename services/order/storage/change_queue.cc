#include "services/order/storage/change_queue.h"

#include <algorithm>

#include "common/ids/uuid.h"
#include "common/mysql/run_in_transaction.h"
#include "common/status/status_macros.h"

namespace juchu::order {
namespace {

// Work of all tenants: who leases it is the gateway, which goes on under each row's own tenant.
constexpr char kSelectDue[] =
    "SELECT tenant_id, order_number, generation, attempts FROM order_changes WHERE due_time_us <= ? "
    "ORDER BY due_time_us LIMIT ? FOR UPDATE SKIP LOCKED";
constexpr char kTakeLease[] =
    "UPDATE order_changes SET due_time_us = ?, lease_token = ?, attempts = attempts + 1 WHERE (tenant_id, "
    "order_number) IN (";
constexpr char kExtend[] =
    "UPDATE order_changes SET due_time_us = ? WHERE (tenant_id, order_number, generation, lease_token) IN (";
constexpr char kAck[] = "DELETE FROM order_changes WHERE (tenant_id, order_number, generation, lease_token) IN (";

// What other processes queue, and leases that run out, are seen after this at the latest.
constexpr absl::Duration kLookAgain = absl::Seconds(3);

absl::Duration FromProto(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

}  // namespace

void ChangeQueue::Notify() {
  absl::MutexLock lock(&mutex_);
  ++news_;
}

void ChangeQueue::Stop() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
}

bool ChangeQueue::WaitForNews(int64_t seen, absl::Duration limit) {
  absl::MutexLock lock(&mutex_);
  const auto news = [this, seen]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopped_ || news_ != seen; };
  mutex_.AwaitWithTimeout(absl::Condition(&news), limit);
  return !stopped_;
}

absl::StatusOr<v1::LeaseChangesResponse> ChangeQueue::TryLease(const v1::LeaseChangesRequest& request,
                                                               absl::Time deadline) {
  const std::string token = NewRequestId();
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::LeaseChangesResponse> {
        v1::LeaseChangesResponse response;
        const absl::Time now = clock_.Now();
        JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction.Query(kSelectDue, {now, request.max_changes()}));
        if (rows.empty()) return response;
        mysql::Params params = {now + FromProto(request.lease_duration()), token};
        for (const auto row : rows) {
          auto* change = response.add_changes();
          change->set_tenant_id(row.String(0));
          change->set_order_number(row.String(1));
          change->set_generation(row.Int64(2));
          change->set_lease_token(token);
          change->set_attempts(row.Int32(3) + 1);
          params.insert(params.end(), {change->tenant_id(), change->order_number()});
        }
        JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kTakeLease, "(?,?)", rows.size(), ")"));
        JUCHU_RETURN_IF_ERROR(transaction.Execute(sql, params).status());
        return response;
      });
}

absl::StatusOr<v1::LeaseChangesResponse> ChangeQueue::Lease(const v1::LeaseChangesRequest& request, absl::Time deadline,
                                                            const std::function<bool()>& cancelled) {
  // The caller's answer must be on its way before its deadline.
  const absl::Time until =
      std::min(clock_.Now() + FromProto(request.wait_duration()), deadline - absl::Milliseconds(200));
  while (true) {
    int64_t seen = 0;
    {
      absl::MutexLock lock(&mutex_);
      seen = news_;
    }
    JUCHU_ASSIGN_OR_RETURN(auto response, TryLease(request, deadline));
    const absl::Duration left = until - clock_.Now();
    if (!response.changes().empty() || left <= absl::ZeroDuration() || (cancelled && cancelled())) return response;
    if (!WaitForNews(seen, std::min(left, kLookAgain))) return response;
  }
}

absl::StatusOr<int64_t> ChangeQueue::Execute(const char* sql, mysql::Params params,
                                             const google::protobuf::RepeatedPtrField<v1::Change>& changes,
                                             absl::Time deadline) {
  for (const auto& change : changes) {
    params.insert(params.end(), {change.tenant_id(), change.order_number(), change.generation(), change.lease_token()});
  }
  JUCHU_ASSIGN_OR_RETURN(const std::string whole,
                         mysql::RepeatRows(sql, "(?,?,?,?)", static_cast<size_t>(changes.size()), ")"));
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  return connection->Execute(whole, params);
}

absl::StatusOr<v1::ExtendLeasesResponse> ChangeQueue::Extend(const v1::ExtendLeasesRequest& request,
                                                             absl::Time deadline) {
  v1::ExtendLeasesResponse response;
  if (request.changes().empty()) return response;
  const absl::Time until = clock_.Now() + FromProto(request.lease_duration());
  JUCHU_ASSIGN_OR_RETURN(const int64_t extended, Execute(kExtend, {until}, request.changes(), deadline));
  response.set_extended(static_cast<int32_t>(extended));
  return response;
}

absl::StatusOr<v1::AckChangesResponse> ChangeQueue::Ack(const v1::AckChangesRequest& request, absl::Time deadline) {
  v1::AckChangesResponse response;
  if (request.changes().empty()) return response;
  JUCHU_ASSIGN_OR_RETURN(const int64_t removed, Execute(kAck, {}, request.changes(), deadline));
  response.set_removed(static_cast<int32_t>(removed));
  return response;
}

}  // namespace juchu::order
