#include "common/service/request_log_purger.h"

#include <string>

#include "common/log/log.h"
#include "common/status/status_macros.h"

namespace juchu {
namespace {

// Over all tenants: what is old is removed, whoever asked for it.
constexpr char kPurge[] = "DELETE FROM request_log WHERE create_time_us < ? ORDER BY create_time_us LIMIT 1000";
constexpr int64_t kRowsAtATime = 1000;
constexpr absl::Duration kInterval = absl::Hours(1);

}  // namespace

absl::StatusOr<int64_t> RequestLogPurger::PurgeOnce() {
  int64_t removed = 0;
  while (!stopping_.HasBeenNotified()) {
    JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(clock_.Now() + absl::Seconds(10)));
    JUCHU_ASSIGN_OR_RETURN(const int64_t rows, connection->Execute(kPurge, {clock_.Now() - retention_}));
    removed += rows;
    if (rows < kRowsAtATime) break;
  }
  return removed;
}

void RequestLogPurger::Start() {
  thread_ = std::thread([this] { Run(); });
}

void RequestLogPurger::Stop() {
  if (!stopping_.HasBeenNotified()) stopping_.Notify();
  if (thread_.joinable()) thread_.join();
}

void RequestLogPurger::Run() {
  while (!stopping_.WaitForNotificationWithTimeout(kInterval)) {
    const auto removed = PurgeOnce();
    if (!removed.ok()) {
      Log(LogLevel::kWarning, "request_log_purge_failed",
          {{"code", absl::StatusCodeToString(removed.status().code())}});
    } else if (*removed > 0) {
      Log(LogLevel::kInfo, "request_log_purged", {{"rows", *removed}});
    }
  }
}

}  // namespace juchu
