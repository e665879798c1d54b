// The checkers, tested: every mistake that can be planted (common/fault/defects.h) must be found by the check that is
// there for it, under circumstances in which the mistake matters; and under the same circumstances nothing may be found
// when nothing is planted. A checker that misses one fails here.
#include "common/fault/defects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "tests/proof/allocating_client.h"
#include "tests/proof/allocation_round.h"
#include "tests/proof/card_round.h"
#include "tests/proof/gateway_caller.h"
#include "tests/proof/postpay_round.h"
#include "tests/proof/round_client.h"
#include "tests/proof/stage.h"
#include "tests/proof/workload.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;

// Operations that show a mistake many times over, and operations that should meet one that nobody planted.
constexpr int64_t kToBeFound = 400;
constexpr int64_t kToBeClear = 800;
constexpr int64_t kBetweenFaults = 15;
constexpr int kHold = 30;
// An operation on a card takes several times as long as one of a workload.
constexpr int64_t kCardShare = 4;
constexpr int64_t kCaptures = 20;

Verdict RunWorkload(Stage& stage, const std::string& name, int64_t operations,
                    const std::function<void()>& fault = nullptr) {
  WorkloadOptions options;
  options.tenants = {name + "-a", name + "-b"};
  options.orders_per_tenant = 2;
  options.operations = operations;
  options.seed = 7;
  Workload workload(GatewayOf(stage.cluster()), options);
  workload.Start();
  int64_t next_fault = kBetweenFaults;
  while (workload.running()) {
    if (fault && workload.operations_done() >= next_fault) {
      fault();
      next_fault = workload.operations_done() + kBetweenFaults;
    }
    absl::SleepFor(Stage::kPoll);
  }
  const Verdict verdict = workload.Judge();
  std::printf("%s: %s\n", name.c_str(), verdict.Text().c_str());
  EXPECT_GE(verdict.operations, operations);
  return verdict;
}

// Many clients on few orders, two tenants side by side.
Verdict Contention(Stage& stage, int64_t operations) { return RunWorkload(stage, "contention", operations); }

// The database drops lines again and again, also between the last write and COMMIT.
Verdict LostCommits(Stage& stage, int64_t operations) {
  int faults = 0;
  auto verdict = RunWorkload(stage, "commits", operations, [&] {
    if (!stage.Fired("order")) return;
    stage.Arm("order", "mysql.before_commit", "error");
    if (++faults % 8 != 0) return;
    stage.Sql(absl::StrCat("KILL USER ", stage.cluster().database().options().user));
  });
  EXPECT_GT(faults, 5);
  return verdict;
}

// Answers are lost on both ways: from the database, and from the order service.
Verdict LostAnswers(Stage& stage, int64_t operations) {
  int faults = 0;
  auto verdict = RunWorkload(stage, "answers", operations, [&] {
    if (stage.Fired("order")) stage.Arm("order", "mysql.after_commit", "error");
    if (!stage.Fired("gateway")) return;
    stage.Arm("gateway", "rpc.after_call/CommitOrders", "error");
    ++faults;
  });
  EXPECT_GT(faults, 5);
  return verdict;
}

// A tenant with one order, paid and in 引当待.
class SingleOrder {
 public:
  SingleOrder(Stage& stage, const std::string& tenant)
      : caller_(GatewayOf(stage.cluster())(), tenant, {tenant}, {absl::Seconds(30), Stage::kLimit}, findings_) {
    EXPECT_TRUE(caller_.SetUp().ok());
    auto number = caller_.CreateOrder("1");
    EXPECT_TRUE(number.ok()) << number.status();
    number_ = number.value_or("");
    Operation paid;
    paid.ask = Ask::kSetPrepayment;
    paid.asked.paid = true;
    Change(paid);
    stage.WaitUntilSettled();
  }

  void Change(Operation operation) {
    caller_.Change(number_, NewRequestId(), operation);
    EXPECT_EQ(operation.end, End::kOk) << Describe(operation);
  }
  void SetMode(pb::TransitionMode mode) {
    Operation operation;
    operation.ask = Ask::kChangeMode;
    operation.asked.mode = mode;
    Change(operation);
  }
  void SetAllocation(pb::AllocationSetting allocation) {
    const auto ended = caller_.ChangeAllocation(allocation, NewRequestId());
    EXPECT_TRUE(ended.status.ok()) << ended.status;
  }
  Verdict Audit() {
    Verdict verdict;
    caller_.Audit(verdict.findings, verdict.orders_audited);
    std::printf("%s: %s\n", caller_.tenant().c_str(), verdict.Text().c_str());
    EXPECT_EQ(verdict.orders_audited, 1);
    return verdict;
  }

 private:
  Findings findings_;
  GatewayCaller caller_;
  std::string number_;
};

// The tenant stops allocating stock while an order is being turned AUTO: decided before, written after everything that
// the new setting leads to has been done.
Verdict LateFact(Stage& stage, int64_t /*operations*/) {
  SingleOrder order(stage, "late");
  for (int stall_ms = 1000;; stall_ms *= 2) {
    order.SetMode(pb::MANUAL);
    order.SetAllocation(pb::ALLOCATE_BY_COMMAND);
    stage.WaitUntilSettled();
    stage.Arm("gateway", "rpc.before_call/CommitOrders", "stall", stall_ms);
    absl::Notification answered;
    std::thread slow([&] {
      order.SetMode(pb::AUTO);
      answered.Notify();
    });
    Stage::WaitUntil([&] { return stage.Fired("gateway"); });
    order.SetAllocation(pb::ALLOCATE_NOTHING);
    stage.WaitUntilSettled();
    const bool in_time = !answered.HasBeenNotified();
    slow.join();
    // On a machine that was too slow for it, once more.
    if (in_time || stall_ms > 10'000) break;
  }
  stage.WaitUntilSettled();
  return order.Audit();
}

// The gateway dies when it has taken work and not yet done it.
Verdict DeathBetweenLeaseAndEffect(Stage& stage, int64_t /*operations*/) {
  SingleOrder order(stage, "lease");
  stage.Arm("gateway", "reconciler.after_lease", "crash");
  std::thread client([&] { order.SetAllocation(pb::ALLOCATE_NOTHING); });
  Stage::WaitUntil([&] { return !stage.cluster().process("gateway").Running(); });
  stage.cluster().Heal();
  client.join();
  // As if the dead one's lease had run out.
  stage.Sql("UPDATE order_changes SET due_time_us = 0");
  stage.WaitUntilSettled();
  return order.Audit();
}

// Clients that allocate, cancel and receive, of few products; each order asked for by its client and by the reconciler.
Verdict Allocations(Stage& stage, int64_t operations) {
  stage.Sql("SET GLOBAL innodb_print_all_deadlocks = ON");
  const int deadlocks = stage.DeadlocksOfStocks();
  AllocationRound round(stage.cluster(), GatewayOf(stage.cluster()), "allocations", 8, 7);
  round.Start();
  int stalls = 0;
  Stage::WaitUntil([&] {
    // Who holds a row holds it for a while now and then: the others come to meet him.
    if (stage.Fired("inventory")) stage.Arm("inventory", "mysql.after_write", "stall", kHold, 3 + ++stalls % 7);
    return round.operations_done() >= operations;
  });
  round.Stop();
  Verdict verdict;
  verdict.operations = round.operations_done();
  verdict.acknowledged = round.counts().allocations;
  verdict.findings = round.Judge();
  if (stage.DeadlocksOfStocks() > deadlocks) verdict.findings.push_back({"deadlocks", "stocks were locked crosswise"});
  std::printf("allocations: %s\n", verdict.Text().c_str());
  return verdict;
}

// An order is asked for by command together with another (so that it waits in no gathered call) when there is no stock;
// the answer is held up on its way until stock has come and the order has been asked for again.
Verdict OlderAnswer(Stage& stage, int64_t /*operations*/) {
  AllocatingClient client(GatewayOf(stage.cluster())(), "older");
  for (int stall_ms = 500;; stall_ms *= 2) {
    const std::string product = absl::StrCat("P", stall_ms);
    const auto numbers = client.Create(product);
    stage.Arm("gateway", "rpc.after_call/AllocateOrders", "stall", stall_ms);
    absl::Notification answered;
    std::thread earlier([&] {
      client.Allocate(numbers);
      answered.Notify();
    });
    Stage::WaitUntil([&] { return stage.Fired("gateway"); });
    client.Receive(product);
    client.Allocate({numbers.front()});
    const bool in_time = !answered.HasBeenNotified();
    earlier.join();
    // On a machine that was too slow for it, once more; for longer no call has time.
    if (in_time || stall_ms > 3000) break;
  }
  const std::string left =
      WaitUntilDone({{"changes", &stage.cluster().database(), "order_changes"},
                     {"news of stock", &stage.cluster().inventory_database(), "inventory_changes"}},
                    Stage::kLimit);
  EXPECT_EQ(left, "");
  Verdict verdict;
  client.Audit(verdict.findings);
  for (auto& finding : client.findings()) verdict.findings.push_back(std::move(finding));
  std::printf("older answer: %s\n", verdict.Text().c_str());
  return verdict;
}

Verdict JudgeCards(CardRound& round) {
  round.Stop();
  Verdict verdict;
  verdict.operations = round.operations_done();
  verdict.acknowledged = verdict.operations;
  verdict.findings = round.Judge();
  const auto counts = round.counts();
  std::printf("cards: %ld authorizations and %ld captures asked for, %s\n", counts.authorizations, counts.captures,
              verdict.Text().c_str());
  return verdict;
}

// Clients with orders paid by card, whose company misbehaves.
Verdict Cards(Stage& stage, int64_t operations) {
  CardRound round(stage.cluster(), GatewayOf(stage.cluster()), Stage::kCardTenants[0], 4, 7);
  round.Start();
  Stage::WaitUntil(
      [&] { return round.operations_done() >= operations / kCardShare && round.counts().captures >= kCaptures; });
  return JudgeCards(round);
}

// The payment service dies again and again when the company has answered and nothing of it is written down.
Verdict CardDeaths(Stage& stage, int64_t /*operations*/) {
  CardRound round(stage.cluster(), GatewayOf(stage.cluster()), Stage::kCardTenants[1], 4, 7);
  round.Start(/*trouble=*/false);
  for (const char* operation : {"AUTHORIZE", "CAPTURE", "AUTHORIZE", "CAPTURE"}) {
    stage.Arm("payment", absl::StrCat("company.after_call/", operation), "crash");
    Stage::WaitUntil([&] { return !stage.cluster().process("payment").Running(); });
    stage.cluster().Heal();
  }
  return JudgeCards(round);
}

// Clients that register, import and report slips of the same orders at once.
Verdict Postpay(Stage& stage, int64_t operations) {
  PostpayRound round(stage.cluster(), GatewayOf(stage.cluster()), "postpay", 8, 7);
  const auto done = [&] { return round.counts().registrations + round.counts().results + round.counts().slips; };
  round.Start();
  Stage::WaitUntil([&] { return done() >= operations; });
  round.Stop();
  Verdict verdict;
  verdict.operations = verdict.acknowledged = done();
  verdict.findings = round.Judge();
  std::printf("postpay: %s\n", verdict.Text().c_str());
  return verdict;
}

struct Circumstances {
  const char* name;
  // With about so many operations, where it is a workload.
  Verdict (*run)(Stage& stage, int64_t operations);
};
constexpr Circumstances kContention = {"Contention", Contention};
constexpr Circumstances kLostCommits = {"LostCommits", LostCommits};
constexpr Circumstances kLostAnswers = {"LostAnswers", LostAnswers};
constexpr Circumstances kLateFact = {"LateFact", LateFact};
constexpr Circumstances kAllocations = {"Allocations", Allocations};
constexpr Circumstances kOlderAnswer = {"OlderAnswer", OlderAnswer};
constexpr Circumstances kCards = {"Cards", Cards};
constexpr Circumstances kCardDeaths = {"CardDeaths", CardDeaths};
constexpr Circumstances kPostpay = {"Postpay", Postpay};
constexpr Circumstances kDeath = {"DeathBetweenLeaseAndEffect", DeathBetweenLeaseAndEffect};

struct Planted {
  absl::string_view defect;
  Circumstances circumstances;
  // The checks that must find it.
  std::vector<std::string> checks;
};

const std::vector<Planted>& AllPlanted() {
  static const auto* const planted = new std::vector<Planted>{
      {"write-without-version", kContention, {"linearizability", "version chain"}},
      {"answer-before-commit", kContention, {"linearizability"}},
      {"mode-not-turned", kContention, {"linearizability", "audit"}},
      {"tenant-predicate-missing", kContention, {"tenancy"}},
      {"commit-error-ignored", kLostCommits, {"linearizability", "version chain"}},
      {"retry-without-key", kLostAnswers, {"linearizability", "version chain"}},
      {"late-fact-overwrites", kLateFact, {"audit"}},
      {"acknowledge-before-effect", kDeath, {"audit"}},
      {"older-answer-overwrites", kOlderAnswer, {"order audit"}},
      {"stock-read-then-written", kAllocations, {"inventory audit"}},
      {"stock-given-back-twice", kAllocations, {"inventory audit"}},
      {"locked-order-skipped", kAllocations, {"inventory audit"}},
      {"card-sent-before-written", kCardDeaths, {"card book"}},
      {"lost-answer-sent-anew", kCards, {"card book"}},
      {"order-level-error-ignored", kCards, {"card book"}},
      {"registered-unseen", kPostpay, {"postpay"}},
      {"slip-number-forgotten", kPostpay, {"postpay"}},
  };
  return *planted;
}

TEST(DefectsTest, EveryDefectThatCanBePlantedIsPlantedHere) {
  std::vector<absl::string_view> here;
  for (const auto& planted : AllPlanted()) here.push_back(planted.defect);
  EXPECT_THAT(here, ::testing::UnorderedElementsAreArray(fault::kDefects));
}

class PlantedDefectTest : public ::testing::TestWithParam<Planted> {};

TEST_P(PlantedDefectTest, IsFound) {
  Stage stage{std::string(GetParam().defect)};
  const Verdict verdict = GetParam().circumstances.run(stage, kToBeFound);
  for (const auto& check : GetParam().checks) {
    EXPECT_TRUE(verdict.FoundBy(check)) << "the check \"" << check << "\" misses " << GetParam().defect << ": "
                                        << verdict.Text();
  }
}

INSTANTIATE_TEST_SUITE_P(Defects, PlantedDefectTest, ::testing::ValuesIn(AllPlanted()), [](const auto& planted) {
  std::string name;
  bool upper = true;
  for (const char c : planted.param.defect) {
    if (c != '-') name += upper ? absl::ascii_toupper(static_cast<unsigned char>(c)) : c;
    upper = c == '-';
  }
  return name;
});

class NothingPlantedTest : public ::testing::TestWithParam<Circumstances> {
 protected:
  // One cluster for all: they use tenants of their own.
  static void SetUpTestSuite() { stage_ = new Stage(""); }
  static void TearDownTestSuite() { delete std::exchange(stage_, nullptr); }
  static Stage* stage_;
};
Stage* NothingPlantedTest::stage_ = nullptr;

TEST_P(NothingPlantedTest, NothingIsFound) {
  const Verdict verdict = GetParam().run(*stage_, kToBeClear);
  EXPECT_TRUE(verdict.operations == 0 || verdict.acknowledged > kToBeClear / 10) << verdict.Text();
  EXPECT_TRUE(verdict.ok()) << verdict.Text() << "\n" << stage_->cluster().LogTail("gateway");
}

INSTANTIATE_TEST_SUITE_P(Circumstances, NothingPlantedTest,
                         ::testing::Values(kContention, kLostCommits, kLostAnswers, kLateFact, kOlderAnswer, kDeath,
                                           kAllocations, kCards, kCardDeaths, kPostpay),
                         [](const auto& circumstances) { return std::string(circumstances.param.name); });

}  // namespace
}  // namespace juchu::proof
