#include "services/payment/rccs/rccs_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "services/payment/rccs/rccs_test_messages.h"

namespace juchu::payment::rccs {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kOrder[] = "338459-20180822-00001731";

std::string FieldOf(const absl::Status& status) {
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  if (!info.has_value()) return "";
  const auto field = info->metadata.find("field");
  return absl::StrCat(info->reason, " ", field == info->metadata.end() ? "" : field->second);
}

// The envelope of a real client's request, with the prefixes that it uses.
std::string Expected(const std::string& operation, const std::string& content) {
  return WhatItSays(absl::StrCat(
      R"(<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/")"
      R"( xmlns:ns1="java:jp.co.rakuten.rms.mall.rccsapi.model.entity")"
      R"( xmlns:ns2="http://orderapi.rms.rakuten.co.jp/rccsapi-services/RCCSAPI")"
      R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ns3="java:language_builtins"><SOAP-ENV:Body><ns2:)",
      operation,
      "><ns2:userAuthModel><ns1:authKey>key-of-a-test-shop</ns1:authKey><ns1:shopUrl>test-shop</ns1:shopUrl>"
      "<ns1:userName>test-user</ns1:userName></ns2:userAuthModel>",
      content, "</ns2:", operation, "></SOAP-ENV:Body></SOAP-ENV:Envelope>"));
}

TEST(WriteMessages, RequestIdIsAskedForWithTheAccountAlone) {
  EXPECT_EQ(WhatItSays(WriteGetRequestId(TestAccount()).value()), Expected("getRCCSRequestId", ""));
}

TEST(WriteMessages, AuthorizationHasItsAmountAndIsPaidAtOnce) {
  const std::vector<OrderRequest> orders = {{kOrder, 208}, {"338459-20180822-00001732", 1}};
  EXPECT_EQ(WhatItSays(WriteRequest(TestAccount(), Operation::kAuthorize, 167130928, orders).value()),
            Expected("authori", R"(<ns2:intVal>167130928</ns2:intVal><ns2:uiAuthoriRequestModels>
<ns1:UiAuthoriRequestModel><ns1:helpItem xsi:nil="true"/><ns1:orderNumber>338459-20180822-00001731</ns1:orderNumber>
<ns1:payType>0</ns1:payType><ns1:price>208</ns1:price></ns1:UiAuthoriRequestModel>
<ns1:UiAuthoriRequestModel><ns1:helpItem xsi:nil="true"/><ns1:orderNumber>338459-20180822-00001732</ns1:orderNumber>
<ns1:payType>0</ns1:payType><ns1:price>1</ns1:price></ns1:UiAuthoriRequestModel></ns2:uiAuthoriRequestModels>)"));
}

TEST(WriteMessages, TheOtherOperationsNameTheOrderOnly) {
  for (const auto& [operation, name, list, model] :
       {std::tuple{Operation::kVoidAuthorization, "authoriCancel", "uiCancelRequestModels", "UiCancelRequestModel"},
        std::tuple{Operation::kCapture, "sales", "uiSalesRequestModels", "UiSalesRequestModel"},
        std::tuple{Operation::kVoidCapture, "salesCancel", "uiCancelRequestModels", "UiCancelRequestModel"}}) {
    const std::vector<OrderRequest> orders = {{kOrder}};
    EXPECT_EQ(WhatItSays(WriteRequest(TestAccount(), operation, 7, orders).value()),
              Expected(name, absl::StrCat("<ns2:intVal>7</ns2:intVal><ns2:", list, "><ns1:", model,
                                          "><ns1:helpItem xsi:nil=\"true\"/><ns1:orderNumber>", kOrder,
                                          "</ns1:orderNumber></ns1:", model, "></ns2:", list, ">")));
  }
}

TEST(WriteMessages, ResultsAreAskedForByRequestId) {
  const std::vector<int64_t> ids = {5, 6};
  EXPECT_EQ(WhatItSays(WriteGetResult(TestAccount(), ids).value()),
            Expected("getRCCSResult", "<ns2:ints><ns3:int>5</ns3:int><ns3:int>6</ns3:int></ns2:ints>"));
}

TEST(WriteMessages, HistoryIsAskedForOfAPeriodAndPerhapsOfAnOrder) {
  const std::string expected = R"(<ns2:uiRCCSResultSearchModel><ns1:brandName xsi:nil="true"/>
<ns1:cardStatus>-1</ns1:cardStatus><ns1:fromDate>2018-07-29</ns1:fromDate><ns1:helpItem xsi:nil="true"/>
<ns1:orderNumber xsi:nil="true"/><ns1:ownerName xsi:nil="true"/><ns1:payType/><ns1:toDate>2018-08-28</ns1:toDate>
</ns2:uiRCCSResultSearchModel>)";
  ResultSearch search{absl::CivilDay(2018, 7, 29), absl::CivilDay(2018, 8, 28), ""};
  EXPECT_EQ(WhatItSays(WriteGetResultAll(TestAccount(), search).value()), Expected("getRCCSResultAll", expected));
  search.shop_order_number = kOrder;
  EXPECT_EQ(
      WhatItSays(WriteGetResultAll(TestAccount(), search).value()),
      Expected("getRCCSResultAll",
               absl::StrReplaceAll(expected, {{R"(<ns1:orderNumber xsi:nil="true"/>)",
                                               absl::StrCat("<ns1:orderNumber>", kOrder, "</ns1:orderNumber>")}})));
}

TEST(WriteMessages, TextCannotLeaveItsElement) {
  Account account = TestAccount();
  account.auth_key = "</ns1:authKey><evil a='1'>&amp;";
  const std::string xml = WriteGetRequestId(account).value();
  EXPECT_THAT(WhatItSays(xml), AllOf(HasSubstr("authKey </ns1:authKey><evil a='1'>&amp;\n"), Not(HasSubstr(" evil"))));
}

TEST(WriteMessages, RefusesWhatCannotBeMeant) {
  const auto request = [](const Account& account, int64_t id, const std::vector<OrderRequest>& orders) {
    return FieldOf(WriteRequest(account, Operation::kAuthorize, id, orders).status());
  };
  Account no_key = TestAccount();
  no_key.auth_key = "";
  Account odd_key = TestAccount();
  odd_key.auth_key = "secret\x01key";
  EXPECT_EQ(request(no_key, 1, {{kOrder, 1}}), "VALUE_MISSING account.auth_key");
  EXPECT_EQ(request(odd_key, 1, {{kOrder, 1}}), "CHARACTER_INVALID account.auth_key");
  EXPECT_EQ(request(TestAccount(), 0, {{kOrder, 1}}), "VALUE_OUT_OF_RANGE request_id");
  EXPECT_EQ(request(TestAccount(), 1, {}), "LIST_EMPTY orders");
  EXPECT_EQ(request(TestAccount(), 1, {{kOrder, 0}}), "VALUE_OUT_OF_RANGE orders[0].amount_yen");
  EXPECT_EQ(request(TestAccount(), 1, {{kOrder, -5}}), "VALUE_OUT_OF_RANGE orders[0].amount_yen");
  EXPECT_EQ(request(TestAccount(), 1, {{"", 1}}), "VALUE_MISSING orders[0].shop_order_number");
  EXPECT_EQ(request(TestAccount(), 1, {{kOrder, 1}, {kOrder, 1}}), "ORDER_TWICE orders[1].shop_order_number");
  EXPECT_EQ(request(TestAccount(), 1, {{std::string(101, '1'), 1}}), "TEXT_TOO_LONG orders[0].shop_order_number");
  EXPECT_EQ(FieldOf(WriteGetResult(TestAccount(), {}).status()), "LIST_EMPTY request_ids");
  EXPECT_EQ(
      FieldOf(WriteGetResultAll(TestAccount(), {absl::CivilDay(2018, 8, 2), absl::CivilDay(2018, 8, 1), ""}).status()),
      "PERIOD_INVALID search.from");
  EXPECT_EQ(FieldOf(WriteRequest(TestAccount(), static_cast<Operation>(9), 1, {}).status()),
            "VALUE_OUT_OF_RANGE operation");
  EXPECT_THAT(WriteGetRequestId(odd_key).status().ToString(), Not(HasSubstr("secret")));
}

TEST(ReadRequestId, TakesTheIdWhereverItMayStand) {
  for (const std::string& content : {
           absl::StrCat(kTestReplyOk, "<requestId>167316941</requestId>"),
           absl::StrCat(kTestReplyOk, "<ns3:requestId> 167316941 </ns3:requestId>"),
           absl::StrCat(kTestReplyOk, "<ns4:int>167316941</ns4:int>"),
           absl::StrCat(kTestReplyOk, "<a><return>167316941</return></a>"),
           std::string("<ns4:int>167316941</ns4:int>"),
           std::string("167316941"),
       }) {
    EXPECT_EQ(ReadRequestId(TestAnswer("getRCCSRequestId", content)).value_or(-1), 167316941) << content;
  }
}

TEST(ReadRequestId, RefusesWhatIsNoId) {
  for (const std::string& content :
       {std::string(), std::string(kTestReplyOk), absl::StrCat(kTestReplyOk, "<requestId/>"),
        absl::StrCat(kTestReplyOk, "<requestId>0</requestId>"), absl::StrCat(kTestReplyOk, "<requestId>-3</requestId>"),
        absl::StrCat(kTestReplyOk, "<requestId>1.5</requestId>"), std::string("<a>1</a><b>2</b>"),
        absl::StrCat(kTestReplyOk, "<requestId>99999999999999999999</requestId>"), std::string("OK")}) {
    EXPECT_EQ(ReasonOf(ReadRequestId(TestAnswer("getRCCSRequestId", content)).status()), "RCCS_ANSWER_UNREADABLE")
        << content;
  }
  EXPECT_EQ(ReasonOf(ReadRequestId(TestReply("getRCCSRequestId", "RCCS_E01-001", "認証エラー")).status()),
            "RCCS_REFUSED");
}

TEST(ReadReply, TakesTheRepliesToTheFourRequestsOnly) {
  for (const char* const operation : {"authori", "authoriCancel", "sales", "salesCancel"}) {
    EXPECT_TRUE(ReadReply(TestReply(operation, "RCCS_N00-000", "正常終了")).ok()) << operation;
  }
  EXPECT_EQ(ReasonOf(ReadReply(TestReply("getRCCSResult", "RCCS_N00-000", "正常終了"))), "RCCS_ANSWER_UNREADABLE");
}

TEST(ReadReply, SaysWhatRccsRefused) {
  const absl::Status status = ReadReply(
      TestReply("authori", "RCCS_E02-001", absl::StrCat("カード 4111 1111 1111 1111\n", std::string(600, 'x'))));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  const ErrorInfo info = GetErrorInfo(status).value();
  EXPECT_EQ(info.reason, "RCCS_REFUSED");
  EXPECT_EQ(info.metadata.at("rccs_error_code"), "RCCS_E02-001");
  EXPECT_EQ(info.metadata.at("rccs_message"), absl::StrCat("カード **** **** **** **** ", std::string(500 - 24, 'x')));
}

TEST(ReadReply, SaysWhatAFaultSays) {
  const absl::Status status = ReadReply(TestFault("S:Server", "out of order 4111111111111111"));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown);
  const ErrorInfo info = GetErrorInfo(status).value();
  EXPECT_EQ(info.reason, "RCCS_FAULT");
  EXPECT_EQ(info.metadata.at("rccs_error_code"), "S:Server");
  EXPECT_EQ(info.metadata.at("rccs_message"), "out of order ****************");
}

TEST(ReadReply, PrefixesAreTheSendersChoice) {
  EXPECT_TRUE(ReadReply("<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'><Header/><Body>"
                        "<x:salesResponse xmlns:x='u'><result><x:errorCode><![CDATA[RCCS_N00-000]]></x:errorCode>"
                        "</result></x:salesResponse></Body></Envelope>")
                  .ok());
}

TEST(ReadReply, RefusesEverythingElse) {
  const std::string good = TestReply("authori", "RCCS_N00-000", "正常終了");
  for (const std::string& xml :
       {std::string(), std::string(" "), std::string("正常終了"), std::string("{\"errorCode\":\"RCCS_N00-000\"}"),
        std::string("<!DOCTYPE html><html><body>Maintenance</body></html>"), std::string("<html/>"),
        std::string("<a/><b/>"), std::string("<Envelope/>"), std::string("<Envelope><Body/></Envelope>"),
        std::string("<Envelope><Body><authoriResponse/></Body></Envelope>"),
        std::string("<Envelope><Body><authoriResponse><result/></authoriResponse></Body></Envelope>"),
        TestReply("authori", "", "正常終了"), TestAnswer("authori", "<errorCode><a>RCCS_N00-000</a></errorCode>"),
        TestAnswer("authori", "<errorCode>RCCS_N00-000</errorCode><errorCode>RCCS_E00-000</errorCode>"),
        absl::StrReplaceAll(
            good, {{"<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!DOCTYPE a [<!ENTITY b \"RCCS_N00-000\">]>"}}),
        absl::StrReplaceAll(good, {{"RCCS_N00-000", std::string("RCCS_N00-000\0", 13)}}), good + good}) {
    EXPECT_EQ(ReasonOf(ReadReply(xml)), "RCCS_ANSWER_UNREADABLE") << xml;
    EXPECT_EQ(ReadReply(xml).code(), absl::StatusCode::kDataLoss);
  }
}

TEST(ReadReply, KnowsNoEntitiesOfItsOwn) {
  const absl::Status status = ReadReply(TestReply("authori", "RCCS_E&x;", "&#x41;&lt;&file;"));
  EXPECT_EQ(GetErrorInfo(status)->metadata.at("rccs_error_code"), "RCCS_E&x;");
  EXPECT_EQ(GetErrorInfo(status)->metadata.at("rccs_message"), "A<&file;");
}

TEST(ReadAnswers, BoundsSizeDepthAndElements) {
  const auto reply_with = [](const std::string& extra) {
    return ReasonOf(ReadReply(TestAnswer("sales", absl::StrCat(kTestReplyOk, extra))));
  };
  const auto nested = [](int levels) {
    std::string xml;
    for (int i = 0; i < levels; ++i) xml += "<a>";
    for (int i = 0; i < levels; ++i) xml += "</a>";
    return xml;
  };
  EXPECT_EQ(reply_with(nested(50)), "");
  EXPECT_EQ(reply_with(nested(70)), "RCCS_ANSWER_UNREADABLE");
  EXPECT_EQ(reply_with(nested(400'000)), "RCCS_ANSWER_UNREADABLE");
  std::string wide;
  for (std::size_t i = 0; i < kMaxAnswerTags; ++i) wide += "<a/>";
  EXPECT_EQ(reply_with(wide), "RCCS_ANSWER_UNREADABLE");
  EXPECT_EQ(reply_with(wide.substr(0, 4 * (kMaxAnswerTags - 100))), "");
  EXPECT_EQ(reply_with(std::string(kMaxAnswerBytes, ' ')), "RCCS_ANSWER_UNREADABLE");
}

TEST(ReadResults, ReadsARequestAndItsOrders) {
  const std::string failed = TestOrder({{"approvalNumber", "0000000"},
                                        {"cardStatus", "13"},
                                        {"ccsErrorCode", "210G55"},
                                        {"errorCode", "RCCS_E22-822"},
                                        {"message", "限度額オーバー：お問合せください。"},
                                        {"orderNumber", "338459-20180531-00000703"},
                                        {"price", "208"}});
  const auto results = ReadResults(
      TestAnswer("getRCCSResult", absl::StrCat(kTestReplyOk, TestRequest("167316941", "3", TestOrder() + failed))));
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_EQ(results->size(), 1u);
  const RequestResult& request = results->front();
  EXPECT_EQ(request.request_id, 167316941);
  EXPECT_EQ(request.status, 3);
  EXPECT_EQ(request.error_code, "RCCS_N00-000");
  EXPECT_EQ(request.message, "正常終了");
  ASSERT_EQ(request.orders.size(), 2u);
  const OrderResult& done = request.orders[0];
  EXPECT_EQ(done.shop_order_number, kOrder);
  EXPECT_EQ(done.error_code, "RCCS_N00-000");
  EXPECT_EQ(done.ccs_error_code, "000000");
  EXPECT_EQ(done.approval_number, "4730007");
  EXPECT_EQ(done.transaction_id, "18082820532116900185873503000700");
  EXPECT_EQ(done.company_name, "テストカード");
  EXPECT_EQ(done.card_status, 12);
  EXPECT_EQ(done.price_yen, 108);
  EXPECT_EQ(done.reg_time, absl::FromCivil(absl::CivilSecond(2018, 8, 28, 11, 53, 33), absl::UTCTimeZone()));
  EXPECT_EQ(request.orders[1].error_code, "RCCS_E22-822");
  EXPECT_EQ(request.orders[1].message, "限度額オーバー：お問合せください。");
  EXPECT_EQ(request.orders[1].card_status, 13);
}

TEST(ReadResults, ARunningRequestMayHaveNoCodeAndNoOrders) {
  const auto results = ReadResults(TestAnswer(
      "getRCCSResult", absl::StrCat(kTestReplyOk,
                                    "<rccsRequestStatus><UiRCCSRequestStatusModel><errorCode xsi:nil='true'/>"
                                    "<requestId>9</requestId></UiRCCSRequestStatusModel></rccsRequestStatus>")));
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_EQ(results->size(), 1u);
  EXPECT_EQ(results->front().status, std::nullopt);
  EXPECT_EQ(results->front().error_code, "");
  EXPECT_THAT(results->front().orders, IsEmpty());
}

TEST(ReadResults, NoRequestIsAnEmptyAnswer) {
  EXPECT_THAT(ReadResults(TestReply("getRCCSResult", "RCCS_N00-000", "正常終了")).value(), IsEmpty());
}

TEST(ReadResults, ANumberThatIsNoneMakesTheAnswerUnreadable) {
  for (const auto& order :
       {TestOrder({{"price", "1O8"}}), TestOrder({{"price", "108.0"}}), TestOrder({{"price", "+1"}}),
        TestOrder({{"price", "99999999999999999999"}}), TestOrder({{"cardStatus", "twelve"}}),
        TestOrder({{"cardStatus", "4294967308"}}), TestOrder({{"orderNumber", "-"}}),
        TestOrder({{"price", "1</ns3:price><ns3:price>1"}}), TestOrder({{"price", "<a>1</a>"}})}) {
    const std::string xml = TestAnswer("getRCCSResult", absl::StrCat(kTestReplyOk, TestRequest("1", "3", order)));
    EXPECT_EQ(ReasonOf(ReadResults(xml).status()), "RCCS_ANSWER_UNREADABLE") << order;
  }
  for (const auto& request : {TestRequest("", "3", ""), TestRequest("x", "3", ""), TestRequest("1", "done", "")}) {
    EXPECT_EQ(ReasonOf(ReadResults(TestAnswer("getRCCSResult", absl::StrCat(kTestReplyOk, request))).status()),
              "RCCS_ANSWER_UNREADABLE");
  }
}

TEST(ReadResults, ANumberThatACommentPartsIsReadWhole) {
  const auto results =
      ReadResultAll(TestAnswer("getRCCSResultAll", absl::StrCat(kTestReplyOk, TestOrder({{"price", "10<!-- -->8"}}))));
  EXPECT_EQ(results.value().front().price_yen, 108);
}

TEST(ReadResultAll, WhatIsMissingIsNotThere) {
  const auto results = ReadResultAll(
      TestAnswer("getRCCSResultAll",
                 absl::StrCat(kTestReplyOk, "<rccsResults>",
                              TestOrder({{"price", ""}, {"cardStatus", "-"}, {"ccsErrorCode", "-"}, {"regDate", "-"}}),
                              TestOrder({{"regDate", "yesterday"}}), TestOrder({{"regDate", "infinite-future"}}),
                              "</rccsResults>")));
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_EQ(results->size(), 3u);
  EXPECT_EQ(results->at(0).price_yen, std::nullopt);
  EXPECT_EQ(results->at(0).card_status, std::nullopt);
  EXPECT_EQ(results->at(0).ccs_error_code, "");
  for (const OrderResult& result : *results) EXPECT_EQ(result.reg_time, absl::InfinitePast());
}

// Cuts, and bytes that changed on the way: an answer or an error that says so, never a crash.
TEST(ReadAnswers, DamageIsAnErrorOrHarmless) {
  const std::string whole =
      TestAnswer("getRCCSResult", absl::StrCat(kTestReplyOk, TestRequest("167316941", "3", TestOrder() + TestOrder())));
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    EXPECT_EQ(ReasonOf(ReadResults(whole.substr(0, size)).status()), "RCCS_ANSWER_UNREADABLE") << size;
  }
  std::mt19937 random(20180828);
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 3; ++i) damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    const auto results = ReadResults(damaged);
    if (!results.ok()) {
      EXPECT_THAT(ReasonOf(results.status()), ::testing::AnyOf("RCCS_ANSWER_UNREADABLE", "RCCS_REFUSED"));
    }
    static_cast<void>(ReadReply(damaged));
    static_cast<void>(ReadRequestId(damaged));
    static_cast<void>(ReadResultAll(damaged));
  }
}

}  // namespace
}  // namespace juchu::payment::rccs
