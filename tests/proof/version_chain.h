#ifndef TESTS_PROOF_VERSION_CHAIN_H_
#define TESTS_PROOF_VERSION_CHAIN_H_

#include <string>
#include <vector>

#include "tests/proof/history.h"

// What the store says afterwards, held against what the clients were told. Pure.
namespace juchu::proof {

// One entry of an order's history, as far as it is checked. What did not change is UNSPECIFIED.
struct ChainEntry {
  int64_t version = 0;
  std::string operation;
  std::string reason;
  order::v1::Status status_before = order::v1::STATUS_UNSPECIFIED;
  order::v1::Status status_after = order::v1::STATUS_UNSPECIFIED;
  order::v1::TransitionMode mode_before = order::v1::TRANSITION_MODE_UNSPECIFIED;
  order::v1::TransitionMode mode_after = order::v1::TRANSITION_MODE_UNSPECIFIED;
};

// An order as it is stored at the end, with its history.
struct StoredOrder {
  // Of History::orders.
  int32_t order = 0;
  OrderView view;
  std::vector<ChainEntry> entries;
};

// Each order's versions run 1, 2, 3 … without a gap up to the one stored; each entry begins where the one before ended;
// the last one ends where the order is. Every change that was acknowledged is there exactly once, at the version and
// with the status and mode that the client was told; none that was refused or that changed nothing is there; none that
// was never answered is there twice; and nothing is there that nobody asked for.
std::vector<Finding> CheckVersionChains(const History& history, const std::vector<StoredOrder>& stored);

// The operation's name in the history: "ChangeOrderStatus".
std::string MethodOf(const Operation& operation);

// A request repeated got the answer that it got first.
std::vector<Finding> CheckRepeats(const History& history);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_VERSION_CHAIN_H_
