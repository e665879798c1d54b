// kill -9, an error and a stall at every step of an authorization and of a capture: at each fault point that they pass,
// at each of its passings; juchu-payment is started again where it died, while the card company's stand-in dies at
// random moments, too. Each order must end captured, and the company's own book must show one authorization and one
// capture of its amount.
#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/testing/temp_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/payment/kill_lane.h"

namespace juchu::payment {
namespace {

// Each has a payment service on a schema of its own. Most of the time of one is spent waiting for leases of the dead.
constexpr int kLanes = 8;
// Orders more that a spot is waited for with.
constexpr size_t kMostMore = 3;

class CardKillTest : public ::testing::Test {
 protected:
  void SetUp() override {
    company_ = std::make_unique<Company>(folder_.path());
    ASSERT_NO_FATAL_FAILURE(company_->Start());
    for (int i = 0; i < kLanes; ++i) {
      JUCHU_ASSERT_OK_AND_ASSIGN(
          databases_.emplace_back(),
          testing::ScopedDatabase::Create(testing::SharedMariaDb(), "services/payment/migrations"));
    }
  }

  std::unique_ptr<Lane> MakeLane(int i) {
    return std::make_unique<Lane>(*company_, *databases_[static_cast<size_t>(i)],
                                  folder_.File(absl::StrCat("lane", i)));
  }
  static std::string Number(size_t i) { return absl::StrFormat("06A1B2C3%08d", i); }

  // What two undisturbed orders both pass.
  std::vector<Spot> Discover() {
    const auto lane = MakeLane(0);
    lane->SendAtOnce();
    lane->Capture("06Z1B2C300000000");
    std::map<std::string, int> counts;
    for (int i = 1; i <= 2 && !HasFailure(); ++i) {
      lane->AwaitQuiet();
      lane->TakePassed();
      lane->Capture(absl::StrCat("06Z1B2C30000000", i));
      lane->AwaitQuiet();
      for (const auto& [point, count] : lane->TakePassed()) {
        const auto known = counts.emplace(point, count).first;
        known->second = i == 1 ? count : std::min(known->second, count);
      }
    }
    std::vector<Spot> spots;
    for (const auto& [point, count] : counts) {
      std::printf("card kill: %s is passed %d times\n", point.c_str(), count);
      for (int hit = 1; hit <= count; ++hit) {
        for (const char* action : {"crash", "error", "stall"}) spots.push_back({point, hit, action});
      }
    }
    points_ = counts.size();
    return spots;
  }

  // Takes one spot after the other, an order for each, until none is left.
  void RunLane(int i, const std::vector<Spot>& spots) {
    const auto lane = MakeLane(i);
    lane->SendAtOnce();
    for (size_t next = taken_++; next < spots.size() && !HasFailure(); next = taken_++) {
      SCOPED_TRACE(absl::StrCat(Number(next), ": ", spots[next].Name()));
      lane->Arm(spots[next]);
      lane->Capture(Number(next));
      // The company answered sooner than when the passings were counted: the next order passes it.
      for (size_t more = 1; more <= kMostMore && !lane->HasCome(); ++more) lane->Capture(Number(next + 1000 * more));
      EXPECT_TRUE(lane->HasCome()) << "it was never passed";
      lane->Disarm();
      ++faults_;
    }
    const auto audit = lane->Audit();
    EXPECT_EQ(audit.findings_size(), 0) << audit.DebugString();
    sends_ += lane->CountOf("SELECT SUM(sends) FROM card_requests");
    sent_again_ += lane->CountOf("SELECT SUM(sends > 1) FROM card_requests");
    starts_ += lane->starts();
  }

  const testing::TempFolder folder_{"juchu-card-kill"};
  std::unique_ptr<Company> company_;
  std::vector<std::unique_ptr<testing::ScopedDatabase>> databases_;
  size_t points_ = 0;
  std::atomic<size_t> taken_ = 0;
  std::atomic<int> faults_ = 0;
  std::atomic<int64_t> sends_ = 0;
  std::atomic<int64_t> sent_again_ = 0;
  std::atomic<int> starts_ = 0;
};

TEST_F(CardKillTest, WhoDiesAnywhereAuthorizesOnceAndCapturesOnce) {
  const absl::Time begin = absl::Now();
  const std::vector<Spot> spots = Discover();
  ASSERT_FALSE(HasFailure());
  for (const char* point : {"company.before_call/AUTHORIZE", "company.after_call/AUTHORIZE",
                            "company.before_call/CAPTURE", "company.after_call/CAPTURE", "mysql.after_write",
                            "mysql.before_commit", "mysql.after_commit", "rpc.before_answer/SettleCards"}) {
    EXPECT_TRUE(std::any_of(spots.begin(), spots.end(), [&](const Spot& spot) { return spot.point == point; }))
        << point << " was never passed";
  }
  std::atomic<int> working = kLanes;
  std::vector<std::thread> lanes;
  for (int i = 0; i < kLanes; ++i) {
    lanes.emplace_back([&, i] {
      RunLane(i, spots);
      --working;
    });
  }
  std::mt19937_64 random(std::random_device{}());
  int company_kills = 0;
  while (working > 0) {
    const absl::Time next = absl::Now() + absl::Milliseconds(2000 + static_cast<int64_t>(random() % 4000));
    while (working > 0 && absl::Now() < next) absl::SleepFor(kPoll);
    ASSERT_NO_FATAL_FAILURE(company_->KillAndStart());
    ++company_kills;
  }
  for (auto& lane : lanes) lane.join();
  const auto book = company_->Book("06A1B2C3*").at("orders");
  for (size_t i = 0; i < spots.size(); ++i) {
    SCOPED_TRACE(spots[i].Name());
    const auto order = book.value(Number(i), nlohmann::json::object());
    EXPECT_EQ(order.value("authorizations", 0), 1);
    EXPECT_EQ(order.value("captures", 0), 1);
    EXPECT_EQ(order.value("captured_yen", 0), kYen);
    EXPECT_EQ(order.value("authorized_yen", 0), kYen);
    EXPECT_EQ(order.value("authorization_voids", 0) + order.value("capture_voids", 0), 0);
  }
  for (const auto& [number, order] : book.items()) {
    EXPECT_EQ(order.value("authorizations", 0), 1) << number;
    EXPECT_EQ(order.value("captures", 0), 1) << number;
  }
  EXPECT_EQ(faults_, static_cast<int>(spots.size()));
  std::printf(
      "card kills: %zu points, %d faults at their passings, %d starts of the service, the company killed %d times; %d "
      "requests "
      "sent, %d of them again; %.0f s\n",
      points_, faults_.load(), starts_.load(), company_kills, static_cast<int>(sends_), static_cast<int>(sent_again_),
      absl::ToDoubleSeconds(absl::Now() - begin));
}

}  // namespace
}  // namespace juchu::payment
