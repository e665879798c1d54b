#include "common/queue/change_queue.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/mysql/row_writer.h"
#include "common/mysql/run_in_transaction.h"
#include "common/rpc/request_checks.h"
#include "common/status/status_macros.h"

namespace juchu {
namespace {

namespace pb = ::juchu::common::v1;

constexpr int kMostChanges = 500;
constexpr absl::Duration kLongestLease = absl::Minutes(10);
// Nobody who knows what time it is queues or leases for longer: what lies behind it was written by a clock that was
// ahead, and would lie there as long as that clock was wrong.
constexpr absl::Duration kFarthest = absl::Minutes(11);

absl::Duration FromProto(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

std::string KeyColumns(const ChangeTable& table) {
  return table.has_product_code ? "tenant_id, order_number, product_code" : "tenant_id, order_number";
}

absl::Status CheckLeaseDuration(const google::protobuf::Duration& duration) {
  return rpc::CheckRange("lease_duration", duration.seconds(), 1, absl::ToInt64Seconds(kLongestLease));
}

}  // namespace

absl::Status QueueChanges(mysql::Session& session, const ChangeTable& table, absl::string_view tenant,
                          const std::vector<QueuedChange>& changes, absl::Time now) {
  if (changes.empty()) return absl::OkStatus();
  const std::string head = absl::StrCat("INSERT INTO ", table.name, " (", KeyColumns(table),
                                        ", generation, due_time_us, create_time_us) VALUES ");
  mysql::RowWriter writer(session, head, mysql::RowPlaceholders(table.has_product_code ? 6 : 5),
                          " ON DUPLICATE KEY UPDATE generation = GREATEST(generation + 1, VALUES(generation)), "
                          "due_time_us = VALUES(due_time_us), lease_token = '', attempts = 0");
  for (const auto& change : changes) {
    mysql::Params row = {tenant, change.order_number};
    if (table.has_product_code) row.emplace_back(change.product_code);
    row.insert(row.end(), {std::max<int64_t>(change.generation, 1), change.due_time, now});
    JUCHU_RETURN_IF_ERROR(writer.Add(std::move(row)));
  }
  return writer.Flush();
}

absl::StatusOr<std::vector<std::string>> SelectQueued(mysql::Session& session, const ChangeTable& table,
                                                      absl::string_view tenant,
                                                      const std::set<std::string>& order_numbers) {
  if (order_numbers.empty()) return std::vector<std::string>();
  const std::string head =
      absl::StrCat("SELECT order_number FROM ", table.name, " WHERE tenant_id = ? AND order_number IN (");
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(head, "?", order_numbers.size(), ")"));
  mysql::Params params = {tenant};
  params.insert(params.end(), order_numbers.begin(), order_numbers.end());
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
  std::vector<std::string> queued;
  for (const auto row : rows) queued.push_back(row.String(0));
  return queued;
}

// Work of all tenants: who leases it is the gateway, which goes on under each row's own tenant.
ChangeQueue::ChangeQueue(mysql::Pool& pool, const Clock& clock, const ChangeTable& table)
    : pool_(pool),
      clock_(clock),
      has_product_code_(table.has_product_code),
      select_due_(absl::StrCat(
          "SELECT ", KeyColumns(table), ", generation, attempts FROM ", table.name,
          " WHERE due_time_us <= ? OR due_time_us > ? ORDER BY due_time_us LIMIT ? FOR UPDATE SKIP LOCKED")),
      take_lease_(absl::StrCat("UPDATE ", table.name,
                               " SET due_time_us = ?, lease_token = ?, attempts = attempts + 1 WHERE (",
                               KeyColumns(table), ") IN (")),
      extend_(absl::StrCat("UPDATE ", table.name, " SET due_time_us = ? WHERE (", KeyColumns(table),
                           ", generation, lease_token) IN (")),
      ack_(absl::StrCat("DELETE FROM ", table.name, " WHERE (", KeyColumns(table), ", generation, lease_token) IN (")) {
}

mysql::Params ChangeQueue::KeyOf(const pb::Change& change) const {
  mysql::Params key = {change.tenant_id(), change.order_number()};
  if (has_product_code_) key.emplace_back(change.product_code());
  return key;
}

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

absl::StatusOr<pb::LeaseChangesResponse> ChangeQueue::TryLease(const pb::LeaseChangesRequest& request,
                                                               absl::Time deadline) {
  const std::string token = NewRequestId();
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) -> absl::StatusOr<pb::LeaseChangesResponse> {
        pb::LeaseChangesResponse response;
        const absl::Time now = clock_.Now();
        JUCHU_ASSIGN_OR_RETURN(const auto rows,
                               transaction.Query(select_due_, {now, now + kFarthest, request.max_changes()}));
        if (rows.empty()) return response;
        mysql::Params params = {now + FromProto(request.lease_duration()), token};
        for (const auto row : rows) {
          auto* change = response.add_changes();
          const size_t keys = has_product_code_ ? 3 : 2;
          change->set_tenant_id(row.String(0));
          change->set_order_number(row.String(1));
          if (has_product_code_) change->set_product_code(row.String(2));
          change->set_generation(row.Int64(keys));
          change->set_lease_token(token);
          change->set_attempts(row.Int32(keys + 1) + 1);
          const mysql::Params key = KeyOf(*change);
          params.insert(params.end(), key.begin(), key.end());
        }
        JUCHU_ASSIGN_OR_RETURN(
            const std::string sql,
            mysql::RepeatRows(take_lease_, mysql::RowPlaceholders(has_product_code_ ? 3 : 2), rows.size(), ")"));
        JUCHU_RETURN_IF_ERROR(transaction.Execute(sql, params).status());
        return response;
      });
}

absl::StatusOr<pb::LeaseChangesResponse> ChangeQueue::Lease(const pb::LeaseChangesRequest& request, absl::Time deadline,
                                                            const std::function<bool()>& cancelled) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckRange("max_changes", request.max_changes(), 1, kMostChanges));
  JUCHU_RETURN_IF_ERROR(CheckLeaseDuration(request.lease_duration()));
  JUCHU_RETURN_IF_ERROR(rpc::CheckRange("wait_duration", request.wait_duration().seconds(), 0, 60));
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

absl::StatusOr<int64_t> ChangeQueue::Execute(const std::string& sql, mysql::Params params,
                                             const google::protobuf::RepeatedPtrField<pb::Change>& changes,
                                             absl::Time deadline) {
  // In the order of their keys, in which all lock them.
  std::vector<const pb::Change*> sorted;
  for (const auto& change : changes) sorted.push_back(&change);
  std::sort(sorted.begin(), sorted.end(), [](const pb::Change* one, const pb::Change* other) {
    return std::tie(one->tenant_id(), one->order_number(), one->product_code()) <
           std::tie(other->tenant_id(), other->order_number(), other->product_code());
  });
  for (const pb::Change* change : sorted) {
    const mysql::Params key = KeyOf(*change);
    params.insert(params.end(), key.begin(), key.end());
    params.insert(params.end(), {change->generation(), change->lease_token()});
  }
  JUCHU_ASSIGN_OR_RETURN(const std::string whole,
                         mysql::RepeatRows(sql, mysql::RowPlaceholders(has_product_code_ ? 5 : 4),
                                           static_cast<size_t>(changes.size()), ")"));
  return mysql::RunInTransaction(pool_, deadline,
                                 [&](mysql::Transaction& transaction) { return transaction.Execute(whole, params); });
}

absl::StatusOr<pb::ExtendLeasesResponse> ChangeQueue::Extend(const pb::ExtendLeasesRequest& request,
                                                             absl::Time deadline) {
  JUCHU_RETURN_IF_ERROR(CheckLeaseDuration(request.lease_duration()));
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("changes", request.changes_size(), 1, kMostChanges));
  pb::ExtendLeasesResponse response;
  const absl::Time until = clock_.Now() + FromProto(request.lease_duration());
  JUCHU_ASSIGN_OR_RETURN(const int64_t extended, Execute(extend_, {until}, request.changes(), deadline));
  response.set_extended(static_cast<int32_t>(extended));
  return response;
}

absl::StatusOr<pb::AckChangesResponse> ChangeQueue::Ack(const pb::AckChangesRequest& request, absl::Time deadline) {
  JUCHU_RETURN_IF_ERROR(rpc::CheckBatchSize("changes", request.changes_size(), 1, kMostChanges));
  pb::AckChangesResponse response;
  JUCHU_ASSIGN_OR_RETURN(const int64_t removed, Execute(ack_, {}, request.changes(), deadline));
  response.set_removed(static_cast<int32_t>(removed));
  return response;
}

}  // namespace juchu
