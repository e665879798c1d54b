#ifndef TESTS_PROOF_WORKLOAD_CLIENT_H_
#define TESTS_PROOF_WORKLOAD_CLIENT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "tests/proof/gateway_caller.h"
#include "tests/proof/history.h"
#include "tests/proof/order_slots.h"

namespace juchu::proof {

// What the clients of a workload share.
struct WorkloadState {
  explicit WorkloadState(int clients) : recorder(clients) {}

  Recorder recorder;
  Findings findings;
  std::atomic<int64_t> operations = 0;
  std::atomic<int64_t> tokens = 0;
  std::atomic<int64_t> repeats = 0;
  std::atomic<int64_t> probes = 0;
  // Moves of a whole crowd, and those of them that were asked for once more.
  std::atomic<int64_t> crowd_moves = 0;
  std::atomic<int64_t> crowd_repeats = 0;
};

// Where a hand may move an order: everywhere but to キャンセル.
order::v1::Status DrawStatus(std::mt19937_64& random);
// A UUID that follows from the state of `random`.
std::string MakeRequestId(std::mt19937_64& random);
// Takes in a new order for the slot; the same shop order number, which begins with `prefix`, at each try, so that it is
// taken in once. False when the gateway does not: the slot is given up.
bool Renew(GatewayCaller& caller, const std::string& prefix, WorkloadState& state, OrderSlots& slots,
           const OrderSlots::Pick& pick);

// One client: asks for one random thing after the other. Used by one thread.
class WorkloadClient {
 public:
  // `stream` is the number of the client in its tenant: clients of different tenants with the same number use the same
  // request ids. `caller` calls for its tenant, `own` are the tenant's orders, `foreign` those of another,
  // which it must never see; all must outlive the client.
  WorkloadClient(GatewayCaller& caller, int client, uint64_t seed, int stream, WorkloadState& state, OrderSlots& own,
                 const OrderSlots& foreign);

  // Does the next thing. False when it could not take in an order that it needs.
  bool RunOne();

 private:
  uint64_t Draw(uint64_t n) { return random_() % n; }
  std::string NewId() { return MakeRequestId(request_ids_); }

  Operation Begin(Ask ask, const WorkOrder& order);
  void Record(int slot, const Operation& operation);

  void Read(int slot, const WorkOrder& order);
  void Change(int slot, const WorkOrder& order);
  void SetPrepayment(int slot, const WorkOrder& order);
  void Repeat();
  void Probe();

  // What is asked of the order, at random.
  void DrawChange(const WorkOrder& order, Operation& operation);

  GatewayCaller& caller_;
  const int client_;
  std::mt19937_64 random_;
  std::mt19937_64 request_ids_;
  WorkloadState& state_;
  OrderSlots& own_;
  const OrderSlots& foreign_;

  // An acknowledged change that may be asked for once more.
  struct Done {
    WorkOrder order;
    Operation operation;
    std::string request_id;
  };
  std::optional<Done> last_done_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_WORKLOAD_CLIENT_H_
