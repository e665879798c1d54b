#ifndef SERVICES_GATEWAY_APP_RECONCILER_H_
#define SERVICES_GATEWAY_APP_RECONCILER_H_

#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "common/time/clock.h"
#include "juchu/order/v1/order_service.pb.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Brings orders to where their facts say, for work that no caller waits for: it leases queued changes, decides, commits
// and acknowledges. Level-triggered: it may run at any time, twice, on any replica; what is not acknowledged comes
// back.
class Reconciler {
 public:
  Reconciler(OrderClient& orders, OrderChanger& changer, const Clock& clock)
      : orders_(orders), changer_(changer), clock_(clock) {}
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
    google::protobuf::RepeatedPtrField<order::v1::Change> changes;
    absl::Time prolong_time;
    order::v1::AckChangesRequest done;
  };

  void Run();
  void DoTenant(const std::string& tenant, const std::vector<const order::v1::Change*>& changes, Lease& lease);
  // One status for each target.
  absl::StatusOr<std::vector<absl::Status>> Evaluate(const std::string& tenant,
                                                     const std::vector<ChangeTarget>& targets);
  absl::Status EvaluateTenant(const std::string& tenant, Lease& lease);
  void Finish(const order::v1::Change& change, const absl::Status& status, Lease& lease);
  // Asks for more time when a good part of the lease has passed.
  void Prolong(Lease& lease);
  rpc::CallContext ContextFor(const std::string& tenant) const;

  OrderClient& orders_;
  OrderChanger& changer_;
  const Clock& clock_;
  absl::Notification stopping_;
  std::thread thread_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_RECONCILER_H_
