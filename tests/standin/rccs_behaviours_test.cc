// Each way of the stand-in to misbehave, as the misled client sees it and as the book knows it.

#include "tests/standin/rccs_behaviours.h"

#include <fstream>
#include <string>
#include <thread>

#include "common/testing/child_process.h"
#include "tests/standin/rccs_test_bench.h"

namespace juchu::standin {
namespace {

using ::testing::HasSubstr;

constexpr char kDone[] = "RCCS_N00-000";
constexpr char kRows[] = "rccsRequestStatus/*/rccsResults/*";

class RccsBehavioursTest : public RccsTestBench {
 protected:
  // An authori for "x-1" on a new id, under the rule.
  TestAnswer AuthoriUnder(nlohmann::json rule) {
    id_ = client_->RequestId();
    rule["operation"] = "authori";
    EXPECT_EQ(client_->Behave(nlohmann::json::array({rule})), 200);
    return client_->Post(client_->AuthoriText(id_, {{"x-1", 100}}));
  }
  int64_t Authorizations() {
    PassDelay();
    const RccsStandin::BookOfEffects book = standin_->Book("x-1");
    return book.orders.contains("x-1") ? book.orders.at("x-1").authorizations : 0;
  }

  int id_ = 0;
};

TEST_F(RccsBehavioursTest, RefuseSaysWhatItIsTold) {
  AuthoriUnder({{"what", "refuse"}, {"code", "RCCS_E22-999"}, {"message", "カードが無効です"}});
  EXPECT_EQ(Authorizations(), 0);
  const TestAnswer result = client_->Result(id_);
  EXPECT_EQ(result.At(std::string(kRows) + "/errorCode"), "RCCS_E22-999");
  EXPECT_EQ(result.At(std::string(kRows) + "/message"), "カードが無効です");
}

TEST_F(RccsBehavioursTest, ARefusedCaptureLeavesTheAuthorization) {
  client_->Authori("x-1", 100);
  PassDelay();
  client_->Behave({{{"what", "refuse"}, {"operation", "sales"}, {"times", 1}}});
  client_->Do(Operation::kSales, {"x-1"});
  PassDelay();
  EXPECT_EQ(client_->Book("x-1")["card_status"], 23);
  client_->Do(Operation::kSales, {"x-1"});
  PassDelay();
  EXPECT_EQ(client_->Book("x-1")["captured_yen"], 100);
}

TEST_F(RccsBehavioursTest, StallLastsUntilItIsCleared) {
  EXPECT_EQ(AuthoriUnder({{"what", "stall"}}).At("errorCode"), kDone);
  PassDelay();
  EXPECT_EQ(client_->Result(id_).At("rccsRequestStatus/*/status"), "2");
  StopStandin();
  ASSERT_NO_FATAL_FAILURE(StartStandin());
  EXPECT_EQ(Authorizations(), 0);
  EXPECT_EQ(client_->Control("forget", nlohmann::json::object()), 200);
  EXPECT_EQ(client_->Result(id_).At("rccsRequestStatus/*/status"), "3");
  EXPECT_EQ(Authorizations(), 1);
}

TEST_F(RccsBehavioursTest, DropBeforeDoesNothing) {
  EXPECT_EQ(AuthoriUnder({{"what", "drop_before"}}).http_status, 0);
  EXPECT_EQ(client_->Result(id_).At("rccsRequestStatus/*/status"), "0");
  EXPECT_EQ(Authorizations(), 0);
}

TEST_F(RccsBehavioursTest, DropAfterDoesTheWork) {
  EXPECT_EQ(AuthoriUnder({{"what", "drop_after"}}).http_status, 0);
  EXPECT_EQ(Authorizations(), 1);
  EXPECT_EQ(client_->Result(id_).At("rccsRequestStatus/*/status"), "3");
}

TEST_F(RccsBehavioursTest, TwiceTellsTheRowsTwiceAndDoesTheWorkOnce) {
  AuthoriUnder({{"what", "twice"}});
  EXPECT_EQ(Authorizations(), 1);
  EXPECT_EQ(client_->Result(id_).Count(kRows), 2);
  // Rows that are doubled stay so; those of an answer come on top of nothing.
  client_->Behave({{{"what", "twice"}}});
  EXPECT_EQ(client_->Result(id_).Count(kRows), 2);
  EXPECT_EQ(client_->Row("x-1").Count("rccsResults/*"), 2);
}

TEST_F(RccsBehavioursTest, GarbageIsAPageAndTheWorkIsDone) {
  const TestAnswer answer = AuthoriUnder({{"what", "garbage"}});
  EXPECT_EQ(answer.http_status, 200);
  EXPECT_THAT(answer.body, HasSubstr("<html>"));
  EXPECT_EQ(Authorizations(), 1);
}

TEST_F(RccsBehavioursTest, Error500DoesNothing) {
  EXPECT_EQ(AuthoriUnder({{"what", "error_500"}}).http_status, 500);
  EXPECT_EQ(Authorizations(), 0);
}

TEST_F(RccsBehavioursTest, HangDoesTheWorkAndKeepsItsAnswer) {
  std::thread caller([&] {
    const auto client = ClientFor(Shop());
    const int id = client->RequestId();
    EXPECT_EQ(client->Behave({{{"what", "hang"}, {"operation", "authori"}, {"seconds", 3600}}}), 200);
    EXPECT_EQ(client->Post(client->AuthoriText(id, {{"x-1", 100}})).http_status, 0);
  });
  // The end of the stand-in is what ends the call.
  while (standin_->Book().requests_accepted == 0) std::this_thread::yield();
  EXPECT_EQ(Authorizations(), 1);
  StopStandin();
  caller.join();
}

TEST_F(RccsBehavioursTest, AHangThatIsOverAnswers) {
  EXPECT_EQ(AuthoriUnder({{"what", "hang"}, {"seconds", 0.001}}).At("errorCode"), kDone);
}

TEST_F(RccsBehavioursTest, ARequestErrorHasNoRowsAndDoesNothing) {
  EXPECT_EQ(AuthoriUnder({{"what", "request_error"}, {"code", "RCCS_E21-001"}}).At("errorCode"), kDone);
  EXPECT_EQ(Authorizations(), 0);
  const TestAnswer result = client_->Result(id_);
  EXPECT_EQ(result.At("errorCode"), kDone);
  EXPECT_EQ(result.At("rccsRequestStatus/*/status"), "3");
  EXPECT_EQ(result.At("rccsRequestStatus/*/errorCode"), "RCCS_E21-001");
  EXPECT_EQ(result.Count(kRows), 0);
}

TEST_F(RccsBehavioursTest, ALyingReplySaysAnErrorOfWhatIsDone) {
  EXPECT_EQ(AuthoriUnder({{"what", "lie_reply"}}).At("errorCode"), "RCCS_E01-001");
  EXPECT_EQ(Authorizations(), 1);
}

TEST_F(RccsBehavioursTest, TalkGoesOnInEveryMessageAndTheWorkIsDone) {
  EXPECT_EQ(AuthoriUnder({{"what", "talk"}}).At("message"), "正常終了 カード番号 4111-1111-1111-1111");
  EXPECT_EQ(Authorizations(), 1);
  client_->Behave({{{"what", "talk"}, {"message", "あれこれ"}}});
  const TestAnswer result = client_->Result(id_);
  EXPECT_EQ(result.At("message"), "正常終了 あれこれ");
  EXPECT_EQ(result.At("rccsRequestStatus/*/message"), "正常終了 あれこれ");
  EXPECT_EQ(result.At(std::string(kRows) + "/message"), "正常終了 あれこれ");
  EXPECT_EQ(client_->Row("x-1").At("rccsResults/*/message"), "正常終了 あれこれ");
  client_->Behave(nlohmann::json::array());
  EXPECT_EQ(client_->Result(id_).At("message"), "正常終了");
}

TEST_F(RccsBehavioursTest, RulesChooseByOperationOrderAndTimes) {
  client_->Behave({{{"what", "error_500"}, {"operation", "getRCCSResultAll"}, {"order", "x-*"}, {"times", 2}}});
  EXPECT_EQ(client_->Row("y-1").http_status, 200);
  EXPECT_EQ(client_->Row("x-1").http_status, 500);
  EXPECT_EQ(client_->ControlGet("behaviours")[0]["times"], 1);
  EXPECT_EQ(client_->Row("x-2").http_status, 500);
  EXPECT_EQ(client_->Row("x-1").http_status, 200);
  EXPECT_GT(client_->RequestId(), 0);
  client_->Behave({{{"what", "error_500"}, {"operation", "getRCCSResult"}, {"order", "x-1"}}});
  EXPECT_EQ(client_->Result(client_->Authori("x-1", 1)).http_status, 500);
  EXPECT_EQ(client_->Result(client_->Authori("y-1", 1)).http_status, 200);
}

TEST_F(RccsBehavioursTest, ChanceFollowsFromTheSeed) {
  const auto draw = [&] {
    std::string statuses;
    client_->Behave({{{"what", "error_500"}, {"probability", 0.5}}});
    for (int i = 0; i < 20; ++i) statuses += client_->Row("x-1").http_status == 500 ? "5" : "2";
    return statuses;
  };
  const std::string first = draw();
  EXPECT_THAT(first, HasSubstr("5"));
  EXPECT_THAT(first, HasSubstr("2"));
  StopStandin();
  ASSERT_NO_FATAL_FAILURE(StartStandin());
  EXPECT_EQ(draw(), first);
}

TEST_F(RccsBehavioursTest, WrongCommandsAreRefused) {
  EXPECT_EQ(client_->Behave({{{"what", "explode"}}}), 400);
  EXPECT_EQ(client_->Behave({{{"what", "refuse"}, {"operation", "pay"}}}), 400);
  EXPECT_EQ(client_->Behave({{{"what", "refuse"}, {"orders", "x"}}}), 400);
  EXPECT_EQ(client_->Behave({{{"what", "refuse"}, {"times", "often"}}}), 400);
  EXPECT_EQ(client_->Behave("refuse"), 400);
  EXPECT_EQ(client_->Control("delay", {{"milliseconds", -1}}), 400);
}

TEST_F(RccsBehavioursTest, TheDelayCanBeSet) {
  EXPECT_EQ(client_->Control("delay", {{"milliseconds", 0}}), 200);
  EXPECT_EQ(client_->Result(client_->Authori("x-1", 1)).At("rccsRequestStatus/*/status"), "3");
}

// The program itself, killed as by a power cut and started again on the same journal and port.
TEST_F(RccsBehavioursTest, TheProgramSurvivesAKill) {
  StopStandin();
  const std::string accounts = folder_.File("accounts.json");
  std::ofstream(accounts) << R"([{"auth_key": "key", "shop_url": "shop", "user_name": "hanako"}])";
  const int port = testing::FreePort();
  testing::ChildProcess program(
      {JUCHU_BINARY_DIR "/bin/juchu-rccs-standin", "--journal=" + JournalFile(), "--certificate=" + Tls().cert_file,
       "--key=" + Tls().key_file, "--accounts=" + accounts, "--delay=0", "--port=" + std::to_string(port)},
      {}, folder_.File("log"));
  RccsTestClient client(port, Tls().ca_file, Shop());
  const auto start = [&] {
    ASSERT_THAT(program.Start(), testing::IsOk());
    while (client.ControlGet("behaviours").is_null()) ASSERT_TRUE(program.Running());
  };
  ASSERT_NO_FATAL_FAILURE(start());
  const int id = client.Authori("x-1", 100);
  program.Kill();
  ASSERT_NO_FATAL_FAILURE(start());
  EXPECT_EQ(client.Result(id).At("rccsRequestStatus/*/status"), "3");
  EXPECT_EQ(client.Book("x-1")["authorizations"], 1);
  EXPECT_EQ(program.Terminate(), 0);
}

}  // namespace
}  // namespace juchu::standin
