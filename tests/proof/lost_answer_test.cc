// Every answer of a process is lost once, one after the other: the TLS record that would have carried it and what
// follows it never come, and the connection ends. An answer lost after COMMIT is one of them. A client that repeats its
// call as the standard policy says must end with the same state as without the fault: done once, wholly, and answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/ids/uuid.h"
#include "tests/proof/chaos_cluster.h"

namespace juchu::proof {
namespace {

using contract::Merchant;
using contract::Operation;

constexpr absl::Duration kLimit = absl::Seconds(60);
// More answers than any of the operations needs.
constexpr int kMostAnswers = 200;

const Operation& OperationOf(const std::string& method) {
  for (const auto& operation : contract::Operations()) {
    if (operation.method == method) return operation;
  }
  ADD_FAILURE() << "no operation " << method;
  std::abort();
}

// A link and a method.
class LostAnswerTest : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  // One cluster for all.
  static ChaosCluster& chaos() {
    // States are compared: nothing changes but by the calls.
    static ChaosCluster chaos(juchu::testing::SharedMariaDb(),
                              {.reconcilers = 0, .payment_flags = {"--card_workers=0"}});
    return chaos;
  }
  static Merchant NewMerchant() {
    static int made = 0;
    return Merchant(chaos().cluster().gateway(), absl::StrCat("m", ++made));
  }
};

TEST_P(LostAnswerTest, EachAnswerLostInTurnEndsAsWithoutTheLoss) {
  const Operation& operation = OperationOf(std::get<1>(GetParam()));
  const Merchant untouched = NewMerchant();
  const auto first = untouched.CallUntilAnswered(operation, untouched.Fill(operation, NewRequestId()), kLimit);
  ASSERT_TRUE(first.status.ok()) << first.status;
  const std::string state = untouched.Dump();
  ChaosProxy& proxy = chaos().proxy(std::get<0>(GetParam()));
  int lost = 0;
  for (int record = 1; record <= kMostAnswers; ++record) {
    SCOPED_TRACE(absl::StrCat("answers lost from record ", record));
    const Merchant merchant = NewMerchant();
    proxy.LoseAnswersFrom(record);
    const auto answer = merchant.CallUntilAnswered(operation, merchant.Fill(operation, NewRequestId()), kLimit);
    const bool none_lost = proxy.LossPending();
    proxy.Heal();
    EXPECT_TRUE(answer.status.ok()) << answer.status;
    EXPECT_EQ(merchant.Dump(), state);
    for (const char* audits : {"GatewayService/AuditOrders", "PaymentService/AuditPayments"}) {
      const Operation audit{audits, {""}};
      const auto audited = merchant.CallUntilAnswered(audit, merchant.Fill(audit, ""), kLimit);
      EXPECT_TRUE(audited.status.ok()) << audits << ": " << audited.status;
      EXPECT_FALSE(absl::StrContains(audited.Text(), "finding {")) << audited.Text();
    }
    if (HasFailure()) {
      FAIL() << "stopped at the first; " << chaos().cluster().LogTail("order") << chaos().cluster().LogTail("payment");
    }
    if (none_lost) break;
    ++lost;
  }
  EXPECT_LT(lost, kMostAnswers) << "it never passed untouched";
  EXPECT_GE(lost, 2) << "an operation has at least two internal answers";
  std::printf("%s, %s: %d answers lost in turn\n", std::get<0>(GetParam()), std::get<1>(GetParam()), lost);
}

std::string NameOf(const ::testing::TestParamInfo<LostAnswerTest::ParamType>& names) {
  const std::string method = std::get<1>(names.param);
  return absl::StrCat(absl::StrReplaceAll(std::get<0>(names.param), {{"-", ""}}), method.substr(method.find('/') + 1));
}

INSTANTIATE_TEST_SUITE_P(Answers, LostAnswerTest,
                         ::testing::Combine(::testing::Values("order-mariadb", "gateway-order"),
                                            ::testing::Values("GatewayService/ChangeOrderStatus",
                                                              "GatewayService/BulkUpdateOrders",
                                                              "GatewayService/CreateOrders")),
                         NameOf);

// What a file has told the company must be told once, though nobody heard that it was kept.
INSTANTIATE_TEST_SUITE_P(PaymentAnswers, LostAnswerTest,
                         ::testing::Combine(::testing::Values("payment-mariadb", "gateway-payment"),
                                            ::testing::Values("PostpayService/ExportRegistrations",
                                                              "PostpayService/ImportScreeningResults",
                                                              "PostpayService/ExportSlips")),
                         NameOf);

}  // namespace
}  // namespace juchu::proof
