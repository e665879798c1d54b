#include "tests/proof/order_slots.h"

#include <algorithm>
#include <utility>

namespace juchu::proof {

OrderSlots::Pick OrderSlots::Take(uint64_t random) {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &OrderSlots::AnyOpen));
  size_t index = random % slots_.size();
  while (slots_[index].renewing) index = (index + 1) % slots_.size();
  return Open(index);
}

std::vector<OrderSlots::Pick> OrderSlots::TakeAll() {
  absl::MutexLock lock(&mutex_);
  std::vector<Pick> all;
  for (size_t index = 0; index < slots_.size(); ++index) {
    if (!slots_[index].renewing) all.push_back(Open(index));
  }
  return all;
}

OrderSlots::Pick OrderSlots::Open(size_t index) {
  Slot& slot = slots_[index];
  if (!UsedUp(slot)) return {static_cast<int>(index), slot.order, slot.generation};
  slot.renewing = true;
  return {static_cast<int>(index), std::nullopt, slot.generation};
}

void OrderSlots::Put(int slot, WorkOrder order) {
  absl::MutexLock lock(&mutex_);
  auto& place = slots_[static_cast<size_t>(slot)];
  place = {std::move(order), place.generation + 1, 0, 0, false};
}

void OrderSlots::GiveUp(int slot) {
  absl::MutexLock lock(&mutex_);
  slots_[static_cast<size_t>(slot)].renewing = false;
}

void OrderSlots::Done(int slot, int32_t order, int64_t version, bool unknown) {
  absl::MutexLock lock(&mutex_);
  Slot& place = slots_[static_cast<size_t>(slot)];
  if (!place.order.has_value() || place.order->order != order) return;
  ++place.operations;
  if (unknown) ++place.unknown;
  place.order->version = std::max(place.order->version, version);
}

std::optional<std::pair<int, WorkOrder>> OrderSlots::Peek(uint64_t random) const {
  absl::MutexLock lock(&mutex_);
  for (size_t i = 0; i < slots_.size(); ++i) {
    const size_t index = (random + i) % slots_.size();
    if (slots_[index].order.has_value()) return std::make_pair(static_cast<int>(index), *slots_[index].order);
  }
  return std::nullopt;
}

}  // namespace juchu::proof
