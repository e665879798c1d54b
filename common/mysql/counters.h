#ifndef COMMON_MYSQL_COUNTERS_H_
#define COMMON_MYSQL_COUNTERS_H_

#include <atomic>
#include <cstdint>

namespace juchu::mysql {

// The running totals of one pool, fed by its connections and transactions; PoolStats says what each means.
// Thread-safe.
class Counters {
 public:
  std::atomic<int64_t> created = 0;
  std::atomic<int64_t> discarded = 0;
  std::atomic<int64_t> connect_failures = 0;
  std::atomic<int64_t> exhausted = 0;
  std::atomic<int64_t> wait_time_us = 0;
  std::atomic<int64_t> statements = 0;
  std::atomic<int64_t> prepares = 0;
  std::atomic<int64_t> transactions = 0;
  std::atomic<int64_t> commits = 0;
  std::atomic<int64_t> rollbacks = 0;
  std::atomic<int64_t> rollback_failures = 0;
  std::atomic<int64_t> reruns = 0;
  std::atomic<int64_t> unknown_commits = 0;
};

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_COUNTERS_H_
