#ifndef TESTS_BENCH_WORKLOADS_H_
#define TESTS_BENCH_WORKLOADS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"
#include "tests/bench/report.h"
#include "tests/bench/stand.h"

namespace juchu::bench {

// How much is measured.
struct Scale {
  int rounds = 3;
  // Of each measurement.
  absl::Duration duration = absl::Seconds(2);
  absl::Duration warm_up = absl::Milliseconds(500);
  // Searched through; the flatness is against a tenth of them, that of status changes against a hundredth.
  int64_t orders = 1'000'000;
  // In one bulk update, and in a file imported alone; a multiple of 500.
  int batch_orders = 10'000;
  // Calls in flight, of all but the ten search keys one by one and growth.
  std::vector<int> in_flight = {1, 8, 32};
};

// juchu's orders that statuses are changed on: a tenant of its own.
inline constexpr char kTenant[] = "bench";
inline constexpr int kJuchuOrders = 20'000;

// Bulk updates and imports that a gateway takes at a time (--max_long_calls).
inline constexpr int kMostLongCalls = 32;

// Orders of one tenant and what the gateway is called with.
class JuchuCaller {
 public:
  JuchuCaller(Stand& stand, const std::string& tenant, const std::string& role, const std::string& gateway = kGateway);

  // A context with token and deadline.
  std::unique_ptr<grpc::ClientContext> NewContext() const;
  gateway::v1::GatewayService::Stub& stub() { return *stub_; }

 private:
  const std::string authorization_;
  std::unique_ptr<gateway::v1::GatewayService::Stub> stub_;
};

// Loads a tenant with MANUAL orders in 入金待, through the order service's storage.
absl::Status LoadChangeableOrders(Stand& stand, const std::string& tenant, int64_t orders);
// The numbers of `count` orders of a tenant, in their order.
absl::StatusOr<std::vector<std::string>> OrderNumbers(Stand& stand, const std::string& tenant, int count);

// Runs every contender once a round at each number of calls in flight, those of an odd round the other way round, and
// says on standard error how far it is.
absl::StatusOr<std::vector<Line>> RunRounds(Stand& stand, const std::vector<Contender>& contenders,
                                            const std::vector<int>& in_flight, const Scale& scale);

// The line of a contender; it must be there.
const Line& LineOf(const std::vector<Line>& lines, const std::string& contender, int in_flight);

// `figure` of `line` over that of `base`, round by round.
std::vector<double> Ratios(const Line& line, const Line& base, double Sample::*figure);

// The tenants that searches go through: with `scale.orders` orders and with a tenth of them.
inline constexpr char kManyOrdersTenant[] = "many";
inline constexpr char kTenthTenant[] = "tenth";
// Loads both, unless they are there.
absl::Status LoadSearchOrders(Stand& stand, const Scale& scale);

// The workloads. All figures are taken anew; each may be run alone.
absl::StatusOr<Section> RunStatusChanges(Stand& stand, const Scale& scale);
absl::StatusOr<Section> RunBulk(Stand& stand, const Scale& scale);
absl::StatusOr<Section> RunSearch(Stand& stand, const Scale& scale);
absl::StatusOr<Section> RunSearches(Stand& stand, const Scale& scale);
absl::StatusOr<Section> RunGrowth(Stand& stand, const Scale& scale);
absl::StatusOr<Section> RunImport(Stand& stand, const Scale& scale);
absl::StatusOr<Section> RunAllocations(Stand& stand, const Scale& scale);
absl::StatusOr<Section> RunRest(Stand& stand, const Scale& scale);

}  // namespace juchu::bench

#endif  // TESTS_BENCH_WORKLOADS_H_
