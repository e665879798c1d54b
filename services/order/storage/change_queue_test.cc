#include "common/queue/change_queue.h"

#include "common/testing/fake_clock.h"
#include "services/order/storage/order_storage_fixture.h"

namespace juchu::order {
namespace {

using ::juchu::testing::IsOk;

class ChangeQueueTest : public OrderStorageTest {
 protected:
  // Takes what is due now, without waiting.
  std::vector<common::v1::Change> Lease(ChangeQueue& queue) {
    common::v1::LeaseChangesRequest request;
    request.set_max_changes(10);
    request.mutable_lease_duration()->set_seconds(30);
    const auto response = queue.Lease(request, clock_.Now() + absl::Seconds(60), [] { return false; });
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return {};
    return {response->changes().begin(), response->changes().end()};
  }

  int Ack(ChangeQueue& queue, const std::vector<common::v1::Change>& changes) {
    common::v1::AckChangesRequest request;
    for (const auto& change : changes) *request.add_changes() = change;
    const auto response = queue.Ack(request, clock_.Now() + absl::Seconds(60));
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->removed() : -1;
  }

  // A commit that leaves work behind.
  void LeaveWork(const std::string& number, int64_t version) {
    auto commit = NoteCommit(number, version, absl::StrCat("v", version));
    commit.set_unsettled(true);
    ASSERT_EQ(Commit({commit})->outcomes(0).version(), version + 1);
  }
};

TEST_F(ChangeQueueTest, SettledCommitQueuesNothing) {
  const std::string number = CreateOne("A-1");
  ASSERT_THAT(Commit({NoteCommit(number, 1, "x")}), IsOk());
  EXPECT_TRUE(Lease(*queue_).empty());
}

TEST_F(ChangeQueueTest, LeasedWorkIsNobodyElsesUntilTheLeaseEnds) {
  const std::string number = CreateOne("A-1");
  LeaveWork(number, 1);
  testing::FakeClock clock;
  clock.Set(clock_.Now() + absl::Seconds(1));
  ChangeQueue one(*pool_, clock, kOrderChanges);
  ChangeQueue other(*pool_, clock, kOrderChanges);
  const auto first = Lease(one);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].tenant_id(), "acme");
  EXPECT_EQ(first[0].order_number(), number);
  EXPECT_EQ(first[0].attempts(), 1);
  EXPECT_TRUE(Lease(other).empty());

  clock.Advance(absl::Seconds(31));
  const auto second = Lease(other);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].attempts(), 2);
  EXPECT_EQ(Ack(one, first), 0) << "its lease is over: another works on it";
  EXPECT_EQ(Ack(other, second), 1);
  clock.Advance(absl::Hours(1));
  EXPECT_TRUE(Lease(one).empty());
}

TEST_F(ChangeQueueTest, WorkOfAClockThatWasAheadIsDueWhenItIsRightAgain) {
  LeaveWork(CreateOne("A-1"), 1);
  testing::FakeClock wrong;
  wrong.Set(clock_.Now() + absl::Hours(24));
  ChangeQueue ahead(*pool_, wrong, kOrderChanges);
  ASSERT_EQ(Lease(ahead).size(), 1u);
  EXPECT_EQ(Lease(*queue_).size(), 1u) << "the lease of a day from now is nobody's";
  EXPECT_TRUE(Lease(*queue_).empty()) << "one of now is";
}

TEST_F(ChangeQueueTest, ProlongedLeaseLastsFromThenOn) {
  LeaveWork(CreateOne("A-1"), 1);
  testing::FakeClock clock;
  clock.Set(clock_.Now() + absl::Seconds(1));
  ChangeQueue one(*pool_, clock, kOrderChanges);
  ChangeQueue other(*pool_, clock, kOrderChanges);
  common::v1::ExtendLeasesRequest request;
  for (const auto& change : Lease(one)) *request.add_changes() = change;
  ASSERT_EQ(request.changes_size(), 1);
  request.mutable_lease_duration()->set_seconds(30);
  clock.Advance(absl::Seconds(29));
  ASSERT_EQ(one.Extend(request, clock_.Now() + absl::Seconds(60))->extended(), 1);
  clock.Advance(absl::Seconds(29));
  EXPECT_TRUE(Lease(other).empty());
  clock.Advance(absl::Seconds(2));
  EXPECT_EQ(Lease(other).size(), 1u);
  EXPECT_EQ(one.Extend(request, clock_.Now() + absl::Seconds(60))->extended(), 0) << "it is the other's now";
}

TEST_F(ChangeQueueTest, WorkQueuedAgainWhileLeasedStays) {
  const std::string number = CreateOne("A-1");
  LeaveWork(number, 1);
  const auto leased = Lease(*queue_);
  ASSERT_EQ(leased.size(), 1u);
  LeaveWork(number, 2);
  EXPECT_EQ(Ack(*queue_, leased), 0);
  const auto again = Lease(*queue_);
  ASSERT_EQ(again.size(), 1u) << "due at once, not when the old lease ends";
  EXPECT_GT(again[0].generation(), leased[0].generation());
  EXPECT_EQ(Ack(*queue_, again), 1);
}

TEST_F(ChangeQueueTest, ChangedSettingQueuesTheWholeTenant) {
  auto request = FromText<v1::ChangeConfigurationRequest>(
      "expected_version: 1 put_settings { initial_mode: AUTO allocation: ALLOCATE_NOTHING allocation_timing: "
      "AT_AWAITING_ALLOCATION allocation_order: BY_ORDER_TIME } actor { id: 'hanako' }");
  request.set_request_id(NewRequestId());
  request.set_request_hash(std::string(32, 'h'));
  ASSERT_THAT(configuration_->Change("acme", request, Deadline()), IsOk());
  const auto leased = Lease(*queue_);
  ASSERT_EQ(leased.size(), 1u);
  EXPECT_EQ(leased[0].order_number(), "");
  EXPECT_EQ(leased[0].tenant_id(), "acme");
}

TEST_F(ChangeQueueTest, WaitingLeaseWakesWhenWorkComes) {
  const std::string number = CreateOne("A-1");
  common::v1::LeaseChangesRequest request;
  request.set_max_changes(10);
  request.mutable_lease_duration()->set_seconds(30);
  request.mutable_wait_duration()->set_seconds(60);
  absl::StatusOr<common::v1::LeaseChangesResponse> response;
  std::thread waiter(
      [&] { response = queue_->Lease(request, clock_.Now() + absl::Seconds(60), [] { return false; }); });
  LeaveWork(number, 1);
  waiter.join();
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->changes_size(), 1);
}

}  // namespace
}  // namespace juchu::order
