// The linearizability checker: histories made by hand, good ones and bad ones, and what a perfect system would tell.
#include "tests/proof/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <thread>

#include "tests/proof/linearizability.h"
#include "tests/proof/order_model.h"
#include "tests/proof/simulated_history.h"
#include "tests/proof/version_chain.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One order's history by hand. Times are whatever unit reads best.
class HandMade {
 public:
  HandMade() { history_.orders.push_back({"alpha", "06A1"}); }

  // Asks, from `invoke` to `end`, and is answered.
  Operation& Read(int64_t invoke, int64_t end, const OrderView& seen) {
    auto& operation = Add(Ask::kRead, invoke, end);
    operation.answer = seen;
    return operation;
  }
  Operation& Move(int64_t invoke, int64_t end, pb::Status status, int64_t version,
                  pb::TransitionMode mode = pb::MANUAL) {
    auto& operation = Add(Ask::kChangeStatus, invoke, end);
    operation.asked.status = status;
    return Answer(operation, version, status, mode);
  }
  Operation& SetMode(int64_t invoke, int64_t end, pb::TransitionMode mode, int64_t version, pb::Status status) {
    auto& operation = Add(Ask::kChangeMode, invoke, end);
    operation.asked.mode = mode;
    return Answer(operation, version, status, mode);
  }
  Operation& Pay(int64_t invoke, int64_t end, int64_t version, pb::Status status, pb::TransitionMode mode) {
    auto& operation = Add(Ask::kSetPrepayment, invoke, end);
    operation.asked.paid = true;
    operation.asked.paid_time = operation.token;
    return Answer(operation, version, status, mode);
  }
  // The same, never answered.
  static void NeverAnswered(Operation& operation) {
    operation.end = End::kUnknown;
    operation.return_ns = kNever;
    operation.answer = {};
    operation.changed = false;
  }

  std::string Check() const {
    const auto findings = CheckLinearizability(history_).findings;
    return findings.empty() ? "" : findings.front().text;
  }
  History& history() { return history_; }

 private:
  Operation& Add(Ask ask, int64_t invoke, int64_t end) {
    Operation operation;
    operation.client = static_cast<int32_t>(history_.operations.size());
    operation.ask = ask;
    operation.token = ask == Ask::kRead ? 0 : operation.client + 1;
    operation.invoke_ns = invoke;
    operation.return_ns = end;
    operation.end = End::kOk;
    history_.operations.reserve(64);
    return history_.operations.emplace_back(operation);
  }
  static Operation& Answer(Operation& operation, int64_t version, pb::Status status, pb::TransitionMode mode) {
    operation.answer.version = version;
    operation.answer.status = status;
    operation.answer.mode = mode;
    operation.changed = true;
    return operation;
  }

  History history_;
};

OrderView View(int64_t version, pb::Status status, pb::TransitionMode mode) {
  OrderView view;
  view.version = version;
  view.status = status;
  view.mode = mode;
  return view;
}

TEST(LinearizabilityTest, OneAfterTheOther) {
  HandMade order;
  order.Read(1, 2, NewOrder());
  order.Move(3, 4, pb::SHIPPING, 2);
  order.Read(5, 6, View(2, pb::SHIPPING, pb::MANUAL));
  order.SetMode(7, 8, pb::AUTO, 3, pb::SHIPPING);
  EXPECT_EQ(order.Check(), "");
}

TEST(LinearizabilityTest, OverlappingOnesInWhicheverOrderExplainsThem) {
  HandMade order;
  order.Move(1, 9, pb::SHIPPED, 3);
  order.Move(2, 8, pb::SHIPPING, 2);
  order.Read(3, 4, NewOrder());
  order.Read(5, 10, View(3, pb::SHIPPED, pb::MANUAL));
  EXPECT_EQ(order.Check(), "");
}

// Both decided on version 1, and the second was written over the first.
TEST(LinearizabilityTest, LostUpdateIsFound) {
  HandMade order;
  order.Move(1, 5, pb::SHIPPING, 2);
  order.Move(2, 6, pb::SHIPPED, 2);
  EXPECT_THAT(order.Check(), HasSubstr("tenant alpha, order 06A1: no order of the operations explains: client 1 moved "
                                       "it to SHIPPED (#2, 0.0000 s to 0.0000 s): answered version 2, SHIPPED"));
}

TEST(LinearizabilityTest, ReadOlderThanWhatWasAcknowledgedIsFound) {
  HandMade order;
  order.Move(1, 2, pb::SHIPPING, 2);
  order.Read(3, 4, NewOrder());
  EXPECT_THAT(order.Check(), HasSubstr("client 1 read it"));
}

TEST(LinearizabilityTest, ReadOlderThanAnEarlierReadIsFound) {
  HandMade order;
  order.Move(1, 9, pb::SHIPPING, 2);
  order.Read(2, 3, View(2, pb::SHIPPING, pb::MANUAL));
  order.Read(4, 5, NewOrder());
  EXPECT_THAT(order.Check(), HasSubstr("client 2 read it"));
}

TEST(LinearizabilityTest, AcknowledgedChangeThatIsGoneIsFound) {
  HandMade order;
  order.Pay(1, 2, 2, pb::AWAITING_ALLOCATION, pb::AUTO);
  order.Move(3, 4, pb::SHIPPING, 2);
  EXPECT_NE(order.Check(), "");
}

// The second of the two had been done already, so it found nothing to do.
TEST(LinearizabilityTest, DoubleEffectIsFound) {
  HandMade order;
  auto& move = order.Move(1, 2, pb::SHIPPING, 2);
  move.changed = false;
  EXPECT_NE(order.Check(), "");
}

TEST(LinearizabilityTest, GapInTheVersionsIsFound) {
  HandMade order;
  order.Move(1, 2, pb::SHIPPING, 2);
  order.Move(3, 4, pb::SHIPPED, 4);
  EXPECT_THAT(order.Check(), HasSubstr("answered version 4, SHIPPED"));
}

TEST(LinearizabilityTest, ModeNotTurnedIsFound) {
  HandMade order;
  order.Move(1, 2, pb::SHIPPING, 2, pb::AUTO);
  EXPECT_THAT(order.Check(), HasSubstr("answered version 2, SHIPPING, AUTO"));
}

TEST(LinearizabilityTest, OrderNotMovedOnIsFound) {
  HandMade order;
  order.Pay(1, 2, 2, pb::AWAITING_PAYMENT, pb::AUTO);
  EXPECT_NE(order.Check(), "");
}

TEST(LinearizabilityTest, OneNeverAnsweredMayHaveHappened) {
  HandMade order;
  HandMade::NeverAnswered(order.Move(1, 2, pb::SHIPPING, 2));
  order.Read(3, 4, NewOrder());
  order.Read(5, 6, View(2, pb::SHIPPING, pb::MANUAL));
  order.Move(7, 8, pb::SHIPPED, 3);
  EXPECT_EQ(order.Check(), "");
}

TEST(LinearizabilityTest, OneNeverAnsweredMayNeverHappen) {
  HandMade order;
  HandMade::NeverAnswered(order.Move(1, 2, pb::SHIPPING, 2));
  order.Move(3, 4, pb::SHIPPED, 2);
  order.Read(5, 6, View(2, pb::SHIPPED, pb::MANUAL));
  EXPECT_EQ(order.Check(), "");
}

TEST(LinearizabilityTest, OneNeverAnsweredHappensOnceAtMost) {
  HandMade order;
  HandMade::NeverAnswered(order.Move(1, 2, pb::SHIPPING, 2));
  order.Read(3, 4, View(2, pb::SHIPPING, pb::MANUAL));
  order.Move(5, 6, pb::SHIPPED, 3);
  order.Read(7, 8, View(4, pb::SHIPPING, pb::MANUAL));
  EXPECT_THAT(order.Check(), HasSubstr("client 3 read it"));
}

TEST(LinearizabilityTest, OneNeverAnsweredDoesNotHappenBeforeItIsAsked) {
  HandMade order;
  order.Read(1, 2, View(2, pb::SHIPPING, pb::MANUAL));
  HandMade::NeverAnswered(order.Move(3, 4, pb::SHIPPING, 2));
  EXPECT_THAT(order.Check(), HasSubstr("client 0 read it"));
}

TEST(LinearizabilityTest, RefusalAsStaleNeedsAnotherVersion) {
  HandMade order;
  auto& refused = order.Move(1, 2, pb::SHIPPING, 0);
  refused.end = End::kFailed;
  refused.failure = Failure::kStale;
  refused.asked.version = 1;
  EXPECT_THAT(order.Check(), HasSubstr("refused as stale"));
  order.Move(1, 2, pb::SHIPPED, 2);
  EXPECT_EQ(order.Check(), "");
}

TEST(LinearizabilityTest, RefusalInAStatusNeedsThatStatus) {
  HandMade order;
  auto& refused = order.Pay(5, 6, 0, pb::STATUS_UNSPECIFIED, pb::TRANSITION_MODE_UNSPECIFIED);
  refused.end = End::kFailed;
  refused.failure = Failure::kNotInStatus;
  EXPECT_THAT(order.Check(), HasSubstr("refused in its status"));
  order.Move(1, 2, pb::COMPLETED, 2);
  EXPECT_EQ(order.Check(), "");
}

TEST(LinearizabilityTest, OneThatWasRefusedHasNoEffect) {
  HandMade order;
  auto& refused = order.Move(1, 2, pb::SHIPPING, 0);
  refused.end = End::kFailed;
  refused.failure = Failure::kRefused;
  order.Read(3, 4, NewOrder());
  EXPECT_EQ(order.Check(), "");
  order.Read(5, 6, View(2, pb::SHIPPING, pb::MANUAL));
  EXPECT_NE(order.Check(), "");
}

TEST(LinearizabilityTest, OrderThatCannotBeDecidedIsAFinding) {
  HandMade order;
  // Unpaid at a time of its own each, so that every set of them leaves another state.
  for (int i = 0; i < 40; ++i) {
    HandMade::NeverAnswered(order.Pay(1, 2, 0, pb::STATUS_UNSPECIFIED, pb::TRANSITION_MODE_UNSPECIFIED));
  }
  order.Read(5, 6, View(30, pb::COMPLETED, pb::MANUAL));
  EXPECT_THAT(order.Check(), HasSubstr("cannot be decided"));
}

TEST(SimulatedHistoryTest, APerfectSystemIsFoundPerfect) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const auto simulation = Simulate({.seed = seed, .orders = 5, .unknown_per_mille = 30});
    EXPECT_THAT(CheckLinearizability(simulation.history).findings, IsEmpty()) << "seed " << seed;
    EXPECT_THAT(CheckVersionChains(simulation.history, simulation.stored), IsEmpty()) << "seed " << seed;
    EXPECT_THAT(CheckRepeats(simulation.history), IsEmpty()) << "seed " << seed;
  }
}

// One change that is answered with a version too high by one, anywhere. (Where nothing was changed it may be right: the
// order may have reached that version a moment earlier.)
TEST(SimulatedHistoryTest, OneWrongAnswerIsFound) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    auto history = Simulate({.seed = seed, .orders = 3, .unknown_per_mille = 0}).history;
    size_t index = seed * 7 % history.operations.size();
    while (!history.operations[index].changed) index = (index + 1) % history.operations.size();
    ++history.operations[index].answer.version;
    const auto findings = CheckLinearizability(history).findings;
    EXPECT_EQ(findings.size(), 1u) << "seed " << seed << ": " << Describe(history.operations[index]);
  }
}

double CpuSecondsOf(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const double begun = now();
  work();
  return now() - begun;
}

// The time of both checks, the least of so many runs.
double CheckSeconds(int orders, int runs) {
  const auto simulation = Simulate({.orders = orders, .operations_per_order = 100});
  double least = 1e9;
  for (int i = 0; i < runs; ++i) {
    least = std::min(least, CpuSecondsOf([&] {
                       EXPECT_THAT(CheckLinearizability(simulation.history).findings, IsEmpty());
                       EXPECT_THAT(CheckVersionChains(simulation.history, simulation.stored), IsEmpty());
                     }));
  }
  return least;
}

TEST(SimulatedHistoryTest, AMillionOperationsTakeAboutFiveTimesAsLongAsAFifth) {
  const double fifth = CheckSeconds(2000, 2);
  const double million = CheckSeconds(10'000, 1);
  std::printf("1,000,000 operations checked in %.1f s on one core, 200,000 in %.2f s\n", million, fifth);
  EXPECT_LT(million, 10 * fifth);
}

// An order with a long life costs no more for each operation than one with a short life.
TEST(SimulatedHistoryTest, ALongHistoryOfOneOrderTakesNoMoreThanManyShortOnes) {
  const auto seconds = [](int orders, int operations) {
    const auto simulation = Simulate({.orders = orders, .operations_per_order = operations, .unknown_per_mille = 0});
    return CpuSecondsOf([&] { EXPECT_THAT(CheckLinearizability(simulation.history).findings, IsEmpty()); });
  };
  EXPECT_LT(seconds(1, 20'000), 4 * seconds(200, 100));
}

TEST(RecorderTest, KeepsWhatEachClientAdds) {
  Recorder recorder(4);
  std::vector<std::thread> threads;
  for (int32_t client = 0; client < 4; ++client) {
    threads.emplace_back([&recorder, client] {
      Operation operation;
      operation.client = client;
      operation.order = recorder.AddOrder({"alpha", std::to_string(client)});
      for (int i = 0; i < 1000; ++i) recorder.Add(operation);
    });
  }
  for (auto& thread : threads) thread.join();
  const History history = recorder.Take();
  EXPECT_EQ(history.orders.size(), 4u);
  ASSERT_EQ(history.operations.size(), 4000u);
  for (const auto& operation : history.operations) {
    EXPECT_EQ(history.orders[static_cast<size_t>(operation.order)].number, std::to_string(operation.client));
  }
}

}  // namespace
}  // namespace juchu::proof
