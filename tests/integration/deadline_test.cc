// How long a caller waits bounds all that is done for it, through every process.
#include <algorithm>
#include <string>

#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "gmock/gmock.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr absl::Duration kLimit = absl::Seconds(30);

gw::ChangeTransitionModeRequest Turn(const std::string& number, pb::TransitionMode mode) {
  gw::ChangeTransitionModeRequest request;
  request.set_order_number(number);
  request.set_mode(mode);
  request.set_request_id(NewRequestId());
  return request;
}

TEST(DeadlineTest, EachHopHasLessTimeThanTheOneBefore) {
  constexpr absl::Duration kPatience = absl::Seconds(20);
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  const auto stub = Stack::Get().Orders("frontend");
  // What is sent is how long, so the way of a call adds to it; the quickest call tells.
  absl::Duration lost_to_gateway = -absl::InfiniteDuration();
  absl::Duration lost_to_order = -absl::InfiniteDuration();
  for (int i = 0; i < 20; ++i) {
    gw::OrderChangeResponse response;
    const absl::Time until = absl::Now() + kPatience;
    const auto context = ContextWith(Stack::Get().Token(tenant.id(), "operator"), kPatience);
    const auto request = Turn(number, i % 2 == 0 ? pb::MANUAL : pb::AUTO);
    ASSERT_TRUE(stub->ChangeTransitionMode(context.get(), request, &response).ok());
    const absl::Time at_gateway = Stack::Get().LastDeadline("ChangeTransitionMode");
    const absl::Time at_order = Stack::Get().LastDeadline("CommitOrders");
    lost_to_gateway = std::max(lost_to_gateway, until - at_gateway);
    lost_to_order = std::max(lost_to_order, at_gateway - at_order);
    EXPECT_GT(at_order, until - kPatience / 2) << "and not much less";
  }
  EXPECT_GT(lost_to_gateway, absl::ZeroDuration());
  EXPECT_GT(lost_to_order, absl::ZeroDuration());
}

TEST(DeadlineTest, NothingIsDoneForACallerWhoHasGone) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  // Another writer holds the order for longer than the caller waits.
  auto other = Stack::Get().pool().Acquire(absl::Now() + kLimit);
  ASSERT_TRUE(other.ok()) << other.status();
  ASSERT_TRUE((*other)->Begin(/*snapshot=*/false).ok());
  const auto held = (*other)->Query("SELECT version FROM orders WHERE tenant_id = ? AND order_number = ? FOR UPDATE",
                                    {tenant.id(), number});
  ASSERT_TRUE(held.ok() && held->size() == 1) << held.status();

  const auto stub = Stack::Get().Orders("frontend");
  gw::OrderChangeResponse response;
  const auto context = ContextWith(Stack::Get().Token(tenant.id(), "operator"), absl::Milliseconds(500));
  const auto status = stub->ChangeTransitionMode(context.get(), Turn(number, pb::MANUAL), &response);
  EXPECT_THAT(status.error_code(), ::testing::AnyOf(grpc::StatusCode::DEADLINE_EXCEEDED, grpc::StatusCode::UNKNOWN))
      << status.error_message();
  EXPECT_EQ(Stack::Get().pool().stats().in_use, 2) << "the caller's change waits for the order, and for nobody";

  const int64_t commits = Stack::Get().database().commits;
  ASSERT_TRUE((*other)->Rollback().ok());
  const absl::Time limit = absl::Now() + kLimit;
  while (Stack::Get().pool().stats().in_use > 1 && absl::Now() < limit) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(Stack::Get().pool().stats().in_use, 1);
  EXPECT_EQ(Stack::Get().database().commits, commits);
  EXPECT_EQ(tenant.Get(number).version(), 1);
  EXPECT_EQ(tenant.Get(number).mode(), pb::AUTO);
}

}  // namespace
}  // namespace juchu::integration
