#ifndef COMMON_QUEUE_CHANGE_QUEUE_H_
#define COMMON_QUEUE_CHANGE_QUEUE_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"
#include "juchu/common/v1/change_queue.pb.h"

namespace juchu {

// What other processes queue, and leases that run out, are seen after this at the latest.
inline constexpr absl::Duration kLookAgain = absl::Seconds(3);

// The table that a service queues its changes in. Columns: tenant_id, order_number, product_code where it has one
// (these are the key), generation, due_time_us (indexed), lease_token, attempts, create_time_us.
struct ChangeTable {
  absl::string_view name;
  bool has_product_code = false;
};

// A piece of work to be queued.
struct QueuedChange {
  std::string order_number;
  std::string product_code;
  // When it may be leased.
  absl::Time due_time;
  // 0: one more than what is queued. Who names it can be acknowledged by it without a lease.
  int64_t generation = 0;
};

// Queues work in the transaction that makes it necessary: one statement. What is queued already is due anew, under a
// higher generation, and belongs to nobody's lease any more. Call ChangeQueue::Notify after COMMIT.
absl::Status QueueChanges(mysql::Session& session, const ChangeTable& table, absl::string_view tenant,
                          const std::vector<QueuedChange>& changes, absl::Time now);

// Of these orders those of which work is queued, leased or not. One statement.
absl::StatusOr<std::vector<std::string>> SelectQueued(mysql::Session& session, const ChangeTable& table,
                                                      absl::string_view tenant,
                                                      const std::set<std::string>& order_numbers);

// Hands out queued work by leases, over all tenants. Thread-safe.
class ChangeQueue {
 public:
  ChangeQueue(mysql::Pool& pool, const Clock& clock, const ChangeTable& table);

  // Waits until something is due, the wait is over or `cancelled`; asks the database when Notify was called, and every
  // few seconds for what other processes queued or whose lease ran out. INVALID_ARGUMENT names the field, as in all of
  // these.
  absl::StatusOr<common::v1::LeaseChangesResponse> Lease(const common::v1::LeaseChangesRequest& request,
                                                         absl::Time deadline, const std::function<bool()>& cancelled)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<common::v1::ExtendLeasesResponse> Extend(const common::v1::ExtendLeasesRequest& request,
                                                          absl::Time deadline);
  absl::StatusOr<common::v1::AckChangesResponse> Ack(const common::v1::AckChangesRequest& request, absl::Time deadline);

  // Something has been queued by this process.
  void Notify() ABSL_LOCKS_EXCLUDED(mutex_);

  // Wakes all waiters for good; Lease returns at once from then on. For the shutdown.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::StatusOr<common::v1::LeaseChangesResponse> TryLease(const common::v1::LeaseChangesRequest& request,
                                                            absl::Time deadline);
  // Executes `sql`, whose end takes the leased `changes` as rows, after `params`; returns how many rows it changed.
  absl::StatusOr<int64_t> Execute(const std::string& sql, mysql::Params params,
                                  const google::protobuf::RepeatedPtrField<common::v1::Change>& changes,
                                  absl::Time deadline);
  // Waits for Notify past `seen`, at most `limit`; false when stopped.
  bool WaitForNews(int64_t seen, absl::Duration limit) ABSL_LOCKS_EXCLUDED(mutex_);
  mysql::Params KeyOf(const common::v1::Change& change) const;

  mysql::Pool& pool_;
  const Clock& clock_;
  const bool has_product_code_;
  const std::string select_due_;
  const std::string take_lease_;
  const std::string extend_;
  const std::string ack_;
  absl::Mutex mutex_;
  int64_t news_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace juchu

#endif  // COMMON_QUEUE_CHANGE_QUEUE_H_
