// The stand-in as a careful client sees it: what it takes, what it answers, what it remembers.

#include "tests/standin/rccs_standin.h"

#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/standin/rccs_test_bench.h"

namespace juchu::standin {
namespace {

using ::juchu::testing::IsOk;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDone[] = "RCCS_N00-000";
constexpr char kOrder[] = "338459-20240102-00000804";
// Where the one request and its one order stand in the answer of getRCCSResult.
constexpr char kStatus[] = "rccsRequestStatus/UiRCCSRequestStatusModel/";
constexpr char kRow[] = "rccsRequestStatus/UiRCCSRequestStatusModel/rccsResults/UiRCCSResultModel/";

std::string StatusOf(const TestAnswer& answer, const std::string& field) { return answer.At(kStatus + field); }
std::string RowOf(const TestAnswer& answer, const std::string& field) { return answer.At(kRow + field); }

std::vector<std::string> NamesIn(const pugi::xml_node& node) {
  std::vector<std::string> names;
  for (const pugi::xml_node child : node.children()) names.push_back(child.name());
  return names;
}

class RccsStandinTest : public RccsTestBench {};

TEST_F(RccsStandinTest, AnAuthorizationIsAcceptedWaitsIsCarriedOutAndTold) {
  const int id = client_->RequestId();
  EXPECT_EQ(StatusOf(client_->Result(id), "status"), "0");
  const TestAnswer reply = client_->Post(client_->AuthoriText(id, {{kOrder, 208}}));
  EXPECT_EQ(reply.http_status, 200);
  EXPECT_EQ(reply.At("errorCode"), kDone);
  EXPECT_EQ(reply.At("message"), "正常終了");
  EXPECT_EQ(StatusOf(client_->Result(id), "status"), "1");
  EXPECT_TRUE(client_->Book(kOrder).is_null());
  clock_.Advance(kDelay * 2 / 3);
  EXPECT_EQ(StatusOf(client_->Result(id), "status"), "2");
  PassDelay();
  const TestAnswer result = client_->Result(id);
  EXPECT_EQ(result.At("errorCode"), kDone);
  EXPECT_EQ(StatusOf(result, "status"), "3");
  EXPECT_EQ(StatusOf(result, "count"), "1");
  EXPECT_EQ(StatusOf(result, "kind"), "1");
  EXPECT_EQ(StatusOf(result, "errorCode"), kDone);
  EXPECT_EQ(StatusOf(result, "requestId"), absl::StrCat(id));
  EXPECT_EQ(StatusOf(result, "startDate"), "2024-01-02T12:04:05+09:00");
  EXPECT_EQ(StatusOf(result, "timeStamp"), "2024-01-02T12:04:35+09:00");
  EXPECT_EQ(RowOf(result, "cardStatus"), "12");
  EXPECT_EQ(RowOf(result, "errorCode"), kDone);
  EXPECT_EQ(RowOf(result, "price"), "208");
  EXPECT_EQ(RowOf(result, "eventDate"), "2024-01-02T00:00:00+09:00");
  EXPECT_EQ(RowOf(result, "regDate"), "2024-01-02T12:04:35+09:00");
  EXPECT_THAT(RowOf(result, "approvalNumber"), ContainsRegex("^[0-9]{7}$"));
  EXPECT_THAT(RowOf(result, "transactionId"), ContainsRegex("^[0-9]{32}$"));
  EXPECT_THAT(RowOf(result, "cardNo"), ContainsRegex("^\\*{4}-\\*{4}-\\*{4}-[0-9]{4}$"));
}

TEST_F(RccsStandinTest, AnswersHaveTheRecordedNamesInTheRecordedOrder) {
  const int id = client_->Authori(kOrder, 208);
  PassDelay();
  const TestAnswer result = client_->Result(id);
  const pugi::xml_node response = result.xml->document_element().first_child().first_child();
  EXPECT_STREQ(response.name(), "ns2:getRCCSResultResponse");
  EXPECT_EQ(NamesIn(response), std::vector<std::string>{"ns2:result"});
  const pugi::xml_node status = response.first_child().child("rccsRequestStatus").first_child();
  EXPECT_EQ(NamesIn(status),
            (std::vector<std::string>{"ns3:count", "ns3:errorCode", "ns3:kind", "ns3:message", "ns3:rccsResults",
                                      "ns3:requestId", "ns3:startDate", "ns3:status", "ns3:timeStamp"}));
  const std::vector<std::string> row_names = {"ns3:approvalNumber",
                                              "ns3:brandName",
                                              "ns3:cardImstCount",
                                              "ns3:cardNo",
                                              "ns3:cardStatus",
                                              "ns3:ccsErrorCode",
                                              "ns3:ccsErrorCodeDetail",
                                              "ns3:companyName",
                                              "ns3:errorCode",
                                              "ns3:eventDate",
                                              "ns3:expYM",
                                              "ns3:helpItem",
                                              "ns3:message",
                                              "ns3:orderNumber",
                                              "ns3:ownerName",
                                              "ns3:payType",
                                              "ns3:price",
                                              "ns3:regDate",
                                              "ns3:transactionId"};
  EXPECT_EQ(NamesIn(status.child("ns3:rccsResults").first_child()), row_names);
  const TestAnswer all = client_->Row(kOrder);
  const pugi::xml_node result_all = all.xml->document_element().first_child().first_child().first_child();
  EXPECT_EQ(NamesIn(result_all), (std::vector<std::string>{"errorCode", "message", "rccsResults"}));
  EXPECT_EQ(NamesIn(result_all.child("rccsResults").first_child()), row_names);
}

TEST_F(RccsStandinTest, EveryOperationIsTaken) {
  const int id = client_->RequestId();
  ASSERT_GT(id, 0);
  const std::vector<std::string> requests = {
      client_->GetRequestIdText(),
      client_->AuthoriText(id, {{kOrder, 208}}),
      client_->OrdersText(Operation::kAuthoriCancel, client_->RequestId(), {kOrder}),
      client_->OrdersText(Operation::kSales, client_->RequestId(), {kOrder}),
      client_->OrdersText(Operation::kSalesCancel, client_->RequestId(), {kOrder}),
      client_->GetResultText({id}),
      client_->GetResultAllText("", "2024-01-01", "2024-01-31"),
  };
  for (const std::string& request : requests) {
    const TestAnswer answer = client_->Post(request);
    EXPECT_EQ(answer.http_status, 200) << request;
    EXPECT_EQ(answer.At("errorCode"), kDone) << request;
  }
}

// Requests as they were recorded, where the checkout has them beside it; EveryOperationIsTaken has their like.
TEST_F(RccsStandinTest, RecordedRequestsAreWellFormed) {
  constexpr char kFolder[] = JUCHU_SAMPLES_DIR "/rakuten-rccs-card-soap";
  if (!std::filesystem::is_directory(kFolder)) GTEST_SKIP() << "no recorded exchanges in " << kFolder;
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (!entry.path().string().ends_with(".request.xml")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const TestAnswer answer = client_->Post(text);
    EXPECT_EQ(answer.http_status, 200) << entry.path() << ": " << answer.body;
    // Their accounts are not ours.
    EXPECT_EQ(answer.At("errorCode"), "RCCS_E02-001") << entry.path();
    ++seen;
  }
  EXPECT_EQ(seen, 7) << "one for each operation";
}

TEST_F(RccsStandinTest, WhatIsNotAsItMustBeIsA400) {
  const std::string right = client_->AuthoriText(client_->RequestId(), {{kOrder, 208}});
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"<e:payType>0</e:payType><e:price>208</e:price>", "<e:price>208</e:price><e:payType>0</e:payType>"},
      {"<e:helpItem xsi:nil=\"true\" />", ""},
      {"<e:price>208</e:price>", "<e:price>208</e:price><e:extra>1</e:extra>"},
      {"<e:price>208</e:price>", "<a:price>208</a:price>"},
      {"<e:price>208</e:price>", "<e:price>abc</e:price>"},
      {"<e:price>208</e:price>", "<e:price>-1</e:price>"},
      {"<e:price>208</e:price>", "<e:price xsi:nil=\"true\"/>"},
      {"<e:price>208</e:price>", "<e:price unit=\"yen\">208</e:price>"},
      {"<e:UiAuthoriRequestModel>", "text<e:UiAuthoriRequestModel>"},
      {"a:authori>", "a:authorize>"},
      {"http://orderapi.rms", "https://orderapi.rms"},
      {"schemas.xmlsoap.org/soap/envelope/", "www.w3.org/2003/05/soap-envelope"},
      {"</v:Envelope>", ""},
      {"<v:Envelope ", "<!DOCTYPE x><v:Envelope "},
  };
  for (const auto& [from, to] : changes) {
    const std::string wrong = absl::StrReplaceAll(right, {{from, to}});
    ASSERT_NE(wrong, right) << from;
    const TestAnswer answer = client_->Post(wrong);
    EXPECT_EQ(answer.http_status, 400) << "with " << to << " for " << from;
    EXPECT_LT(answer.body.size(), 300U);
  }
  EXPECT_EQ(client_->Post(absl::StrReplaceAll(right, {{"e:", "other:"}, {":e=", ":other="}})).At("errorCode"), kDone)
      << "prefixes are the caller's to choose";
}

TEST_F(RccsStandinTest, AWrongAccountIsAnErrorOfTheReply) {
  for (const Account& account :
       {Account{"wrong", "shop", "hanako"}, Account{"key", "shop", "taro"}, Account{"key", "other-shop", "hanako"}}) {
    const TestAnswer answer = ClientFor(account)->Post(ClientFor(account)->GetRequestIdText());
    EXPECT_EQ(answer.http_status, 200);
    EXPECT_EQ(answer.At("errorCode"), "RCCS_E02-001");
    EXPECT_EQ(answer.At("message"), "認証エラー");
    EXPECT_EQ(answer.Count("requestId"), 0);
  }
}

TEST_F(RccsStandinTest, AnIdIsGoodForOneRequestOfItsShop) {
  const int id = client_->RequestId();
  const auto other = ClientFor(OtherShop());
  EXPECT_NE(other->Post(other->AuthoriText(id, {{kOrder, 1}})).At("errorCode"), kDone);
  EXPECT_NE(client_->Post(client_->AuthoriText(id + 1, {{kOrder, 1}})).At("errorCode"), kDone);
  EXPECT_EQ(client_->Post(client_->AuthoriText(id, {{kOrder, 1}})).At("errorCode"), kDone);
  EXPECT_EQ(client_->Post(client_->AuthoriText(id, {{kOrder, 1}})).At("errorCode"), "RCCS_E22-101");
  PassDelay();
  EXPECT_EQ(client_->Book(kOrder)["authorizations"], 1);
  EXPECT_NE(other->Result(id).At("errorCode"), kDone);
  EXPECT_EQ(other->Result(id).Count("rccsRequestStatus/*"), 0);
}

TEST_F(RccsStandinTest, AnOrderFailsWithinARequestThatDoesNot) {
  client_->Behave({{{"what", "refuse"}, {"operation", "authori"}, {"order", "bad-1"}}});
  const int id = client_->Authori({{"good-1", 100}, {"bad-1", 200}});
  PassDelay();
  const TestAnswer result = client_->Result(id);
  EXPECT_EQ(result.At("errorCode"), kDone);
  EXPECT_EQ(StatusOf(result, "errorCode"), kDone);
  EXPECT_EQ(StatusOf(result, "count"), "2");
  EXPECT_EQ(RowOf(result, "cardStatus"), "12");
  const TestAnswer row = client_->Row("bad-1");
  const std::string path = "rccsResults/UiRCCSResultModel/";
  EXPECT_EQ(row.At("errorCode"), kDone);
  EXPECT_EQ(row.At(path + "cardStatus"), "13");
  EXPECT_EQ(row.At(path + "errorCode"), "RCCS_E22-822");
  EXPECT_THAT(row.At(path + "message"), HasSubstr("限度額オーバー"));
  EXPECT_EQ(row.At(path + "ccsErrorCode"), "210G55");
  EXPECT_EQ(row.At(path + "approvalNumber"), "0000000");
  EXPECT_EQ(client_->Book("bad-1")["authorizations"], 0);
}

TEST_F(RccsStandinTest, TheMoneyGoesForthAndBack) {
  const auto run = [&](Operation operation) {
    const int id = client_->Do(operation, {kOrder});
    PassDelay();
    return RowOf(client_->Result(id), "cardStatus") + " " + RowOf(client_->Result(id), "errorCode");
  };
  EXPECT_EQ(client_->Row(kOrder).At("rccsResults/*/cardStatus"), "1");
  EXPECT_THAT(run(Operation::kSales), Not(HasSubstr(kDone)));
  EXPECT_THAT(run(Operation::kAuthoriCancel), Not(HasSubstr(kDone)));
  client_->Authori(kOrder, 500);
  PassDelay();
  EXPECT_EQ(run(Operation::kAuthoriCancel), "42 RCCS_N00-000");
  EXPECT_THAT(run(Operation::kSales), Not(HasSubstr(kDone)));
  client_->Authori(kOrder, 600);
  PassDelay();
  EXPECT_THAT(run(Operation::kSalesCancel), Not(HasSubstr(kDone)));
  EXPECT_EQ(run(Operation::kSales), "22 RCCS_N00-000");
  EXPECT_EQ(client_->Book(kOrder)["captured_yen"], 600);
  EXPECT_THAT(run(Operation::kAuthoriCancel), Not(HasSubstr(kDone)));
  EXPECT_EQ(run(Operation::kSalesCancel), "52 RCCS_N00-000");
  EXPECT_EQ(client_->Book(kOrder), nlohmann::json({{"authorizations", 2},
                                                   {"captures", 1},
                                                   {"authorization_voids", 1},
                                                   {"capture_voids", 1},
                                                   {"captured_yen", 0},
                                                   {"authorized_yen", 0},
                                                   {"card_status", 52}}));
}

TEST_F(RccsStandinTest, WhatIsAskedTwiceHappensTwiceAndIsCounted) {
  client_->Authori(kOrder, 500);
  client_->Authori(kOrder, 500);
  client_->Do(Operation::kSales, {kOrder});
  client_->Do(Operation::kSales, {kOrder});
  PassDelay();
  const RccsStandin::BookOfEffects book = standin_->Book(kOrder);
  EXPECT_EQ(book.orders.at(kOrder).authorizations, 2);
  EXPECT_EQ(book.orders.at(kOrder).captures, 2);
  EXPECT_EQ(book.orders.at(kOrder).captured_yen, 1000);
  EXPECT_EQ(book.requests_finished, 4);
  EXPECT_EQ(book.calls.at("authori"), 2);
}

TEST_F(RccsStandinTest, ShopsDoNotSeeEachOther) {
  client_->Authori(kOrder, 500);
  PassDelay();
  EXPECT_EQ(ClientFor(OtherShop())->Row(kOrder).At("rccsResults/*/cardStatus"), "1");
  EXPECT_EQ(client_->Row(kOrder).At("rccsResults/*/cardStatus"), "12");
}

TEST_F(RccsStandinTest, RowsAreFoundByTheirDayInJapan) {
  client_->Authori({{"a-1", 1}, {"a-2", 1}});
  PassDelay();
  clock_.Advance(absl::Hours(24));
  client_->Authori("a-3", 1);
  PassDelay();
  const auto count = [&](const std::string& from, const std::string& to) {
    return client_->Post(client_->GetResultAllText("", from, to)).Count("rccsResults/*");
  };
  EXPECT_EQ(count("", ""), 3);
  EXPECT_EQ(count("2024-01-02", "2024-01-02"), 2);
  EXPECT_EQ(count("2024-01-03", ""), 1);
  EXPECT_EQ(count("", "2024-01-01"), 0);
}

TEST_F(RccsStandinTest, GoesOnFromItsJournal) {
  client_->Behave({{{"what", "refuse"}, {"order", "bad-1"}}});
  client_->Authori("done-1", 300);
  PassDelay();
  const std::string row_before = client_->Row("done-1").body;
  const int pending = client_->Authori({{"open-1", 100}, {"bad-1", 100}});
  const int unused = client_->RequestId();
  clock_.Advance(kDelay / 2);
  StopStandin();
  // What a kill in the middle of a write leaves behind.
  std::ofstream(JournalFile(), std::ios::app) << "{\"event\":\"accepted\",\"id\":" << unused << ",\"wo";
  ASSERT_NO_FATAL_FAILURE(StartStandin());
  EXPECT_EQ(client_->Row("done-1").body, row_before);
  EXPECT_EQ(StatusOf(client_->Result(unused), "status"), "0");
  EXPECT_EQ(StatusOf(client_->Result(pending), "status"), "2");
  // The delay counts from the acceptance, not from the start.
  clock_.Advance(kDelay / 2);
  EXPECT_EQ(StatusOf(client_->Result(pending), "status"), "3");
  EXPECT_EQ(client_->Book("open-1")["authorizations"], 1);
  EXPECT_EQ(client_->Book("bad-1")["card_status"], 13);
  EXPECT_GT(client_->RequestId(), unused);
  StopStandin();
  ASSERT_NO_FATAL_FAILURE(StartStandin());
  EXPECT_EQ(client_->Book("open-1")["authorizations"], 1);
  EXPECT_EQ(client_->Book("done-1")["authorizations"], 1);
}

TEST_F(RccsStandinTest, RefusesAJournalThatIsDamagedOrInUse) {
  EXPECT_THAT(RccsStandin::Start(Options()), Not(IsOk()));
  client_->Authori(kOrder, 1);
  StopStandin();
  std::ofstream(JournalFile(), std::ios::app) << "no JSON\n";
  EXPECT_THAT(RccsStandin::Start(Options()), Not(IsOk()));
}

TEST_F(RccsStandinTest, ManyAtOnceLoseNothing) {
  standin_->SetDelay(absl::ZeroDuration());
  constexpr int kClients = 8;
  constexpr int kRequests = 10;
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&, i] {
      const auto client = ClientFor(Shop());
      for (int j = 0; j < kRequests; ++j) client->Authori({{absl::StrCat("own-", i, "-", j), 1}, {"shared", 1}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  const RccsStandin::BookOfEffects book = standin_->Book();
  EXPECT_EQ(book.orders.at("shared").authorizations, kClients * kRequests);
  EXPECT_EQ(book.orders.size(), size_t{kClients * kRequests + 1});
}

}  // namespace
}  // namespace juchu::standin
