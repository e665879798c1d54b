#ifndef SERVICES_GATEWAY_APP_LRU_MAP_H_
#define SERVICES_GATEWAY_APP_LRU_MAP_H_

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace juchu::gateway {

// Copies of messages that carry a version, each under a key; at most `capacity`, and the one used longest ago goes
// first. Thread-safe.
template <typename Message>
class LruMap {
 public:
  using Snapshot = std::shared_ptr<const Message>;

  // `capacity` 0: keeps nothing.
  explicit LruMap(size_t capacity) : capacity_(capacity) {}
  LruMap(const LruMap&) = delete;
  LruMap& operator=(const LruMap&) = delete;

  // Null when there is none.
  Snapshot Find(absl::string_view key) const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    uses_.splice(uses_.begin(), uses_, found->second.use);
    return found->second.snapshot;
  }

  // Keeps `snapshot` unless a newer one is held: answers may overtake each other.
  void Put(absl::string_view key, Snapshot snapshot) ABSL_LOCKS_EXCLUDED(mutex_) {
    // What goes is destroyed when the lock is released.
    Snapshot old;
    absl::MutexLock lock(&mutex_);
    if (const auto found = entries_.find(key); found != entries_.end()) {
      uses_.splice(uses_.begin(), uses_, found->second.use);
      if (snapshot->version() > found->second.snapshot->version())
        old = std::exchange(found->second.snapshot, snapshot);
      return;
    }
    if (capacity_ == 0) return;
    if (entries_.size() >= capacity_) {
      const auto last = entries_.find(uses_.back());
      old = std::move(last->second.snapshot);
      entries_.erase(last);
      uses_.pop_back();
    }
    uses_.emplace_front(key);
    entries_.emplace(uses_.front(), Entry{std::move(snapshot), uses_.begin()});
  }

 private:
  struct Entry {
    Snapshot snapshot;
    std::list<std::string>::iterator use;
  };

  const size_t capacity_;
  mutable absl::Mutex mutex_;
  // Keys, the one used last at the front.
  mutable std::list<std::string> uses_ ABSL_GUARDED_BY(mutex_);
  // The keys are those of uses_.
  absl::flat_hash_map<absl::string_view, Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_LRU_MAP_H_
