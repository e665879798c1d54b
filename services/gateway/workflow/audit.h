#ifndef SERVICES_GATEWAY_WORKFLOW_AUDIT_H_
#define SERVICES_GATEWAY_WORKFLOW_AUDIT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/gateway/workflow/types.h"

// Whether what has happened to an order is what the workflow lets happen. Pure.
namespace juchu::gateway::workflow {

// A version of an order in which its status or mode changed.
struct Move {
  int64_t version = 0;
  // None for the first version.
  std::optional<Status> status_before;
  Status status_after = Status::kUnconfirmed;
  std::optional<Mode> mode_before;
  Mode mode_after = Mode::kAuto;
  // The workflow ended the move, not a person.
  bool status_by_rule = false;
  // A person asked for the mode.
  bool mode_by_person = false;
  // The statuses gone through, first the one before.
  std::vector<Status> path;
};

struct Violation {
  // "MOVED_THOUGH_MANUAL", as GatewayService.AuditOrders names it.
  std::string invariant;
  std::string message;
};

// What of the workflow's rules does not hold for the order. `settled`: no work on it is queued, so an AUTO order must
// be where its facts say.
std::vector<Violation> Audit(const OrderFacts& facts, const Settings& settings, const std::vector<Move>& moves,
                             bool settled);

}  // namespace juchu::gateway::workflow

#endif  // SERVICES_GATEWAY_WORKFLOW_AUDIT_H_
