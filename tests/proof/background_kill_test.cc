// What is done behind the callers' backs × every fault point that it passes × {crash, error, stall}: between a lease
// and its acknowledgement, around the calls in between, at the writes of all services. Both are found by the program:
// the operations that leave work behind, and the points that are passed between their answer and rest. Afterwards
// everything must rest, and be, as without the fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "tests/proof/fault_spots.h"
#include "tests/proof/round_client.h"

namespace juchu::proof {
namespace {

using contract::Merchant;
using contract::Operation;
using fault::Action;

constexpr absl::Duration kLimit = absl::Seconds(60);
// A lease of the dead runs out in between, and a reconciler that was refused waits before it goes on.
constexpr absl::Duration kRest = absl::Seconds(30);
// Who asks for work without any asks again after some seconds.
constexpr absl::Duration kNextPoll = absl::Seconds(4);
constexpr absl::Duration kLook = absl::Milliseconds(500);

// An operation that leaves work behind, and what it comes to.
struct Work {
  const Operation* operation = nullptr;
  std::string state;
};

// Everything that can be read of the merchant but in how many steps it came to be: two pieces of news that meet,
// because the first came late, are one version of the order.
std::string StateOf(const Merchant& merchant) {
  static const std::regex steps("\\b(set_|facts_)?version: [0-9]+ ?|(fact_versions|set_by) \\{[^}]*\\} ?");
  std::string state;
  for (const absl::string_view line : absl::StrSplit(merchant.Dump(), '\n')) {
    if (absl::StartsWith(line, "entries {")) continue;
    absl::StrAppend(&state, std::regex_replace(std::string(line), steps, ""), "\n");
  }
  return state;
}

struct Case {
  const Spot* spot = nullptr;
  const Work* work = nullptr;
  Action action = Action::kCrash;
};

class BackgroundKillTest : public ::testing::Test {
 protected:
  static ClusterOptions Options() {
    ClusterOptions options;
    // The cards' requests have a test of their own.
    options.payment_flags = {"--card_workers=0"};
    options.gateway_flags = {"--reconcile_lease=1s"};
    return options;
  }

  // Until nothing is queued anywhere.
  void Rest() {
    const std::vector<StoredWork> work = {{"orders", &cluster_.database(), "order_changes"},
                                          {"news of stock", &cluster_.inventory_database(), "inventory_changes"},
                                          {"news of payments", &cluster_.payment_database(), "payment_changes"}};
    std::string left;
    const absl::Time limit = absl::Now() + kRest;
    do {
      faults_.Heal();
      left = WaitUntilDone(work, kLook);
    } while (!left.empty() && absl::Now() < limit);
    EXPECT_EQ(left, "") << cluster_.LogTail("gateway");
  }

  // So many at rest. What their own orders have left behind is done first, for all of them at once.
  std::vector<std::unique_ptr<Merchant>> MakeMerchants(size_t count) {
    std::vector<std::unique_ptr<Merchant>> merchants;
    for (size_t i = 0; i < count; ++i) {
      merchants.push_back(std::make_unique<Merchant>(cluster_.gateway(), absl::StrCat("m", ++merchants_)));
    }
    Rest();
    return merchants;
  }

  // What is passed after the answer of an operation that leaves work behind; of several operations that pass a spot,
  // the first.
  std::map<Spot, Work> Discover() {
    const auto merchants = MakeMerchants(contract::Operations().size());
    std::map<Spot, Work> spots;
    for (size_t i = 0; i < merchants.size(); ++i) {
      const Operation& operation = contract::Operations()[i];
      faults_.TakePassed();
      const auto answer = merchants[i]->CallOnce(operation, merchants[i]->Fill(operation, NewRequestId()), kLimit);
      EXPECT_TRUE(answer.status.ok()) << operation.method << ": " << answer.status;
      std::map<std::pair<std::string, std::string>, int> before;
      for (const auto& spot : faults_.TakePassed()) before[{spot.process, spot.point}] = spot.hit;
      Rest();
      const auto after = faults_.TakePassed();
      const bool works = std::any_of(after.begin(), after.end(),
                                     [](const Spot& spot) { return spot.point == "reconciler.before_ack"; });
      if (!works) continue;
      ++operations_;
      const std::string state = StateOf(*merchants[i]);
      for (Spot spot : after) {
        spot.hit += before[{spot.process, spot.point}];
        spots.emplace(spot, Work{&operation, state});
      }
    }
    return spots;
  }

  void RunCase(const Merchant& merchant, const Case& one) {
    const auto& [spot, work, action] = std::tie(*one.spot, *one.work, one.action);
    SCOPED_TRACE(absl::StrCat(work.operation->method, ": ", NameOf(action), " in ", spot.process, " at ", spot.point,
                              " the ", spot.hit, ". time"));
    faults_.Arm(spot, action);
    const auto requests = merchant.Fill(*work.operation, NewRequestId());
    const auto answer = faults_.CallThroughTheFault(merchant, *work.operation, requests, kLimit);
    EXPECT_TRUE(answer.status.ok()) << answer.status;
    Rest();
    const absl::Time limit = absl::Now() + kNextPoll;
    while (!faults_.HasCome(spot) && absl::Now() < limit) absl::SleepFor(kLook);
    come_ += faults_.HasCome(spot) ? 1 : 0;
    EXPECT_TRUE(faults_.HasCome(spot) || !absl::StartsWith(spot.point, "reconciler.")) << "the fault did not come";
    faults_.Disarm(spot);
    Rest();
    EXPECT_EQ(StateOf(merchant), work.state);
    for (const char* audits :
         {"GatewayService/AuditOrders", "ProductService/AuditInventory", "PaymentService/AuditPayments"}) {
      const Operation audit = {audits, {""}};
      const auto found = merchant.CallUntilAnswered(audit, merchant.Fill(audit, ""), kLimit);
      EXPECT_TRUE(found.status.ok()) << audits << ": " << found.status;
      EXPECT_FALSE(absl::StrContains(found.Text(), "finding {")) << found.Text();
    }
  }

  Cluster cluster_{juchu::testing::SharedMariaDb(), Options()};
  FaultSpots faults_{cluster_};
  int merchants_ = 0;
  int operations_ = 0;
  int come_ = 0;
};

TEST_F(BackgroundKillTest, WorkLeftBehindIsDoneWhateverFailsOnTheWay) {
  const auto spots = Discover();
  for (const char* point : {"reconciler.after_lease", "reconciler.before_ack", "rpc.before_call/CommitOrders",
                            "rpc.after_call/AllocateOrders", "rpc.before_call/AckChanges", "mysql.before_commit"}) {
    EXPECT_TRUE(std::any_of(spots.begin(), spots.end(), [&](const auto& one) { return one.first.point == point; }))
        << point << " was never passed";
  }
  // By JUCHU_ALL_BACKGROUND_KILLS=1 every action at every passing; else each point once, with one action after the
  // other: a check on each change has less time.
  constexpr std::array kActions = {Action::kCrash, Action::kError, Action::kStall};
  const bool all = std::getenv("JUCHU_ALL_BACKGROUND_KILLS") != nullptr;
  std::set<std::pair<std::string, std::string>> points;
  std::vector<Case> cases;
  for (const auto& [spot, work] : spots) {
    const bool first = points.emplace(spot.process, spot.point).second;
    if (!all && !first) continue;
    for (const Action action : kActions) {
      if (all || action == kActions.at(points.size() % kActions.size())) cases.push_back({&spot, &work, action});
    }
  }
  const auto merchants = MakeMerchants(cases.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    RunCase(*merchants[i], cases[i]);
    if (HasFailure()) FAIL() << "stopped at the first";
  }
  std::printf(
      "background kills: %d operations leave work behind; %zu points, %zu passings, %zu cases, %d of them came\n",
      operations_, points.size(), spots.size(), cases.size(), come_);
  EXPECT_GT(come_, static_cast<int>(cases.size()) * 3 / 4);
}

}  // namespace
}  // namespace juchu::proof
