// What a caller is told when the order service does not answer a commit: never that nothing was done.
#include "services/gateway/app/order_changer.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/field_mask_util.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
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
  OrderServiceDouble() : OrderClient(nullptr, TestClock()) {
    stored.set_order_number(kOrder);
    stored.set_version(1);
    stored.set_status(pb::AWAITING_PAYMENT);
    stored.set_mode(pb::MANUAL);
    stored.set_payment_kind(pb::PREPAID);
  }

  absl::StatusOr<pb::LoadOrdersResponse> LoadOrders(const rpc::CallContext&,
                                                    const pb::LoadOrdersRequest& request) override {
    ++loads;
    if (loads > loads_answered) return Unavailable("NOT_THERE", "the order service is not there");
    pb::LoadOrdersResponse response;
    response.set_configuration_version(1);
    response.mutable_configuration()->set_version(1);
    for (const auto& key : request.keys()) {
      auto& loaded = *response.add_orders();
      loaded.set_order_number(key.order_number());
      *loaded.mutable_order() = stored;
      loaded.mutable_order()->set_order_number(key.order_number());
    }
    return response;
  }
  absl::StatusOr<pb::CommitOrdersResponse> CommitOrders(const rpc::CallContext&,
                                                        const pb::CommitOrdersRequest& request) override {
    ++commits;
    return commit ? commit(request) : CarryOut(request);
  }
  absl::StatusOr<pb::CommitOrdersResponse> CarryOut(const pb::CommitOrdersRequest& request) {
    const auto& asked = request.commits(0);
    pb::CommitOrdersResponse response;
    auto& outcome = *response.add_outcomes();
    outcome.set_order_number(kOrder);
    if (asked.expected_version() != stored.version()) {
      outcome.mutable_error()->set_reason("ORDER_VERSION_STALE");
    } else {
      google::protobuf::util::FieldMaskUtil::MergeMessageTo(asked.order(), asked.update_mask(), {}, &stored);
      stored.set_version(asked.expected_version() + 1);
      outcome.set_version(stored.version());
    }
    return response;
  }

  pb::Order stored;
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
  absl::StatusOr<v1::OrderChangeResponse> Move(pb::Status status = pb::SHIPPING, int64_t version = 0) {
    rpc::CallContext context;
    context.tenant = "t";
    context.deadline = absl::Now() + absl::Seconds(30);
    v1::ChangeOrderStatusRequest request;
    request.set_order_number(kOrder);
    request.set_status(status);
    request.set_version(version);
    request.set_request_id(NewRequestId());
    return changer_.ChangeStatus(context, request);
  }
  absl::StatusOr<v1::OrderChangeResponse> Cancel() {
    rpc::CallContext context;
    context.tenant = "t";
    context.deadline = absl::Now() + absl::Seconds(30);
    v1::CancelOrderRequest request;
    request.set_order_number(kOrder);
    request.set_request_id(NewRequestId());
    return changer_.Cancel(context, request);
  }

  OrderServiceDouble orders_;
  ConfigurationCache configurations_{10};
  OrderCache copies_{10};
  OrderChanger changer_{orders_, configurations_, copies_, TestClock()};
};

TEST_F(OrderChangerTest, OrderChangedOnceIsChangedAgainWithoutLoadingIt) {
  ASSERT_TRUE(Move(pb::SHIPPING).ok());
  const auto again = Move(pb::SHIPPED);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->version(), 3);
  EXPECT_EQ(orders_.stored.status(), pb::SHIPPED);
  EXPECT_EQ(orders_.loads, 1);
  EXPECT_EQ(orders_.commits, 2);
}

TEST_F(OrderChangerTest, ACommitCarriesWhatIsWrittenAndNothingElse) {
  orders_.stored.mutable_orderer()->set_name("髙橋 花子");
  pb::Order sent;
  orders_.commit = [&](const pb::CommitOrdersRequest& request) {
    sent = request.commits(0).order();
    // A lone commit may be gathered with others' and says all itself.
    EXPECT_TRUE(request.commits(0).has_actor() && !request.has_shared());
    return orders_.CarryOut(request);
  };
  ASSERT_TRUE(Move(pb::SHIPPING).ok());
  EXPECT_EQ(sent.status(), pb::SHIPPING);
  EXPECT_FALSE(sent.has_orderer());
  EXPECT_EQ(sent.order_number(), "");
}

TEST_F(OrderChangerTest, CommitsThatAreAlikeSayOnceWhatTheyShare) {
  pb::CommitOrdersRequest sent;
  orders_.commit = [&](const pb::CommitOrdersRequest& request) {
    sent = request;
    pb::CommitOrdersResponse response;
    for (int i = 0; i < request.commits_size(); ++i) response.add_outcomes()->set_version(2);
    return response;
  };
  rpc::CallContext context;
  context.tenant = "t";
  context.deadline = absl::Now() + absl::Seconds(30);
  Change change;
  change.operation = "BulkUpdateOrders";
  change.reason = "まとめて";
  change.actor.set_id("hanako");
  change.request_id = NewRequestId();
  change.request_hash = "hash";
  change.edit = [](const pb::Configuration&, pb::Order& order) -> absl::StatusOr<Edit> {
    Edit edit;
    edit.intent.status = workflow::Status::kShipping;
    edit.intent.role = workflow::Role::kOperator;
    if (order.order_number() == "06A1B2C3D4E5F6G8") edit.actor.emplace().set_detail("行 3");
    return edit;
  };
  const auto results =
      changer_.ChangeBatch(context, change, {{kOrder, 0}, {"06A1B2C3D4E5F6G8", 0}, {"06A1B2C3D4E5F6G9", 0}});
  ASSERT_TRUE(results.ok()) << results.status();
  for (const auto& result : *results) EXPECT_TRUE(result.status.ok()) << result.status;
  ASSERT_EQ(sent.commits_size(), 3);
  const auto& shared = sent.shared();
  EXPECT_EQ(shared.actor().id(), "hanako");
  EXPECT_EQ(shared.operation(), "BulkUpdateOrders");
  EXPECT_EQ(shared.reason(), "まとめて");
  EXPECT_EQ(shared.request_id(), change.request_id);
  EXPECT_EQ(shared.request_hash(), "hash");
  EXPECT_TRUE(shared.has_change_time());
  EXPECT_THAT(shared.update_mask().paths(), ::testing::Contains("status"));
  for (const int alike : {0, 2}) {
    const auto& commit = sent.commits(alike);
    EXPECT_FALSE(commit.has_actor() || commit.has_update_mask() || commit.has_change_time());
    EXPECT_EQ(commit.operation() + commit.reason() + commit.request_id() + commit.request_hash(), "");
    EXPECT_EQ(commit.order().status(), pb::SHIPPING);
    EXPECT_EQ(commit.expected_version(), 1);
    EXPECT_NE(commit.answer(), "");
  }
  const auto& other = sent.commits(1);
  EXPECT_EQ(other.actor().detail(), "行 3");
  EXPECT_EQ(other.operation(), "BulkUpdateOrders");
  EXPECT_EQ(other.request_id(), change.request_id);
  EXPECT_EQ(other.request_hash(), "hash");
  EXPECT_THAT(other.update_mask().paths(), ::testing::Contains("status"));
}

TEST_F(OrderChangerTest, OrderThatAnotherGatewayHasChangedIsDecidedAnew) {
  ASSERT_TRUE(Move(pb::SHIPPING).ok());
  orders_.stored.set_version(8);
  const auto again = Move(pb::SHIPPED);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->version(), 9);
  EXPECT_EQ(orders_.loads, 2);
}

TEST_F(OrderChangerTest, ThatNothingChangesIsSaidOfTheOrderAndNotOfACopy) {
  ASSERT_TRUE(Move(pb::SHIPPING).ok());
  orders_.stored.set_status(pb::UNCONFIRMED);
  orders_.stored.set_version(8);
  const auto again = Move(pb::SHIPPING);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->changed());
  EXPECT_EQ(again->version(), 9);
}

TEST_F(OrderChangerTest, RefusalIsSaidOfTheOrderAndNotOfACopy) {
  orders_.stored.set_status(pb::CANCELLED);
  orders_.stored.set_version(4);
  copies_.Put("t", std::make_shared<const pb::Order>(orders_.stored));
  configurations_.Put("t", [] {
    pb::Configuration configuration;
    configuration.set_version(1);
    return configuration;
  }());
  orders_.stored.set_status(pb::AWAITING_PAYMENT);
  orders_.stored.set_version(5);
  const auto moved = Cancel();
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_TRUE(moved->changed());
  EXPECT_EQ(moved->version(), 6);
}

TEST_F(OrderChangerTest, VersionThatIsNotTheCopysIsLookedFor) {
  ASSERT_TRUE(Move(pb::SHIPPING).ok());
  orders_.stored.set_version(8);
  const auto again = Move(pb::SHIPPED, 8);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->version(), 9);
  EXPECT_EQ(orders_.commits, 2);
}

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

TEST_F(OrderChangerTest, CommitThatMayStillComeIsUnknownWhenOthersChangeTheOrderAgainAndAgain) {
  orders_.commit = [&](const pb::CommitOrdersRequest& request) {
    return orders_.commits == 1 ? NoAnswer(request) : Overtaken(request);
  };
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
