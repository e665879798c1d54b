// 在庫引当 from the outside: orders get stock by themselves, by command and by force; what changes later follows.
#include <grpcpp/grpcpp.h>

#include <string>
#include <vector>

#include "common/ids/uuid.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "juchu/inventory/v1/inventory_service.grpc.pb.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
using ::juchu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A line of an order.
struct Line {
  std::string product;
  int quantity;
};

class AllocationTest : public ::testing::Test {
 protected:
  // Whatever became of the stock, the order shows it, and holds of it what it may hold.
  void TearDown() override {
    Settle();
    EXPECT_THAT(tenant_.Audit().findings, ::testing::IsEmpty());
  }

  // An AUTO order of cash on delivery, which goes to 引当待 at once.
  std::string Order(const std::vector<Line>& lines, const std::string& text = "") {
    std::string items;
    for (const auto& line : lines) {
      absl::StrAppend(&items, " items { product_code: '", line.product,
                      "' product_name: '商品' unit_price_yen: 100 quantity: ", line.quantity, " }");
    }
    return tenant_.NewOrder("代金引換", absl::StrCat(text, " deliveries {", items, " }"));
  }

  static void Settle() { Stack::Get().Reconcile(); }
  void AskAndDie(const std::string& number);

  pb::StateValue Allocation(const std::string& number) { return ValueOf(tenant_.Get(number), pb::ALLOCATION); }
  pb::Status Status(const std::string& number) { return tenant_.Get(number).status(); }
  int64_t Allocated(const std::string& product) { return tenant_.Product(product).stock().allocated(); }

  absl::StatusOr<gw::AllocationOutcome> Allocate(const std::string& number) {
    gw::AllocateOrdersRequest request;
    request.add_order_numbers(number);
    const auto response = tenant_.Call(&GatewayStub::AllocateOrders, request);
    if (!response.ok()) return response.status();
    return response->outcomes(0);
  }

  // Saves the order with these lines instead of its own.
  void SaveLines(const std::string& number, const std::vector<Line>& lines) {
    gw::UpdateOrderRequest request;
    auto& order = *request.mutable_order();
    order = tenant_.Get(number);
    auto& items = *order.mutable_deliveries(0)->mutable_items();
    items.Clear();
    for (const auto& line : lines) {
      auto& item = *items.Add();
      item.set_product_code(line.product);
      item.set_product_name("商品");
      item.set_quantity(line.quantity);
    }
    Save(std::move(request), "deliveries");
  }

  void Save(gw::UpdateOrderRequest request, const std::string& path) {
    request.mutable_update_mask()->add_paths(path);
    request.set_request_id(NewRequestId());
    const auto saved = tenant_.Call(&GatewayStub::UpdateOrder, request);
    ASSERT_TRUE(saved.ok()) << saved.status();
  }

  void SetForced(const std::string& number) {
    gw::UpdateOrderRequest request;
    *request.mutable_order() = tenant_.Get(number);
    request.mutable_order()->set_forced_allocation(true);
    Save(std::move(request), "forced_allocation");
  }

  void SetNote(const std::string& number, const std::string& text) {
    gw::UpdateOrderRequest request;
    *request.mutable_order() = tenant_.Get(number);
    request.mutable_order()->set_worker_note(text);
    Save(std::move(request), "worker_note");
  }

  std::vector<std::string> Lacks(const std::string& number) {
    gw::ExplainOrderRequest request;
    request.set_order_number(number);
    const auto explained = tenant_.Call(&GatewayStub::ExplainOrder, request, "viewer");
    EXPECT_TRUE(explained.ok()) << explained.status();
    std::vector<std::string> messages;
    for (const auto& lack : explained->allocation_lacks()) messages.push_back(lack.message());
    return messages;
  }

  // Nothing is wrong, with orders and with stock.
  void ExpectSound() {
    EXPECT_THAT(tenant_.Audit().findings, IsEmpty());
    EXPECT_THAT(tenant_.AuditInventory(), IsEmpty());
  }

  Tenant tenant_;
};

TEST_F(AllocationTest, AutoOrderGetsStockAndGoesOnByItself) {
  tenant_.Receive("A", 5);
  const std::string number = Order({{"A", 3}, {"A", 1}});
  EXPECT_EQ(Status(number), pb::AWAITING_ALLOCATION);
  Settle();
  EXPECT_EQ(Allocation(number), pb::ALLOCATED);
  EXPECT_EQ(Status(number), pb::AWAITING_SHIPMENT);
  EXPECT_EQ(Allocated("A"), 4);
  const auto history = tenant_.History(number);
  EXPECT_EQ(history.back().actor().kind(), common::v1::Actor::OWNER);
  EXPECT_EQ(history.back().actor().id(), "inventory");
  ExpectSound();
}

TEST_F(AllocationTest, ExplainNamesTheLineTheProductAndWhatIsMissing) {
  tenant_.Receive("A", 1);
  const std::string first = Order({{"A", 2}});
  const std::string second = Order({{"A", 2}, {"NEW", 1}});
  Settle();
  EXPECT_EQ(Allocation(first), pb::PARTLY_ALLOCATED);
  EXPECT_EQ(Allocation(second), pb::UNALLOCATED);
  EXPECT_THAT(Lacks(first), ElementsAre(HasSubstr("A (line 1-1): stock is short by 1 of 2, 0 orders wait before it")));
  EXPECT_THAT(Lacks(second), ElementsAre(HasSubstr("A (line 1-1): stock is short by 2 of 2, 1 orders wait before it"),
                                         HasSubstr("NEW (line 1-2): the product is not registered")));
  ExpectSound();
}

TEST_F(AllocationTest, StockThatComesGoesToThoseWhoWaitInTheirOrder) {
  const std::string late = Order({{"A", 2}}, "order_time { seconds: 1780000002 }");
  const std::string early = Order({{"A", 2}}, "order_time { seconds: 1780000001 }");
  const std::string manual = Order({{"A", 1}}, "order_time { seconds: 1780000000 }");
  Settle();
  ASSERT_TRUE(tenant_.SetMode(manual, pb::MANUAL).ok());
  tenant_.Receive("A", 2);
  Settle();
  EXPECT_EQ(Status(early), pb::AWAITING_SHIPMENT);
  EXPECT_EQ(Allocation(late), pb::UNALLOCATED);
  EXPECT_EQ(Allocation(manual), pb::UNALLOCATED) << "MANUAL orders wait for a command";
  tenant_.Receive("A", 5);
  Settle();
  EXPECT_EQ(Status(late), pb::AWAITING_SHIPMENT);
  EXPECT_EQ(Status(manual), pb::AWAITING_ALLOCATION);
  ExpectSound();
}

TEST_F(AllocationTest, EarlierShipDateComesFirstWhenTheTenantSaysSo) {
  tenant_.Set("allocation_order", "allocation_order: BY_SHIP_DATE");
  const auto with_date = [&](int day, int time) {
    return tenant_.NewOrder("代金引換",
                            absl::StrCat("order_time { seconds: ", 1780000000 + time,
                                         " } deliveries { ship_date { year: 2026 month: 12 day: ", day,
                                         " } items { product_code: 'A' product_name: '商品' quantity: 1 } }"));
  };
  const std::string early_order = with_date(20, 1);
  const std::string early_ship = with_date(10, 2);
  Settle();
  tenant_.Receive("A", 1);
  Settle();
  EXPECT_EQ(Allocation(early_ship), pb::ALLOCATED);
  EXPECT_EQ(Allocation(early_order), pb::UNALLOCATED);
}

TEST_F(AllocationTest, RegisteredProductLetsAForcedOrderGoOn) {
  const std::string number = Order({{"NEW", 2}});
  SetForced(number);
  Settle();
  EXPECT_EQ(Allocation(number), pb::UNALLOCATED) << "what nobody knows cannot be shipped by force";
  tenant_.Receive("NEW", 0);
  Settle();
  EXPECT_EQ(Allocation(number), pb::FORCIBLY_ALLOCATED);
  EXPECT_EQ(Status(number), pb::AWAITING_SHIPMENT);
  EXPECT_EQ(tenant_.Product("NEW").stock().overdraft(), 2);
  ExpectSound();
}

// 「強制引当する」にチェックを入れて『保存』します。
TEST_F(AllocationTest, ForcedFlagSavedOnAWaitingOrderLetsItGoOn) {
  tenant_.Receive("A", 1);
  const std::string number = Order({{"A", 3}});
  Settle();
  ASSERT_EQ(Allocation(number), pb::PARTLY_ALLOCATED);
  SetForced(number);
  Settle();
  EXPECT_EQ(Allocation(number), pb::FORCIBLY_ALLOCATED);
  EXPECT_EQ(Status(number), pb::AWAITING_SHIPMENT);
  ExpectSound();
}

TEST_F(AllocationTest, ByCommandNothingHappensUntilAskedFor) {
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  tenant_.Receive("A", 5);
  const std::string number = Order({{"A", 3}});
  Settle();
  EXPECT_EQ(Allocation(number), pb::UNALLOCATED);
  const auto outcome = Allocate(number);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->state(), pb::ALLOCATED);
  EXPECT_EQ(outcome->lines(0).line(), "1-1");
  EXPECT_EQ(outcome->lines(0).allocated(), 3);
  EXPECT_EQ(outcome->change().status(), pb::AWAITING_SHIPMENT) << "the answer shows where it went at once";
  EXPECT_EQ(tenant_.History(number).back().actor().id(), "hanako@example.jp");
  const auto again = Allocate(number);
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->change().changed());
  EXPECT_EQ(Allocated("A"), 3);
  Settle();
  ExpectSound();
}

TEST_F(AllocationTest, CommandAllocatesAManualOrderAndDoesNotMoveIt) {
  tenant_.Receive("A", 5);
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  const std::string number = Order({{"A", 3}});
  ASSERT_TRUE(tenant_.SetMode(number, pb::MANUAL).ok());
  const auto outcome = Allocate(number);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(Allocation(number), pb::ALLOCATED);
  EXPECT_EQ(Status(number), pb::AWAITING_ALLOCATION);
}

TEST_F(AllocationTest, AllocationBelongsToItsStatus) {
  const std::string number = tenant_.NewOrder("銀行振込");
  ASSERT_EQ(Status(number), pb::AWAITING_PAYMENT);
  auto outcome = Allocate(number);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->error().reason(), "OPERATION_NOT_IN_STATUS");
  EXPECT_EQ(outcome->error().metadata().at("permitted_statuses"), "引当待, 出荷待, 出荷中");
  tenant_.Set("allocation", "allocation: ALLOCATE_NOTHING");
  outcome = Allocate(Order({{"A", 1}}));
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->error().reason(), "ALLOCATION_NOT_USED");
  outcome = Allocate("0000000000000000");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->error().reason(), "ORDER_NOT_FOUND");
}

TEST_F(AllocationTest, TimingAtConfirmationAllocatesBeforeThePayment) {
  tenant_.Set("allocation_timing", "allocation_timing: AT_AWAITING_CONFIRMATION");
  tenant_.Receive("A", 5);
  const std::string number =
      tenant_.NewOrder("銀行振込", "deliveries { items { product_code: 'A' product_name: '商品' quantity: 2 } }");
  Settle();
  EXPECT_EQ(Status(number), pb::AWAITING_PAYMENT);
  EXPECT_EQ(Allocation(number), pb::ALLOCATED);
  EXPECT_EQ(Allocated("A"), 2);
}

TEST_F(AllocationTest, AllOrNothingKeepsNothingOfAnOrderThatIsShort) {
  tenant_.Set("allocate_all_or_nothing", "allocate_all_or_nothing: true");
  tenant_.Receive("A", 5);
  tenant_.Receive("B", 0);
  const std::string number = Order({{"A", 2}, {"B", 1}});
  Settle();
  EXPECT_EQ(Allocation(number), pb::UNALLOCATED);
  EXPECT_EQ(Allocated("A"), 0);
  tenant_.Receive("B", 1);
  Settle();
  EXPECT_EQ(Status(number), pb::AWAITING_SHIPMENT);
  ExpectSound();
}

TEST_F(AllocationTest, EditedItemsReleaseWhatIsTooMuchAndTakeTheTagBackForWhatIsNew) {
  tenant_.Receive("A", 5);
  tenant_.Receive("B", 0);
  const std::string number = Order({{"A", 4}});
  Settle();
  ASSERT_EQ(Allocation(number), pb::ALLOCATED);
  SaveLines(number, {{"A", 1}});
  EXPECT_EQ(Allocation(number), pb::ALLOCATED) << "less is still allocated";
  Settle();
  EXPECT_EQ(Allocated("A"), 1);
  SaveLines(number, {{"A", 1}, {"B", 1}});
  EXPECT_EQ(Allocation(number), pb::PARTLY_ALLOCATED) << "at once, not when the inventory has been asked";
  Settle();
  EXPECT_EQ(Allocation(number), pb::PARTLY_ALLOCATED);
  tenant_.Receive("B", 1);
  Settle();
  EXPECT_EQ(Allocation(number), pb::ALLOCATED);
  ExpectSound();
}

TEST_F(AllocationTest, TakenBackTagComesBackWhenTheInventoryHasAll) {
  tenant_.Receive("A", 5);
  const std::string number = Order({{"A", 1}});
  Settle();
  SaveLines(number, {{"A", 3}});
  ASSERT_EQ(Allocation(number), pb::PARTLY_ALLOCATED);
  Settle();
  EXPECT_EQ(Allocation(number), pb::ALLOCATED);
  EXPECT_EQ(Allocated("A"), 3);
  // More, and less again before anybody has asked: the inventory has nothing new to say.
  SaveLines(number, {{"A", 4}});
  SaveLines(number, {{"A", 3}});
  ASSERT_EQ(Allocation(number), pb::PARTLY_ALLOCATED);
  Settle();
  EXPECT_EQ(Allocation(number), pb::ALLOCATED);
  ExpectSound();
}

TEST_F(AllocationTest, GivenBackStockGoesToWhoWaits) {
  tenant_.Receive("A", 2);
  const std::string first = Order({{"A", 2}});
  Settle();
  const std::string second = Order({{"A", 2}});
  Settle();
  ASSERT_EQ(Allocation(second), pb::UNALLOCATED);
  ASSERT_TRUE(tenant_.Cancel(first).ok());
  Settle();
  EXPECT_EQ(Allocation(first), pb::UNALLOCATED);
  EXPECT_EQ(Status(second), pb::AWAITING_SHIPMENT);
  EXPECT_EQ(Allocated("A"), 2);
  ExpectSound();
}

// A gateway that asks the inventory for two pieces of A for the order and dies before it tells the order.
void AllocationTest::AskAndDie(const std::string& number) {
  auto& stack = Stack::Get();
  const auto inventory =
      inventory::v1::InventoryService::NewStub(stack.Channel("inventory", stack.certificates().For("gateway")));
  auto request = Parse<inventory::v1::AllocateOrdersRequest>(
      "needs { order_version: 1 lines { line: '1-1' product_code: 'A' quantity: 2 } priority_time { seconds: 1 } }");
  request.mutable_needs(0)->set_order_number(number);
  const auto context = ContextWith("");
  context->AddMetadata("x-juchu-tenant", tenant_.id());
  context->AddMetadata("x-juchu-actor", "hanako");
  inventory::v1::AllocateOrdersResponse response;
  ASSERT_TRUE(inventory->AllocateOrders(context.get(), request, &response).ok());
  ASSERT_EQ(Allocated("A"), 2);
}

// A cancel of an order that knows nothing of its stock.
TEST_F(AllocationTest, StockThatAnOrderDoesNotKnowOfIsGivenBackWhenItWasCancelled) {
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  tenant_.Receive("A", 5);
  const std::string number = Order({{"A", 2}});
  Settle();
  AskAndDie(number);
  ASSERT_TRUE(tenant_.Cancel(number).ok());
  Settle();
  EXPECT_EQ(Allocated("A"), 2) << "whoever asked has ten seconds to tell the order";
  Stack::Get().InventorySql("UPDATE inventory_changes SET due_time_us = 0");
  Settle();
  EXPECT_EQ(Allocated("A"), 0);
  EXPECT_EQ(Allocation(number), pb::UNALLOCATED);
  ExpectSound();
}

TEST_F(AllocationTest, OrderComesToKnowWhatItHoldsAlsoWhenItIsManual) {
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  tenant_.Receive("A", 5);
  const std::string number = Order({{"A", 2}});
  ASSERT_TRUE(tenant_.SetMode(number, pb::MANUAL).ok());
  Settle();
  AskAndDie(number);
  Stack::Get().InventorySql("UPDATE inventory_changes SET due_time_us = 0");
  Settle();
  EXPECT_EQ(Allocation(number), pb::ALLOCATED);
  ASSERT_TRUE(tenant_.Cancel(number).ok());
  Settle();
  EXPECT_EQ(Allocated("A"), 0);
  ExpectSound();
}

TEST_F(AllocationTest, OrderThatTurnsAutoGetsWhatCameWhileItWasManual) {
  tenant_.Receive("A", 4);
  const std::string number = Order({{"A", 10}});
  Settle();
  ASSERT_TRUE(tenant_.SetMode(number, pb::MANUAL).ok());
  tenant_.Receive("A", 10);
  Settle();
  ASSERT_EQ(Allocation(number), pb::PARTLY_ALLOCATED);
  ASSERT_TRUE(tenant_.SetMode(number, pb::AUTO).ok());
  Settle();
  EXPECT_EQ(Status(number), pb::AWAITING_SHIPMENT);
  ExpectSound();
}

TEST_F(AllocationTest, ManualOrderGivesBackWhenTheTenantStopsAllocating) {
  tenant_.Receive("A", 4);
  const std::string number = Order({{"A", 10}});
  Settle();
  ASSERT_TRUE(tenant_.SetMode(number, pb::MANUAL).ok());
  tenant_.Set("allocation", "allocation: ALLOCATE_NOTHING");
  Settle();
  EXPECT_EQ(Allocated("A"), 0);
  EXPECT_EQ(Status(number), pb::AWAITING_ALLOCATION) << "MANUAL: it does not move";
  ExpectSound();
}

// The setting is turned to 引当しない and back before anybody has told the inventory: the order shows what is held for
// it.
TEST_F(AllocationTest, SettingTurnedToNothingAndBackAtOnceLosesNoStock) {
  tenant_.Receive("A", 4);
  const std::string number = Order({{"A", 10}});
  Settle();
  ASSERT_TRUE(tenant_.SetMode(number, pb::MANUAL).ok());
  tenant_.Set("allocation", "allocation: ALLOCATE_NOTHING");
  SetNote(number, "1");
  ASSERT_EQ(Allocation(number), pb::NOT_SUBJECT_TO_ALLOCATION);
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  SetNote(number, "2");
  ASSERT_EQ(Allocation(number), pb::UNALLOCATED);
  Settle();
  EXPECT_EQ(Allocated("A"), 4);
  EXPECT_EQ(Allocation(number), pb::PARTLY_ALLOCATED);
  ExpectSound();
}

// And what is held for what the order needed before is not taken for all that it needs now.
TEST_F(AllocationTest, SettingTurnedToNothingAndBackAtOnceDoesNotHideThatMoreIsNeeded) {
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  tenant_.Receive("A", 3);
  const std::string number = Order({{"A", 2}});
  ASSERT_TRUE(tenant_.SetMode(number, pb::MANUAL).ok());
  ASSERT_TRUE(Allocate(number).ok());
  Settle();
  ASSERT_EQ(Allocation(number), pb::ALLOCATED);
  SaveLines(number, {{"A", 5}});
  ASSERT_EQ(Allocation(number), pb::PARTLY_ALLOCATED);
  tenant_.Set("allocation", "allocation: ALLOCATE_NOTHING");
  SetNote(number, "1");
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  SetNote(number, "2");
  ASSERT_EQ(Allocation(number), pb::UNALLOCATED);
  Settle();
  EXPECT_EQ(Allocation(number), pb::PARTLY_ALLOCATED);
  EXPECT_EQ(Allocated("A"), 3);
  ExpectSound();
}

TEST_F(AllocationTest, ConfirmedShipmentTakesTheStockOnceAndNothingGivesItBack) {
  tenant_.Receive("A", 5);
  const std::string number = Order({{"A", 2}});
  Settle();
  tenant_.Override(number, pb::SHIPMENT_CONFIRMED);
  Settle();
  EXPECT_EQ(tenant_.Product("A").stock().on_hand(), 3);
  EXPECT_EQ(Allocated("A"), 0);
  ASSERT_TRUE(tenant_.Move(number, pb::AWAITING_ALLOCATION).ok());
  Settle();
  ASSERT_TRUE(Allocate(number).ok());
  Settle();
  EXPECT_EQ(tenant_.Product("A").stock().on_hand(), 3);
  EXPECT_EQ(Allocated("A"), 0);
  ExpectSound();
}

TEST_F(AllocationTest, SettingTurnedToNothingGivesBackAndTurnedOnAllocates) {
  tenant_.Receive("A", 1);
  tenant_.Set("allocation", "allocation: ALLOCATE_NOTHING");
  const std::string passed = Order({{"A", 1}});
  ASSERT_EQ(Status(passed), pb::AWAITING_SHIPMENT);
  Settle();
  EXPECT_EQ(Allocated("A"), 0);
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  const std::string waiting = Order({{"A", 2}});
  ASSERT_TRUE(Allocate(waiting).ok());
  ASSERT_EQ(Allocated("A"), 1);
  tenant_.Set("allocation", "allocation: ALLOCATE_NOTHING");
  Settle();
  EXPECT_EQ(Allocation(waiting), pb::NOT_SUBJECT_TO_ALLOCATION);
  EXPECT_EQ(Allocated("A"), 0);
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  const std::string later = Order({{"A", 1}});
  tenant_.Set("allocation", "allocation: ALLOCATE_AUTOMATICALLY");
  Settle();
  EXPECT_EQ(Allocation(later), pb::ALLOCATED) << "orders that wait already are allocated too";
  ExpectSound();
}

TEST_F(AllocationTest, OneCommandIsThreeCallsAndTwoTransactions) {
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  for (const char* code : {"A", "B", "C"}) tenant_.Receive(code, 100);
  const std::string small = Order({{"A", 1}});
  const std::string large = Order({{"A", 1}, {"B", 2}, {"C", 3}, {"A", 4}});
  const auto cost = [&](const std::string& number) {
    const int64_t calls = Stack::Get().internal_calls();
    const auto before = Stack::Get().inventory_database();
    EXPECT_TRUE(Allocate(number).ok());
    const auto after = Stack::Get().inventory_database();
    return std::vector<int64_t>{Stack::Get().internal_calls() - calls, after.statements - before.statements,
                                after.commits - before.commits};
  };
  const auto small_cost = cost(small);
  EXPECT_EQ(small_cost[0], 3) << "load, allocate, commit";
  EXPECT_EQ(small_cost[2], 1);
  EXPECT_EQ(cost(large), small_cost) << "it does not grow with the lines";
}

TEST_F(AllocationTest, AuditFindsACancelledOrderThatHoldsStock) {
  tenant_.Receive("SKU-1", 1);
  const std::string number = Order({{"SKU-1", 1}});
  Settle();
  ASSERT_EQ(Allocation(number), pb::ALLOCATED);
  const int status = Status(number);
  const std::string of_the_order = absl::StrCat(" WHERE order_number = '", number, "'");
  Stack::Get().RootSql("UPDATE orders SET status = 10" + of_the_order);
  EXPECT_THAT(
      tenant_.Audit().findings,
      ::testing::Contains(::testing::HasSubstr("CANCELLED_AND_HELD: it is cancelled, and the inventory holds")));
  Stack::Get().RootSql(absl::StrCat("UPDATE orders SET status = ", status, of_the_order));
}

}  // namespace
}  // namespace juchu::integration
