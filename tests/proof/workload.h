#ifndef TESTS_PROOF_WORKLOAD_H_
#define TESTS_PROOF_WORKLOAD_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "tests/contract/merchant.h"
#include "tests/proof/cluster.h"
#include "tests/proof/history.h"

namespace juchu::proof {

struct WorkloadOptions {
  // Threads, each with a connection of its own; at least one for each tenant.
  int clients = 8;
  // New ones: set up by the workload, with ids that no earlier workload on the same database used.
  std::vector<std::string> tenants = {"alpha", "beta"};
  // Orders worked on at a time in each tenant: the fewer, the more the clients meet.
  int orders_per_tenant = 4;
  // Further ones in each tenant that two more clients move all at once, by bulk updates, now and then.
  int crowd_per_tenant = 0;
  // Operations in all; 0: until Stop.
  int64_t operations = 2000;
  // What is asked follows from it; 0 takes one from the clock. Printed.
  uint64_t seed = 0;
  // An order that has had so many operations, or so many without an answer, is replaced by a new one: that keeps the
  // checking cheap.
  int operations_per_order = 80;
  int unknown_per_order = 3;
  // How long one try of a call may take, and how long the client goes on trying before the outcome stays unknown.
  absl::Duration try_limit = absl::Seconds(5);
  absl::Duration patience = absl::Seconds(20);
};

// What a workload's judges came to.
struct Verdict {
  std::vector<Finding> findings;
  int64_t operations = 0;
  // Of these, changes that were acknowledged, and operations that were never answered.
  int64_t acknowledged = 0;
  int64_t unknown = 0;
  // Requests sent again after their answer, or twice at once.
  int64_t repeats = 0;
  // Calls that asked for another tenant's order.
  int64_t probes = 0;
  // Beside these: moves of a whole crowd, and those of them that were asked for once more.
  int64_t crowd_moves = 0;
  int64_t crowd_repeats = 0;
  // Of those beside the workload, see AllocationRound, CardRound and PostpayRound.
  int64_t allocations = 0;
  int64_t authorizations = 0;
  int64_t captures = 0;
  int64_t registrations = 0;
  int64_t slips = 0;
  int64_t orders = 0;
  int64_t histories_checked = 0;
  int64_t orders_audited = 0;
  // Audits of a tenant while it was worked on.
  int64_t live_audits = 0;
  // The checkers alone, and with all the reading and the audit.
  double check_seconds = 0;
  double judge_seconds = 0;

  bool ok() const { return findings.empty(); }
  bool FoundBy(const std::string& check) const;
  // The counts in one line, and the first of the findings of each check.
  std::string Text() const;
};

// Clients that change the orders of a few tenants at random, against whatever happens to the servers meanwhile, and
// write down what they asked and were told. They follow the standard retry policy: UNAVAILABLE, UNKNOWN and
// DEADLINE_EXCEEDED are tried again with the same request id, for a while. Clients of different tenants use the same
// shop order numbers and request ids at the same time. Used by one thread.
class Workload {
 public:
  // An endpoint of the gateway; called once for each client, so that each can have its own channel (GatewayOf).
  using Connect = std::function<contract::Endpoint()>;

  // Sets the tenants up; the gateway must serve. Ends the program with the reason when it refuses.
  explicit Workload(const Connect& connect, WorkloadOptions options = {});
  // Stops.
  ~Workload();
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  void Start();
  // Lets each client end the operation it is at.
  void Stop();
  // Until the operations are done.
  void Wait();
  bool running() const { return running_.load() > 0; }
  // So far.
  int64_t operations_done() const;

  // Reads every order and its history, runs the checkers and the audit. Once, after Stop or Wait, when everything
  // serves again.
  Verdict Judge();

  const WorkloadOptions& options() const { return options_; }

 private:
  struct Parts;

  void StartCrowds();

  const WorkloadOptions options_;
  std::unique_ptr<Parts> parts_;
  std::vector<std::thread> threads_;
  std::atomic<int> running_ = 0;
  std::atomic<bool> stopping_ = false;
};

// The gateways of a cluster, a channel of its own at each call. The cluster must outlive the workload.
Workload::Connect GatewayOf(Cluster& cluster);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_WORKLOAD_H_
