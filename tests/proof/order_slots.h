#ifndef TESTS_PROOF_ORDER_SLOTS_H_
#define TESTS_PROOF_ORDER_SLOTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace juchu::proof {

// An order as the clients of its tenant share it.
struct WorkOrder {
  // Its place in History::orders.
  int32_t order = 0;
  std::string number;
  std::string shop_order_number;
  // The newest version that any client has seen.
  int64_t version = 1;
};

// The orders of one tenant that are worked on now. Each is replaced by a new one when it has had enough. Thread-safe.
class OrderSlots {
 public:
  OrderSlots(int slots, int max_operations, int max_unknown)
      : max_operations_(max_operations), max_unknown_(max_unknown), slots_(static_cast<size_t>(slots)) {}

  struct Pick {
    int slot = 0;
    // None: the caller is to take in a new order for the slot, generation `generation`, and Put it, or GiveUp.
    std::optional<WorkOrder> order;
    int generation = 0;
  };

  // A slot at random (`random` is any number). A slot whose order is used up goes to the first who comes to renew it;
  // the others get another slot, or wait when there is none.
  Pick Take(uint64_t random) ABSL_LOCKS_EXCLUDED(mutex_);
  // All slots but those that somebody else renews.
  std::vector<Pick> TakeAll() ABSL_LOCKS_EXCLUDED(mutex_);
  void Put(int slot, WorkOrder order) ABSL_LOCKS_EXCLUDED(mutex_);
  void GiveUp(int slot) ABSL_LOCKS_EXCLUDED(mutex_);
  // An operation on the order of a slot has ended; a version of 0 was not seen.
  void Done(int slot, int32_t order, int64_t version, bool unknown) ABSL_LOCKS_EXCLUDED(mutex_);
  // Any order that there is now, and its slot; used up or not.
  std::optional<std::pair<int, WorkOrder>> Peek(uint64_t random) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Slot {
    std::optional<WorkOrder> order;
    int generation = 0;
    int operations = 0;
    int unknown = 0;
    bool renewing = false;
  };

  bool UsedUp(const Slot& slot) const {
    return !slot.order.has_value() || slot.operations >= max_operations_ || slot.unknown >= max_unknown_;
  }
  // The order of a slot that is not being renewed; it is now, when it is used up.
  Pick Open(size_t index) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool AnyOpen() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (const auto& slot : slots_) {
      if (!slot.renewing) return true;
    }
    return false;
  }

  const int max_operations_;
  const int max_unknown_;
  mutable absl::Mutex mutex_;
  std::vector<Slot> slots_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_ORDER_SLOTS_H_
