// Requests on their way to the card company: each is given one number, and ends once.
#include "services/payment/storage/card_queue.h"

#include <map>
#include <set>
#include <thread>

#include "absl/synchronization/barrier.h"
#include "services/payment/storage/payment_storage_fixture.h"

namespace juchu::payment {
namespace {

using ::juchu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CardQueueTest : public PaymentStorageTest {
 protected:
  // The first order's authorization, written down, and the turn that takes it.
  QueuedRequest Held() {
    SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
    turn_ = Taken();
    const Requests waiting = Waiting(turn_, v1::AUTHORIZE);
    EXPECT_THAT(waiting, SizeIs(1));
    return waiting.empty() ? QueuedRequest() : waiting.front();
  }
  // The newest request of the first order.
  v1::CardRequest Newest() { return ReadOne(Number(1)).requests(0); }
  std::string Open(const std::string& columns) {
    return Sql("SELECT " + columns + " FROM card_requests WHERE open_mark = 1");
  }
  absl::Time In(absl::Duration duration) const { return clock_.Now() + duration; }

  ShopTurn turn_;
};

TEST_F(CardQueueTest, WhatWaitsIsReadByOperationTheOldestFirst) {
  Authorized(Number(3));
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD, 200));
  clock_.Advance(absl::Seconds(1));
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD, 100));
  SettleOne(NeedOf(Number(3), v1::CARD_CAPTURE, 1000, 2));
  const ShopTurn turn = Taken();
  const Requests waiting = Waiting(turn, v1::AUTHORIZE);
  ASSERT_THAT(waiting, SizeIs(2));
  EXPECT_EQ(waiting[0].order_number, Number(2));
  EXPECT_EQ(waiting[0].amount_yen, 200);
  EXPECT_EQ(waiting[0].shop_order_number, "mall-" + Number(2));
  EXPECT_EQ(waiting[0].state, v1::REQUEST_WAITING);
  EXPECT_EQ(waiting[1].order_number, Number(1));
  EXPECT_THAT(Waiting(turn, v1::CAPTURE), SizeIs(1));
  EXPECT_THAT(Waiting(turn, v1::VOID_CAPTURE), IsEmpty());
  EXPECT_THAT(Waiting(turn, v1::AUTHORIZE, /*asks_first=*/true), IsEmpty());
  const auto two = queue_->Waiting(turn, v1::AUTHORIZE, false, 1, Deadline());
  ASSERT_THAT(two, IsOk());
  EXPECT_THAT(*two, SizeIs(1)) << "no more than asked for";
  ShopTurn other = turn;
  other.tenant = "other";
  EXPECT_THAT(Waiting(other, v1::AUTHORIZE), IsEmpty());
}

TEST_F(CardQueueTest, ANumberIsGivenBeforeAnythingIsSent) {
  const QueuedRequest request = Held();
  const Requests begun = Begin(turn_, 7, {request});
  ASSERT_THAT(begun, SizeIs(1));
  EXPECT_EQ(begun[0].company_request_id, 7);
  EXPECT_EQ(begun[0].state, v1::REQUEST_SENDING);
  EXPECT_THAT(Waiting(turn_, v1::AUTHORIZE), IsEmpty());
  const auto stored = Newest();
  EXPECT_EQ(stored.state(), v1::REQUEST_SENDING);
  EXPECT_EQ(stored.company_request_id(), 7);
  EXPECT_EQ(stored.sends(), 1);
  // From now on it cannot be taken back.
  SettleOne(NeedOf(Number(1), v1::CARD_RELEASE, 1000, 2));
  EXPECT_EQ(Newest().state(), v1::REQUEST_SENDING);
}

TEST_F(CardQueueTest, WhatHasANumberGetsNoOther) {
  const QueuedRequest request = Held();
  Begin(turn_, 7, {request});
  EXPECT_THAT(Begin(turn_, 8, {request}), IsEmpty());
  EXPECT_EQ(Newest().company_request_id(), 7);
}

TEST_F(CardQueueTest, IsSentAgainUnderItsNumberAsLongAsTheCompanyHasNotSaidThatItHasIt) {
  const absl::Time first = clock_.Now();
  Begin(turn_, 7, {Held()});
  ASSERT_THAT(queue_->PutOff(turn_, Due(turn_), clock_.Now(), "", "", Deadline()), IsOk());
  clock_.Advance(absl::Minutes(10));
  Requests due = Due(turn_);
  ASSERT_THAT(due, SizeIs(1));
  ASSERT_THAT(queue_->PutOff(turn_, due, clock_.Now(), "RCCS_NO_ANSWER", "no answer", Deadline()), IsOk());
  due = Begin(turn_, 7, Due(turn_), absl::ZeroDuration());
  ASSERT_THAT(due, SizeIs(1));
  due = Due(turn_);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].sends, 2);
  EXPECT_EQ(due[0].checks, 0) << "counted since it was sent last";
  EXPECT_EQ(due[0].first_send_time, first);
  EXPECT_EQ(due[0].send_time, clock_.Now());
  EXPECT_EQ(due[0].error_code, "") << "of the sending before";
  ASSERT_THAT(queue_->MarkSent(turn_, due, clock_.Now(), Deadline()), IsOk());
  EXPECT_THAT(Begin(turn_, 7, Due(turn_)), IsEmpty()) << "what the company has is never sent again";
  EXPECT_EQ(Newest().sends(), 2);
}

TEST_F(CardQueueTest, TwoWorkersAtOnceGiveEachRequestOneNumber) {
  constexpr int kRounds = 15;
  constexpr int kEach = 20;
  constexpr int kWorkers = 4;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Need> needs;
    for (int i = 0; i < kEach; ++i) needs.push_back(NeedOf(Number(round * kEach + i), v1::CARD_HOLD));
    ASSERT_THAT(Settle(needs), IsOk());
    const ShopTurn turn = Taken();
    const Requests waiting = Waiting(turn, v1::AUTHORIZE);
    ASSERT_THAT(waiting, SizeIs(kEach));
    std::vector<Requests> begun(kWorkers);
    absl::Barrier* const barrier = new absl::Barrier(kWorkers);
    std::vector<std::thread> workers;
    for (int i = 0; i < kWorkers; ++i) {
      workers.emplace_back([&, i] {
        // Some of them each, so that no worker has all by being the first.
        Requests some(waiting.begin() + i, waiting.end() - (kWorkers - i));
        if (barrier->Block()) delete barrier;
        begun[static_cast<size_t>(i)] = Begin(turn, 1000 * round + i + 1, some);
      });
    }
    for (auto& worker : workers) worker.join();
    std::map<std::string, int64_t> numbers;
    for (const Requests& some : begun) {
      for (const auto& request : some) {
        EXPECT_TRUE(numbers.emplace(request.order_number, request.company_request_id).second)
            << request.order_number << " was given two numbers";
      }
    }
    clock_.Advance(absl::Seconds(30));
    for (const auto& request : Due(turn)) {
      EXPECT_EQ(request.sends, 1);
      EXPECT_EQ(request.company_request_id, numbers.at(request.order_number)) << "the one that its worker sends";
    }
    End(turn, Due(turn));
    End(turn, Waiting(turn, v1::AUTHORIZE));
    EndTurn(turn);
  }
}

TEST_F(CardQueueTest, ResultsAreDueWhenTheyWereToBe) {
  Begin(turn_, 7, {Held()}, absl::Seconds(30));
  EXPECT_THAT(Due(turn_), IsEmpty());
  clock_.Advance(absl::Seconds(30));
  EXPECT_THAT(Due(turn_), SizeIs(1));
  ASSERT_THAT(queue_->MarkSent(turn_, Due(turn_), In(absl::Seconds(40)), Deadline()), IsOk());
  EXPECT_THAT(Due(turn_), IsEmpty());
  clock_.Advance(absl::Seconds(40));
  const Requests due = Due(turn_);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].state, v1::REQUEST_SENT);
  ASSERT_THAT(queue_->PutOff(turn_, due, In(absl::Minutes(1)), "RCCS_NO_ANSWER", "no answer", Deadline()), IsOk());
  EXPECT_THAT(Due(turn_), IsEmpty());
  EXPECT_EQ(Newest().checks(), 1);
  EXPECT_EQ(Newest().error_code(), "RCCS_NO_ANSWER");
  ASSERT_THAT(queue_->PutOff(turn_, due, In(absl::Minutes(10)), "", "", Deadline()), IsOk());
  EXPECT_EQ(Newest().checks(), 2);
  EXPECT_EQ(Newest().error_code(), "RCCS_NO_ANSWER") << "what is known stays";
  EXPECT_EQ(Newest().error_message(), "no answer");
}

// A worker puts a result off by at most CheckRules::longest_check, ten minutes, and a fifth: what it has just put off
// must not count as written by a clock that is ahead.
TEST_F(CardQueueTest, TheLongestPauseIsKept) {
  Begin(turn_, 7, {Held()}, absl::Minutes(12));
  EndTurn(turn_);
  EXPECT_FALSE(Take().has_value());
  EXPECT_THAT(Due(turn_), IsEmpty());
}

TEST_F(CardQueueTest, ASendingByAClockThatWasAheadBeginsWhenItIsRepeated) {
  clock_.Advance(absl::Hours(24));
  Begin(turn_, 7, {Held()});
  clock_.Advance(-absl::Hours(23));
  const Requests due = Due(turn_);
  ASSERT_THAT(due, SizeIs(1));
  const absl::Time ahead = due[0].first_send_time;
  Begin(turn_, 7, due);
  clock_.Advance(absl::Minutes(1));
  const Requests again = Due(turn_);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].first_send_time, ahead - absl::Hours(23));
}

// A worker that slept past its lease may come back with "it surely has not left" when another one has sent.
TEST_F(CardQueueTest, WhatAnotherWorkerHasSentDoesNotReturnToWaiting) {
  Begin(turn_, 7, {Held()});
  clock_.Advance(absl::Seconds(30));
  const Requests stale = Due(turn_);
  ASSERT_THAT(stale, SizeIs(1));
  Begin(turn_, 7, stale);
  ASSERT_THAT(queue_->ReturnToWaiting(turn_, stale, clock_.Now(), "RCCS_UNREACHABLE", "", Deadline()), IsOk());
  EXPECT_EQ(Newest().state(), v1::REQUEST_SENDING);
  EXPECT_EQ(Newest().company_request_id(), 7);
  EXPECT_EQ(Newest().sends(), 2);
}

TEST_F(CardQueueTest, WhatTheCompanySurelyDoesNotHaveWaitsAgain) {
  Begin(turn_, 7, {Held()});
  clock_.Advance(absl::Seconds(30));
  const Requests begun = Due(turn_);
  const std::string message(600, 'x');
  ASSERT_THAT(queue_->ReturnToWaiting(turn_, begun, In(absl::Minutes(1)), "RCCS_UNREACHABLE", message, Deadline()),
              IsOk());
  EXPECT_THAT(Waiting(turn_, v1::AUTHORIZE), IsEmpty()) << "not before its time";
  EXPECT_THAT(Due(turn_), IsEmpty()) << "there is no result to ask for";
  EXPECT_EQ(Newest().company_request_id(), 0);
  EXPECT_EQ(Newest().error_code(), "RCCS_UNREACHABLE");
  EXPECT_EQ(Newest().error_message(), std::string(400, 'x'));
  clock_.Advance(absl::Minutes(1));
  ASSERT_THAT(Waiting(turn_, v1::AUTHORIZE), SizeIs(1));
  EXPECT_THAT(Begin(turn_, 8, Waiting(turn_, v1::AUTHORIZE)), SizeIs(1)) << "under a new number";
  EXPECT_EQ(Newest().company_request_id(), 8);
  // What the company has, is not returned.
  ASSERT_THAT(queue_->MarkSent(turn_, begun, In(absl::Minutes(1)), Deadline()), IsOk());
  ASSERT_THAT(queue_->ReturnToWaiting(turn_, begun, In(absl::Minutes(1)), "", "", Deadline()), IsOk());
  EXPECT_EQ(Newest().state(), v1::REQUEST_SENT);
  EXPECT_EQ(Newest().company_request_id(), 8);
}

// What was not sent has not been sent: how long a request has been without a result counts from the sending that the
// company may know of.
TEST_F(CardQueueTest, WhatWaitsAgainForgetsWhenItWasSent) {
  const Requests begun = Begin(turn_, 7, {Held()});
  ASSERT_THAT(queue_->ReturnToWaiting(turn_, begun, clock_.Now(), "RCCS_UNREACHABLE", "", Deadline()), IsOk());
  clock_.Advance(absl::Hours(25));
  Begin(turn_, 8, Waiting(turn_, v1::AUTHORIZE), absl::ZeroDuration());
  ASSERT_THAT(Due(turn_), SizeIs(1));
  EXPECT_EQ(Due(turn_)[0].first_send_time, clock_.Now());
}

TEST_F(CardQueueTest, AnEndingIsForGood) {
  Begin(turn_, 7, {Held()});
  clock_.Advance(absl::Seconds(30));
  const Requests due = Due(turn_);
  End(turn_, due, Ending::kRefused, "RCCS_E22-822", "限度額オーバー");
  const auto after = ReadOne(Number(1));
  EXPECT_EQ(after.state(), v1::CARD_AUTHORIZATION_ERROR);
  EXPECT_EQ(after.error_code(), "RCCS_E22-822");
  EXPECT_EQ(after.facts_version(), 2);
  ASSERT_EQ(after.requests_size(), 1);
  EXPECT_EQ(after.requests(0).state(), v1::REQUEST_REFUSED);
  EXPECT_EQ(after.requests(0).error_message(), "限度額オーバー");
  EXPECT_EQ(after.requests(0).end_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  // Another worker comes to another end, or still believes it under way.
  clock_.Advance(absl::Seconds(1));
  End(turn_, due, Ending::kDone);
  ASSERT_THAT(queue_->MarkSent(turn_, due, clock_.Now(), Deadline()), IsOk());
  ASSERT_THAT(queue_->PutOff(turn_, due, clock_.Now(), "LATE", "", Deadline()), IsOk());
  ASSERT_THAT(queue_->ReturnToWaiting(turn_, due, clock_.Now(), "LATE", "", Deadline()), IsOk());
  EXPECT_THAT(Begin(turn_, 7, due), IsEmpty());
  const auto later = ReadOne(Number(1));
  EXPECT_EQ(later.SerializeAsString(), after.SerializeAsString());
  EXPECT_EQ(OpenRequests(), 0);
}

TEST_F(CardQueueTest, TwoWorkersThatEndARequestAtOnceEndItOnce) {
  constexpr int kRounds = 20;
  for (int round = 1; round <= kRounds; ++round) {
    const std::string order = Number(round);
    SettleOne(NeedOf(order, v1::CARD_HOLD));
    const ShopTurn turn = Taken();
    const Requests begun = Begin(turn, round, Waiting(turn, v1::AUTHORIZE));
    std::thread other([&] { End(turn, begun, Ending::kRefused, "RCCS_E22-822"); });
    End(turn, begun, Ending::kDone);
    other.join();
    EndTurn(turn);
    const auto payment = ReadOne(order);
    EXPECT_EQ(payment.facts_version(), 2) << "one ending";
    const bool done = payment.requests(0).state() == v1::REQUEST_DONE;
    EXPECT_EQ(payment.state(), done ? v1::CARD_AUTHORIZED : v1::CARD_AUTHORIZATION_ERROR);
    EXPECT_EQ(payment.authorized_yen(), done ? 1000 : 0);
    EXPECT_EQ(payment.error_code(), done ? "" : "RCCS_E22-822");
  }
  EXPECT_THAT(Audit(), IsEmpty());
}

TEST_F(CardQueueTest, AnEndingOpensWhatFollows) {
  Authorized(Number(1));
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD, 1500, 2));
  turn_ = Taken();
  const Requests voids = Waiting(turn_, v1::VOID_AUTHORIZATION);
  ASSERT_THAT(voids, SizeIs(1));
  EXPECT_THAT(Waiting(turn_, v1::AUTHORIZE), IsEmpty()) << "one at a time";
  const int64_t version = ReadOne(Number(1)).facts_version();
  End(turn_, Begin(turn_, 8, voids));
  const Requests again = Waiting(turn_, v1::AUTHORIZE);
  ASSERT_THAT(again, SizeIs(1)) << "in the same turn";
  EXPECT_EQ(again[0].amount_yen, 1500);
  EXPECT_EQ(ReadOne(Number(1)).facts_version(), version) << "it is being authorized all the while";
  EndTurn(turn_);
  EXPECT_EQ(DueIn(), absl::ZeroDuration()) << "the shop is looked at again";
  Work();
  const auto payment = ReadOne(Number(1));
  EXPECT_EQ(payment.state(), v1::CARD_AUTHORIZED);
  EXPECT_EQ(payment.authorized_yen(), 1500);
  EXPECT_EQ(payment.requests_size(), 3);
}

TEST_F(CardQueueTest, WhatNobodyKnowsIsAskedForBeforeItIsSentAgain) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  Work(Ending::kLost, "RESULT_LOST");
  EXPECT_EQ(Newest().state(), v1::REQUEST_LOST);
  clock_.Advance(absl::Hours(72));
  SettleOne(Asked(NeedOf(Number(1), v1::CARD_HOLD)));
  turn_ = Taken();
  EXPECT_THAT(Waiting(turn_, v1::AUTHORIZE), IsEmpty());
  const Requests asking = Waiting(turn_, v1::AUTHORIZE, /*asks_first=*/true);
  ASSERT_THAT(asking, SizeIs(1));
  EXPECT_TRUE(asking[0].asks_first);
  EXPECT_LT(asking[0].history_begin, asking[0].create_time) << "since the request that was lost";
  ASSERT_THAT(queue_->LetBeSent(turn_, asking, Deadline()), IsOk());
  EXPECT_THAT(Waiting(turn_, v1::AUTHORIZE, true), IsEmpty());
  EXPECT_THAT(Waiting(turn_, v1::AUTHORIZE), SizeIs(1)) << "as any other";
}

TEST_F(CardQueueTest, ManyEndingsInOneCallEachForItself) {
  ASSERT_THAT(Settle(Holds(4)), IsOk());
  turn_ = Taken();
  const Requests begun = Begin(turn_, 7, Waiting(turn_, v1::AUTHORIZE));
  ASSERT_THAT(begun, SizeIs(4));
  std::vector<RequestEnding> endings;
  for (const auto how : {Ending::kDone, Ending::kRefused, Ending::kRefused, Ending::kLost}) {
    RequestEnding ending;
    ending.request = begun[endings.size()];
    ending.ending = how;
    ending.code = how == Ending::kDone ? "" : absl::StrCat("CODE_", endings.size());
    ending.approval_number = "0123456";
    endings.push_back(ending);
  }
  ASSERT_THAT(queue_->End(turn_, endings, Deadline()), IsOk());
  std::vector<std::string> told;
  for (const auto& request : begun) {
    const auto payment = ReadOne(request.order_number);
    told.push_back(absl::StrCat(v1::CardState_Name(payment.state()), " ", payment.error_code(), " ",
                                v1::CardRequestState_Name(payment.requests(0).state()), " ",
                                payment.approval_number()));
  }
  EXPECT_THAT(
      told,
      ElementsAre("CARD_AUTHORIZED  REQUEST_DONE 0123456", "CARD_AUTHORIZATION_ERROR CODE_1 REQUEST_REFUSED ",
                  "CARD_AUTHORIZATION_ERROR CODE_2 REQUEST_REFUSED ", "CARD_AUTHORIZATION_ERROR CODE_3 REQUEST_LOST "));
}

// The last line of defence: also code that has gone wrong cannot have two requests of an order under way.
TEST_F(CardQueueTest, TheDatabaseRefusesASecondOpenRequest) {
  Held();
  const std::string second =
      "INSERT INTO card_requests (tenant_id, request_id, order_number, shop_id, shop_order_number, operation, "
      "amount_yen, state, open_mark, asks_first, create_time_us, due_time_us) SELECT tenant_id, 'ZZZZZZZZZZZZZZZZ', "
      "order_number, shop_id, shop_order_number, operation, amount_yen, 1, ";
  EXPECT_FALSE(database_->RootSql(second + "1, 0, 1, 1 FROM card_requests").ok());
  EXPECT_TRUE(database_->RootSql(second + "NULL, 0, 1, 1 FROM card_requests").ok()) << "one that has ended";
}

TEST_F(CardQueueTest, AnotherTenantsRequestsAreOutOfReach) {
  const QueuedRequest request = Held();
  ShopTurn other = turn_;
  other.tenant = "other";
  EXPECT_THAT(Begin(other, 7, {request}), IsEmpty());
  Begin(turn_, 7, {request}, absl::ZeroDuration());
  EXPECT_THAT(Due(other), IsEmpty());
  End(other, {request});
  ASSERT_THAT(queue_->MarkSent(other, {request}, clock_.Now(), Deadline()), IsOk());
  ASSERT_THAT(queue_->PutOff(other, {request}, In(absl::Minutes(5)), "LATE", "", Deadline()), IsOk());
  ASSERT_THAT(queue_->ReturnToWaiting(other, {request}, clock_.Now(), "", "", Deadline()), IsOk());
  EXPECT_EQ(Open("state, company_request_id, checks, error_code"), "2\t7\t0\t\n");
}

}  // namespace
}  // namespace juchu::payment
