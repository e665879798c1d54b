// The checks of what is stored against what was told: each begins with a history that is right and makes one thing
// wrong.
#include "tests/proof/version_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/proof/order_model.h"
#include "tests/proof/simulated_history.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VersionChainTest : public ::testing::Test {
 protected:
  VersionChainTest() : simulation_(Simulate({.orders = 1, .unknown_per_mille = 0})) {}

  StoredOrder& stored() { return simulation_.stored[0]; }
  // The operation that made version `version`.
  Operation& MakerOf(int64_t version) {
    for (auto& operation : simulation_.history.operations) {
      if (operation.end == End::kOk && operation.changed && operation.answer.version == version) return operation;
    }
    ADD_FAILURE() << "no operation made version " << version;
    return simulation_.history.operations[0];
  }
  void ExpectFound(const std::string& text) {
    EXPECT_THAT(CheckVersionChains(simulation_.history, simulation_.stored),
                Contains(AllOf(Field(&Finding::check, "version chain"),
                               Field(&Finding::text, HasSubstr("tenant simulated, order order-0: " + text)))));
  }

  Simulation simulation_;
};

TEST_F(VersionChainTest, ARightOneIsRight) {
  EXPECT_GT(stored().entries.size(), 20u);
  EXPECT_THAT(CheckVersionChains(simulation_.history, simulation_.stored), IsEmpty());
}

TEST_F(VersionChainTest, GapIsFound) {
  stored().entries.erase(stored().entries.begin() + 4);
  ExpectFound("version 6 follows version 4 in the history");
  ExpectFound("acknowledged and not in the history: client");
}

TEST_F(VersionChainTest, VersionTwiceIsFound) {
  stored().entries.insert(stored().entries.begin() + 5, stored().entries[4]);
  ExpectFound("version 5 follows version 5 in the history");
  ExpectFound("done 2 times: client");
}

TEST_F(VersionChainTest, StatusThatDoesNotFollowIsFound) {
  for (auto& entry : stored().entries) {
    if (entry.status_before == pb::STATUS_UNSPECIFIED) continue;
    entry.status_before = entry.status_before == pb::SHIPPING ? pb::SHIPPED : pb::SHIPPING;
    ExpectFound("version " + std::to_string(entry.version) + " begins at SHIP");
    return;
  }
}

TEST_F(VersionChainTest, ModeThatDoesNotFollowIsFound) {
  for (auto& entry : stored().entries) {
    if (entry.mode_before == pb::TRANSITION_MODE_UNSPECIFIED) continue;
    entry.mode_before = entry.mode_after;
    ExpectFound("version " + std::to_string(entry.version) + " begins ");
    return;
  }
}

TEST_F(VersionChainTest, OrderBehindItsHistoryIsFound) {
  --stored().view.version;
  ExpectFound("the history ends at version ");
}

TEST_F(VersionChainTest, HistoryWithoutTheLastVersionIsFound) {
  stored().entries.pop_back();
  ExpectFound("the history ends at version ");
}

TEST_F(VersionChainTest, ChangeAnsweredWithAnotherVersionIsFound) {
  MakerOf(7).answer.version = 6;
  ExpectFound("in the history as version 7 ");
}

TEST_F(VersionChainTest, RefusedChangeThatWasMadeIsFound) {
  auto& operation = MakerOf(7);
  operation.end = End::kFailed;
  operation.failure = Failure::kRefused;
  ExpectFound("not done, so the answer, but in the history as version 7: client");
}

TEST_F(VersionChainTest, ChangeThatSaidNothingChangedIsFound) {
  MakerOf(7).changed = false;
  ExpectFound("not done, so the answer, but in the history as version 7: client");
}

TEST_F(VersionChainTest, ChangeByNobodyIsFound) {
  stored().entries[6].reason = "";
  ExpectFound("version 7 (");
}

TEST_F(VersionChainTest, ChangeOfAnotherOrderIsFound) {
  stored().entries[6].reason = TokenText(1'000'000);
  ExpectFound("version 7 (");
  ExpectFound("acknowledged and not in the history: client");
}

TEST_F(VersionChainTest, ChangeUnderAnotherNameIsFound) {
  stored().entries[6].operation = "Reconcile";
  ExpectFound("in the history as Reconcile: client");
}

TEST_F(VersionChainTest, OneNeverAnsweredMayBeThereOnce) {
  auto& operation = MakerOf(7);
  operation.end = End::kUnknown;
  EXPECT_THAT(CheckVersionChains(simulation_.history, simulation_.stored), IsEmpty());
  Operation never = operation;
  never.token = 1'000'000;
  simulation_.history.operations.push_back(never);
  EXPECT_THAT(CheckVersionChains(simulation_.history, simulation_.stored), IsEmpty());
  stored().entries[7].reason = stored().entries[6].reason;
  ExpectFound("done 2 times: client");
}

TEST_F(VersionChainTest, RepeatGetsTheFirstAnswer) {
  Operation again = MakerOf(7);
  again.repeat = true;
  simulation_.history.operations.push_back(again);
  EXPECT_THAT(CheckRepeats(simulation_.history), IsEmpty());
  EXPECT_THAT(CheckVersionChains(simulation_.history, simulation_.stored), IsEmpty());
  Operation& repeat = simulation_.history.operations.back();
  repeat.answer.version = 8;
  EXPECT_THAT(CheckRepeats(simulation_.history), Contains(Field(&Finding::text, HasSubstr("once more"))));
  repeat.answer.version = 7;
  repeat.changed = false;
  EXPECT_THAT(CheckRepeats(simulation_.history), Contains(Field(&Finding::check, "repeat")));
  repeat.end = End::kFailed;
  repeat.failure = Failure::kStale;
  EXPECT_THAT(CheckRepeats(simulation_.history), Contains(Field(&Finding::check, "repeat")));
  repeat.end = End::kUnknown;
  EXPECT_THAT(CheckRepeats(simulation_.history), IsEmpty());
}

}  // namespace
}  // namespace juchu::proof
