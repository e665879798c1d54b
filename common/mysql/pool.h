#ifndef COMMON_MYSQL_POOL_H_
#define COMMON_MYSQL_POOL_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/mysql/connection.h"
#include "common/mysql/options.h"
#include "common/mysql/stats.h"
#include "common/time/clock.h"

namespace juchu::mysql {

class Pool;

// A connection lent by a Pool, returned on destruction. A transaction still open then is rolled back. Used by one
// thread; movable, so that a function can return it.
class Lease {
 public:
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }

 private:
  friend class Pool;
  Lease(Pool* pool, std::unique_ptr<Connection> connection, absl::Time created);
  void Return();

  Pool* pool_;
  std::unique_ptr<Connection> connection_;
  absl::Time created_;
};

// A fixed number of connections to one schema. Thread-safe. The most recently returned connection is lent first, so
// that few stay warm under light load. It never queues in the dark: a caller waits at most acquire_timeout.
// All leases must be returned before the pool is destroyed.
class Pool {
 public:
  // Checks the options and opens the first connection, so that a wrong password, certificate or host is seen at the
  // start. INVALID_ARGUMENT/DATABASE_OPTIONS with metadata "field", or the error of Connection::Open. `clock` must
  // outlive the pool.
  static absl::StatusOr<std::unique_ptr<Pool>> Create(Options options, const Clock& clock);

  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Lends a healthy connection. DEADLINE_EXCEEDED when `deadline` has passed; RESOURCE_EXHAUSTED/POOL_EXHAUSTED when
  // none became free within min(time left, acquire_timeout); else the error of Connection::Open.
  // `for_transaction`: one on which a transaction begins without a round trip, if there is one.
  absl::StatusOr<Lease> Acquire(absl::Time deadline, bool for_transaction = false) ABSL_LOCKS_EXCLUDED(mutex_);

  PoolStats stats() const ABSL_LOCKS_EXCLUDED(mutex_);
  const Clock& clock() const { return clock_; }
  const Options& options() const { return options_; }
  // For RunInTransaction.
  Counters& counters() { return *counters_; }

 private:
  friend class Lease;

  struct Idle {
    std::unique_ptr<Connection> connection;
    absl::Time created;
    // When it came back; InfinitePast asks for a ping before it is lent again.
    absl::Time returned;
  };

  Pool(Options options, const Clock& clock);

  absl::Status TakeSlot(absl::Time deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  void ReleaseSlot() ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<Idle> TakeIdle(bool for_transaction) ABSL_LOCKS_EXCLUDED(mutex_);
  bool Healthy(const Idle& idle) const;
  void Return(std::unique_ptr<Connection> connection, absl::Time created) ABSL_LOCKS_EXCLUDED(mutex_);

  const Options options_;
  const Clock& clock_;
  const std::unique_ptr<Counters> counters_;

  mutable absl::Mutex mutex_;
  std::vector<Idle> idle_ ABSL_GUARDED_BY(mutex_);
  // Connections lent or being opened; idle_.size() + lent_ never exceeds pool_size.
  int lent_ ABSL_GUARDED_BY(mutex_) = 0;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_POOL_H_
