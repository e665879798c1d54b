#ifdef JUCHU_FAULTS

#include "common/fault/fault_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/fault/defects.h"

namespace juchu::fault {

State& State::Get() {
  static auto* const state = new State();
  return *state;
}

State::State() {
  if (const char* folder = std::getenv("JUCHU_FAULT_DIR")) {
    folder_ = folder;
    active_ = true;
  }
  if (const char* defects = std::getenv("JUCHU_DEFECTS")) {
    const std::vector<std::string> names = absl::StrSplit(defects, ',', absl::SkipEmpty());
    Plant({names.begin(), names.end()});
  }
}

std::optional<Plan> State::Pass(absl::string_view point) {
  if (!active_.load(std::memory_order_relaxed)) return std::nullopt;
  std::function<void()> watcher;
  std::optional<Plan> result;
  {
    absl::MutexLock lock(&mutex_);
    if (recording_) passed_.emplace_back(point);
    if (watcher_ && point == watched_point_) watcher = watcher_;
    if (plan_.has_value() && plan_->point == point && ++hits_ == plan_->hit) {
      result = std::move(plan_);
      plan_.reset();
    }
    if (!folder_.empty() && !result.has_value()) result = PassByFiles(point);
  }
  if (watcher) watcher();
  return result;
}

std::optional<Plan> State::PassByFiles(absl::string_view point) {
  const std::string line = absl::StrCat(point, "\n");
  const int passed = open(absl::StrCat(folder_, "/passed").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (passed >= 0) {
    [[maybe_unused]] const auto written = write(passed, line.data(), line.size());
    close(passed);
  }
  const std::string path = absl::StrCat(folder_, "/plan");
  std::ifstream file(path);
  Plan plan;
  std::string id;
  std::string action;
  int64_t stall_ms = 0;
  if (!(file >> id >> plan.point >> plan.hit >> action >> stall_ms)) return std::nullopt;
  if (id != plan_id_) {
    plan_id_ = id;
    hits_ = 0;
  }
  if (plan.point != point || ++hits_ != plan.hit) return std::nullopt;
  // Who removes the file carries it out.
  if (unlink(path.c_str()) != 0) return std::nullopt;
  plan.action = action == "crash" ? Action::kCrash : action == "stall" ? Action::kStall : Action::kError;
  plan.stall = absl::Milliseconds(stall_ms);
  return plan;
}

bool State::IsPlantedSlow(absl::string_view defect) const {
  absl::MutexLock lock(&mutex_);
  return defects_.contains(defect);
}

void State::Arm(Plan plan) {
  absl::MutexLock lock(&mutex_);
  plan_ = std::move(plan);
  hits_ = 0;
  active_ = true;
}

void State::Disarm() {
  absl::MutexLock lock(&mutex_);
  plan_.reset();
}

void State::Plant(absl::flat_hash_set<std::string> defects) {
  for (const auto& name : defects) {
    if (IsDefect(name)) continue;
    std::fprintf(stderr, "no such defect: %s\n", name.c_str());
    std::abort();
  }
  absl::MutexLock lock(&mutex_);
  defects_ = std::move(defects);
  any_defect_ = !defects_.empty();
}

std::vector<std::string> State::TakePassed() {
  absl::MutexLock lock(&mutex_);
  recording_ = true;
  active_ = true;
  return std::exchange(passed_, {});
}

void State::Watch(absl::string_view point, std::function<void()> watcher) {
  absl::MutexLock lock(&mutex_);
  watched_point_ = std::string(point);
  watcher_ = std::move(watcher);
  active_ = true;
}

}  // namespace juchu::fault

#endif
