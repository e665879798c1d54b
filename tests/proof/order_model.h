#ifndef TESTS_PROOF_ORDER_MODEL_H_
#define TESTS_PROOF_ORDER_MODEL_H_

#include "tests/proof/history.h"

// What an order of the workload does, in a page.
//
// The gateway has a pure function for it (services/gateway/workflow/decide.h), and the model does not use it, on
// purpose: a checker that asks the code under test what is right finds only that the code agrees with itself. A rule
// that is wrong in the workflow, or a decision that the layers around it carry out wrongly (a mode not stored, a path
// not run to its end), is seen because this page says otherwise. It is written from the rules, not from the code.
// Where the two disagree, the contract (proto/juchu/gateway/v1) says which is right; the model is allowed to be
// smaller than the workflow only because the workload's orders are all alike: prepaid by either of two methods, of an
// own site, with nothing to warn of, in a tenant that allocates stock by command, which nobody gives.
namespace juchu::proof {

// What a model order answers to an operation.
struct Expected {
  // kNone: done, or nothing to do.
  Failure failure = Failure::kNone;
  bool changed = false;
  OrderView after;
};

// An order right after it was taken in.
OrderView NewOrder();

// What the operation does to an order in this state.
Expected Step(const OrderView& before, const Operation& operation);

// Whether the operation may have taken its effect on an order in the state `before`: whether it was told what an order
// in this state tells. When it may, `after` is the state it leaves. An operation that was never answered may anywhere.
bool Explains(const OrderView& before, const Operation& operation, OrderView& after);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_ORDER_MODEL_H_
