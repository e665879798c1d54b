// Which shop is worked on, by whom, and when again.
#include <atomic>
#include <set>
#include <thread>

#include "services/payment/storage/payment_storage_fixture.h"

namespace juchu::payment {
namespace {

using ::juchu::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Optional;
using ::testing::SizeIs;

class CardLeaseTest : public PaymentStorageTest {
 protected:
  void PutInterval(int seconds, const std::string& tenant = "acme") {
    v1::PaymentSettings settings = DefaultSettings();
    settings.set_card_send_interval_seconds(seconds);
    ASSERT_THAT(settings_->Put(tenant, settings, Deadline()), IsOk());
  }
  // After how long NextShopTime says that a shop can be taken.
  std::optional<absl::Duration> NextIn() {
    const auto time = queue_->NextShopTime(Deadline());
    EXPECT_THAT(time, IsOk());
    if (!time.ok() || !time->has_value()) return std::nullopt;
    return **time - clock_.Now();
  }
  // A turn in which the i-th order was sent, and nothing is known yet of what became of it.
  void Send(int i) {
    SettleOne(NeedOf(Number(i), v1::CARD_HOLD));
    const ShopTurn turn = Taken();
    const Requests begun = Begin(turn, i, Waiting(turn, v1::AUTHORIZE));
    ASSERT_THAT(queue_->MarkSent(turn, begun, clock_.Now() + absl::Seconds(30), Deadline()), IsOk());
    EndTurn(turn, /*sent=*/true);
  }
};

TEST_F(CardLeaseTest, AShopIsWorkedOnByOneWorkerUntilItsLeaseEnds) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  const ShopTurn first = Taken();
  EXPECT_EQ(first.tenant, "acme");
  EXPECT_EQ(first.shop_id, "rakuten");
  EXPECT_EQ(first.lease_end, clock_.Now() + kLease);
  EXPECT_TRUE(first.may_send);
  EXPECT_EQ(first.failures, 0);
  EXPECT_FALSE(Take().has_value());
  clock_.Advance(kLease - absl::Seconds(1));
  EXPECT_FALSE(Take().has_value());
  clock_.Advance(absl::Seconds(1));
  const ShopTurn second = Taken();
  EXPECT_NE(second.lease_token, first.lease_token);
  // The first one has been too slow: what it says of the shop counts no more.
  EndTurn(first, /*sent=*/true, /*reached=*/false);
  EXPECT_FALSE(Take().has_value()) << "the second one's lease holds";
  EndTurn(second);
  const ShopTurn third = Taken();
  EXPECT_TRUE(third.may_send);
  EXPECT_EQ(third.failures, 0);
}

TEST_F(CardLeaseTest, TheLongestDueComesFirstAndOverAllTenants) {
  SettleOne(OfShop("b", NeedOf(Number(1), v1::CARD_HOLD)), "acme");
  clock_.Advance(absl::Seconds(1));
  SettleOne(OfShop("a", NeedOf(Number(1), v1::CARD_HOLD)), "other");
  const ShopTurn first = Taken();
  EXPECT_EQ(first.tenant, "acme");
  EXPECT_EQ(first.shop_id, "b");
  const ShopTurn second = Taken();
  EXPECT_EQ(second.tenant, "other");
  EXPECT_THAT(Waiting(second, v1::AUTHORIZE), SizeIs(1)) << "each sees its own";
  EXPECT_FALSE(Take().has_value());
}

TEST_F(CardLeaseTest, ManyWorkersAtOnceTakeEachShopOnce) {
  constexpr int kShops = 20;
  for (int i = 1; i <= kShops; ++i) {
    SettleOne(OfShop(absl::StrCat("shop-", i), NeedOf(Number(i), v1::CARD_HOLD)));
  }
  absl::Mutex mutex;
  std::multiset<std::string> taken;
  std::atomic<bool> all_taken = false;
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i) {
    workers.emplace_back([&] {
      // Rows that another one is just looking at are passed over, so nothing found is no sign of the end.
      while (!all_taken) {
        const auto turn = Take();
        if (!turn.has_value()) continue;
        absl::MutexLock lock(&mutex);
        taken.insert(turn->shop_id);
        all_taken = taken.size() >= kShops;
      }
    });
  }
  for (auto& worker : workers) worker.join();
  EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), kShops);
  EXPECT_THAT(taken, SizeIs(kShops));
  EXPECT_FALSE(Take().has_value());
}

TEST_F(CardLeaseTest, AShopWithNothingUnderWaySleeps) {
  Authorized(Number(1));
  EXPECT_EQ(DueIn(), std::nullopt);
  clock_.Advance(absl::Hours(24 * 365));
  EXPECT_FALSE(Take().has_value());
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  EXPECT_TRUE(Take().has_value()) << "a new request wakes it";
}

TEST_F(CardLeaseTest, WhatWaitsIsSentWhenTheIntervalHasPassed) {
  Send(1);
  EXPECT_THAT(DueIn(), Optional(absl::Seconds(30))) << "the result of what was sent is asked for";
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  ShopTurn turn = Taken();
  EXPECT_FALSE(turn.may_send);
  EndTurn(turn);
  EXPECT_THAT(DueIn(), Optional(absl::Seconds(30)));
  clock_.Advance(absl::Seconds(30));
  turn = Taken();
  EXPECT_FALSE(turn.may_send);
  const Requests due = Due(turn);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due.front().order_number, Number(1));
  End(turn, due);
  EndTurn(turn);
  EXPECT_THAT(DueIn(), Optional(absl::Seconds(570)));
  clock_.Advance(absl::Seconds(569));
  EXPECT_FALSE(Take().has_value());
  clock_.Advance(absl::Seconds(1));
  turn = Taken();
  EXPECT_TRUE(turn.may_send);
  EXPECT_THAT(Waiting(turn, v1::AUTHORIZE), SizeIs(1));
}

TEST_F(CardLeaseTest, WithoutAnIntervalItIsSentAtOnce) {
  PutInterval(0);
  Send(1);
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  const ShopTurn turn = Taken();
  EXPECT_TRUE(turn.may_send);
  EndTurn(turn);
  EXPECT_THAT(DueIn(), Optional(absl::ZeroDuration()));
}

TEST_F(CardLeaseTest, NewSettingsWakeTheTenantsShops) {
  Send(1);
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  EndTurn(Taken());
  SettleOne(OfShop("elsewhere", NeedOf(Number(3), v1::CARD_HOLD)), "other");
  const ShopTurn other = Taken();
  EXPECT_EQ(other.tenant, "other");
  EndTurn(other, /*sent=*/true);
  ASSERT_FALSE(Take().has_value());
  PutInterval(60);
  const ShopTurn turn = Taken();
  EXPECT_EQ(turn.tenant, "acme");
  EXPECT_TRUE(turn.may_send) << "what waits was to wait for the old interval";
  EXPECT_FALSE(Take().has_value()) << "another tenant's shops are not concerned";
  EndTurn(turn, /*sent=*/true);
  clock_.Advance(absl::Seconds(60));
  EXPECT_TRUE(Taken().may_send) << "the new interval";
}

// Settings that come in the middle of a turn, which then ends as it would have.
TEST_F(CardLeaseTest, NewSettingsDuringATurnCount) {
  PutInterval(86'400);
  Send(1);
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  const ShopTurn turn = Taken();
  ASSERT_FALSE(turn.may_send);
  PutInterval(0);
  EndTurn(turn);
  EXPECT_TRUE(Taken().may_send);
}

// A worker that takes a shop locks its tenant's settings, too; who looks at the same moment must not read none.
TEST_F(CardLeaseTest, TheIntervalHoldsWhileTheSettingsAreLocked) {
  PutInterval(3600);
  Send(1);
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  EndTurn(Taken());
  EXPECT_THAT(DueIn(), Optional(absl::Seconds(30)));
  auto other = pool_->Acquire(Deadline());
  ASSERT_THAT(other, IsOk());
  ASSERT_THAT((*other)->Begin(/*snapshot=*/false), IsOk());
  ASSERT_THAT((*other)->Query("SELECT 1 FROM payment_settings WHERE tenant_id = 'acme' FOR UPDATE"), IsOk());
  clock_.Advance(absl::Seconds(30));
  const ShopTurn turn = Taken();
  EXPECT_FALSE(turn.may_send);
  ASSERT_THAT((*other)->Rollback(), IsOk());
}

TEST_F(CardLeaseTest, ACompanyOutOfReachIsLeftAloneForLongerEachTime) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  absl::Duration last = absl::ZeroDuration();
  for (int failures = 0; failures < 12; ++failures) {
    const ShopTurn turn = Taken();
    EXPECT_EQ(turn.failures, failures);
    EXPECT_TRUE(turn.may_send);
    EndTurn(turn, /*sent=*/false, /*reached=*/false);
    const auto pause = DueIn();
    ASSERT_TRUE(pause.has_value());
    EXPECT_TRUE(*pause > last || *pause == absl::Minutes(10)) << *pause << " after " << last;
    EXPECT_LE(*pause, absl::Minutes(10));
    clock_.Advance(*pause - absl::Microseconds(1));
    EXPECT_FALSE(Take().has_value());
    clock_.Advance(absl::Microseconds(1));
    last = *pause;
  }
  EXPECT_EQ(last, absl::Minutes(10));
  EndTurn(Taken());
  const ShopTurn turn = Taken();
  EXPECT_EQ(turn.failures, 0) << "once reached, all is forgotten";
  EndTurn(turn, /*sent=*/false, /*reached=*/false);
  EXPECT_THAT(DueIn(), Optional(absl::Seconds(2)));
}

// A machine whose clock is an hour ahead has written a wish, sent a request, held a lease and begun an interval; then
// it is gone. Nobody waits an hour for it.
TEST_F(CardLeaseTest, WhatAClockThatWasAheadHasWrittenIsDue) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  clock_.Advance(absl::Hours(1));
  Send(2);
  SettleOne(NeedOf(Number(3), v1::CARD_HOLD));
  ASSERT_TRUE(Take().has_value()) << "it dies with this lease";
  clock_.Advance(-absl::Hours(1));
  const ShopTurn turn = Taken();
  EXPECT_TRUE(turn.may_send);
  const Requests waiting = Waiting(turn, v1::AUTHORIZE);
  ASSERT_THAT(waiting, SizeIs(1));
  EXPECT_EQ(waiting.front().order_number, Number(3));
  EXPECT_THAT(Due(turn), SizeIs(2)) << "the first went with the second";
  End(turn, Due(turn));
  End(turn, Begin(turn, 9, waiting));
  EndTurn(turn, /*sent=*/true);
  EXPECT_EQ(DueIn(), std::nullopt);
}

TEST_F(CardLeaseTest, WhenTheNextShopCanBeTakenIsKnownBefore) {
  EXPECT_EQ(NextIn(), std::nullopt);
  Authorized(Number(1));
  EXPECT_EQ(NextIn(), std::nullopt) << "a shop that sleeps";
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  EXPECT_THAT(NextIn(), Optional(absl::ZeroDuration()));
  ShopTurn turn = Taken();
  EXPECT_THAT(NextIn(), Optional(kLease)) << "its worker may die";
  clock_.Advance(kLease - absl::Microseconds(1));
  EXPECT_FALSE(Take().has_value());
  clock_.Advance(absl::Microseconds(1));
  EXPECT_THAT(NextIn(), Optional(absl::ZeroDuration()));
  turn = Taken();
  EndTurn(turn, /*sent=*/false, /*reached=*/false);
  EXPECT_THAT(NextIn(), Optional(absl::Seconds(2)));
  SettleOne(OfShop("elsewhere", NeedOf(Number(1), v1::CARD_HOLD)), "other");
  EXPECT_THAT(NextIn(), Optional(absl::ZeroDuration())) << "over all tenants";
  ASSERT_EQ(Taken().tenant, "other");
  EXPECT_THAT(NextIn(), Optional(absl::Seconds(2))) << "the first of them";
  clock_.Advance(absl::Seconds(2) - absl::Microseconds(1));
  EXPECT_FALSE(Take().has_value());
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(NextIn(), Optional(-absl::Seconds(1) + absl::Microseconds(1)));
  EXPECT_EQ(Taken().tenant, "acme");
}

TEST_F(CardLeaseTest, NobodyWaitsForWhatAClockThatWasAheadHasWritten) {
  PutInterval(7200, "patient");
  clock_.Advance(absl::Hours(1));
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD), "patient");
  clock_.Advance(-absl::Hours(1));
  EXPECT_THAT(NextIn(), Optional(absl::Hours(1))) << "its requests may be put off for so long";
  EXPECT_FALSE(Take().has_value());
  clock_.Advance(absl::Hours(1));
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  clock_.Advance(-absl::Hours(1));
  EXPECT_THAT(NextIn(), Optional(Le(absl::ZeroDuration()))) << "of this tenant nothing is put off for so long";
  clock_.Advance(absl::Hours(1));
  for (int shop = 0; shop < 2; ++shop) ASSERT_TRUE(Take().has_value());
  clock_.Advance(-absl::Hours(1));
  EXPECT_THAT(NextIn(), Optional(Le(absl::ZeroDuration()))) << "nor is a shop leased for so long";
  const ShopTurn turn = Taken();
  EXPECT_EQ(turn.tenant, "acme");
  EXPECT_THAT(NextIn(), Optional(kLease));
  End(turn, Begin(turn, 1, Waiting(turn, v1::AUTHORIZE)));
  EndTurn(turn);
  EXPECT_THAT(NextIn(), Optional(absl::Hours(1))) << "the other lease is no reason to wait for longer";
}

// Writers and workers side by side: nothing that was written down lies there while no worker would look.
TEST_F(CardLeaseTest, NoWakeUpIsLostWhenARequestIsWrittenDuringATurn) {
  constexpr int kOrders = 300;
  std::atomic<bool> written = false;
  std::atomic<int64_t> numbers = 0;
  std::thread writer([&] {
    for (int i = 1; i <= kOrders; ++i) SettleOne(NeedOf(Number(i), v1::CARD_HOLD));
    written = true;
  });
  const auto work = [&] {
    while (true) {
      const bool was_written = written;
      const auto turn = Take();
      if (turn.has_value()) {
        End(*turn, Begin(*turn, ++numbers, Waiting(*turn, v1::AUTHORIZE)));
        EndTurn(*turn);
      } else if (was_written) {
        return;
      }
    }
  };
  std::thread worker(work);
  writer.join();
  worker.join();
  EXPECT_EQ(OpenRequests(), 0) << "and no shop was due";
  EXPECT_EQ(Sql("SELECT COUNT(*) FROM cards WHERE state = 503"), absl::StrCat(kOrders, "\n"));
}

// The same at its narrowest: the turn ends while the transaction that writes a request down has woken the shop and is
// not committed yet.
TEST_F(CardLeaseTest, ATurnThatEndsBesideAWriterSeesItsRequest) {
  Authorized(Number(1));
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  const ShopTurn turn = Taken();
  End(turn, Begin(turn, 1, Waiting(turn, v1::AUTHORIZE)));
  auto writer = pool_->Acquire(Deadline());
  ASSERT_THAT(writer, IsOk());
  ASSERT_THAT((*writer)->Begin(/*snapshot=*/false), IsOk());
  ASSERT_THAT((*writer)->Execute("INSERT INTO card_requests (tenant_id, request_id, order_number, shop_id, "
                                 "shop_order_number, operation, amount_yen, state, open_mark, asks_first, "
                                 "create_time_us, due_time_us) VALUES ('acme', 'ZZZZZZZZZZZZZZZ1', 'O3', 'rakuten', "
                                 "'m', 1, 1000, 1, 1, 0, ?, ?)",
                                 {clock_.Now(), clock_.Now()}),
              IsOk());
  ASSERT_THAT((*writer)->Execute("UPDATE card_shops SET due_time_us = ? WHERE tenant_id = ?", {clock_.Now(), "acme"}),
              IsOk());
  std::thread worker([&] { EndTurn(turn); });
  while (Sql("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'") == "0\n") {
  }
  ASSERT_THAT((*writer)->Commit(), IsOk());
  worker.join();
  EXPECT_THAT(DueIn(), Optional(absl::ZeroDuration()));
}

TEST_F(CardLeaseTest, WaitersAreWokenByNewsAndByTheEnd) {
  const int64_t seen = queue_->news();
  queue_->Notify();
  // Each for itself: one that has been told takes no news from another one.
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(queue_->Wait(seen, absl::InfiniteDuration()));
  EXPECT_TRUE(queue_->Wait(queue_->news(), absl::ZeroDuration())) << "the limit has passed";
  std::thread waiter([&] { EXPECT_FALSE(queue_->Wait(queue_->news(), absl::InfiniteDuration())); });
  queue_->Stop();
  waiter.join();
}

}  // namespace
}  // namespace juchu::payment
