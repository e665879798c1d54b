// MariaDB is killed again and again while many allocate, ship and receive. A client that asks again as long as it is
// not answered ends with what it was told: nothing acknowledged is lost, no piece is given twice.
#include <atomic>
#include <thread>

#include "absl/time/clock.h"
#include "common/testing/mariadb_instance.h"
#include "services/inventory/storage/inventory_storage_fixture.h"

namespace juchu::inventory {
namespace {

using ::juchu::testing::IsOk;
using ::testing::IsEmpty;

constexpr int kClients = 8;
constexpr int kOrdersEach = 40;
constexpr int kKills = 4;
constexpr int64_t kPieces = 200;

// Again until it is answered; every call of the storage may be repeated.
template <typename Call>
auto UntilAnswered(Call call) {
  while (true) {
    auto result = call();
    const bool lost = absl::IsUnavailable(result.status()) || absl::IsUnknown(result.status()) ||
                      absl::IsResourceExhausted(result.status()) || absl::IsAborted(result.status());
    if (!lost) return result;
    absl::SleepFor(absl::Milliseconds(5));
  }
}

class AllocationKillTest : public InventoryStorageTest {
 protected:
  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(server_, testing::MariaDbInstance::Start());
    Open(*server_);
  }
  // The schema goes before its server.
  void TearDown() override { Close(); }

  std::unique_ptr<testing::MariaDbInstance> server_;
};

TEST_F(AllocationKillTest, WhatWasAcknowledgedStandsAndNoPieceIsGivenTwice) {
  Stock({{"HOT", kPieces}, {"WARM", 10 * kPieces}});
  std::atomic<int64_t> hot = 0;
  std::atomic<int64_t> shipped = 0;
  std::atomic<int> answered = 0;
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < kOrdersEach; ++i) {
        const std::string order = absl::StrCat("C", client, "-", i);
        const auto outcome = UntilAnswered([&] { return Allocate({NeedOf(order, {{"HOT", 1}, {"WARM", 2}})}); });
        ASSERT_THAT(outcome, IsOk());
        hot += outcome->outcomes(0).lines(0).allocated();
        ++answered;
        if (i % 4 != 0) continue;
        ASSERT_THAT(UntilAnswered([&] { return Ship({order}); }), IsOk());
        shipped += outcome->outcomes(0).lines(0).allocated();
      }
    });
  }
  for (int kill = 1; kill <= kKills; ++kill) {
    while (answered < kill * kClients * kOrdersEach / (kKills + 1)) absl::SleepFor(absl::Milliseconds(1));
    server_->Kill();
    ASSERT_THAT(server_->Restart(), IsOk());
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(hot, kPieces) << "there were more orders than pieces";
  // The first call after a kill may meet a line that the kill has cut.
  ASSERT_THAT(UntilAnswered([&] { return Allocate({NeedOf("LAST", {})}); }), IsOk());
  const v1::Stock stock = StockOfOne("HOT");
  EXPECT_EQ(stock.allocated(), kPieces - shipped);
  EXPECT_EQ(stock.on_hand(), kPieces - shipped);
  EXPECT_EQ(stock.free(), 0);
  EXPECT_THAT(Audit(), IsEmpty());
}

}  // namespace
}  // namespace juchu::inventory
