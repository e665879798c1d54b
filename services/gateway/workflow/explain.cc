#include "services/gateway/workflow/explain.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/gateway/workflow/names.h"

namespace juchu::gateway::workflow {

Explanation Explain(const OrderFacts& facts, const Settings& settings) {
  Explanation explanation;
  explanation.conditions = ConditionsFor(facts.status, facts, settings);
  explanation.next_status = NextStatus(facts.status, facts, settings);
  for (const Operation operation : kAllOperations) {
    if (IsPermitted(operation, facts.status, settings)) explanation.permitted.push_back(operation);
  }
  std::vector<absl::string_view> unmet;
  for (const auto& condition : explanation.conditions) {
    if (!condition.met) unmet.push_back(RuleOf(condition.condition).name_ja);
  }
  const std::string waiting = absl::StrJoin(unmet, ", ");
  if (IsTerminal(facts.status)) {
    explanation.summary = absl::StrCat("The order has ended: ", NameJa(facts.status), ".");
  } else if (facts.mode == Mode::kManual) {
    explanation.summary = absl::StrCat("The order is MANUAL, so only a person moves it",
                                       unmet.empty() ? "; in AUTO it would go on at once."
                                                     : absl::StrCat("; in AUTO it would wait for: ", waiting, "."));
  } else {
    explanation.summary = unmet.empty() ? "Nothing keeps the order here; it goes on when it is next evaluated."
                                        : absl::StrCat("The order waits for: ", waiting, ".");
  }
  return explanation;
}

}  // namespace juchu::gateway::workflow
