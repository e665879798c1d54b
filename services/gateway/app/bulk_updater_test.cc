// Several bulk updates at a time: they share what may be under way.
#include "services/gateway/app/bulk_updater.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/time/clock.h"
#include "services/gateway/app/test_crowd.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

// Of more batches than one update may have under way; and updates that would like more than there are slots.
constexpr int kOrders = 3000;
constexpr int kUpdates = 4;

const Clock& TestClock() {
  static const SystemClock clock;
  return clock;
}

std::string OrderNumber(int index) { return absl::StrFormat("06A1B2C3%08d", index); }

// Knows no order. Its batches meet.
class OrdersDouble final : public OrderClient {
 public:
  OrdersDouble() : OrderClient(nullptr, TestClock()) {}

  absl::StatusOr<pb::LoadOrdersResponse> LoadOrders(const rpc::CallContext&,
                                                    const pb::LoadOrdersRequest& request) override {
    before_load(request);
    if (request.keys(0).order_number() == without_room) return absl::ResourceExhaustedError("no room");
    batches.Meet();
    pb::LoadOrdersResponse response;
    response.set_configuration_version(1);
    response.mutable_configuration()->set_version(1);
    for (const auto& key : request.keys()) {
      auto& loaded = *response.add_orders();
      loaded.set_order_number(key.order_number());
      loaded.mutable_error()->set_code(static_cast<int>(absl::StatusCode::kNotFound));
      loaded.mutable_error()->set_reason("ORDER_NOT_FOUND");
    }
    return response;
  }

  // The first order of a batch for which there is no room.
  std::string without_room;
  TestCrowd batches{4 * kUpdates};
  std::function<void(const pb::LoadOrdersRequest& request)> before_load = [](const auto&) {};
};

// As many outcomes in a message as there can be.
v1::BulkUpdateOrdersRequest ToManual() {
  v1::BulkUpdateOrdersRequest request;
  for (int i = 0; i < kOrders; ++i) {
    request.mutable_orders()->add_order_numbers(OrderNumber(i));
  }
  request.mutable_changes()->set_mode(pb::MANUAL);
  request.set_request_id(NewRequestId());
  request.set_outcomes_per_message(1000);
  return request;
}

class BulkUpdaterTest : public ::testing::Test {
 protected:
  // Of which orders the caller is told, in that order; how many at once at most.
  struct Told {
    std::vector<std::string> orders;
    int most_at_once = 0;
    absl::Notification of_first;
  };
  // Runs the request until `until`, or until `gone`.
  absl::Status Run(absl::Time until, Told& told, const std::function<bool()>& gone = {}) {
    rpc::CallContext context;
    context.tenant = "t";
    context.deadline = until;
    context.cancelled = gone;
    return bulk_.Run(context, ToManual(), [&](const v1::BulkUpdateOrdersResponse& message) {
      for (const auto& outcome : message.outcomes().outcomes()) told.orders.push_back(outcome.order_number());
      told.most_at_once = std::max(told.most_at_once, message.outcomes().outcomes_size());
      if (!told.orders.empty() && !told.of_first.HasBeenNotified()) told.of_first.Notify();
      return !context.IsCancelled();
    });
  }

  OrdersDouble orders_;
  ConfigurationCache configurations_{1};
  OrderCache copies_{1};
  OrderChanger changer_{orders_, configurations_, copies_, TestClock()};
  BulkUpdater bulk_{orders_, changer_};
};

TEST_F(BulkUpdaterTest, AllTogetherHaveNoMoreUnderWayThanTheOrderServiceBears) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kUpdates; ++i) {
    threads.emplace_back([this] {
      Told told;
      EXPECT_TRUE(Run(absl::InfiniteFuture(), told).ok());
      EXPECT_EQ(told.orders.size(), kOrders);
      EXPECT_EQ(told.most_at_once, 100);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(orders_.batches.most(), BulkUpdater::kMostUnderWay);
}

TEST_F(BulkUpdaterTest, OneAloneHasFourUnderWay) {
  orders_.batches.patience = absl::InfiniteDuration();
  std::thread alone([this] {
    Told told;
    EXPECT_TRUE(Run(absl::InfiniteFuture(), told).ok());
  });
  EXPECT_TRUE(orders_.batches.AwaitHere(4));
  orders_.batches.LetGo();
  alone.join();
  EXPECT_EQ(orders_.batches.most(), 4);
}

TEST_F(BulkUpdaterTest, ABatchThatTakesLongHoldsUpNoOtherAndIsToldOfInItsTurn) {
  orders_.batches.LetGo();
  absl::Notification others_begun;
  std::atomic<int> begun = 0;
  orders_.before_load = [&](const pb::LoadOrdersRequest& request) {
    if (request.keys(0).order_number() == OrderNumber(0)) {
      EXPECT_TRUE(others_begun.WaitForNotificationWithTimeout(absl::Seconds(30)));
    } else if (++begun == 5) {
      others_begun.Notify();
    }
  };
  Told told;
  EXPECT_TRUE(Run(absl::InfiniteFuture(), told).ok());
  std::vector<std::string> all;
  for (int i = 0; i < kOrders; ++i) all.push_back(OrderNumber(i));
  EXPECT_THAT(told.orders, ElementsAreArray(all));
}

TEST_F(BulkUpdaterTest, WithoutRoomForOneBatchOthersMayHaveBeenDone) {
  orders_.batches.LetGo();
  orders_.without_room = OrderNumber(384);
  Told told;
  const absl::Status status = Run(absl::InfiniteFuture(), told);
  EXPECT_EQ(ReasonOf(status), "BULK_UPDATES_UNDER_WAY") << status;
  EXPECT_EQ(told.orders.size(), 384u);
}

TEST_F(BulkUpdaterTest, NothingBeginsWhenTheCallerIsGone) {
  orders_.batches.LetGo();
  Told told;
  std::atomic<int> begun = 0;
  orders_.before_load = [&](const pb::LoadOrdersRequest& request) {
    ++begun;
    if (request.keys(0).order_number() == OrderNumber(0)) return;
    EXPECT_TRUE(told.of_first.WaitForNotificationWithTimeout(absl::Seconds(30)));
  };
  const auto is_gone = [&] { return told.of_first.HasBeenNotified(); };
  EXPECT_TRUE(absl::IsCancelled(Run(absl::InfiniteFuture(), told, is_gone)));
  // Four, and one by the thread that had done the first if it was quicker.
  EXPECT_LE(begun, 5);
}

TEST_F(BulkUpdaterTest, OneWhoseTimeIsOverWhileOthersRunIsToldSo) {
  orders_.batches.patience = absl::Seconds(10);
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) {
    others.emplace_back([this] {
      Told told;
      EXPECT_TRUE(Run(absl::InfiniteFuture(), told).ok());
    });
  }
  EXPECT_TRUE(orders_.batches.AwaitHere(BulkUpdater::kMostUnderWay));
  Told told;
  const absl::Status status = Run(absl::Now(), told);
  EXPECT_EQ(ReasonOf(status), "BULK_UPDATES_UNDER_WAY") << status;
  EXPECT_THAT(told.orders, IsEmpty());
  orders_.batches.LetGo();
  for (auto& thread : others) thread.join();
}

}  // namespace
}  // namespace juchu::gateway
