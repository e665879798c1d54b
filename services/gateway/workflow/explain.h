#ifndef SERVICES_GATEWAY_WORKFLOW_EXPLAIN_H_
#define SERVICES_GATEWAY_WORKFLOW_EXPLAIN_H_

#include <optional>
#include <string>
#include <vector>

#include "services/gateway/workflow/rules.h"
#include "services/gateway/workflow/types.h"

namespace juchu::gateway::workflow {

// Why an order is where it is.
struct Explanation {
  // Every condition of its status that applies to it.
  std::vector<ConditionState> conditions;
  // Where it goes when they hold; nullopt for a terminal status.
  std::optional<Status> next_status;
  // What keeps it here, in one sentence.
  std::string summary;
  // What may be done with it now.
  std::vector<Operation> permitted;
};

Explanation Explain(const OrderFacts& facts, const Settings& settings);

}  // namespace juchu::gateway::workflow

#endif  // SERVICES_GATEWAY_WORKFLOW_EXPLAIN_H_
