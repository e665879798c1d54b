// Several bulk updates at a time: they share what may be under way.
#include "services/gateway/app/bulk_updater.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/time/clock.h"
#include "services/gateway/app/test_crowd.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

// As many batches as one update may have under way; and updates that would like more than there are slots.
constexpr int kOrders = 4 * 384;
constexpr int kUpdates = 4;

const Clock& TestClock() {
  static const SystemClock clock;
  return clock;
}

// Knows no order. Its batches meet.
class OrdersDouble final : public OrderClient {
 public:
  OrdersDouble() : OrderClient(nullptr, TestClock()) {}

  absl::StatusOr<pb::LoadOrdersResponse> LoadOrders(const rpc::CallContext&,
                                                    const pb::LoadOrdersRequest& request) override {
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

  TestCrowd batches{4 * kUpdates};
};

// As many outcomes in a message as there can be.
v1::BulkUpdateOrdersRequest ToManual() {
  v1::BulkUpdateOrdersRequest request;
  for (int i = 0; i < kOrders; ++i) {
    request.mutable_orders()->add_order_numbers(absl::StrFormat("06A1B2C3%08d", i));
  }
  request.mutable_changes()->set_mode(pb::MANUAL);
  request.set_request_id(NewRequestId());
  request.set_outcomes_per_message(1000);
  return request;
}

class BulkUpdaterTest : public ::testing::Test {
 protected:
  // Runs the request until `until`; counts what came.
  absl::Status Run(absl::Time until, int* outcomes, int* messages) {
    rpc::CallContext context;
    context.tenant = "t";
    context.deadline = until;
    return bulk_.Run(context, ToManual(), [&](const v1::BulkUpdateOrdersResponse& message) {
      *outcomes += message.outcomes().outcomes_size();
      *messages += message.has_outcomes() ? 1 : 0;
      return true;
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
      int outcomes = 0;
      int messages = 0;
      EXPECT_TRUE(Run(absl::InfiniteFuture(), &outcomes, &messages).ok());
      EXPECT_EQ(outcomes, kOrders);
      EXPECT_EQ(messages, 16) << "4 for each batch of 384";
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(orders_.batches.most(), BulkUpdater::kMostUnderWay);
}

TEST_F(BulkUpdaterTest, OneWhoseTimeIsOverWhileOthersRunIsToldSo) {
  orders_.batches.patience = absl::Seconds(10);
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) {
    others.emplace_back([this] {
      int outcomes = 0;
      int messages = 0;
      EXPECT_TRUE(Run(absl::InfiniteFuture(), &outcomes, &messages).ok());
    });
  }
  orders_.batches.AwaitHere(BulkUpdater::kMostUnderWay);
  int outcomes = 0;
  int messages = 0;
  const absl::Status status = Run(absl::Now(), &outcomes, &messages);
  EXPECT_EQ(ReasonOf(status), "BULK_UPDATES_UNDER_WAY") << status;
  EXPECT_EQ(outcomes, 0);
  orders_.batches.LetGo();
  for (auto& thread : others) thread.join();
}

}  // namespace
}  // namespace juchu::gateway
