// What a company that misbehaves in one certain way does to one order, as the worker takes it there; and when a worker
// looks for what is due.
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/testing/temp_folder.h"
#include "services/payment/rccs/rccs_test_messages.h"
#include "services/payment/rccs/rccs_test_server.h"
#include "services/payment/storage/payment_storage_fixture.h"
#include "services/payment/worker/card_worker.h"
#include "tests/standin/rccs_standin.h"

namespace juchu::payment {
namespace {

using ::juchu::testing::IsOk;
using standin::Operation;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using What = standin::Behaviour::What;

class CardTurnTest : public PaymentStorageTest {
 protected:
  void SetUp() override {
    PaymentStorageTest::SetUp();
    v1::PaymentSettings at_once = DefaultSettings();
    at_once.set_card_send_interval_seconds(0);
    ASSERT_THAT(settings_->Put("acme", at_once, Deadline()), IsOk());
    WriteAccount("key", "shop");
    JUCHU_ASSERT_OK_AND_ASSIGN(accounts_, CardAccounts::Open(AccountsFile(), clock_));
  }

  std::string AccountsFile() const { return folder_.File("accounts.json"); }
  void WriteAccount(const std::string& key, const std::string& shop_url) const {
    std::ofstream(AccountsFile()) << R"({"accounts": [{"tenant_id": "acme", "shop_id": "rakuten", "auth_key": ")" << key
                                  << R"(", "shop_url": ")" << shop_url << R"(", "user_name": "hanako"}]})";
    std::filesystem::permissions(AccountsFile(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  // The stand-in, with two accounts of different shops.
  void MakeCompany(const CardWorker::Options& worker = {}) {
    const rpc::TlsFiles tls = rccs::Authority().For("rccs");
    standin::RccsStandin::Options options;
    options.journal_file = folder_.File("journal");
    options.certificate_file = tls.cert_file;
    options.key_file = tls.key_file;
    options.accounts = {{"key", "shop", "hanako"}, {"other-key", "other-shop", "hanako"}};
    options.clock = &clock_;
    JUCHU_ASSERT_OK_AND_ASSIGN(company_, standin::RccsStandin::Start(options));
    Employ(company_->port(), worker);
  }
  void Employ(int port, const CardWorker::Options& worker = {}) {
    rccs::ClientOptions options;
    options.url = absl::StrCat("https://127.0.0.1:", port, rccs::kPath);
    options.ca_file = rccs::Authority().For("rccs").ca_file;
    JUCHU_ASSERT_OK_AND_ASSIGN(client_, rccs::Client::Create(options, clock_));
    worker_ = std::make_unique<CardWorker>(*queue_, *client_, *accounts_, clock_, worker);
  }
  static standin::Behaviour Behaviour(What what, Operation operation, std::optional<int> times,
                                      const std::string& code = "") {
    standin::Behaviour behaviour;
    behaviour.what = what;
    behaviour.operation = operation;
    behaviour.times = times;
    behaviour.code = code;
    return behaviour;
  }

  // Lets time pass as long as something is under way, at most so long.
  void Pass(absl::Duration most, absl::Duration step = absl::Seconds(30)) {
    for (const absl::Time end = clock_.Now() + most; clock_.Now() < end; clock_.Advance(step)) {
      for (bool worked = true; worked;) {
        const auto turn = worker_->RunTurn();
        ASSERT_THAT(turn, IsOk());
        worked = *turn;
      }
      if (OpenRequests() == 0) return;
    }
  }
  // The same where the worker's threads work; whether all has ended.
  bool PassBesideThreads() {
    const absl::Time limit = absl::Now() + kLimit;
    for (; OpenRequests() > 0 && absl::Now() < limit; clock_.Advance(kCheck)) {
    }
    return OpenRequests() == 0;
  }
  // Starts the threads; whether one has looked for what is due.
  bool StartAndLook() {
    const int64_t before = pool_->stats().statements;
    const absl::Time limit = absl::Now() + kLimit;
    worker_->Start();
    while (pool_->stats().statements == before && absl::Now() < limit) {
    }
    return pool_->stats().statements > before;
  }
  // Threads that see nothing of what nobody tells them, and ask for results soon.
  static CardWorker::Options Sleepers() {
    CardWorker::Options options;
    options.look_again = absl::InfiniteDuration();
    options.checks.first_check = options.checks.longest_check = kCheck;
    return options;
  }

  standin::OrderCounts Book(int i) {
    const std::string number = "mall-" + Number(i);
    return company_->Book(number).orders[number];
  }
  void ExpectAllWell() {
    EXPECT_EQ(OpenRequests(), 0);
    EXPECT_THAT(Audit(), IsEmpty());
  }

  static constexpr absl::Duration kCheck = absl::Milliseconds(20);
  static constexpr absl::Duration kLimit = absl::Seconds(30);

  const testing::TempFolder folder_{"juchu-card-turn"};
  std::unique_ptr<CardAccounts> accounts_;
  std::unique_ptr<standin::RccsStandin> company_;
  std::unique_ptr<rccs::Client> client_;
  std::unique_ptr<CardWorker> worker_;
};

// What is held goes before anything is authorized in its place.
TEST_F(CardTurnTest, WhatCouldNotBeCapturedIsAuthorizedAnewWhenAPersonAsks) {
  MakeCompany();
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  Pass(absl::Hours(1));
  company_->SetBehaviours({Behaviour(What::kRefuse, Operation::kSales, 1)});
  SettleOne(NeedOf(Number(1), v1::CARD_CAPTURE, 1000, 2));
  Pass(absl::Hours(1));
  ASSERT_EQ(ReadOne(Number(1)).state(), v1::CARD_CAPTURE_ERROR);
  SettleOne(Asked(NeedOf(Number(1), v1::CARD_HOLD, 1000, 3)));
  Pass(absl::Hours(1));
  EXPECT_EQ(ReadOne(Number(1)).state(), v1::CARD_AUTHORIZED);
  EXPECT_EQ(Book(1).authorization_voids, 1);
  EXPECT_EQ(Book(1).authorizations, 2);
  SettleOne(NeedOf(Number(1), v1::CARD_CAPTURE, 1000, 4));
  Pass(absl::Hours(1));
  EXPECT_EQ(Book(1).captured_yen, 1000);
  ExpectAllWell();
}

// After so many days the company has nothing to cancel any more: that must not bar the way to a new authorization.
TEST_F(CardTurnTest, WhatHasExpiredIsAuthorizedAnewAlsoWhenItCannotBeCancelled) {
  MakeCompany();
  for (const int order : {1, 2}) SettleOne(NeedOf(Number(order), v1::CARD_HOLD));
  Pass(absl::Hours(1));
  company_->SetBehaviours({Behaviour(What::kRefuse, Operation::kAuthoriCancel, 2)});
  SettleOne(Asked(NeedOf(Number(1), v1::CARD_RELEASE, 1000, 2)));
  Pass(absl::Hours(1));
  EXPECT_EQ(ReadOne(Number(1)).failed_operation(), v1::VOID_AUTHORIZATION) << "it is held";
  clock_.Advance(absl::Hours(24 * 60));
  SettleOne(Asked(NeedOf(Number(2), v1::CARD_HOLD, 1000, 2)));
  Pass(absl::Hours(1));
  EXPECT_EQ(ReadOne(Number(2)).state(), v1::CARD_AUTHORIZED);
  EXPECT_EQ(Book(2).authorizations, 2);
  ExpectAllWell();
}

// A request whose answer was lost is not refused because a question after it was: that says nothing of the request.
TEST_F(CardTurnTest, AnErrorOfAQuestionIsNoAnswerToTheRequest) {
  MakeCompany();
  company_->SetBehaviours({Behaviour(What::kDropBefore, Operation::kAuthori, 1),
                           Behaviour(What::kRefuse, Operation::kGetResult, 1, "RCCS_E02-001")});
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  Pass(absl::Hours(1));
  const auto payment = ReadOne(Number(1));
  EXPECT_EQ(payment.state(), v1::CARD_AUTHORIZED) << payment.error_code();
  EXPECT_EQ(payment.requests(0).sends(), 2) << "sent once more, under the same number";
  EXPECT_EQ(Book(1).authorizations, 1);
}

// The company may have what was sent first, also when the second sending surely failed: a new number could charge the
// card twice.
TEST_F(CardTurnTest, WhatMayHaveArrivedKeepsItsNumber) {
  int ids = 0;
  std::vector<std::string> authorizations;
  const rccs::Rccs company([&](const httplib::Request& request, httplib::Response& reply) {
    std::string answer;
    if (absl::StrContains(request.body, "getRCCSRequestId")) {
      answer = rccs::TestAnswer(
          "getRCCSRequestId", absl::StrCat("<errorCode>RCCS_N00-000</errorCode><message>正常終了</message><requestId>",
                                           1000 + ++ids, "</requestId>"));
    } else if (absl::StrContains(request.body, "authori")) {
      authorizations.push_back(request.body);
      reply.status = authorizations.size() == 1 ? 500 : authorizations.size() == 2 ? 403 : 200;
      answer = rccs::TestReply("authori", rccs::kCodeOk, "正常終了");
    } else {
      answer = rccs::TestAnswer("getRCCSResult", "<errorCode>RCCS_N00-000</errorCode><message>正常終了</message>" +
                                                     rccs::TestRequest("1001", "0", ""));
    }
    reply.set_content(answer, "text/xml;charset=utf-8");
  });
  Employ(company.port());
  ASSERT_THAT(Settle(Holds(2)), IsOk());
  Pass(absl::Hours(1));
  EXPECT_GE(authorizations.size(), 2);
  EXPECT_THAT(authorizations, Each(HasSubstr(">1001<")));
  EXPECT_EQ(Sql("SELECT COUNT(*) FROM card_requests WHERE state = 5"), "0\n") << "nobody knows that it was refused";
}

// A shop that has changed its account: the company refuses every question that names a number of the old one.
TEST_F(CardTurnTest, ANumberThatTheCompanyDoesNotKnowHoldsNobodyElseUp) {
  MakeCompany();
  company_->SetBehaviours({Behaviour(What::kStall, Operation::kAuthori, 1)});
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  Pass(absl::Minutes(5));
  WriteAccount("other-key", "other-shop");
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  Pass(absl::Hours(30), absl::Hours(1));
  EXPECT_EQ(ReadOne(Number(2)).state(), v1::CARD_AUTHORIZED);
  EXPECT_EQ(ReadOne(Number(1)).error_code(), "RESULT_LOST");
}

// Given up here, it is under way there still: a second one beside it would charge the card twice.
TEST_F(CardTurnTest, WhatWasGivenUpIsNotAskedForAgainWhileTheCompanyWorksOnIt) {
  MakeCompany();
  company_->SetBehaviours({Behaviour(What::kStall, Operation::kAuthori, 1)});
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  Pass(absl::Hours(30), absl::Hours(1));
  ASSERT_EQ(ReadOne(Number(1)).error_code(), "RESULT_LOST");
  SettleOne(Asked(NeedOf(Number(1), v1::CARD_HOLD)));
  Pass(absl::Hours(2), absl::Minutes(10));
  ASSERT_EQ(ReadOne(Number(1)).state(), v1::CARD_AUTHORIZING);
  EXPECT_EQ(ReadOne(Number(1)).requests(0).error_code(), "ASKING_EARLIER_UNFINISHED");
  company_->SetBehaviours({});
  Pass(absl::Hours(2), absl::Minutes(10));
  EXPECT_EQ(ReadOne(Number(1)).state(), v1::CARD_AUTHORIZED);
  EXPECT_EQ(Book(1).authorizations, 1);
  ExpectAllWell();
}

TEST_F(CardTurnTest, WhatAsksFirstAndFindsNothingOutIsLeftToAPersonToo) {
  MakeCompany();
  company_->SetBehaviours({Behaviour(What::kStall, Operation::kAuthori, 1)});
  for (const int order : {1, 2}) SettleOne(NeedOf(Number(order), v1::CARD_HOLD));
  Pass(absl::Hours(30), absl::Hours(1));
  // Of one order the company works on the first request for ever; of both it refuses to say anything else.
  company_->SetBehaviours({Behaviour(What::kStall, Operation::kSales, 1),
                           Behaviour(What::kRefuse, Operation::kGetResultAll, std::nullopt)});
  for (const int order : {1, 2}) SettleOne(Asked(NeedOf(Number(order), v1::CARD_HOLD)));
  Pass(absl::Hours(30), absl::Hours(1));
  for (const int order : {1, 2}) {
    EXPECT_EQ(ReadOne(Number(order)).state(), v1::CARD_AUTHORIZATION_ERROR);
    EXPECT_EQ(Book(order).authorizations, 0);
  }
  ExpectAllWell();
}

// What cannot be read of one request says nothing of the others.
TEST_F(CardTurnTest, GarbageAboutOneRequestHoldsNobodyElseUp) {
  MakeCompany();
  standin::Behaviour garbage = Behaviour(What::kGarbage, Operation::kGetResult, std::nullopt);
  garbage.order = "mall-" + Number(1);
  company_->SetBehaviours({garbage});
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  Pass(absl::Minutes(1));
  SettleOne(NeedOf(Number(2), v1::CARD_HOLD));
  Pass(absl::Hours(2), absl::Minutes(1));
  EXPECT_EQ(ReadOne(Number(2)).state(), v1::CARD_AUTHORIZED);
  EXPECT_EQ(ReadOne(Number(1)).state(), v1::CARD_AUTHORIZING);
  EXPECT_EQ(Sql("SELECT failures FROM card_shops"), "0\n") << "the company is there";
}

// A key that has ended, say: every question is refused, and asking on would help nobody.
TEST_F(CardTurnTest, ACompanyThatRefusesEveryQuestionIsLeftAloneForAWhile) {
  MakeCompany();
  company_->SetBehaviours({Behaviour(What::kStall, Operation::kAuthori, std::nullopt),
                           Behaviour(What::kRefuse, Operation::kGetResult, std::nullopt)});
  for (int order = 1; order <= 25; ++order) {
    SettleOne(NeedOf(Number(order), v1::CARD_HOLD));
    ASSERT_THAT(worker_->RunTurn(), IsOk());
  }
  EXPECT_EQ(Sql("SELECT failures FROM card_shops"), "0\n");
  clock_.Advance(absl::Minutes(1));
  ASSERT_THAT(worker_->RunTurn(), IsOk());
  EXPECT_EQ(Sql("SELECT failures FROM card_shops"), "1\n");
  EXPECT_EQ(Sql("SELECT COUNT(*) FROM card_requests WHERE checks > 0"), "20\n") << "the others are not asked about";
}

// --card_give_up_after: a request without a result is left to a person.
TEST_F(CardTurnTest, IsLeftToAPersonAlsoWhenTheCompanyDoesNotAnswer) {
  MakeCompany();
  company_->SetBehaviours({Behaviour(What::kStall, Operation::kAuthori, std::nullopt)});
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  Pass(absl::Minutes(5));
  company_->SetBehaviours({Behaviour(What::kStall, Operation::kAuthori, std::nullopt),
                           Behaviour(What::kError500, Operation::kGetResult, std::nullopt)});
  Pass(absl::Hours(30), absl::Hours(1));
  EXPECT_EQ(ReadOne(Number(1)).state(), v1::CARD_AUTHORIZATION_ERROR);
}

// One thread sleeps until the other one's turn leaves something behind, and both until a request is written down.
TEST_F(CardTurnTest, AThreadSleepsUntilSomethingIsDueOrWrittenDown) {
  MakeCompany(Sleepers());
  worker_->Start();
  for (int order = 1; order <= 10; ++order) {
    SettleOne(NeedOf(Number(order), v1::CARD_HOLD));
    ASSERT_TRUE(PassBesideThreads()) << "a thread sleeps for ever";
    EXPECT_EQ(ReadOne(Number(order)).state(), v1::CARD_AUTHORIZED);
  }
}

// Another process has left the shop so: it is due in a moment, and nobody tells.
TEST_F(CardTurnTest, AThreadThatSleepsHasLearntWhenAShopIsDue) {
  MakeCompany(Sleepers());
  SettleOne(NeedOf(Number(1), v1::CARD_HOLD));
  EndTurn(Taken(), /*sent=*/false, /*reached=*/false);
  clock_.Advance(*DueIn() - kCheck);
  ASSERT_TRUE(StartAndLook());
  EXPECT_EQ(OpenRequests(), 1);
  ASSERT_TRUE(PassBesideThreads());
}

TEST_F(CardTurnTest, WhatAnotherProcessWritesDownIsFoundByLookingAgain) {
  CardWorker::Options options = Sleepers();
  options.look_again = kCheck;
  MakeCompany(options);
  ASSERT_TRUE(StartAndLook());
  CardStore other(
      *pool_, clock_, [] {}, [] {});
  v1::SettleCardsRequest request;
  *request.add_needs() = NeedOf(Number(1), v1::CARD_HOLD);
  ASSERT_THAT(other.Settle("acme", request, Deadline()), IsOk());
  ASSERT_TRUE(PassBesideThreads());
}

TEST_F(CardTurnTest, OneThreadLooksForAllWhileNothingIsDue) {
  CardWorker::Options options = Sleepers();
  options.threads = 8;
  MakeCompany(options);
  const int64_t before = pool_->stats().statements;
  ASSERT_TRUE(StartAndLook());
  // A round trip beside the pool: whoever would look again would do so meanwhile.
  EXPECT_EQ(OpenRequests(), 0);
  worker_->Stop();
  EXPECT_EQ(pool_->stats().statements, before + 1);
}

}  // namespace
}  // namespace juchu::payment
