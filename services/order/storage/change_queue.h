#ifndef SERVICES_ORDER_STORAGE_CHANGE_QUEUE_H_
#define SERVICES_ORDER_STORAGE_CHANGE_QUEUE_H_

#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// Hands out queued work by leases, over all tenants. Thread-safe.
class ChangeQueue {
 public:
  ChangeQueue(mysql::Pool& pool, const Clock& clock) : pool_(pool), clock_(clock) {}

  // As OrderService.LeaseChanges. Waits until something is due, the wait is over or `cancelled`; asks the database when
  // Notify was called, and every few seconds for what other processes queued or whose lease ran out.
  absl::StatusOr<v1::LeaseChangesResponse> Lease(const v1::LeaseChangesRequest& request, absl::Time deadline,
                                                 const std::function<bool()>& cancelled) ABSL_LOCKS_EXCLUDED(mutex_);

  // As OrderService.ExtendLeases.
  absl::StatusOr<v1::ExtendLeasesResponse> Extend(const v1::ExtendLeasesRequest& request, absl::Time deadline);

  // As OrderService.AckChanges.
  absl::StatusOr<v1::AckChangesResponse> Ack(const v1::AckChangesRequest& request, absl::Time deadline);

  // Something has been queued by this process.
  void Notify() ABSL_LOCKS_EXCLUDED(mutex_);

  // Wakes all waiters for good; Lease returns at once from then on. For the shutdown.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::StatusOr<v1::LeaseChangesResponse> TryLease(const v1::LeaseChangesRequest& request, absl::Time deadline);
  // Executes `sql`, whose end takes the leased `changes` as rows, after `params`; returns how many rows it changed.
  absl::StatusOr<int64_t> Execute(const char* sql, mysql::Params params,
                                  const google::protobuf::RepeatedPtrField<v1::Change>& changes, absl::Time deadline);
  // Waits for Notify past `seen`, at most `limit`; false when stopped.
  bool WaitForNews(int64_t seen, absl::Duration limit) ABSL_LOCKS_EXCLUDED(mutex_);

  mysql::Pool& pool_;
  const Clock& clock_;
  absl::Mutex mutex_;
  int64_t news_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_CHANGE_QUEUE_H_
