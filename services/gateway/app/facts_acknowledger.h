#ifndef SERVICES_GATEWAY_APP_FACTS_ACKNOWLEDGER_H_
#define SERVICES_GATEWAY_APP_FACTS_ACKNOWLEDGER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/time/clock.h"
#include "juchu/common/v1/change_queue.pb.h"
#include "services/gateway/clients/change_feed.h"

namespace juchu::gateway {

// Tells an owner of facts that they have been committed to their orders, many at a time and behind the caller's back:
// facts that are not acknowledged come by its change feed after some seconds, and are found to be known. Thread-safe.
class FactsAcknowledger {
 public:
  FactsAcknowledger(ChangeFeed& owner, const Clock& clock) : owner_(owner), clock_(clock) {}
  ~FactsAcknowledger() { Stop(); }
  FactsAcknowledger(const FactsAcknowledger&) = delete;
  FactsAcknowledger& operator=(const FactsAcknowledger&) = delete;

  // Sends in a thread of its own what has come, several times a second, until Stop, which sends the rest.
  void Start();
  void Stop();

  void Add(absl::string_view tenant, absl::string_view order_number, int64_t facts_version) ABSL_LOCKS_EXCLUDED(mutex_);

  // Sends what has come so far; what cannot be sent is forgotten. Returns how many were sent.
  int Flush() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run();

  ChangeFeed& owner_;
  const Clock& clock_;
  absl::Mutex mutex_;
  common::v1::AckChangesRequest waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_FACTS_ACKNOWLEDGER_H_
