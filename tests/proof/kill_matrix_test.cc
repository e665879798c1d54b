// Every operation of the public interface × every fault point that it passes × {crash, error, stall}. The operations
// come from tests/contract/operations.cc, which misses none; the points are those that the operation passes when
// nothing is wrong, in whichever process. A client that repeats its call as the standard policy says must end with the
// same state as without the fault: done once, wholly, and answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "tests/proof/fault_spots.h"

namespace juchu::proof {
namespace {

using contract::Merchant;
using contract::Operation;
using fault::Action;

constexpr absl::Duration kLimit = absl::Seconds(60);

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

  std::vector<Spot> SpotsOf(const Operation& operation, std::string& state, std::string& answer) {
    const Merchant merchant(cluster_.gateway(), NewId());
    faults_.TakePassed();
    const auto result = merchant.CallOnce(operation, merchant.Fill(operation, NewRequestId()), kLimit);
    EXPECT_TRUE(result.status.ok()) << operation.method << ": " << result.status;
    const auto spots = faults_.TakePassed();
    state = merchant.Dump();
    answer = merchant.Normalize(result.Text());
    return spots;
  }

  std::string NewId() { return absl::StrCat("m", ++merchants_); }

  Cluster cluster_;
  FaultSpots faults_{cluster_};
  int merchants_ = 0;
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
      faults_.Arm(spot, GetParam());
      const auto answer =
          faults_.CallThroughTheFault(merchant, operation, merchant.Fill(operation, NewRequestId()), kLimit);
      EXPECT_TRUE(answer.status.ok()) << answer.status;
      EXPECT_TRUE(faults_.HasCome(spot)) << "the fault did not come";
      faults_.Disarm(spot);
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
