// What a caller is told when the order service does not answer a commit: never that nothing was done.
#include "services/gateway/app/order_changer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "common/status/error.h"
#include "common/time/clock.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

constexpr char kOrder[] = "06A1B2C3D4E5F6G7";

const Clock& TestClock() {
  static const SystemClock clock;
  return clock;
}

// One MANUAL order at 入金待 that never changes; its commits are answered by `commit`.
class OrderServiceDouble final : public OrderClient {
 public:
  OrderServiceDouble() : OrderClient(nullptr, TestClock()) {}

  absl::StatusOr<pb::LoadOrdersResponse> LoadOrders(const rpc::CallContext&,
                                                    const pb::LoadOrdersRequest& request) override {
    ++loads;
    if (loads > loads_answered) return Unavailable("NOT_THERE", "the order service is not there");
    pb::LoadOrdersResponse response;
    response.set_configuration_version(1);
    response.mutable_configuration()->set_version(1);
    auto& loaded = *response.add_orders();
    loaded.set_order_number(request.keys(0).order_number());
    auto& order = *loaded.mutable_order();
    order.set_order_number(kOrder);
    order.set_version(1);
    order.set_status(pb::AWAITING_PAYMENT);
    order.set_mode(pb::MANUAL);
    order.set_payment_kind(pb::PREPAID);
    return response;
  }
  absl::StatusOr<pb::CommitOrdersResponse> CommitOrders(const rpc::CallContext&,
                                                        const pb::CommitOrdersRequest& request) override {
    ++commits;
    return commit(request);
  }

  std::function<absl::StatusOr<pb::CommitOrdersResponse>(const pb::CommitOrdersRequest&)> commit;
  int loads = 0;
  int loads_answered = 100;
  int commits = 0;
};

absl::StatusOr<pb::CommitOrdersResponse> NoAnswer(const pb::CommitOrdersRequest&) {
  return Unavailable("NOT_THERE", "the order service is not there");
}

absl::StatusOr<pb::CommitOrdersResponse> Overtaken(const pb::CommitOrdersRequest&) {
  pb::CommitOrdersResponse response;
  response.add_outcomes()->mutable_error()->set_reason("ORDER_VERSION_STALE");
  return response;
}

class OrderChangerTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::OrderChangeResponse> Move() {
    rpc::CallContext context;
    context.tenant = "t";
    context.deadline = absl::Now() + absl::Seconds(30);
    v1::ChangeOrderStatusRequest request;
    request.set_order_number(kOrder);
    request.set_status(pb::SHIPPING);
    request.set_request_id(NewRequestId());
    return changer_.ChangeStatus(context, request);
  }

  OrderServiceDouble orders_;
  ConfigurationCache configurations_{10};
  OrderChanger changer_{orders_, configurations_, TestClock()};
};

TEST_F(OrderChangerTest, CommitThatIsNeverAnsweredIsUnknownHoweverOftenItWasTried) {
  orders_.commit = NoAnswer;
  EXPECT_EQ(ReasonOf(Move().status()), "COMMIT_OUTCOME_UNKNOWN");
  EXPECT_GT(orders_.commits, 1);
}

TEST_F(OrderChangerTest, CommitThatMayStillComeIsUnknownWhenALaterOneIsRefused) {
  orders_.commit = [&](const pb::CommitOrdersRequest& request) -> absl::StatusOr<pb::CommitOrdersResponse> {
    if (orders_.commits == 1) return NoAnswer(request);
    return ResourceExhausted("POOL_EXHAUSTED", "no connection was free");
  };
  EXPECT_EQ(ReasonOf(Move().status()), "COMMIT_OUTCOME_UNKNOWN");
}

TEST_F(OrderChangerTest, CommitThatMayStillComeIsUnknownWhenTheOrderCannotBeLoadedAgain) {
  orders_.commit = NoAnswer;
  orders_.loads_answered = 1;
  EXPECT_EQ(ReasonOf(Move().status()), "COMMIT_OUTCOME_UNKNOWN");
}

TEST_F(OrderChangerTest, OrderThatOthersChangeAgainAndAgainIsContended) {
  orders_.commit = Overtaken;
  EXPECT_EQ(ReasonOf(Move().status()), "ORDER_CONTENDED");
}

TEST_F(OrderChangerTest, RefusalOfTheFirstCommitIsTheAnswer) {
  orders_.commit = [](const pb::CommitOrdersRequest&) -> absl::StatusOr<pb::CommitOrdersResponse> {
    return ResourceExhausted("POOL_EXHAUSTED", "no connection was free");
  };
  EXPECT_EQ(ReasonOf(Move().status()), "POOL_EXHAUSTED");
}

}  // namespace
}  // namespace juchu::gateway
