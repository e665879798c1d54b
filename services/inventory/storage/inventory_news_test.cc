#include "common/testing/fake_clock.h"
#include "services/inventory/storage/inventory_storage_fixture.h"

namespace juchu::inventory {
namespace {

using ::juchu::testing::IsOk;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const char kOrder[] = "0000000000000001";
const char kOther[] = "0000000000000002";

class InventoryNewsTest : public InventoryStorageTest {
 protected:
  // What is due `later` from now, as "order" or "product".
  std::vector<std::string> Lease(absl::Duration later = absl::ZeroDuration()) {
    testing::FakeClock clock;
    clock.Set(clock_.Now() + later);
    ChangeQueue queue(*pool_, clock, kInventoryChanges);
    common::v1::LeaseChangesRequest request;
    request.set_max_changes(100);
    request.mutable_lease_duration()->set_seconds(600);
    const auto response = queue.Lease(request, clock.Now() + absl::Seconds(60), nullptr);
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> subjects;
    if (!response.ok()) return subjects;
    for (const auto& change : response->changes()) {
      EXPECT_EQ(change.tenant_id(), "acme");
      subjects.push_back(change.order_number() + change.product_code());
    }
    return subjects;
  }

  int Ack(const std::string& order, int64_t facts_version) {
    common::v1::AckChangesRequest request;
    auto& change = *request.add_changes();
    change.set_tenant_id("acme");
    change.set_order_number(order);
    change.set_generation(facts_version);
    const auto response = queue_->Ack(request, Deadline());
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->removed() : -1;
  }
};

TEST_F(InventoryNewsTest, StockThatCameIsNews) {
  Stock({{"A", 0}, {"B", 0}});
  Lease();
  ASSERT_THAT(ChangeOne("A", v1::RECEIVED, 3), IsOk());
  EXPECT_THAT(Lease(), ElementsAre("A"));
  ASSERT_THAT(ChangeOne("A", v1::TAKEN, 1), IsOk());
  EXPECT_THAT(Lease(), IsEmpty());
  ASSERT_THAT(ChangeOne("B", v1::COUNTED, 2), IsOk());
  EXPECT_THAT(Lease(), ElementsAre("B"));
}

TEST_F(InventoryNewsTest, RegisteredOrReactivatedProductIsNews) {
  ASSERT_THAT(Put({Product("A")}), IsOk());
  EXPECT_THAT(Lease(), ElementsAre("A"));
  auto product = Product("A");
  product.set_inactive(true);
  ASSERT_THAT(Put({product}), IsOk());
  product.set_product_name("another name");
  ASSERT_THAT(Put({product}), IsOk());
  EXPECT_THAT(Lease(), IsEmpty());
  ASSERT_THAT(Put({Product("A")}), IsOk());
  EXPECT_THAT(Lease(), ElementsAre("A"));
}

TEST_F(InventoryNewsTest, GivenBackStockIsNews) {
  Stock({{"A", 5}});
  AllocateOne(NeedOf(kOrder, {{"A", 5}}));
  Lease(absl::Seconds(11));
  AllocateOne(NeedOf(kOrder, {{"A", 2}}, 2));
  EXPECT_THAT(Lease(), ElementsAre("A"));
}

TEST_F(InventoryNewsTest, RepairedStockIsNews) {
  Stock({{"A", 5}});
  Lease();
  ASSERT_THAT(database_->RootSql("UPDATE stocks SET allocated = 3 WHERE product_code = 'A'"), IsOk());
  EXPECT_FALSE(Audit(/*repair=*/true).empty());
  EXPECT_THAT(Lease(), ElementsAre("A"));
}

TEST_F(InventoryNewsTest, ChangedFactsAreNewsOnceTheCallerHadTimeToActOnThem) {
  Stock({{"A", 5}});
  Lease();
  AllocateOne(NeedOf(kOrder, {{"A", 5}}));
  AllocateOne(NeedOf(kOther, {{"A", 5}}));
  EXPECT_THAT(Lease(absl::Seconds(1)), IsEmpty());
  EXPECT_THAT(Lease(absl::Seconds(11)), UnorderedElementsAre(kOrder, kOther));
}

TEST_F(InventoryNewsTest, ShipmentIsNewsOnce) {
  Stock({{"A", 5}});
  const auto outcome = AllocateOne(NeedOf(kOrder, {{"A", 5}}));
  ASSERT_EQ(Ack(kOrder, outcome.facts().version()), 1);
  Lease();
  const auto shipped = Ship({kOrder, kOther});
  ASSERT_THAT(shipped, IsOk());
  EXPECT_THAT(Lease(absl::Seconds(1)), IsEmpty());
  EXPECT_EQ(Ack(kOrder, outcome.facts().version()), 0) << "the shipment nobody has acted on";
  EXPECT_EQ(Ack(kOrder, shipped->facts(0).version()), 1);
  EXPECT_THAT(Lease(absl::Seconds(11)), ElementsAre(kOther)) << "of which nothing was known before";
  ASSERT_THAT(Ship({kOrder, kOther}), IsOk());
  EXPECT_THAT(Lease(absl::Seconds(12)), IsEmpty()) << "it is leased, and nothing is new";
}

TEST_F(InventoryNewsTest, WhoActedAcknowledgesByTheFactsVersion) {
  Stock({{"A", 5}});
  Lease();
  const auto first = AllocateOne(NeedOf(kOrder, {{"A", 7}}));
  ASSERT_THAT(ChangeOne("A", v1::RECEIVED, 5), IsOk());
  const auto second = AllocateOne(NeedOf(kOrder, {{"A", 7}}));
  ASSERT_GT(second.facts().version(), first.facts().version());
  EXPECT_EQ(Ack(kOrder, first.facts().version()), 0) << "newer facts nobody has acted on";
  EXPECT_EQ(Ack(kOrder, second.facts().version()), 1);
  EXPECT_THAT(Lease(absl::Seconds(11)), ElementsAre("A"));
}

TEST_F(InventoryNewsTest, RepeatedNeedIsNoNews) {
  Stock({{"A", 5}});
  const auto outcome = AllocateOne(NeedOf(kOrder, {{"A", 7}}));
  Lease();
  ASSERT_EQ(Ack(kOrder, outcome.facts().version()), 1);
  EXPECT_FALSE(AllocateOne(NeedOf(kOrder, {{"A", 7}})).changed());
  EXPECT_THAT(Lease(absl::Hours(1)), Not(Contains(kOrder)));
}

TEST_F(InventoryNewsTest, ThoseWhoWaitAreListedPageByPage) {
  Stock({{"A", 0}});
  for (int i = 0; i < 5; ++i) {
    AllocateOne(NeedOf(absl::StrCat("000000000000000", i), {{"A", 1}}, 1, i < 3 ? 200 : 100));
  }
  v1::ListWaitingOrdersRequest request;
  request.set_product_code("A");
  request.set_max_orders(2);
  std::vector<std::string> order;
  for (int pages = 0; pages < 3; ++pages) {
    const auto page = allocations_->Waiting("acme", request, Deadline());
    ASSERT_THAT(page, IsOk());
    for (const auto& number : page->order_numbers()) order.push_back(number.substr(15));
    EXPECT_EQ(page->has_next(), pages < 2);
    *request.mutable_after() = page->next();
  }
  EXPECT_THAT(order, ElementsAre("3", "4", "0", "1", "2"));
}

}  // namespace
}  // namespace juchu::inventory
