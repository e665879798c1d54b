#include "tests/bench/measure.h"

#include <unistd.h>

#include <atomic>
#include <memory>

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/bench/report.h"

namespace juchu::bench {
namespace {

using ::juchu::testing::StatusIs;

// A server that is asked once more each time, as the measurement itself asks it, and `per_call` times by each call.
struct FakeServer {
  std::atomic<int64_t> statements = 0;
  int per_call = 0;

  std::function<absl::StatusOr<ServerCounts>()> Counts() {
    return [this]() -> absl::StatusOr<ServerCounts> {
      ServerCounts counts;
      counts.statements = ++statements;
      return counts;
    };
  }

  Contender Calls(double units_per_call) {
    Contender contender{"fake", {{"this", [] { return getpid(); }}}, units_per_call};
    contender.make_worker = [this](int, int) {
      return [this] {
        statements += per_call;
        return absl::OkStatus();
      };
    };
    return contender;
  }
};

TEST(MeasureTest, CostsAreOfOneUnitAndWithoutTheQuestionItself) {
  FakeServer server;
  server.per_call = 30;
  JUCHU_ASSERT_OK_AND_ASSIGN(
      const auto sample, Measure(server.Calls(10), 2, absl::ZeroDuration(), absl::Milliseconds(20), server.Counts()));
  EXPECT_DOUBLE_EQ(sample.statements, 3);
  EXPECT_GT(sample.units_per_second, 0);
  EXPECT_LE(sample.p50_ms, sample.p99_ms);
  EXPECT_EQ(sample.cpu_us.front().first, "this");
  EXPECT_EQ(sample.peak_mib.front().first, "this");
  EXPECT_GT(sample.peak_mib.front().second, 0);
}

TEST(MeasureTest, ResetComesBeforeTheWarmUpAndBeforeTheMeasurement) {
  FakeServer server;
  Contender contender = server.Calls(1);
  std::string order;
  contender.reset = [&order] {
    order += "r";
    return absl::OkStatus();
  };
  contender.make_worker = [&order](int, int) {
    return [&order] {
      order += "c";
      return absl::OkStatus();
    };
  };
  JUCHU_ASSERT_OK_AND_ASSIGN(const auto sample,
                             Measure(contender, 1, absl::ZeroDuration(), absl::ZeroDuration(), server.Counts()));
  EXPECT_EQ(order, "rcrc");
  EXPECT_GT(sample.units_per_second, 0);
}

TEST(MeasureTest, AFailedCallFailsTheMeasurement) {
  FakeServer server;
  Contender contender = server.Calls(1);
  contender.make_worker = [](int index, int) {
    return [index] { return index == 1 ? absl::AbortedError("no") : absl::OkStatus(); };
  };
  EXPECT_THAT(Measure(contender, 3, absl::ZeroDuration(), absl::Milliseconds(5), server.Counts()),
              StatusIs(absl::StatusCode::kAborted));
}

TEST(VerdictTest, TheMiddleRoundDecides) {
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({}), 0);
  EXPECT_TRUE((Verdict{"more", {0.1, 1.6, 1.5}, 1.5, true}.met()));
  EXPECT_FALSE((Verdict{"more", {0.1, 1.4, 9}, 1.5, true}.met()));
  EXPECT_TRUE((Verdict{"less", {9, 1, 0.5}, 1, false}.met()));
  EXPECT_FALSE((Verdict{"less", {9, 1.1, 0.5}, 1, false}.met()));
}

TEST(ReportTest, JsonHoldsEveryRound) {
  Section section{"title", "orders"};
  Sample sample;
  sample.units_per_second = 5;
  sample.cpu_us = {{"order", 7}};
  section.lines = {{"juchu", 32, {sample, sample}}};
  section.verdicts = {{"more", {2}, 1.5, true}};
  const auto json = ToJson(section);
  EXPECT_EQ(json["lines"][0]["rounds"].size(), 2u);
  EXPECT_EQ(json["lines"][0]["rounds"][1]["cpu_us"]["order"], 7);
  EXPECT_EQ(json["verdicts"][0]["met"], true);
}

TEST(ReportTest, MemoryIsTheMostOfAllRoundsAndLinesOfAContender) {
  Section section{"title", "orders"};
  Sample small;
  small.peak_mib = {{"client", 9}, {"order", 40}};
  Sample large;
  large.peak_mib = {{"client", 8}, {"order", 50.5}};
  Sample other;
  other.peak_mib = {{"client", 99}};
  section.lines = {{"juchu", 1, {small, large}}, {"SQL by hand", 1, {other}}, {"juchu", 32, {small}}};
  const auto json = ToJson(section);
  EXPECT_EQ(json["memory_mib"].size(), 2u);
  EXPECT_EQ(json["memory_mib"]["juchu"]["client"], 9);
  EXPECT_EQ(json["memory_mib"]["juchu"]["order"], 50.5);
  EXPECT_EQ(json["memory_mib"]["SQL by hand"]["client"], 99);
  EXPECT_EQ(json["lines"][2]["rounds"][0]["memory_mib"]["order"], 40);
}

}  // namespace
}  // namespace juchu::bench
