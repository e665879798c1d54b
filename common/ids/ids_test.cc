#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/escaping.h"
#include "common/ids/order_number.h"
#include "common/ids/sha256.h"
#include "common/ids/uuid.h"
#include "common/testing/fake_clock.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu {
namespace {

using testing::HasReason;
using testing::IsOk;

TEST(OrderNumberGeneratorTest, NumbersGrowEvenWhenTheClockGoesBack) {
  testing::FakeClock clock;
  OrderNumberGenerator numbers(clock);
  std::string last = numbers.Next();
  for (int i = 0; i < 1000; ++i) {
    if (i % 3 == 0) clock.Advance(absl::Milliseconds(i % 2 == 0 ? 5 : -5));
    const std::string next = numbers.Next();
    EXPECT_LT(last, next);
    EXPECT_THAT(ParseOrderNumber("n", next), IsOk());
    last = next;
  }
}

TEST(OrderNumberGeneratorTest, ManyThreadsGetNoNumberTwice) {
  const SystemClock clock;
  OrderNumberGenerator numbers(clock);
  std::vector<std::vector<std::string>> made(8);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) mine.push_back(numbers.Next());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 16'000u);
}

TEST(ParseOrderNumberTest, SmallLettersAreTakenAndForeignOnesAreNot) {
  EXPECT_EQ(ParseOrderNumber("n", "01m864a8bt4rz98p").value(), "01M864A8BT4RZ98P");
  for (const char* text :
       {"", "01M864A8BT4RZ98", "01M864A8BT4RZ98PP", "01M864A8BT4RZ98U", "01M864A8BT4RZ98-", "０１M864A8BT4RZ98P"}) {
    EXPECT_THAT(ParseOrderNumber("n", text), HasReason("ORDER_NUMBER_INVALID")) << text;
  }
}

TEST(RequestIdTest, OwnIdsAreValidAndDifferent) {
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i) all.insert(NewRequestId());
  EXPECT_EQ(all.size(), 1000u);
  for (const auto& id : all) EXPECT_THAT(ValidateRequestId("request_id", id), IsOk()) << id;
}

TEST(RequestIdTest, SameContentGivesTheSameUuid) {
  EXPECT_EQ(RequestIdOf("a file"), RequestIdOf("a file"));
  EXPECT_NE(RequestIdOf("a file"), RequestIdOf("another file"));
  EXPECT_TRUE(ValidateRequestId("request_id", RequestIdOf("a file")).ok());
  EXPECT_EQ(RequestIdOf("a file")[14], '8');
}

TEST(RequestIdTest, WhatIsNoUuidIsRefused) {
  for (const char* text : {"", "x", "77a6bfbe98b54a8dbefabf6bb90c8d76", "77a6bfbe-98b5-4a8d-befa-bf6bb90c8d7g",
                           "77a6bfbe-98b5-4a8d-befa-bf6bb90c8d76 ", "77a6bfbe-98b5-4a8dbbefa-bf6bb90c8d76"}) {
    EXPECT_THAT(ValidateRequestId("request_id", text), HasReason("REQUEST_ID_INVALID")) << text;
  }
}

// The vectors of FIPS 180-2 and RFC 4231.
TEST(Sha256Test, KnownVectors) {
  EXPECT_EQ(absl::BytesToHexString(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(absl::BytesToHexString(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace juchu
