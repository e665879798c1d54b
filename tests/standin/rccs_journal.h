#ifndef TESTS_STANDIN_RCCS_JOURNAL_H_
#define TESTS_STANDIN_RCCS_JOURNAL_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "nlohmann/json.hpp"

namespace juchu::standin {

// An append-only file of events, one JSON object a line, that survives a kill at any moment. Callers that wait at the
// same time share one write and one fsync. Thread-safe.
class RccsJournal {
 public:
  // Makes the file when it is not there, else gives each event of it to `replay` in order. A last line without its
  // newline was torn by a kill and is cut off: nobody has been told of it. An error when another process holds the
  // file, when a line in the middle is damaged, or when `replay` fails.
  static absl::StatusOr<std::unique_ptr<RccsJournal>> Open(
      const std::string& file, const std::function<absl::Status(const nlohmann::json&)>& replay);
  // Writes what has been appended.
  ~RccsJournal();
  RccsJournal(const RccsJournal&) = delete;
  RccsJournal& operator=(const RccsJournal&) = delete;

  // Puts the event behind those of before. It is on disk only after Sync. Returns how many there are since Open.
  int64_t Append(const nlohmann::json& event) ABSL_LOCKS_EXCLUDED(mutex_);
  // Returns when the first `count` events are on disk. Ends the process when they cannot be written: memory would
  // promise what the disk does not know.
  void Sync(int64_t count) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  explicit RccsJournal(int fd) : fd_(fd) {}

  const int fd_;
  absl::Mutex mutex_;
  std::string unwritten_ ABSL_GUARDED_BY(mutex_);
  int64_t appended_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t on_disk_ ABSL_GUARDED_BY(mutex_) = 0;
  // One of the callers writes for all.
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_JOURNAL_H_
