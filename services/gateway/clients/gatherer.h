#ifndef SERVICES_GATEWAY_CLIENTS_GATHERER_H_
#define SERVICES_GATEWAY_CLIENTS_GATHERER_H_

#include <algorithm>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/fiber/signal.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace juchu::gateway {

// How much is gathered.
struct GatherLimits {
  // Calls under way at a time for one group. At least 1.
  int flights = 1;
  // Items in one call. At least 1.
  size_t batch = 64;
  // While a call is under way another one starts only when so many wait: what a call costs by itself is then shared by
  // many. At least 1.
  size_t crowd = 1;
  // A call ends by then, whatever time its callers have: others wait for it.
  absl::Duration longest = absl::Seconds(15);
};

// Makes few calls of what many callers ask at the same time. A caller who comes while no call of its group is under way
// calls at once: nobody waits for company. Whoever comes meanwhile waits until there is a crowd or a call has ended,
// and the next call carries all of them; one of them makes it, on its own thread or in its own fiber, with its own
// deadline: the one who can wait longest. Thread-safe.
template <typename Item, typename Answer>
class Gatherer {
 public:
  // Makes one call for `items`, of which none has the key of another, until `deadline`. One answer for each, in their
  // order.
  using Call =
      std::function<std::vector<absl::StatusOr<Answer>>(absl::Time deadline, absl::Span<const Item* const> items)>;

  // `clock` must outlive the gatherer.
  Gatherer(GatherLimits limits, const Clock& clock) : limits_(limits), clock_(clock) {}
  Gatherer(const Gatherer&) = delete;
  Gatherer& operator=(const Gatherer&) = delete;

  // Asks for `item`, gathered with others of `group`; two of one `key` never go in one call. `call` is used when this
  // caller is the one who calls. DEADLINE_EXCEEDED/NOT_SENT when the deadline passes while it waits for a call;
  // DEADLINE_EXCEEDED/NOT_ANSWERED when it passes while another caller's call carries it: it may have taken effect. A
  // caller in a fiber is told that its deadline has passed when the next call begins, or what the call that carries it
  // has brought.
  absl::StatusOr<Answer> Ask(absl::string_view group, absl::string_view key, Item item, absl::Time deadline,
                             const Call& call) ABSL_LOCKS_EXCLUDED(mutex_) {
    const auto self = std::make_shared<Waiter>(key, std::move(item), deadline);
    const Next next = Join(group, self);
    if (next.leader == self) {
      TellExpired(next);
    } else {
      Tell(next);
      if (!self->changed.WaitUntil(deadline) && GivesUp(group, *self)) {
        return self->flying ? MakeError(absl::StatusCode::kDeadlineExceeded, "NOT_ANSWERED", "no answer came in time")
                            : NotSent();
      }
      if (self->answer.has_value()) return *std::move(self->answer);
    }
    Fly(group, *self, call);
    return *std::move(self->answer);
  }

  // How many wait for a call of `group`.
  size_t waiting(absl::string_view group) const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    const auto it = groups_.find(group);
    return it == groups_.end() ? 0 : it->second.queue.size();
  }

 private:
  struct Waiter {
    Waiter(absl::string_view its_key, Item its_item, absl::Time its_deadline)
        : key(its_key), item(std::move(its_item)), deadline(its_deadline) {}

    const std::string key;
    const Item item;
    const absl::Time deadline;
    // Whether a call carries it, and whether it has stopped waiting. Guarded by the gatherer's mutex.
    bool flying = false;
    bool gone = false;
    // Written under the mutex before `changed` is told, read by the waiter afterwards: the answer, or for the one who
    // is to call those whom the call carries, itself among them.
    std::vector<std::shared_ptr<Waiter>> batch;
    std::optional<absl::StatusOr<Answer>> answer;
    // Each waits for a signal of its own: woken under one lock, they would wait for it one after the other.
    fiber::Signal changed;
  };
  struct Group {
    int flights = 0;
    std::list<std::shared_ptr<Waiter>> queue;
  };
  // Nodes: those who wait hold on to their group.
  using Groups = absl::node_hash_map<std::string, Group>;

  // What has become of those who waited, to be told when the lock is released.
  struct Next {
    // Who is to call now, if anybody.
    std::shared_ptr<Waiter> leader;
    // Whose time was up.
    std::vector<std::shared_ptr<Waiter>> expired;
  };

  static absl::Status NotSent() {
    return MakeError(absl::StatusCode::kDeadlineExceeded, "NOT_SENT", "no call was made in time");
  }

  static void TellExpired(const Next& next) {
    for (const auto& waiter : next.expired) waiter->changed.Notify();
  }
  static void Tell(const Next& next) {
    if (next.leader != nullptr) next.leader->changed.Notify();
    TellExpired(next);
  }

  // Queues `self`.
  Next Join(absl::string_view group, const std::shared_ptr<Waiter>& self) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    const auto it = groups_.try_emplace(group).first;
    it->second.queue.push_back(self);
    return StartNext(it);
  }

  // After a change of the group: the next call, when it may start. A group without calls goes.
  Next StartNext(typename Groups::iterator it) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    Next next;
    if (MayStart(it->second)) next = HandOver(it->second);
    if (it->second.flights == 0) groups_.erase(it);
    return next;
  }

  bool MayStart(const Group& group) const {
    return !group.queue.empty() &&
           (group.flights == 0 || (group.flights < limits_.flights && group.queue.size() >= limits_.crowd));
  }

  // When the deadline has passed. False when it has been told at the last moment.
  bool GivesUp(absl::string_view group, Waiter& self) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    if (self.answer.has_value() || !self.batch.empty()) return false;
    self.gone = true;
    if (!self.flying) {
      groups_.find(group)->second.queue.remove_if([&](const auto& waiter) { return waiter.get() == &self; });
    }
    return true;
  }

  void Fly(absl::string_view group, Waiter& self, const Call& call) ABSL_LOCKS_EXCLUDED(mutex_) {
    const std::vector<std::shared_ptr<Waiter>> batch = std::exchange(self.batch, {});
    std::vector<const Item*> items;
    absl::Time deadline = absl::InfinitePast();
    for (const auto& waiter : batch) {
      items.push_back(&waiter->item);
      deadline = std::max(deadline, waiter->deadline);
    }
    auto answers = call(std::min(deadline, clock_.Now() + limits_.longest), items);
    Next next;
    {
      absl::MutexLock lock(&mutex_);
      for (size_t i = 0; i < batch.size(); ++i) {
        // One who has given up keeps what it told its caller.
        if (!batch[i]->gone) batch[i]->answer = std::move(answers[i]);
      }
      const auto it = groups_.find(group);
      --it->second.flights;
      next = StartNext(it);
    }
    // First the next call, so that it is under way while the answers of this one are handed out.
    Tell(next);
    for (const auto& waiter : batch) {
      if (waiter.get() != &self) waiter->changed.Notify();
    }
  }

  // Gathers the next call and gives it to the one who can wait longest. Nobody waits on when no call comes of it.
  Next HandOver(Group& group) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    Next next;
    std::vector<std::shared_ptr<Waiter>> batch;
    absl::flat_hash_set<absl::string_view> keys;
    const absl::Time now = clock_.Now();
    for (auto it = group.queue.begin(); it != group.queue.end() && batch.size() < limits_.batch;) {
      if ((*it)->deadline <= now) {
        (*it)->answer = NotSent();
        next.expired.push_back(std::move(*it));
      } else if (keys.insert((*it)->key).second) {
        (*it)->flying = true;
        batch.push_back(std::move(*it));
      } else {
        ++it;
        continue;
      }
      it = group.queue.erase(it);
    }
    if (batch.empty()) return next;
    ++group.flights;
    next.leader = *std::max_element(batch.begin(), batch.end(),
                                    [](const auto& one, const auto& other) { return one->deadline < other->deadline; });
    next.leader->batch = std::move(batch);
    return next;
  }

  const GatherLimits limits_;
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  Groups groups_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_CLIENTS_GATHERER_H_
