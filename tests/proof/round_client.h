#ifndef TESTS_PROOF_ROUND_CLIENT_H_
#define TESTS_PROOF_ROUND_CLIENT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/rpc/status_conversion.h"
#include "juchu/gateway/v1/configuration_service.grpc.pb.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"
#include "juchu/order/v1/configuration.pb.h"
#include "tests/contract/merchant.h"
#include "tests/proof/cluster.h"
#include "tests/proof/history.h"

// What the rounds that run beside the workload share (AllocationRound, CardRound, PostpayRound).
namespace juchu::proof {

// A client of a round's tenant, with a connection of its own, whose calls go on until they are answered. The rounds'
// own clients keep beside it what they were told.
class RoundClient {
 public:
  // `check` names the findings about answers that must not be.
  RoundClient(contract::Endpoint endpoint, std::string tenant, int index, uint64_t seed, std::string check);
  ~RoundClient();
  RoundClient(const RoundClient&) = delete;
  RoundClient& operator=(const RoundClient&) = delete;

  // Does `step` again and again in a thread of its own, until it is told to stop.
  void Start(std::function<void()> step);
  // From now on no call is tried for long; Join waits for the end.
  void AskToStop() { stopping_ = true; }
  void Join();

  int index() const { return index_; }
  const std::string& tenant() const { return tenant_; }
  int64_t repeats() const { return repeats_; }
  gateway::v1::GatewayService::Stub& orders() { return *orders_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return endpoint_.channel; }
  // By the client's own thread only.
  uint64_t Draw() { return random_(); }

  void Find(const std::string& text) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<Finding> findings() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Calls as `role` until there is an answer that no repeat can change: OK or a refusal. UNAVAILABLE when there was
  // none before the round was over. Thread-safe.
  template <typename Stub, typename Request, typename Response>
  absl::Status Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response, const char* role = "operator") {
    return CallUntilFinal(role,
                          [&](grpc::ClientContext& context) { return (stub.*method)(&context, request, &response); });
  }
  // The same where nothing may be refused: a refusal is a finding. Whether it is done.
  template <typename Stub, typename Request, typename Response>
  bool Insist(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
              const Request& request, Response& response, const char* role = "operator") {
    const absl::Status status = Call(stub, method, request, response, role);
    if (!status.ok() && !absl::IsUnavailable(status)) {
      Find(absl::StrCat(Request::descriptor()->name(), ": ", status.message()));
    }
    return status.ok();
  }
  // What an audit finds, and that it does not come to its end, as findings of `check`.
  template <typename Stub, typename Request, typename Response>
  void Audit(Stub& stub,
             std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(grpc::ClientContext*, const Request&),
             const char* check, std::vector<Finding>& findings) const {
    grpc::ClientContext context;
    Prepare(context, "manager", kAuditLimit);
    const auto stream = (stub.*method)(&context, Request());
    Response message;
    while (stream->Read(&message)) {
      if (message.has_finding()) findings.push_back({check, message.finding().ShortDebugString()});
    }
    if (const auto status = stream->Finish(); !status.ok()) {
      findings.push_back({check, absl::StrCat("failed: ", status.error_message())});
    }
  }

  // Makes the tenant, with one shop. False when that cannot be.
  bool MakeTenant(const std::string& shop_id, const std::string& name, order::v1::MallKind mall);
  // Ends the program with the reason unless all of the round could be set up.
  void EndUnless(bool set_up, const char* round) const;

 private:
  static constexpr absl::Duration kAuditLimit = absl::Minutes(1);

  void Prepare(grpc::ClientContext& context, const char* role, absl::Duration limit) const;
  absl::Status CallUntilFinal(const char* role, const std::function<grpc::Status(grpc::ClientContext&)>& one_try);

  const contract::Endpoint endpoint_;
  const std::string tenant_;
  const int index_;
  const std::string check_;
  const std::unique_ptr<gateway::v1::GatewayService::Stub> orders_;
  std::mt19937_64 random_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int64_t> repeats_ = 0;
  mutable absl::Mutex mutex_;
  std::vector<Finding> findings_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

// Lets each client end what it does.
template <typename Client>
void StopAll(const std::vector<std::unique_ptr<Client>>& clients) {
  for (const auto& client : clients) client->AskToStop();
  for (const auto& client : clients) client->Join();
}

// The one number that a query comes to; NULL is 0. Ends the program when there is none.
int64_t NumberOf(testing::ScopedDatabase& database, const std::string& sql);

// Work that is stored until it is done.
struct StoredWork {
  std::string name;
  testing::ScopedDatabase* database = nullptr;
  // A table and maybe a condition: "order_changes WHERE …".
  std::string rows;
};
// Waits until at one look and at the next none of it is left. What is left after `limit` in words; "" when nothing is.
std::string WaitUntilDone(const std::vector<StoredWork>& work, absl::Duration limit);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_ROUND_CLIENT_H_
