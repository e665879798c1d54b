// Clients work on while every fault that the nemesis knows is done once, in a random order; afterwards nothing
// acknowledged is lost, nothing is done twice, and the work goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "tests/proof/chaos_round.h"

namespace juchu::proof {
namespace {

// From JUCHU_SEED, else from the clock; printed, so that a failure can be looked at again.
uint64_t Seed() {
  uint64_t seed = 0;
  if (const char* given = std::getenv("JUCHU_SEED"); given != nullptr && absl::SimpleAtoi(given, &seed)) return seed;
  return std::random_device()();
}

TEST(ChaosTest, NothingIsLostUnderAnyFault) {
  const uint64_t seed = Seed();
  std::printf("JUCHU_SEED=%lu\n", seed);
  ChaosCluster chaos(juchu::testing::SharedMariaDb(), {.movable_clocks = true});
  Nemesis nemesis(chaos, seed);
  std::vector<std::string> faults = nemesis.Faults();
  std::shuffle(faults.begin(), faults.end(), std::mt19937_64(seed));
  std::printf("--faults=%s\n", absl::StrJoin(faults, ",").c_str());
  WorkloadOptions workload;
  workload.seed = seed;
  const Verdict verdict = RunUnderFaults(chaos, nemesis, faults, workload);
  std::printf("%zu faults: %s\n", faults.size(), verdict.Text().c_str());
  std::printf("%ld allocations, %ld authorizations, %ld captures, %ld registrations and %ld slips\n",
              verdict.allocations, verdict.authorizations, verdict.captures, verdict.registrations, verdict.slips);
  EXPECT_TRUE(verdict.ok()) << verdict.Text() << chaos.cluster().LogTail("order") << chaos.cluster().LogTail("payment")
                            << chaos.cluster().LogTail("gateway");
  EXPECT_EQ(nemesis.done().size(), faults.size());
  EXPECT_GT(verdict.acknowledged, static_cast<int64_t>(10 * faults.size()));
  EXPECT_GT(verdict.crowd_moves, static_cast<int64_t>(faults.size()) / 4);
  EXPECT_GT(verdict.crowd_repeats, 0);
  EXPECT_GT(verdict.authorizations, static_cast<int64_t>(faults.size()));
  EXPECT_GT(verdict.captures, 0);
  EXPECT_GT(verdict.registrations, 0);
  EXPECT_GT(verdict.slips, 0);
  EXPECT_GT(verdict.live_audits, static_cast<int64_t>(faults.size()) / 2);
  const auto unsettled = WaitUntilSettled(chaos);
  EXPECT_FALSE(unsettled.has_value()) << unsettled->text;
}

}  // namespace
}  // namespace juchu::proof
