#ifndef COMMON_MYSQL_RUN_UNTIL_IT_FITS_H_
#define COMMON_MYSQL_RUN_UNTIL_IT_FITS_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/mysql/run_in_transaction.h"
#include "common/status/error.h"

namespace juchu::mysql {

// Runs `fn` as RunInTransaction does, and again, at most `most_runs` times in all, when a unique key or a CHECK refused
// what it wrote: another writer was first, and the next run sees what that one has committed. When it never fits:
// ABORTED/WRITE_CONFLICT. So what `fn` reads without a lock may be guarded by a key or a CHECK of what it writes.
template <typename Fn>
auto RunUntilItFits(Pool& pool, absl::Time deadline, int most_runs, Fn fn) {
  const auto to_run_again = [](const absl::Status& status) {
    return absl::IsAlreadyExists(status) || ReasonOf(status) == "CHECK_VIOLATED";
  };
  auto result = RunInTransaction(pool, deadline, fn);
  for (int run = 1; run < most_runs && to_run_again(result.status()); ++run) {
    result = RunInTransaction(pool, deadline, fn);
  }
  if (to_run_again(result.status())) {
    result = Aborted("WRITE_CONFLICT", "others wrote the same again and again", {{"remedy", "try again"}});
  }
  return result;
}

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_RUN_UNTIL_IT_FITS_H_
