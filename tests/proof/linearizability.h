#ifndef TESTS_PROOF_LINEARIZABILITY_H_
#define TESTS_PROOF_LINEARIZABILITY_H_

#include <cstdint>
#include <vector>

#include "tests/proof/history.h"

namespace juchu::proof {

struct LinearizabilityResult {
  std::vector<Finding> findings;
  int64_t operations = 0;
  int64_t orders = 0;
};

// Whether every order behaved as if its operations had happened one after the other, each at one moment between its
// call and its answer, those never answered at any moment after their call or not at all: then no acknowledged change
// is lost, none is done twice, no read is older than what was known before it. Every order starts as NewOrder().
//
// The search of Wing and Gong with Lowe's memory of what has been tried, order by order, because orders do not depend
// on each other. Its time grows with the number of operations; only operations without an answer on one order multiply
// it, so a workload gives an order up that has had a few. An order that cannot be decided in a few million steps is a
// finding too. Pure.
LinearizabilityResult CheckLinearizability(const History& history);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_LINEARIZABILITY_H_
