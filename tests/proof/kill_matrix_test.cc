// Every operation of the public interface × every fault point that it passes × {crash, error, stall}. The operations
// come from tests/contract/operations.cc, which misses none; the points are those that the operation passes when
// nothing is wrong, in whichever process. A client that repeats its call as the standard policy says must end with the
// same state as without the fault: done once, wholly, and answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/fault/fault_state.h"
#include "common/ids/uuid.h"
#include "tests/proof/cluster.h"

namespace juchu::proof {
namespace {

using contract::Merchant;
using contract::Operation;
using fault::Action;

constexpr absl::Duration kLimit = absl::Seconds(60);

// A point that an operation passes in a process, for the hit-th time.
struct Spot {
  std::string process;
  std::string point;
  int hit = 1;
};

const char* NameOf(Action action) {
  return action == Action::kCrash ? "crash" : action == Action::kError ? "error" : "stall";
}

// How long a process stalls: JUCHU_STALL_MS, else short enough for a check on each change.
int StallMs() {
  const char* ms = std::getenv("JUCHU_STALL_MS");
  return ms == nullptr ? 50 : std::atoi(ms);
}

class KillMatrixTest : public ::testing::TestWithParam<Action> {
 protected:
  KillMatrixTest() : cluster_(juchu::testing::SharedMariaDb(), Options()) {}

  static ClusterOptions Options() {
    ClusterOptions options;
    // Work that nobody asked for would pass the same points.
    options.reconcilers = 0;
    options.payment_flags = {"--card_workers=0"};
    return options;
  }

  // The points passed since the last call, by process.
  std::map<std::string, std::vector<std::string>> TakePassed() {
    std::map<std::string, std::vector<std::string>> passed;
    for (const auto& process : cluster_.process_names()) {
      const std::string path = absl::StrCat(cluster_.fault_folder(process), "/passed");
      std::ifstream file(path);
      for (std::string line; std::getline(file, line);) passed[process].push_back(line);
      std::filesystem::remove(path);
    }
    return passed;
  }

  std::vector<Spot> SpotsOf(const Operation& operation, std::string& state, std::string& answer) {
    const Merchant merchant(cluster_.gateway(), NewId());
    TakePassed();
    const auto result = merchant.CallOnce(operation, merchant.Fill(operation, NewRequestId()), kLimit);
    EXPECT_TRUE(result.status.ok()) << operation.method << ": " << result.status;
    std::vector<Spot> spots;
    for (const auto& [process, points] : TakePassed()) {
      std::map<std::string, int> hits;
      for (const auto& point : points) spots.push_back({process, point, ++hits[point]});
    }
    state = merchant.Dump();
    answer = merchant.Normalize(result.Text());
    return spots;
  }

  std::string NewId() { return absl::StrCat("m", ++merchants_); }

  void Arm(const Spot& spot) {
    const std::string folder = cluster_.fault_folder(spot.process);
    std::ofstream(folder + "/new") << ++plans_ << " " << spot.point << " " << spot.hit << " " << NameOf(GetParam())
                                   << " " << StallMs();
    std::filesystem::rename(folder + "/new", folder + "/plan");
  }

  // Calls as a client does, while whatever crashes is started again, as Kubernetes does.
  contract::Answer CallThroughTheFault(const Merchant& merchant, const Operation& operation,
                                       const contract::Messages& requests) {
    absl::Notification answered;
    contract::Answer answer;
    std::thread client([&] {
      answer = merchant.CallUntilAnswered(operation, requests, kLimit);
      answered.Notify();
    });
    while (!answered.WaitForNotificationWithTimeout(absl::Milliseconds(2))) {
      for (const auto& process : cluster_.process_names()) {
        if (!cluster_.process(process).Running()) cluster_.Heal();
      }
    }
    client.join();
    cluster_.Heal();
    return answer;
  }

  Cluster cluster_;
  int merchants_ = 0;
  int plans_ = 0;
};

TEST_P(KillMatrixTest, EveryOperationAtEveryPointEndsAsWithoutTheFault) {
  int cases = 0;
  for (const auto& operation : contract::Operations()) {
    std::string state;
    std::string first_answer;
    const auto spots = SpotsOf(operation, state, first_answer);
    EXPECT_FALSE(spots.empty()) << operation.method;
    // A repeat of one call with a request id gets the first answer; what is made of many orders says what is old.
    const auto& method = contract::MethodOf(operation);
    const bool same_answer = !method.server_streaming() &&
                             method.input_type()->FindFieldByName("request_id") != nullptr &&
                             method.output_type()->FindFieldByName("repeated_request") == nullptr;
    for (const auto& spot : spots) {
      SCOPED_TRACE(absl::StrCat(operation.method, ": ", NameOf(GetParam()), " in ", spot.process, " at ", spot.point,
                                " the ", spot.hit, ". time"));
      const Merchant merchant(cluster_.gateway(), NewId());
      Arm(spot);
      const auto answer = CallThroughTheFault(merchant, operation, merchant.Fill(operation, NewRequestId()));
      EXPECT_TRUE(answer.status.ok()) << answer.status;
      EXPECT_FALSE(std::filesystem::exists(cluster_.fault_folder(spot.process) + "/plan")) << "the fault did not come";
      std::filesystem::remove(cluster_.fault_folder(spot.process) + "/plan");
      EXPECT_TRUE(!same_answer || merchant.Normalize(answer.Text()) == first_answer) << answer.Text();
      EXPECT_EQ(merchant.Dump(), state);
      for (const char* audits :
           {"GatewayService/AuditOrders", "ProductService/AuditInventory", "PaymentService/AuditPayments"}) {
        const Operation audit = {audits, {""}};
        const auto found = merchant.CallUntilAnswered(audit, merchant.Fill(audit, ""), kLimit);
        EXPECT_TRUE(found.status.ok()) << audits << ": " << found.status;
        EXPECT_FALSE(absl::StrContains(found.Text(), "finding {")) << found.Text();
      }
      ++cases;
      if (HasFailure()) FAIL() << "stopped at the first; " << cluster_.LogTail("order") << cluster_.LogTail("payment");
    }
  }
  std::printf("kill matrix: %d cases of %s\n", cases, NameOf(GetParam()));
  EXPECT_GT(cases, 300);
}

INSTANTIATE_TEST_SUITE_P(Faults, KillMatrixTest, ::testing::Values(Action::kCrash, Action::kError, Action::kStall),
                         [](const auto& action) { return std::string(NameOf(action.param)); });

}  // namespace
}  // namespace juchu::proof
