#ifndef TESTS_PROOF_JUDGE_H_
#define TESTS_PROOF_JUDGE_H_

#include <memory>
#include <vector>

#include "tests/proof/gateway_caller.h"
#include "tests/proof/history.h"
#include "tests/proof/workload.h"

namespace juchu::proof {

// Reads every order of the history and what is stored of its versions, runs the checkers, and adds their findings and
// counts to the verdict. callers[i] calls for tenant i modulo `tenants`. The last reads count as operations: what was
// acknowledged must still be there.
void JudgeHistory(History history, const std::vector<std::unique_ptr<GatewayCaller>>& callers, size_t tenants,
                  Verdict& verdict);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_JUDGE_H_
