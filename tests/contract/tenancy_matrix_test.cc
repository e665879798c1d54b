// Every method of the public interface × {own id, another merchant's, one that nobody has}: the last two look the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/ids/uuid.h"
#include "tests/contract/stack_endpoint.h"

namespace juchu::contract {
namespace {

constexpr absl::Duration kLimit = absl::Seconds(30);

// The words that the operation's requests use.
std::vector<std::string> WordsIn(const Operation& operation, const Merchant& merchant) {
  std::string text;
  for (const auto& request : operation.requests) absl::StrAppend(&text, request);
  std::vector<std::string> words;
  for (auto it = merchant.words().rbegin(); it != merchant.words().rend(); ++it) {
    if (text.find(it->first) == std::string::npos) continue;
    words.push_back(it->first);
    text = absl::StrReplaceAll(text, {{it->first, ""}});
  }
  return words;
}

// An id of the same form that nobody has.
std::string RandomLike(const std::string& word, const std::string& id) {
  if (word.rfind("$order", 0) == 0) return "01" + id.substr(2, 12) + "ZZ";
  return id.substr(0, id.rfind('-')) + "-nobody";
}

TEST(TenancyMatrixTest, AnothersIdAndNobodysGetTheSameAnswerAndChangeNothing) {
  int cells = 0;
  for (const auto& operation : Operations()) {
    const Merchant theirs(StackEndpoint(), NewMerchantId());
    const Merchant ours(StackEndpoint(), NewMerchantId());
    const std::string their_state = theirs.Dump();
    for (const auto& word : WordsIn(operation, ours)) {
      const auto answer_with = [&](const std::string& id) {
        auto words = ours.words();
        words[word] = id;
        const auto answer = ours.CallOnce(operation, Merchant::Fill(operation, NewRequestId(), words), kLimit);
        return ours.Normalize(absl::StrReplaceAll(answer.Text(), {{id, word}}));
      };
      const std::string nobodys = answer_with(RandomLike(word, theirs.words().at(word)));
      const std::string anothers = answer_with(theirs.words().at(word));
      EXPECT_EQ(anothers, nobodys) << operation.method << " with another merchant's " << word;
      const std::string own = answer_with(ours.words().at(word));
      EXPECT_NE(own, nobodys) << operation.method << " does not look at " << word;
      cells += 3;
    }
    EXPECT_EQ(theirs.Dump(), their_state) << operation.method << " changed another merchant's data";
  }
  EXPECT_GT(cells, 60);
}

TEST(TenancyMatrixTest, NoAnswerShowsAnotherMerchantsWords) {
  const Merchant theirs(StackEndpoint(), NewMerchantId());
  for (const auto& operation : Operations()) {
    const Merchant ours(StackEndpoint(), NewMerchantId());
    const auto answer = ours.CallOnce(operation, ours.Fill(operation, NewRequestId()), kLimit);
    ASSERT_TRUE(answer.status.ok()) << operation.method << answer.status;
    for (const auto& [word, meaning] : theirs.words()) {
      EXPECT_EQ(answer.Text().find(meaning), std::string::npos) << operation.method << " shows another's " << word;
    }
  }
}

// Request ids, order numbers and shop order numbers are each merchant's own.
TEST(TenancyMatrixTest, TheSameRequestIdInTwoTenantsAtOnceIsTwoRequests) {
  for (const auto& operation : Operations()) {
    const Merchant one(StackEndpoint(), NewMerchantId());
    const Merchant other(StackEndpoint(), NewMerchantId());
    const std::string request_id = NewRequestId();
    const auto run = [&](const Merchant& merchant) {
      const auto answer = merchant.CallOnce(operation, merchant.Fill(operation, request_id), kLimit);
      EXPECT_TRUE(answer.status.ok()) << operation.method << answer.status;
    };
    std::thread at_once([&] { run(other); });
    run(one);
    at_once.join();
    EXPECT_EQ(one.Dump(), other.Dump()) << operation.method;
  }
}

}  // namespace
}  // namespace juchu::contract
