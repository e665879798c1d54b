// The rules of 自動遷移 and 手動遷移, each as a caller sees it, over the wire and on the database.
#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::StatusIs;
using ::testing::HasSubstr;

gw::UpdateOrderRequest SaveRequest(const std::string& number, int64_t version, const std::string& path) {
  gw::UpdateOrderRequest request;
  request.mutable_order()->set_order_number(number);
  request.mutable_order()->set_version(version);
  request.mutable_update_mask()->add_paths(path);
  request.set_request_id(NewRequestId());
  return request;
}

gw::BulkUpdateOrdersRequest Paid(const std::string& number) {
  gw::BulkUpdateOrdersRequest request;
  request.mutable_orders()->add_order_numbers(number);
  request.mutable_changes()->add_state_values(pb::PREPAYMENT_PAID);
  request.mutable_changes()->mutable_paid_time()->set_seconds(1795480300);
  request.set_request_id(NewRequestId());
  return request;
}

// Taken in before such numbers were refused. Nobody can correct it, so it bars nobody from the rest.
TEST(ChangeTest, OrderWhoseNumberWouldNotBeTakenInTodayCanBeSaved) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  Stack::Get().RootSql(
      absl::StrCat("UPDATE orders SET shop_order_number = '4111111111111111' WHERE order_number = '", number, "'"));
  auto request = SaveRequest(number, 1, "worker_note");
  request.mutable_order()->set_worker_note("電話済");
  const auto saved = tenant.Call(&GatewayStub::UpdateOrder, request);
  EXPECT_TRUE(saved.ok()) << saved.status();
}

TEST(ChangeTest, ManualOrderNeverMovesByItself) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  ASSERT_TRUE(tenant.SetMode(number, pb::MANUAL).ok());
  ASSERT_TRUE(tenant.Bulk(Paid(number)).status.ok());
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_PAYMENT);
  EXPECT_EQ(ValueOf(tenant.Get(number), pb::PREPAYMENT), pb::PREPAYMENT_PAID);

  // A person turns AUTO on again: the order is evaluated at once.
  const auto turned = tenant.SetMode(number, pb::AUTO);
  ASSERT_TRUE(turned.ok()) << turned.status();
  EXPECT_EQ(turned->status(), pb::AWAITING_ALLOCATION);
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_ALLOCATION);
}

TEST(ChangeTest, AutoOrderGoesAsFarAsItsConditionsLetItAndStaysAuto) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_PAYMENT);
  ASSERT_TRUE(tenant.Bulk(Paid(number)).status.ok());
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_ALLOCATION);
  // What services will report later stands still as an override: allocation, then the whole of shipping at once.
  tenant.Override(number, pb::ALLOCATED);
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_SHIPMENT);
  tenant.Override(number, pb::SHIPMENT_CONFIRMED);
  const pb::Order done = tenant.Get(number);
  EXPECT_EQ(done.status(), pb::COMPLETED) << "an own site's order wants no tracking report, and it is prepaid";
  EXPECT_EQ(done.mode(), pb::AUTO);
}

TEST(ChangeTest, ChangedPaymentMethodTurnsManualInTheSameCommit) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  auto request = SaveRequest(number, 1, "payment_method");
  request.mutable_order()->set_payment_method("外部決済");
  const auto commits = Stack::Get().database().commits;
  const auto saved = tenant.Call(&GatewayStub::UpdateOrder, request);
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(Stack::Get().database().commits - commits, 1);
  EXPECT_EQ(saved->order().mode(), pb::MANUAL);
  EXPECT_EQ(saved->order().version(), 2);
  EXPECT_EQ(saved->order().status(), pb::AWAITING_PAYMENT) << "MANUAL: it does not go on though nothing is to be paid";
}

TEST(ChangeTest, SavingTheSamePaymentMethodTurnsNothing) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  auto request = SaveRequest(number, 1, "payment_method");
  request.mutable_order()->set_payment_method("銀行振込");
  const auto saved = tenant.Call(&GatewayStub::UpdateOrder, request);
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_FALSE(saved->changed());
  EXPECT_EQ(tenant.Get(number).mode(), pb::AUTO);
  EXPECT_EQ(tenant.Get(number).version(), 1);
}

TEST(ChangeTest, StatusByHandTurnsManualAndNamesWhatItSteppedOver) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("楽天カード", "shop_id: 'rakuten'");
  ASSERT_EQ(tenant.Get(number).status(), pb::AWAITING_CONFIRMATION);
  const auto moved = tenant.Move(number, pb::AWAITING_SHIPMENT);
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->mode(), pb::MANUAL);
  ASSERT_FALSE(moved->stepped_over().empty());
  EXPECT_EQ(moved->stepped_over(0).name_ja(), "オーソリ済");

  const auto back = tenant.Move(number, pb::AWAITING_CONFIRMATION);
  ASSERT_TRUE(back.ok()) << "backwards too: " << back.status();
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_CONFIRMATION);
}

TEST(ChangeTest, StatusThatItHasAlreadyChangesAndTurnsNothing) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  const auto moved = tenant.Move(number, pb::AWAITING_PAYMENT);
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_FALSE(moved->changed());
  EXPECT_EQ(tenant.Get(number).mode(), pb::AUTO);
  EXPECT_EQ(tenant.History(number).size(), 1u);
}

TEST(ChangeTest, CancelIsTheOnlyWayToCancelledAndOnlyAManagerLeadsOut) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  EXPECT_THAT(tenant.Move(number, pb::CANCELLED), StatusIs(absl::StatusCode::kFailedPrecondition));
  const auto cancelled = tenant.Cancel(number);
  ASSERT_TRUE(cancelled.ok()) << cancelled.status();
  EXPECT_EQ(cancelled->status(), pb::CANCELLED);
  EXPECT_TRUE(tenant.Get(number).has_cancel_time());
  EXPECT_THAT(tenant.Move(number, pb::AWAITING_PAYMENT, "again"),
              StatusIs(absl::StatusCode::kPermissionDenied, HasReason("LEAVING_TERMINAL_NEEDS_MANAGER")));
  EXPECT_FALSE(tenant.Move(number, pb::AWAITING_PAYMENT, "", "manager").ok()) << "a reason is needed";
  ASSERT_TRUE(tenant.Move(number, pb::AWAITING_PAYMENT, "お客様の希望", "manager").ok());
  EXPECT_FALSE(tenant.Get(number).has_cancel_time());
}

TEST(ChangeTest, CancelIsRefusedOnceADeliveryIsConfirmed) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  ASSERT_TRUE(tenant.Move(number, pb::SHIPPING).ok());
  tenant.Override(number, pb::SHIPMENT_CONFIRMED);
  EXPECT_THAT(tenant.Cancel(number),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("DELIVERY_ALREADY_CONFIRMED")));
  EXPECT_NE(tenant.Get(number).status(), pb::CANCELLED);
}

TEST(ChangeTest, ForcedAllocationOutsideItsStatusesNamesTheStatusNeeded) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  ASSERT_TRUE(tenant.Move(number, pb::SHIPPED).ok());
  gw::BulkUpdateOrdersRequest request;
  request.mutable_orders()->add_order_numbers(number);
  request.mutable_changes()->set_forced_allocation(true);
  request.set_request_id(NewRequestId());
  const auto result = tenant.Bulk(request);
  ASSERT_EQ(result.outcomes.size(), 1u);
  EXPECT_EQ(result.outcomes[0].error().code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(result.outcomes[0].error().message(), HasSubstr("引当待"));
}

TEST(ChangeTest, StaleSaveIsRefusedAndSaysWhatChangedSince) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  auto first = SaveRequest(number, 1, "worker_note");
  first.mutable_order()->set_worker_note("先に保存");
  ASSERT_TRUE(tenant.Call(&GatewayStub::UpdateOrder, first).ok());

  auto stale = SaveRequest(number, 1, "worker_note");
  stale.mutable_order()->set_worker_note("遅れた保存");
  const auto refused = tenant.Call(&GatewayStub::UpdateOrder, stale);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted, HasReason("ORDER_VERSION_STALE")));
  EXPECT_THAT(refused, HasMetadata("current_version", "2"));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("worker_note"));
  EXPECT_EQ(tenant.Get(number).worker_note(), "先に保存");
}

TEST(ChangeTest, HistoryHasEveryChangeWithWhoAndWhy) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  ASSERT_TRUE(tenant.Bulk(Paid(number)).status.ok());
  ASSERT_TRUE(tenant.Move(number, pb::AWAITING_SHIPMENT, "電話で確認").ok());
  const auto history = tenant.History(number);
  ASSERT_EQ(history.size(), 3u);
  for (size_t i = 0; i < history.size(); ++i) EXPECT_EQ(history[i].version(), static_cast<int64_t>(i) + 1);
  EXPECT_THAT(history[1].status_path(), ::testing::ElementsAre(pb::AWAITING_PAYMENT, pb::AWAITING_ALLOCATION));
  EXPECT_THAT(history[2].status_path(), ::testing::ElementsAre(pb::AWAITING_ALLOCATION, pb::AWAITING_SHIPMENT));
  EXPECT_EQ(history[2].reason(), "電話で確認");
  EXPECT_EQ(history[2].actor().id(), "hanako@example.jp");
}

TEST(ChangeTest, SingleChangeCostsTwoInternalCallsAndOneCommit) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  auto& stack = Stack::Get();
  const auto calls = stack.internal_calls();
  const auto before = stack.database();
  ASSERT_TRUE(tenant.Move(number, pb::AWAITING_SHIPMENT).ok());
  EXPECT_LE(stack.internal_calls() - calls, 2);
  EXPECT_EQ(stack.database().commits - before.commits, 1);
}

TEST(ChangeTest, ChangesAtTheSameTimeShareCallsAndCommitsAndFailAlone) {
  constexpr int kCallers = 16;
  constexpr int kRounds = 8;
  Tenant tenant;
  std::vector<std::string> numbers;
  for (int i = 0; i < kCallers; ++i) numbers.push_back(tenant.NewOrder("銀行振込"));
  auto& stack = Stack::Get();
  const auto calls = stack.internal_calls();
  const auto before = stack.database();
  std::vector<std::thread> threads;
  for (const auto& number : numbers) {
    threads.emplace_back([&tenant, &number] {
      for (int round = 0; round < kRounds; ++round) {
        const auto to = round % 2 == 0 ? pb::AWAITING_SHIPMENT : pb::AWAITING_PAYMENT;
        const auto moved = tenant.Move(number, to);
        ASSERT_TRUE(moved.ok()) << moved.status();
        EXPECT_EQ(moved->order_number(), number);
        EXPECT_EQ(moved->status(), to);
        EXPECT_EQ(moved->version(), round + 2);
        // A neighbour's order that does not exist must not harm anybody's change.
        EXPECT_THAT(tenant.Move("00000000000000ZZ", to), StatusIs(absl::StatusCode::kNotFound));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  // One by one it would be two calls and a commit for each change, and a call for each order that does not exist.
  EXPECT_LT(stack.internal_calls() - calls, kCallers * kRounds * 3);
  EXPECT_LT(stack.database().commits - before.commits, kCallers * kRounds);
  for (const auto& number : numbers) EXPECT_EQ(tenant.History(number).size(), static_cast<size_t>(kRounds) + 1);
}

TEST(ChangeTest, SameRequestIdFiftyTimesAtOnceIsOneEffectAndOneAnswer) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  gw::ChangeOrderStatusRequest request;
  request.set_order_number(number);
  request.set_status(pb::AWAITING_SHIPMENT);
  request.set_request_id(NewRequestId());
  std::vector<std::string> answers(50);
  std::vector<std::thread> threads;
  for (auto& answer : answers) {
    threads.emplace_back([&] {
      // A repeat that meets the first one at work may be told to try again; a client does so with the same id.
      for (int tries = 0; tries < 20; ++tries) {
        const auto response = tenant.Call(&GatewayStub::ChangeOrderStatus, request);
        answer = response.ok() ? response->SerializeAsString() : response.status().ToString();
        if (response.ok() || !absl::IsResourceExhausted(response.status())) return;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  gw::OrderChangeResponse first;
  ASSERT_TRUE(first.ParseFromString(answers[0])) << answers[0];
  EXPECT_EQ(first.version(), 2);
  EXPECT_TRUE(first.changed());
  EXPECT_EQ(std::count(answers.begin(), answers.end(), answers[0]), 50);
  EXPECT_EQ(tenant.History(number).size(), 2u);
}

TEST(ChangeTest, RequestIdOfAnotherRequestIsRefused) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  gw::ChangeOrderStatusRequest request;
  request.set_order_number(number);
  request.set_status(pb::AWAITING_SHIPMENT);
  request.set_request_id(NewRequestId());
  ASSERT_TRUE(tenant.Call(&GatewayStub::ChangeOrderStatus, request).ok());
  request.set_status(pb::SHIPPED);
  EXPECT_THAT(tenant.Call(&GatewayStub::ChangeOrderStatus, request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasReason("REQUEST_ID_REUSED")));
  EXPECT_EQ(tenant.Get(number).status(), pb::AWAITING_SHIPMENT);
}

TEST(ChangeTest, ConcurrentSavesLoseNothing) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("銀行振込");
  std::vector<std::thread> threads;
  std::atomic<int> won = 0;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < 10; ++round) {
        auto request = SaveRequest(number, tenant.Get(number).version(), "worker_note");
        request.mutable_order()->set_worker_note(absl::StrCat(thread, "-", round));
        const auto saved = tenant.Call(&GatewayStub::UpdateOrder, request);
        if (saved.ok()) {
          ++won;
        } else {
          EXPECT_THAT(saved, StatusIs(absl::StatusCode::kAborted));
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GE(won, 10);
  EXPECT_EQ(tenant.Get(number).version(), 1 + won);
  const auto history = tenant.History(number);
  ASSERT_EQ(history.size(), static_cast<size_t>(1 + won));
  for (size_t i = 0; i < history.size(); ++i) EXPECT_EQ(history[i].version(), static_cast<int64_t>(i) + 1);
}

TEST(ChangeTest, ExplainNamesEachConditionNotMet) {
  Tenant tenant;
  const std::string number = tenant.NewOrder("NP後払い", "orderer { postal_code: '5300001' }");
  gw::ExplainOrderRequest request;
  request.set_order_number(number);
  const auto explained = tenant.Call(&GatewayStub::ExplainOrder, request, "viewer");
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->status(), pb::AWAITING_CONFIRMATION);
  std::vector<std::string> unmet;
  for (const auto& condition : explained->conditions()) {
    if (condition.met()) continue;
    unmet.push_back(condition.name_ja());
    EXPECT_TRUE(condition.has_since()) << condition.name_ja();
    EXPECT_FALSE(condition.remedy().empty()) << condition.name_ja();
  }
  EXPECT_THAT(unmet, ::testing::UnorderedElementsAre("住所エラー無し", "与信済"));
}

}  // namespace
}  // namespace juchu::integration
