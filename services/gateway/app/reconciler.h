#ifndef SERVICES_GATEWAY_APP_RECONCILER_H_
#define SERVICES_GATEWAY_APP_RECONCILER_H_

#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "common/time/clock.h"
#include "juchu/common/v1/change_queue.pb.h"
#include "services/gateway/app/change_handlers.h"
#include "services/gateway/clients/change_feed.h"

namespace juchu::gateway {

// Brings orders to where their facts say, for work that no caller waits for: it leases what a service's change feed
// hands out, has it done and acknowledges. Level-triggered: it may run at any time, twice, on any replica; what is not
// acknowledged comes back.
class Reconciler {
 public:
  // All must outlive the reconciler. Work of one that dies comes back when `lease` is over, whole seconds; one that
  // lives prolongs it.
  Reconciler(ChangeFeed& feed, ChangeHandler& handler, const Clock& clock, absl::Duration lease = absl::Seconds(30))
      : feed_(feed), handler_(handler), clock_(clock), lease_(lease) {}
  ~Reconciler() { Stop(); }
  Reconciler(const Reconciler&) = delete;
  Reconciler& operator=(const Reconciler&) = delete;

  // Works in a thread of its own until Stop.
  void Start();
  void Stop();

  // Leases once, waiting at most `wait` for work, and does it. Returns how many changes were done and acknowledged.
  absl::StatusOr<int> RunOnce(absl::Duration wait);

 private:
  // Work under one lease.
  struct Lease {
    google::protobuf::RepeatedPtrField<common::v1::Change> changes;
    absl::Time prolong_time;
    common::v1::AckChangesRequest done;
  };

  void Run();
  void DoTenant(TenantWork work, Lease& lease);
  void Finish(const common::v1::Change& change, const absl::Status& status, Lease& lease);
  // Asks for more time when a good part of the lease has passed.
  void Prolong(Lease& lease);
  rpc::CallContext ContextFor(const std::string& tenant) const;

  ChangeFeed& feed_;
  ChangeHandler& handler_;
  const Clock& clock_;
  const absl::Duration lease_;
  absl::Notification stopping_;
  std::thread thread_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_RECONCILER_H_
