#ifndef COMMON_SERVICE_REQUEST_LOG_PURGER_H_
#define COMMON_SERVICE_REQUEST_LOG_PURGER_H_

#include <thread>

#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"

namespace juchu {

// Removes the answers of requests that are older than the retention, once an hour, a thousand rows at a time. Any
// number of replicas may do so.
class RequestLogPurger {
 public:
  RequestLogPurger(mysql::Pool& pool, const Clock& clock, absl::Duration retention)
      : pool_(pool), clock_(clock), retention_(retention) {}
  ~RequestLogPurger() { Stop(); }
  RequestLogPurger(const RequestLogPurger&) = delete;
  RequestLogPurger& operator=(const RequestLogPurger&) = delete;

  void Start();
  void Stop();

  // One round: how many rows it removed.
  absl::StatusOr<int64_t> PurgeOnce();

 private:
  void Run();

  mysql::Pool& pool_;
  const Clock& clock_;
  const absl::Duration retention_;
  absl::Notification stopping_;
  std::thread thread_;
};

}  // namespace juchu

#endif  // COMMON_SERVICE_REQUEST_LOG_PURGER_H_
