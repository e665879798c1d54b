#include "common/fault/fault.h"

#ifdef JUCHU_FAULTS

#include <signal.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/fault/fault_state.h"

namespace juchu::fault {

bool Fails(absl::string_view point) {
  const std::optional<Plan> plan = State::Get().Pass(point);
  if (!plan.has_value()) return false;
  switch (plan->action) {
    case Action::kCrash:
      // As kill -9 does: no destructor, no flush.
      kill(getpid(), SIGKILL);
      pause();
      return true;
    case Action::kStall:
      absl::SleepFor(plan->stall);
      return false;
    case Action::kError:
      return true;
  }
  return false;
}

bool Fails(absl::string_view point, absl::string_view which) { return Fails(absl::StrCat(point, "/", which)); }

bool IsPlanted(Defect defect) { return State::Get().IsPlanted(defect.name()); }

}  // namespace juchu::fault

#endif
