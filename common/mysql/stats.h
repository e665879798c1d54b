#ifndef COMMON_MYSQL_STATS_H_
#define COMMON_MYSQL_STATS_H_

#include <cstdint>

#include "absl/time/time.h"

namespace juchu::mysql {

// What a pool did since it was made, and what it holds now. Metrics export it; tests read it to prove how many
// statements an operation costs.
struct PoolStats {
  // Now: connections lent, connections at rest, callers waiting for one.
  int64_t in_use = 0;
  int64_t idle = 0;
  int64_t waiting = 0;

  // Since the start. A connection is discarded when it broke, grew too old or failed its ping.
  int64_t created = 0;
  int64_t discarded = 0;
  int64_t connect_failures = 0;
  // Acquire calls that returned RESOURCE_EXHAUSTED, and the time all Acquire calls together waited.
  int64_t exhausted = 0;
  absl::Duration wait_time;

  // Statements that callers ran, whatever their result; not counting the next six lines and session set-up.
  int64_t statements = 0;
  // Statement texts sent to be prepared; zero once the caches are warm.
  int64_t prepares = 0;
  int64_t transactions = 0;
  int64_t commits = 0;
  int64_t rollbacks = 0;
  // Rollbacks that failed; the connection was discarded.
  int64_t rollback_failures = 0;
  // Runs of a transaction's function after the first.
  int64_t reruns = 0;
  // Commits whose outcome the caller was told is unknown.
  int64_t unknown_commits = 0;
};

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_STATS_H_
