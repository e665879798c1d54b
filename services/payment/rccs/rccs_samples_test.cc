// Against recorded exchanges, where the checkout has them. rccs_messages_test.cc holds the same without.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/payment/rccs/rccs_judgement.h"
#include "services/payment/rccs/rccs_messages.h"
#include "services/payment/rccs/rccs_test_messages.h"

namespace juchu::payment::rccs {
namespace {

constexpr char kFolder[] = JUCHU_SAMPLES_DIR "/rakuten-rccs-card-soap";

std::string Sample(const std::string& name) {
  std::ifstream file(absl::StrCat(kFolder, "/", name), std::ios::binary);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class RecordedExchange : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(kFolder)) GTEST_SKIP() << "no recorded exchanges in " << kFolder;
  }
};

TEST_F(RecordedExchange, RequestsSayWhatTheRealOnesSay) {
  const auto request = [](const Account& account, Operation operation, int64_t id, const OrderRequest& order) {
    return WhatItSays(WriteRequest(account, operation, id, {order}).value());
  };
  const Account shop{"hogekey", "hogeshop", "hogeuser"};
  const Account named{"hogekey", "hogeshop", "hogename"};
  EXPECT_EQ(WhatItSays(WriteGetRequestId({"hogehoge", "hogehogeshop", "hogehogeuser"}).value()),
            WhatItSays(Sample("getRCCSRequestId.request.xml")));
  EXPECT_EQ(request(shop, Operation::kAuthorize, 167130928, {"338459-20180528-00000804", 208}),
            WhatItSays(Sample("authori.request.xml")));
  EXPECT_EQ(request(named, Operation::kVoidAuthorization, 167147102, {"338459-20180530-00001804"}),
            WhatItSays(Sample("authoriCancel.request.xml")));
  EXPECT_EQ(request(shop, Operation::kCapture, 167159519, {"338459-20180530-00000825"}),
            WhatItSays(Sample("sales.request.xml")));
  EXPECT_EQ(request(shop, Operation::kVoidCapture, 167311646, {"338459-20180530-00000825"}),
            WhatItSays(Sample("salesCancel.request.xml")));
  EXPECT_EQ(WhatItSays(WriteGetResult(named, {int64_t{167316941}}).value()),
            WhatItSays(Sample("getRCCSResult.request.xml")));
  EXPECT_EQ(WhatItSays(WriteGetResultAll({"hogeauth", "hogeshop", "hogeuser"},
                                         {absl::CivilDay(2018, 7, 29), absl::CivilDay(2018, 8, 28), ""})
                           .value()),
            WhatItSays(Sample("getRCCSResultAll.request.xml")));
}

TEST_F(RecordedExchange, HistoryIsReadAndJudged) {
  const auto history = ReadResultAll(Sample("getRCCSResultAll.response.xml"));
  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_EQ(history->size(), 4u);
  EXPECT_EQ(history->at(0).approval_number, "4730007");
  EXPECT_EQ(history->at(0).company_name, "楽天カード");
  EXPECT_EQ(history->at(3).price_yen, 216);
  const absl::Time asked = history->at(0).reg_time - absl::Minutes(1);
  const auto verdict = [&](Operation operation, const OrderRequest& order) {
    return JudgeHistory(operation, order, asked, *history).verdict;
  };
  EXPECT_EQ(verdict(Operation::kAuthorize, {"338459-20180822-00001731", 108}), Verdict::kDone);
  EXPECT_EQ(verdict(Operation::kAuthorize, {"338459-20180822-00001731", 109}), Verdict::kRefused);
  EXPECT_EQ(verdict(Operation::kAuthorize, {"338459-20180822-00009999", 108}), Verdict::kPending);
  EXPECT_EQ(verdict(Operation::kCapture, {"338459-20180822-00001731"}), Verdict::kPending);
  EXPECT_EQ(verdict(Operation::kVoidAuthorization, {"338459-20180822-00001731"}), Verdict::kPending);
  EXPECT_EQ(verdict(Operation::kVoidAuthorization, {"338459-20180828-00001831"}), Verdict::kDone);
  EXPECT_EQ(verdict(Operation::kVoidAuthorization, {"338459-20180830-00003719"}), Verdict::kDone);
}

}  // namespace
}  // namespace juchu::payment::rccs
