#ifndef TESTS_PROOF_GATEWAY_CALLER_H_
#define TESTS_PROOF_GATEWAY_CALLER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "juchu/gateway/v1/configuration_service.grpc.pb.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"
#include "tests/contract/merchant.h"
#include "tests/proof/history.h"

namespace juchu::proof {

// Findings of several threads; of a check that finds the same again and again only the first are kept. Thread-safe.
class Findings {
 public:
  void Add(const std::string& check, const std::string& text) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Finding> Take() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Mutex mutex_;
  std::vector<Finding> findings_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> by_check_ ABSL_GUARDED_BY(mutex_);
};

struct CallLimits {
  absl::Duration one_try = absl::Seconds(5);
  // Of all tries together.
  absl::Duration patience = absl::Seconds(20);
};

// How a call with the standard retry policy ended.
struct Ended {
  absl::Status status;
  // A try got no answer from the gateway itself, so the work that it asked for may still be going on.
  bool in_doubt = false;
  int tries = 0;
  // When the last try was sent.
  int64_t last_invoke_ns = 0;
};

// A client of one tenant: calls the gateway with the standard retry policy (UNAVAILABLE, UNKNOWN and DEADLINE_EXCEEDED
// are tried again, the same request) and looks at every answer for other tenants' data. Thread-safe.
class GatewayCaller {
 public:
  // `tenants` are all tenants of the workload; `findings` must outlive the caller.
  GatewayCaller(contract::Endpoint endpoint, std::string tenant, std::vector<std::string> tenants, CallLimits limits,
                Findings& findings);

  const std::string& tenant() const { return tenant_; }

  // Sets the tenant up: a shop, two prepaid payment methods, a shipping method, a management category.
  absl::Status SetUp();
  // Takes an order in; its number. A number that is known already is as good.
  absl::StatusOr<std::string> CreateOrder(const std::string& shop_order_number);

  // One order, whole, or as a list shows it.
  Ended Get(const std::string& order_number, order::v1::Order& order);
  Ended Search(const order::v1::OrderQuery& query, gateway::v1::SearchOrdersResponse& found);
  Ended History(const std::string& order_number, std::vector<order::v1::HistoryEntry>& entries);

  // Asks for the change that `operation` describes and fills in how it ended: end, failure, answer, changed, return_ns.
  // An ending that a good client must never see is a finding of the check "answers".
  void Change(const std::string& order_number, const std::string& request_id, Operation& operation);
  // The same for one bulk update of several orders; numbers[i] is the order of operations[i], which all ask the same.
  // A status (kChangeStatus) or a prepayment (kSetPrepayment).
  void BulkUpdate(const std::vector<std::string>& numbers, const std::string& request_id,
                  std::vector<Operation>& operations);

  // Renames the management category: every decision made meanwhile rests on an old configuration.
  Ended RenameCategory(const std::string& name, const std::string& request_id);
  Ended ChangeAllocation(order::v1::AllocationSetting allocation, const std::string& request_id);
  Ended Audit(std::vector<Finding>& findings, int64_t& orders);

 private:
  using Context = grpc::ClientContext;
  Ended Call(const std::function<grpc::Status(Context&)>& one_try);
  template <typename Response>
  void Watch(const Ended& ended, const Response& response);
  void WatchText(const std::string& text);
  // Sets end, failure and return_ns from how the call ended.
  void Conclude(const Ended& ended, Operation& operation);
  // For an operation whose answer is filled in.
  static void ConcludeOk(const Ended& ended, Operation& operation);
  std::string Bearer() ABSL_LOCKS_EXCLUDED(mutex_);

  const contract::Endpoint endpoint_;
  const std::string tenant_;
  const std::vector<std::string> tenants_;
  const CallLimits limits_;
  Findings& findings_;
  const std::unique_ptr<gateway::v1::GatewayService::Stub> orders_;
  const std::unique_ptr<gateway::v1::ConfigurationService::Stub> configuration_;
  absl::Mutex mutex_;
  // Made anew now and then, because a token does not live for ever.
  std::string bearer_ ABSL_GUARDED_BY(mutex_);
  absl::Time bearer_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_GATEWAY_CALLER_H_
