#ifndef COMMON_FAULT_FAULT_STATE_H_
#define COMMON_FAULT_FAULT_STATE_H_

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace juchu::fault {

enum class Action { kCrash, kError, kStall };

// One fault: at the `hit`-th pass of `point` from now on (1: the next), once.
struct Plan {
  std::string point;
  int hit = 1;
  Action action = Action::kError;
  absl::Duration stall = absl::Seconds(5);
};

// What tests have asked for in this process. Thread-safe.
//
// A test in the same process uses fault_control.h. A test in another process names a folder in the environment,
// JUCHU_FAULT_DIR, and works through files in it: "plan" holds "<id> <point> <hit> <crash|error|stall> <stall in ms>"
// and is removed by the process that carries it out, so that a restarted process does not do it again; "passed" gets a
// line for each point passed. JUCHU_DEFECTS lists planted mistakes, comma separated.
class State {
 public:
  static State& Get();

  std::optional<Plan> Pass(absl::string_view point) ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsPlanted(absl::string_view defect) const {
    return any_defect_.load(std::memory_order_relaxed) && IsPlantedSlow(defect);
  }

  void Arm(Plan plan);
  void Disarm();
  // Ends the process when one of them is none of kDefects: a test that plants nothing would find nothing.
  void Plant(absl::flat_hash_set<std::string> defects);
  // From now on the points passed are kept; returns those kept so far.
  std::vector<std::string> TakePassed();
  void Watch(absl::string_view point, std::function<void()> watcher);

 private:
  State();
  bool IsPlantedSlow(absl::string_view defect) const;
  std::optional<Plan> PassByFiles(absl::string_view point) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Whether Pass has anything to do: it lies on every path.
  std::atomic<bool> active_ = false;
  std::atomic<bool> any_defect_ = false;
  std::string folder_;
  mutable absl::Mutex mutex_;
  std::optional<Plan> plan_ ABSL_GUARDED_BY(mutex_);
  int hits_ ABSL_GUARDED_BY(mutex_) = 0;
  bool recording_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> passed_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> defects_ ABSL_GUARDED_BY(mutex_);
  std::string watched_point_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> watcher_ ABSL_GUARDED_BY(mutex_);
  // Which plan file the count of hits belongs to.
  std::string plan_id_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::fault

#endif  // COMMON_FAULT_FAULT_STATE_H_
