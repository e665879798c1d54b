#ifndef SERVICES_GATEWAY_WORKFLOW_NAMES_H_
#define SERVICES_GATEWAY_WORKFLOW_NAMES_H_

#include "absl/strings/string_view.h"
#include "services/gateway/workflow/types.h"

// Names for messages: as the contract spells them, and as operators say them.
namespace juchu::gateway::workflow {

// "AWAITING_PAYMENT".
absl::string_view Name(Status status);
// "入金待".
absl::string_view NameJa(Status status);
absl::string_view NameJa(StateCategory category);
absl::string_view NameJa(StateValue value);

}  // namespace juchu::gateway::workflow

#endif  // SERVICES_GATEWAY_WORKFLOW_NAMES_H_
