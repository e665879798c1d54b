// What orders wish of their cards, as the gateway says and asks it.
#include "services/payment/storage/card_store.h"

#include <thread>

#include "common/testing/proto_matchers.h"
#include "services/payment/storage/payment_storage_fixture.h"

namespace juchu::payment {
namespace {

using ::juchu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CardStoreTest : public PaymentStorageTest {
 protected:
  // Generation and seconds from now on of an order's news; "" when there are none.
  std::string News(const std::string& order, const std::string& tenant = "acme") {
    return Sql(absl::StrCat("SELECT generation, (due_time_us - ", absl::ToUnixMicros(clock_.Now()),
                            ") DIV 1000000 FROM payment_changes WHERE tenant_id = '", tenant, "' AND order_number = '",
                            order, "'"));
  }
  std::vector<std::string> Found(v1::SearchCardsRequest request, const std::string& tenant = "acme") {
    if (request.page_size() == 0) request.set_page_size(100);
    const auto response = cards_->Search(tenant, request, Deadline());
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> orders;
    if (!response.ok()) return {"the search failed"};
    for (const auto& payment : response->payments()) orders.push_back(payment.order_number());
    if (response->more()) orders.push_back("more");
    return orders;
  }
  // The statements that `call` runs.
  template <typename Call>
  int64_t StatementsOf(Call call) {
    const int64_t before = pool_->stats().statements;
    call();
    return pool_->stats().statements - before;
  }
};

TEST_F(CardStoreTest, AWishIsWrittenDownAndItsRequestWaits) {
  const auto facts = SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  EXPECT_EQ(facts.order_number(), Number(1));
  EXPECT_EQ(facts.version(), 1);
  EXPECT_EQ(facts.state(), v1::CARD_AUTHORIZING);
  EXPECT_EQ(facts.reason(), "");
  const auto payment = ReadOne(Number(1));
  EXPECT_EQ(payment.shop_id(), "rakuten");
  EXPECT_EQ(payment.shop_order_number(), "mall-" + Number(1));
  EXPECT_EQ(payment.amount_yen(), 1000);
  EXPECT_EQ(payment.authorized_yen(), 0);
  EXPECT_EQ(payment.open_operation(), v1::AUTHORIZE);
  ASSERT_EQ(payment.requests_size(), 1);
  EXPECT_EQ(payment.requests(0).operation(), v1::AUTHORIZE);
  EXPECT_EQ(payment.requests(0).amount_yen(), 1000);
  EXPECT_EQ(payment.requests(0).state(), v1::REQUEST_WAITING);
  EXPECT_EQ(payment.requests(0).company_request_id(), 0);
  EXPECT_EQ(payment.requests(0).sends(), 0);
  EXPECT_FALSE(payment.requests(0).has_send_time());
}

TEST_F(CardStoreTest, NamingTheSameWishAgainChangesNothing) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  const auto before = ReadOne(Number(1));
  const std::string news = News(Number(1));
  clock_.Advance(absl::Seconds(3));
  const auto facts = SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  EXPECT_EQ(facts.version(), 1);
  EXPECT_THAT(ReadOne(Number(1)), testing::EqualsProto(before));
  EXPECT_EQ(News(Number(1)), "1\t7\n") << "as they were";
  EXPECT_EQ(news, "1\t10\n");
  // Also when a newer version of the order says it.
  EXPECT_EQ(SettleOne(NeedOf(Number(1), v1::CARD_HOLD, 1000, 2)).version(), 1);
  EXPECT_EQ(ReadOne(Number(1)).requests_size(), 1);
}

TEST_F(CardStoreTest, AWishOfAnOlderVersionChangesNothing) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD, 1000, 5));
  const auto before = ReadOne(Number(1));
  const auto facts = SettleOne(NeedOf(Number(1), v1::CARD_RELEASE, 2000, 4));
  EXPECT_EQ(facts.state(), v1::CARD_AUTHORIZING);
  EXPECT_THAT(ReadOne(Number(1)), testing::EqualsProto(before));
  EXPECT_EQ(SettleOne(NeedOf(Number(1), v1::CARD_RELEASE, 1000, 5)).state(), v1::CARD_UNAUTHORIZED)
      << "the same version may say it";
}

// Somebody settles the same order at the same time for another reason, and knows nothing of the person's command.
TEST_F(CardStoreTest, WhatAPersonAsksForIsNotReplacedByWhatTheSameOrderWishes) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD, 700));
  Work();
  SettleOne(Asked(NeedOf(Number(1), v1::CARD_HOLD, 1000, 2)));
  for (const auto wish : {v1::CARD_KEEP, v1::CARD_RELEASE}) SettleOne(NeedOf(Number(1), wish, 1000, 2));
  Work();
  EXPECT_EQ(ReadOne(Number(1)).open_operation(), v1::AUTHORIZE) << "the old one is void, and the new one is asked for";
  SettleOne(NeedOf(Number(1), v1::CARD_RELEASE, 1000, 3));
  EXPECT_EQ(ReadOne(Number(1)).wish(), v1::CARD_RELEASE) << "the order is another now";
}

// The order has been shipped, and a person asks for the authorization that it has.
TEST_F(CardStoreTest, APersonWhoAsksForWhatIsThereHoldsNothingUp) {
  Authorized(Number(1));
  SettleOne(Asked(NeedOf(Number(1), v1::CARD_HOLD, 1000, 2)));
  EXPECT_EQ(SettleOne(NeedOf(Number(1), v1::CARD_CAPTURE, 1000, 2)).state(), v1::CARD_CAPTURING);
}

TEST_F(CardStoreTest, OfAnOrderThatNeverAskedForAnythingNothingIsKept) {
  for (const auto wish : {v1::CARD_KEEP, v1::CARD_RELEASE}) {
    const auto facts = SettleOne(NeedOf(Number(1), wish));
    EXPECT_EQ(facts.order_number(), Number(1));
    EXPECT_EQ(facts.version(), 0);
    EXPECT_EQ(facts.state(), v1::CARD_STATE_UNSPECIFIED);
  }
  EXPECT_THAT(Read({Number(1)})->payments(), IsEmpty());
  EXPECT_EQ(News(Number(1)), "");
  EXPECT_FALSE(Take().has_value());
}

TEST_F(CardStoreTest, WhatWasNotSentIsTakenBack) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  EXPECT_EQ(SettleOne(NeedOf(Number(1), v1::CARD_RELEASE, 1000, 2)).state(), v1::CARD_UNAUTHORIZED);
  const auto payment = ReadOne(Number(1));
  ASSERT_EQ(payment.requests_size(), 1);
  EXPECT_EQ(payment.requests(0).state(), v1::REQUEST_WITHDRAWN);
  EXPECT_TRUE(payment.requests(0).has_end_time());
  EXPECT_THAT(Waiting(Taken(), v1::AUTHORIZE), IsEmpty());
}

// Another amount before the request was sent: the old one is taken back, and the new one waits in its place.
TEST_F(CardStoreTest, ANewAmountReplacesWhatWaits) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD, 1000));
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD, 1500, 2));
  const auto waiting = Waiting(Taken(), v1::AUTHORIZE);
  ASSERT_THAT(waiting, SizeIs(1));
  EXPECT_EQ(waiting.front().amount_yen, 1500);
}

TEST_F(CardStoreTest, NewsCarryTheFactsVersion) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  EXPECT_EQ(News(Number(1)), "1\t10\n") << "whoever asked acts on the answer, and has time to acknowledge";
  Work();
  EXPECT_EQ(News(Number(1)), "2\t0\n") << "what the company said is news at once";
  Sql("DELETE FROM payment_changes");
  const auto facts = SettleOne(NeedOf(Number(1), v1::CARD_CAPTURE, 1000, 2));
  EXPECT_EQ(facts.version(), 3);
  EXPECT_EQ(News(Number(1)), "3\t10\n") << "also after those before it have been acknowledged";
}

TEST_F(CardStoreTest, ARefusalIsToldWithItsReasonUntilAPersonAsksAgain) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  const ShopTurn turn = Taken();
  End(turn, Begin(turn, 1, Waiting(turn, v1::AUTHORIZE)), Ending::kRefused, "RCCS_E22-822", "限度額オーバー");
  EndTurn(turn);
  auto facts = SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  EXPECT_EQ(facts.state(), v1::CARD_AUTHORIZATION_ERROR);
  EXPECT_EQ(facts.reason(), "RCCS_E22-822: 限度額オーバー");
  EXPECT_EQ(ReadOne(Number(1)).failed_operation(), v1::AUTHORIZE);
  facts = SettleOne(Asked(NeedOf(Number(1), v1::CARD_HOLD)));
  EXPECT_EQ(facts.state(), v1::CARD_AUTHORIZING);
  EXPECT_EQ(facts.reason(), "");
  EXPECT_EQ(ReadOne(Number(1)).requests_size(), 2);
}

TEST_F(CardStoreTest, ManyOrdersInOneCallAreAnsweredInTheirOrder) {
  ASSERT_THAT(Settle({NeedOf(Number(2), v1::CARD_HOLD)}), IsOk());
  const auto response = Settle({NeedOf(Number(3), v1::CARD_HOLD), NeedOf(Number(1), v1::CARD_KEEP),
                                OfShop("rakuten-2", NeedOf(Number(2), v1::CARD_RELEASE, 1000, 2))});
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->facts_size(), 3);
  EXPECT_EQ(response->facts(0).order_number(), Number(3));
  EXPECT_EQ(response->facts(0).state(), v1::CARD_AUTHORIZING);
  EXPECT_EQ(response->facts(1).order_number(), Number(1));
  EXPECT_EQ(response->facts(2).state(), v1::CARD_UNAUTHORIZED);
}

TEST_F(CardStoreTest, ReadsInTheOrderOfTheRequestAndLeavesOutWhatIsUnknown) {
  ASSERT_THAT(Settle(Holds(2)), IsOk());
  const auto response = Read({Number(2), Number(9), Number(1)});
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->payments_size(), 2);
  EXPECT_EQ(response->payments(0).order_number(), Number(2));
  EXPECT_EQ(response->payments(1).order_number(), Number(1));
  EXPECT_THAT(response->payments(0).requests(), IsEmpty()) << "only where they were asked for";
}

TEST_F(CardStoreTest, ACapturedOrderTellsItsWholeStory) {
  const absl::Time authorized = clock_.Now();
  Authorized(Number(1));
  clock_.Advance(absl::Hours(24));
  SettleOne(NeedOf(Number(1), v1::CARD_CAPTURE, 1000, 2));
  Work();
  const auto payment = ReadOne(Number(1));
  EXPECT_EQ(payment.state(), v1::CARD_CAPTURED);
  EXPECT_EQ(payment.captured_yen(), 1000);
  EXPECT_EQ(payment.authorized_yen(), 1000);
  EXPECT_EQ(payment.authorize_time().seconds(), absl::ToUnixSeconds(authorized));
  EXPECT_FALSE(payment.has_expire_time()) << "what is captured does not expire";
  EXPECT_EQ(payment.capture_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  ASSERT_EQ(payment.requests_size(), 2);
  EXPECT_EQ(payment.requests(0).operation(), v1::CAPTURE) << "the newest first";
  EXPECT_EQ(payment.requests(0).state(), v1::REQUEST_DONE);
  EXPECT_EQ(payment.requests(0).sends(), 1);
  EXPECT_GT(payment.requests(0).company_request_id(), 0);
}

TEST_F(CardStoreTest, SearchesByStatePageByPage) {
  ASSERT_THAT(Settle(Holds(5)), IsOk());
  Work();
  SettleOne(NeedOf(Number(2), v1::CARD_CAPTURE, 1000, 2));
  TakenBack(Number(6));
  EXPECT_THAT(Found({}), SizeIs(6));
  v1::SearchCardsRequest request;
  request.add_states(v1::CARD_AUTHORIZED);
  EXPECT_THAT(Found(request), ElementsAre(Number(1), Number(3), Number(4), Number(5)));
  request.set_page_size(2);
  EXPECT_THAT(Found(request), ElementsAre(Number(1), Number(3), "more"));
  request.set_after_order_number(Number(3));
  EXPECT_THAT(Found(request), ElementsAre(Number(4), Number(5)));
  request.add_states(v1::CARD_UNAUTHORIZED);
  request.set_page_size(10);
  EXPECT_THAT(Found(request), ElementsAre(Number(4), Number(5), Number(6)));
  request.clear_states();
  request.add_states(v1::CARD_CAPTURING);
  request.clear_after_order_number();
  EXPECT_THAT(Found(request), ElementsAre(Number(2)));
}

TEST_F(CardStoreTest, FindsWhatIsStuck) {
  Authorized(Number(1));
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  clock_.Advance(absl::Hours(1));
  SettleOne(NeedOf(Number(3), v1::CARD_HOLD));
  v1::SearchCardsRequest request;
  request.set_stuck(true);
  EXPECT_THAT(Found(request), IsEmpty());
  clock_.Advance(absl::Minutes(61));
  EXPECT_THAT(Found(request), ElementsAre(Number(2)));
  v1::PaymentSettings settings = DefaultSettings();
  settings.set_stuck_after_seconds(24 * 3600);
  ASSERT_THAT(settings_->Put("acme", settings, Deadline()), IsOk());
  EXPECT_THAT(Found(request), IsEmpty()) << "by the tenant's settings";
}

TEST_F(CardStoreTest, FindsAuthorizationsThatEndSoon) {
  Authorized(Number(1));
  Captured(Number(2));
  v1::SearchCardsRequest request;
  request.set_expiring(true);
  clock_.Advance(absl::Hours(24 * 52));
  EXPECT_THAT(Found(request), IsEmpty());
  clock_.Advance(absl::Hours(24 + 1));
  EXPECT_THAT(Found(request), ElementsAre(Number(1))) << "what has been captured ends no more";
  request.add_states(v1::CARD_CAPTURED);
  EXPECT_THAT(Found(request), IsEmpty()) << "joined by AND";
}

TEST_F(CardStoreTest, SettingsAreTheDefaultsUntilATenantPutsItsOwn) {
  const auto defaults = settings_->Get("acme", Deadline());
  ASSERT_THAT(defaults, IsOk());
  EXPECT_EQ(defaults->card_send_interval_seconds(), 600);
  EXPECT_EQ(defaults->authorization_valid_days(), 60);
  EXPECT_EQ(defaults->expiry_warning_days(), 7);
  EXPECT_EQ(defaults->stuck_after_seconds(), 7200);
  v1::PaymentSettings own;
  own.set_card_send_interval_seconds(0);
  own.set_authorization_valid_days(30);
  own.set_expiry_warning_days(3);
  own.set_stuck_after_seconds(60);
  for (int i = 0; i < 2; ++i) {
    const auto put = settings_->Put("acme", own, Deadline());
    ASSERT_THAT(put, IsOk());
    EXPECT_THAT(*put, testing::EqualsProto(own));
  }
  EXPECT_THAT(*settings_->Get("acme", Deadline()), testing::EqualsProto(own));
  EXPECT_THAT(*settings_->Get("other", Deadline()), testing::EqualsProto(DefaultSettings()));
  Authorized(Number(1));
  EXPECT_EQ(ReadOne(Number(1)).expire_time().seconds(), absl::ToUnixSeconds(clock_.Now() + absl::Hours(24 * 30)));
}

TEST_F(CardStoreTest, TenantsWithTheSameOrderNumberKnowNothingOfEachOther) {
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD), "acme");
  EXPECT_THAT(Read({Number(1)}, false, "other")->payments(), IsEmpty());
  EXPECT_THAT(Found({}, "other"), IsEmpty());
  clock_.Advance(absl::Seconds(1));
  TakenBack(Number(1), 77, "other");
  EXPECT_EQ(ReadOne(Number(1), "acme").amount_yen(), 1000);
  EXPECT_EQ(ReadOne(Number(1), "acme").open_operation(), v1::AUTHORIZE);
  EXPECT_EQ(ReadOne(Number(1), "other").amount_yen(), 77);
  EXPECT_EQ(ReadOne(Number(1), "other").requests_size(), 1);
  EXPECT_EQ(News(Number(1), "other"), "2\t10\n");
  Work();
  EXPECT_EQ(ReadOne(Number(1), "acme").state(), v1::CARD_AUTHORIZED);
  EXPECT_EQ(ReadOne(Number(1), "other").state(), v1::CARD_UNAUTHORIZED);
}

TEST_F(CardStoreTest, ANewOrderSettledByManyAtOnceIsAskedForOnce) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 10;
  for (int round = 1; round <= kRounds; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        const auto response = Settle({NeedOf(Number(round), v1::CARD_HOLD)});
        ASSERT_THAT(response, IsOk());
        EXPECT_EQ(response->facts(0).version(), 1);
        EXPECT_EQ(response->facts(0).state(), v1::CARD_AUTHORIZING);
      });
    }
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(Sql("SELECT COUNT(*), COUNT(DISTINCT order_number) FROM card_requests"),
            absl::StrCat(kRounds, "\t", kRounds, "\n"));
}

TEST_F(CardStoreTest, StatementsDoNotGrowWithTheOrders) {
  // More rows than these go in several statements of lengths that stay prepared (RowWriter).
  constexpr int kMany = 40;
  const auto compare = [&](const char* what, const auto& call) {
    const int64_t one = StatementsOf([&] { call(1); });
    EXPECT_GT(one, 0) << what;
    EXPECT_EQ(StatementsOf([&] { call(kMany); }), one) << what;
  };
  int version = 0;
  const auto settle = [&](int count, v1::CardWish wish) {
    std::vector<Need> needs;
    ++version;
    for (int i = 1; i <= count; ++i) needs.push_back(NeedOf(Number(i + 1000 * count), wish, 1000, version));
    ASSERT_THAT(Settle(needs), IsOk());
  };
  const auto numbers = [](int count) {
    std::vector<std::string> orders;
    for (int i = 1; i <= count; ++i) orders.push_back(Number(i + 1000 * count));
    return orders;
  };
  compare("new ones", [&](int count) { settle(count, v1::CARD_HOLD); });
  compare("known ones", [&](int count) { settle(count, v1::CARD_HOLD); });
  compare("taken back", [&](int count) { settle(count, v1::CARD_RELEASE); });
  compare("asked for again", [&](int count) { settle(count, v1::CARD_HOLD); });
  compare("read", [&](int count) { ASSERT_THAT(Read(numbers(count)), IsOk()); });
  compare("found", [&](int count) {
    v1::SearchCardsRequest request;
    request.set_page_size(count);
    Found(request);
  });
  const ShopTurn turn = Taken();
  const Requests waiting = Waiting(turn, v1::AUTHORIZE);
  ASSERT_THAT(waiting, SizeIs(kMany + 1));
  const auto some = [&](int count) {
    return count == 1 ? Requests(waiting.begin(), waiting.begin() + 1) : Requests(waiting.begin() + 1, waiting.end());
  };
  compare("given a number", [&](int count) { Begin(turn, count, some(count)); });
  compare("ended", [&](int count) { End(turn, some(count)); });
}

}  // namespace
}  // namespace juchu::payment
