// The client against a server with real TLS: what is certain after each way in which a call can fail.
#include "services/payment/rccs/rccs_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "services/payment/rccs/rccs_messages.h"
#include "services/payment/rccs/rccs_test_messages.h"
#include "services/payment/rccs/rccs_test_server.h"

namespace juchu::payment::rccs {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kOrder[] = "338459-20180822-00001731";

class ClientTest : public ::testing::Test {
 protected:
  std::unique_ptr<Client> Make(int port, absl::Duration timeout = absl::Seconds(30),
                               const std::string& host = "localhost") {
    ClientOptions options;
    options.url = absl::StrCat("https://", host, ":", port, kPath);
    options.ca_file = ca_file_;
    options.timeout = timeout;
    auto client = Client::Create(options, clock_);
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }
  absl::Time Deadline() const { return clock_.Now() + absl::Minutes(5); }
  absl::Status Request(const Client& client) const {
    return Checked(client.Request(TestAccount(), Operation::kAuthorize, 7, {{kOrder, 108}}, Deadline()));
  }
  absl::Status GetId(const Client& client) const {
    return Checked(client.GetRequestId(TestAccount(), Deadline()).status());
  }
  // No error of any test has the key, the request or the answer in it.
  static absl::Status Checked(const absl::Status& status) {
    EXPECT_THAT(status.ToString(), AllOf(Not(HasSubstr("key-of-a-test-shop")), Not(HasSubstr("Envelope")),
                                         Not(HasSubstr(kOrder)), Not(HasSubstr("garbage"))));
    return status;
  }

  juchu::testing::FakeClock clock_;
  std::string ca_file_ = Authority().For("rccs").ca_file;
};

TEST_F(ClientTest, ARequestArrivesOnceAsWritten) {
  const Rccs rccs(Says(200, TestReply("authori", kCodeOk, "正常終了")));
  EXPECT_THAT(Request(*Make(rccs.port())), IsOk());
  const std::vector<httplib::Request> requests = rccs.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].get_header_value("Content-Type"), "text/xml; charset=utf-8");
  EXPECT_EQ(requests[0].get_header_value("SOAPAction"), "\"\"");
  EXPECT_EQ(requests[0].body,
            WriteRequest(TestAccount(), Operation::kAuthorize, 7, {OrderRequest{kOrder, 108}}).value());
}

// Of a body of more than a MiB libcurl by itself would ask first whether it is welcome, and wait.
TEST_F(ClientTest, ALargeRequestGoesAtOnce) {
  const Rccs rccs(Says(200, TestReply("sales", kCodeOk, "正常終了")));
  std::vector<OrderRequest> orders(12'000);
  for (std::size_t i = 0; i < orders.size(); ++i) orders[i].shop_order_number = absl::StrCat(kOrder, i);
  EXPECT_THAT(Make(rccs.port())->Request(TestAccount(), Operation::kCapture, 7, orders, Deadline()), IsOk());
  ASSERT_EQ(rccs.requests().size(), 1u);
  EXPECT_GT(rccs.requests()[0].body.size(), std::size_t{1} << 20);
  EXPECT_FALSE(rccs.requests()[0].has_header("Expect"));
}

TEST_F(ClientTest, ReadsWhatRccsSays) {
  const Rccs rccs([](const httplib::Request& request, httplib::Response& reply) {
    const bool all = request.body.find("getRCCSResultAll") != std::string::npos;
    const bool results = request.body.find("<ns2:getRCCSResult>") != std::string::npos;
    reply.body = TestAnswer("getRCCSRequestId", absl::StrCat(kTestReplyOk, "<requestId>167316941</requestId>"));
    if (all) reply.body = TestAnswer("getRCCSResultAll", absl::StrCat(kTestReplyOk, TestOrder()));
    if (results) {
      reply.body = TestAnswer("getRCCSResult", absl::StrCat(kTestReplyOk, TestRequest("7", "3", TestOrder())));
    }
  });
  const std::unique_ptr<Client> client = Make(rccs.port());
  EXPECT_EQ(client->GetRequestId(TestAccount(), Deadline()).value(), 167316941);
  const std::vector<int64_t> ids = {7};
  EXPECT_EQ(client->GetResults(TestAccount(), ids, Deadline()).value().front().request_id, 7);
  const ResultSearch search{absl::CivilDay(2018, 8, 1), absl::CivilDay(2018, 8, 2), kOrder};
  EXPECT_EQ(client->GetResultAll(TestAccount(), search, Deadline()).value().front().shop_order_number, kOrder);
}

TEST_F(ClientTest, CallsOfManyThreadsDoNotMix) {
  const Rccs rccs([](const httplib::Request& request, httplib::Response& reply) {
    const std::size_t begin = request.body.find("<ns3:int>") + 9;
    const std::string id = request.body.substr(begin, request.body.find('<', begin) - begin);
    reply.body = TestAnswer("getRCCSResult", absl::StrCat(kTestReplyOk, TestRequest(id, "3", TestOrder())));
  });
  const std::unique_ptr<Client> client = Make(rccs.port());
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int64_t thread = 1; thread <= 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int64_t i = 0; i < 10; ++i) {
        const std::vector<int64_t> ids = {thread * 100 + i};
        const auto results = client->GetResults(TestAccount(), ids, Deadline());
        if (results.ok() && results->size() == 1 && results->front().request_id == ids[0]) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 40);
}

TEST_F(ClientTest, WithoutAConnectionNothingWasDone) {
  int port = 0;
  {
    const Rccs gone(Says(200, ""));
    port = gone.port();
  }
  const auto unreachable = StatusIs(absl::StatusCode::kUnavailable, HasReason("RCCS_UNREACHABLE"));
  EXPECT_THAT(Request(*Make(port)), unreachable);
  EXPECT_THAT(GetId(*Make(port)), unreachable);
  EXPECT_THAT(Request(*Make(port, absl::Seconds(30), "no-such-host.invalid")), unreachable);
}

TEST_F(ClientTest, AHandshakeThatIsCutSendsNothing) {
  Mute mute(/*read=*/false);
  EXPECT_THAT(Request(*Make(mute.port())), StatusIs(absl::StatusCode::kUnavailable, HasReason("RCCS_UNREACHABLE")));
  EXPECT_EQ(mute.received(), "");
}

TEST_F(ClientTest, AServerThatIsNotVouchedForGetsNothing) {
  const auto unreachable = StatusIs(absl::StatusCode::kUnavailable, HasReason("RCCS_UNREACHABLE"));
  const Rccs rccs(Says(200, TestReply("authori", kCodeOk, "正常終了")));
  rpc::TestCertificates others;
  ca_file_ = others.For("rccs").ca_file;
  EXPECT_THAT(Request(*Make(rccs.port())), unreachable);
  // The system's authorities do not know the test's.
  ca_file_ = "";
  EXPECT_THAT(Request(*Make(rccs.port())), unreachable);
  ca_file_ = Authority().For("rccs").ca_file;
  // The certificate is for localhost and 127.0.0.1.
  EXPECT_THAT(Request(*Make(rccs.port(), absl::Seconds(30), "127.0.0.2")), unreachable);
  EXPECT_THAT(rccs.requests(), IsEmpty());
  EXPECT_THAT(Request(*Make(rccs.port(), absl::Seconds(30), "127.0.0.1")), IsOk());

  const Rccs expired(Says(200, TestReply("authori", kCodeOk, "正常終了")),
                     Authority().For("rccs", rpc::TestCertificates::Odd{"DNS:rccs.test", -1}));
  EXPECT_THAT(Request(*Make(expired.port())), unreachable);
  EXPECT_THAT(expired.requests(), IsEmpty());
}

TEST_F(ClientTest, AnAnswerThatNeverComesLeavesTheOutcomeOpen) {
  Mute mute(/*read=*/true);
  EXPECT_THAT(Request(*Make(mute.port())), StatusIs(absl::StatusCode::kUnknown, HasReason("RCCS_OUTCOME_UNKNOWN")));
  EXPECT_THAT(mute.received(), HasSubstr(kOrder));
  Mute another(/*read=*/true);
  EXPECT_THAT(GetId(*Make(another.port())), StatusIs(absl::StatusCode::kUnavailable, HasReason("RCCS_NO_ANSWER")));
}

TEST_F(ClientTest, ATimeoutLeavesTheOutcomeOpen) {
  absl::Notification end;
  const Rccs rccs([&end](const httplib::Request&, httplib::Response&) { end.WaitForNotification(); });
  EXPECT_THAT(Request(*Make(rccs.port(), absl::Seconds(1))),
              StatusIs(absl::StatusCode::kUnknown, HasReason("RCCS_OUTCOME_UNKNOWN")));
  // The deadline comes before the timeout.
  const auto id = Make(rccs.port())->GetRequestId(TestAccount(), clock_.Now() + absl::Seconds(1));
  EXPECT_THAT(Checked(id.status()), StatusIs(absl::StatusCode::kUnavailable, HasReason("RCCS_NO_ANSWER")));
  end.Notify();
}

TEST_F(ClientTest, AfterTheDeadlineNothingIsSent) {
  const Rccs rccs(Says(200, TestReply("authori", kCodeOk, "正常終了")));
  for (const absl::Time deadline : {clock_.Now(), absl::InfinitePast()}) {
    EXPECT_THAT(Make(rccs.port())->Request(TestAccount(), Operation::kAuthorize, 7, {{kOrder, 108}}, deadline),
                StatusIs(absl::StatusCode::kUnavailable, HasReason("RCCS_UNREACHABLE")));
  }
  EXPECT_THAT(rccs.requests(), IsEmpty());
  EXPECT_THAT(
      Make(rccs.port())->Request(TestAccount(), Operation::kAuthorize, 7, {{kOrder, 108}}, absl::InfiniteFuture()),
      IsOk());
}

TEST_F(ClientTest, HttpStatusesSayWhatIsCertain) {
  for (const int status : {400, 401, 403, 404, 413, 429}) {
    const Rccs rccs(Says(status, "<html>garbage</html>"));
    for (const absl::Status& error : {Request(*Make(rccs.port())), GetId(*Make(rccs.port()))}) {
      EXPECT_THAT(error, StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("RCCS_HTTP_REFUSED")));
      EXPECT_THAT(error, HasMetadata("http_status", absl::StrCat(status)));
    }
  }
  for (const int status : {500, 502, 503, 504, 202, 204}) {
    // A success inside does not count.
    const Rccs rccs(Says(status, TestReply("authori", kCodeOk, "正常終了")));
    EXPECT_THAT(Request(*Make(rccs.port())), StatusIs(absl::StatusCode::kUnknown, HasReason("RCCS_OUTCOME_UNKNOWN")));
    EXPECT_THAT(Request(*Make(rccs.port())), HasMetadata("http_status", absl::StrCat(status)));
    EXPECT_THAT(GetId(*Make(rccs.port())), StatusIs(absl::StatusCode::kUnavailable, HasReason("RCCS_NO_ANSWER")));
  }
}

TEST_F(ClientTest, ARedirectIsNotFollowed) {
  const Rccs target(Says(200, TestReply("authori", kCodeOk, "正常終了")));
  const Rccs rccs([&target](const httplib::Request&, httplib::Response& reply) {
    reply.set_redirect(absl::StrCat("https://localhost:", target.port(), kPath), 307);
  });
  EXPECT_THAT(Request(*Make(rccs.port())), StatusIs(absl::StatusCode::kUnknown, HasReason("RCCS_OUTCOME_UNKNOWN")));
  EXPECT_THAT(target.requests(), IsEmpty());
}

TEST_F(ClientTest, AnUnreadableAnswerLeavesTheOutcomeOpen) {
  const std::string whole = TestReply("authori", kCodeOk, "正常終了");
  for (const std::string& body :
       {std::string(), std::string("garbage"), std::string("<html>garbage</html>"), whole.substr(0, whole.size() / 2),
        TestReply("authori", "", ""), TestFault("S:Server", "garbage in a fault is cut off from errors' messages")}) {
    const Rccs rccs(Says(200, body));
    const absl::Status status =
        Make(rccs.port())->Request(TestAccount(), Operation::kAuthorize, 7, {{kOrder, 108}}, Deadline());
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnknown, HasReason("RCCS_OUTCOME_UNKNOWN"))) << body;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("garbage")));
  }
  const Rccs rccs(Says(200, "garbage"));
  EXPECT_THAT(GetId(*Make(rccs.port())), StatusIs(absl::StatusCode::kDataLoss, HasReason("RCCS_ANSWER_UNREADABLE")));
}

TEST_F(ClientTest, AnAnswerThatIsCutLeavesTheOutcomeOpen) {
  const std::string whole = TestReply("authori", kCodeOk, "正常終了");
  const Rccs rccs([&whole](const httplib::Request&, httplib::Response& reply) {
    reply.set_content_provider(whole.size() + 1, "text/xml", [&whole](size_t offset, size_t, httplib::DataSink& sink) {
      return offset == 0 && sink.write(whole.data(), whole.size());
    });
  });
  EXPECT_THAT(Request(*Make(rccs.port())), StatusIs(absl::StatusCode::kUnknown, HasReason("RCCS_OUTCOME_UNKNOWN")));
}

TEST_F(ClientTest, AnAnswerWithoutEndIsNotReadToItsEnd) {
  std::atomic<std::size_t> written = 0;
  const std::string piece(1 << 20, ' ');
  const auto endless = [&](const httplib::Request&, httplib::Response& reply) {
    reply.set_chunked_content_provider("text/xml", [&](size_t, httplib::DataSink& sink) {
      written += piece.size();
      return written < 8 * kMaxAnswerBytes && sink.write(piece.data(), piece.size());
    });
  };
  const Rccs rccs(endless);
  const absl::Status status = Request(*Make(rccs.port()));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnknown, HasReason("RCCS_OUTCOME_UNKNOWN")));
  EXPECT_THAT(status, HasMetadata("cause", "the answer is too large"));
  EXPECT_LT(written, 2 * kMaxAnswerBytes);
}

TEST_F(ClientTest, ARefusalIsCertainAndAWarningIsNot) {
  const Rccs refuses(Says(200, TestReply("authori", "RCCS_E02-001", "認証エラー")));
  const absl::Status refused = Request(*Make(refuses.port()));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("RCCS_REFUSED")));
  EXPECT_THAT(refused, HasMetadata("rccs_error_code", "RCCS_E02-001"));
  EXPECT_THAT(refused, HasMetadata("rccs_message", "認証エラー"));
  const Rccs warns(Says(200, TestReply("authori", "RCCS_W00-000", "一部警告")));
  const absl::Status warned = Request(*Make(warns.port()));
  EXPECT_THAT(warned, StatusIs(absl::StatusCode::kUnknown, HasReason("RCCS_OUTCOME_UNKNOWN")));
  EXPECT_THAT(warned, HasMetadata("rccs_error_code", "RCCS_W00-000"));
}

TEST_F(ClientTest, AKeyThatRccsRepeatsIsInNoError) {
  const std::string key = TestAccount().auth_key;
  for (const std::string& body : {TestReply("authori", "RCCS_E02-001", absl::StrCat("authKey=", key, " は無効です")),
                                  TestReply("authori", key, key), TestFault(key, key), key}) {
    const Rccs rccs(Says(200, body));
    EXPECT_FALSE(Request(*Make(rccs.port())).ok());
  }
  // Escaped on the way there and back.
  Account account = TestAccount();
  account.auth_key = "ESA a&b<c>d=";
  const Rccs rccs(Says(200, TestReply("getRCCSRequestId", "RCCS_E02-001", "[ESA a&amp;b&lt;c&gt;d=]")));
  const absl::Status status = Make(rccs.port())->GetRequestId(account, Deadline()).status();
  EXPECT_THAT(status, HasMetadata("rccs_message", "[***]"));
}

TEST_F(ClientTest, WhatCannotBeWrittenIsNotSent) {
  const Rccs rccs(Says(200, TestReply("authori", kCodeOk, "正常終了")));
  EXPECT_THAT(Make(rccs.port())->Request(TestAccount(), Operation::kAuthorize, 7, {{kOrder, 0}}, Deadline()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasReason("VALUE_OUT_OF_RANGE")));
  EXPECT_THAT(rccs.requests(), IsEmpty());
}

TEST(ClientOptionsTest, OnlyHttpsAddressesAndReadableFilesAreTaken) {
  const juchu::testing::FakeClock clock;
  const auto create = [&clock](ClientOptions options) { return Client::Create(std::move(options), clock).status(); };
  const std::string good = "https://orderapi.rms.rakuten.co.jp/rccsapi-services/RCCSApiService";
  EXPECT_THAT(create({good, ""}), IsOk());
  for (const std::string& url :
       {std::string(), std::string("http://orderapi.rms.rakuten.co.jp/"), std::string("orderapi.rms.rakuten.co.jp"),
        std::string("file:///etc/passwd"), std::string("https://"), std::string("https://user:secret@host/"),
        std::string("https://host/#a"), std::string("https://ho st/"), std::string("https://host/\0x", 15)}) {
    EXPECT_THAT(create({url, ""}), HasReason("URL_INVALID")) << url;
    EXPECT_THAT(create({url, ""}).ToString(), Not(HasSubstr("secret")));
  }
  EXPECT_THAT(create({good, "/no/such/file.pem"}), HasReason("FILE_UNREADABLE"));
  EXPECT_THAT(create({good, "", absl::ZeroDuration()}), HasReason("VALUE_OUT_OF_RANGE"));
  EXPECT_THAT(create({good, "", absl::Seconds(1), -absl::Seconds(1)}), HasReason("VALUE_OUT_OF_RANGE"));
}

}  // namespace
}  // namespace juchu::payment::rccs
