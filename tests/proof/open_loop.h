#ifndef TESTS_PROOF_OPEN_LOOP_H_
#define TESTS_PROOF_OPEN_LOOP_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"

namespace juchu::proof {

// What callers were told in one run.
struct Told {
  absl::Duration took;
  int64_t offered = 0;
  int64_t served = 0;
  int64_t refused = 0;  // RESOURCE_EXHAUSTED
  int64_t expired = 0;  // DEADLINE_EXCEEDED; UNKNOWN where the gateway noticed it first
  // Everything else, by code.
  std::map<std::string, int64_t> other;
  std::vector<absl::Duration> served_times;
  std::vector<absl::Duration> refused_times;

  double served_per_second() const { return static_cast<double>(served) / absl::ToDoubleSeconds(took); }
  double offered_per_second() const { return static_cast<double>(offered) / absl::ToDoubleSeconds(took); }
};

absl::Duration Median(std::vector<absl::Duration> times);

// Callers that move orders to and fro between two statuses by hand, each order by one caller at a time: so many at a
// time (closed loop), or so many a second whatever comes back (open loop), as the world does. Used by one thread.
class StatusMovers {
 public:
  // One connection for each channel. `token` is an operator's.
  StatusMovers(const std::vector<std::shared_ptr<grpc::Channel>>& channels, std::string token,
               const std::vector<std::string>& order_numbers);
  ~StatusMovers();

  Told KeepInFlight(int calls, absl::Duration duration, absl::Duration deadline);
  Told Offer(double per_second, absl::Duration duration, absl::Duration deadline);

  // What an order's callers know of it.
  struct Order {
    std::string number;
    order::v1::Status next = order::v1::AWAITING_SHIPMENT;
    // The versions that were acknowledged, and how many calls ended without an answer.
    std::vector<int64_t> versions;
    int64_t unknown = 0;
  };
  const std::vector<Order>& orders() const { return orders_; }

 private:
  struct Call;

  // False when every order is in a call.
  bool Send(absl::Duration deadline);
  void Receive();
  void Note(const Call& call, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Told Collect(absl::Time began, absl::Duration duration);

  std::vector<std::unique_ptr<gateway::v1::GatewayService::Stub>> stubs_;
  const std::string token_;
  std::vector<Order> orders_;
  grpc::CompletionQueue queue_;
  size_t sent_ = 0;

  absl::Mutex mutex_;
  // Indexes of orders that are in no call.
  std::deque<size_t> free_ ABSL_GUARDED_BY(mutex_);
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  Told told_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<std::thread> receiver_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_OPEN_LOOP_H_
