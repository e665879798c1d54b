// Several imports at a time: they share what may be under way.
#include "services/gateway/app/order_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status/error.h"
#include "common/time/clock.h"
#include "services/gateway/app/test_crowd.h"
#include "services/gateway/intake/test_order_csv.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

// As many batches as one import may have under way; and imports that would like more than there are slots.
constexpr int kOrders = 2 * 256;
constexpr int kImports = 4;

const Clock& TestClock() {
  static const SystemClock clock;
  return clock;
}

// Knows every order already. The batches meet.
class OrdersDouble final : public OrderClient {
 public:
  OrdersDouble() : OrderClient(nullptr, TestClock()) {}

  absl::StatusOr<pb::LoadOrdersResponse> LoadOrders(const rpc::CallContext&, const pb::LoadOrdersRequest&) override {
    pb::LoadOrdersResponse response;
    response.set_configuration_version(1);
    response.mutable_configuration()->set_version(1);
    response.mutable_configuration()->add_shops()->set_shop_id("own");
    return response;
  }
  absl::StatusOr<pb::CreateOrdersResponse> CreateOrders(const rpc::CallContext&,
                                                        const pb::CreateOrdersRequest& request) override {
    batches.Meet();
    pb::CreateOrdersResponse response;
    for (int i = 0; i < request.orders_size(); ++i) response.add_outcomes()->set_already_known(true);
    return response;
  }

  TestCrowd batches{2 * kImports};
};

class OrderIntakeTest : public ::testing::Test {
 protected:
  // Imports a file of all orders until `until`; counts what came.
  absl::Status Run(absl::Time until, int* outcomes) {
    rpc::CallContext context;
    context.tenant = "t";
    context.deadline = until;
    v1::ImportOrdersRequest header;
    header.mutable_header()->set_shop_id("own");
    v1::ImportOrdersRequest data;
    data.set_data(File());
    std::vector<v1::ImportOrdersRequest> messages = {data, header};
    return intake_.Import(
        context,
        [&]() -> std::optional<v1::ImportOrdersRequest> {
          if (messages.empty()) return std::nullopt;
          auto message = std::move(messages.back());
          messages.pop_back();
          return message;
        },
        [&](const v1::ImportOrdersResponse& message) {
          *outcomes += message.has_order() ? 1 : 0;
          return true;
        });
  }

  static std::string File() {
    std::vector<TestRow> rows;
    for (int i = 0; i < kOrders; ++i) rows.push_back({{"店舗伝票番号", absl::StrCat(i)}});
    return TestCsv(rows);
  }

  OrdersDouble orders_;
  ConfigurationCache configurations_{1};
  OrderNumberGenerator numbers_{TestClock()};
  OrderIntake intake_{orders_, configurations_, numbers_};
};

TEST_F(OrderIntakeTest, AllImportsTogetherHaveNoMoreUnderWayThanTheOrderServiceBears) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kImports; ++i) {
    threads.emplace_back([this] {
      int outcomes = 0;
      const absl::Status status = Run(absl::InfiniteFuture(), &outcomes);
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_EQ(outcomes, kOrders);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(orders_.batches.most(), OrderIntake::kMostUnderWay);
  EXPECT_GT(orders_.batches.most(), 1);
}

TEST_F(OrderIntakeTest, ImportWhoseTimeIsOverWhileOthersRunIsToldSo) {
  orders_.batches.patience = absl::Seconds(10);
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) {
    others.emplace_back([this] {
      int outcomes = 0;
      EXPECT_TRUE(Run(absl::InfiniteFuture(), &outcomes).ok());
    });
  }
  EXPECT_TRUE(orders_.batches.AwaitHere(OrderIntake::kMostUnderWay));
  int outcomes = 0;
  const absl::Status status = Run(absl::Now(), &outcomes);
  EXPECT_EQ(ReasonOf(status), "IMPORTS_UNDER_WAY") << status;
  EXPECT_EQ(outcomes, 0);
  orders_.batches.LetGo();
  for (auto& thread : others) thread.join();
}

}  // namespace
}  // namespace juchu::gateway
