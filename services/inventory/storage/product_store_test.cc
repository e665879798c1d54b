#include "services/inventory/storage/product_store.h"

#include <atomic>
#include <thread>

#include "services/inventory/storage/inventory_storage_fixture.h"

namespace juchu::inventory {
namespace {

using ::juchu::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ProductStoreTest : public InventoryStorageTest {
 protected:
  std::vector<std::string> Search(const v1::SearchProductsRequest& given, bool* more = nullptr) {
    v1::SearchProductsRequest request = given;
    if (request.page_size() == 0) request.set_page_size(100);
    const auto response = products_->Search("acme", request, Deadline());
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> codes;
    if (!response.ok()) return codes;
    for (const auto& found : response->products()) codes.push_back(found.product().product_code());
    if (more != nullptr) *more = response->more();
    return codes;
  }
};

TEST_F(ProductStoreTest, RegistersChangesAndLeavesAlone) {
  auto product = Product("SKU-1");
  product.set_jan("4901234567894");
  const auto made = Put({product});
  ASSERT_THAT(made, IsOk());
  EXPECT_TRUE(made->outcomes(0).registered());
  EXPECT_EQ(made->outcomes(0).product().version(), 1);
  EXPECT_EQ(StockOfOne("SKU-1").on_hand(), 0);

  const auto same = Put({product});
  EXPECT_FALSE(same->outcomes(0).registered());
  EXPECT_FALSE(same->outcomes(0).changed());
  EXPECT_EQ(same->outcomes(0).product().version(), 1);

  product.set_product_name("別の名前");
  product.set_inactive(true);
  const auto changed = Put({product, Product("SKU-2")});
  EXPECT_TRUE(changed->outcomes(0).changed());
  EXPECT_EQ(changed->outcomes(0).product().version(), 2);
  EXPECT_TRUE(changed->outcomes(1).registered());
}

TEST_F(ProductStoreTest, IsFoundByEachKeyAndPageByPage) {
  auto apple = Product("APPLE-1");
  apple.set_jan("4901234567894");
  ASSERT_THAT(Put({apple, Product("APPLE-2"), Product("BOX_1"), Product("箱")}), IsOk());
  ASSERT_THAT(ChangeOne("APPLE-2", v1::RECEIVED, 3), IsOk());
  v1::SearchProductsRequest all;
  all.set_page_size(3);
  bool more = false;
  EXPECT_THAT(Search(all, &more), ElementsAre("APPLE-1", "APPLE-2", "BOX_1"));
  EXPECT_TRUE(more);
  all.set_after_product_code("BOX_1");
  EXPECT_THAT(Search(all, &more), ElementsAre("箱"));
  EXPECT_FALSE(more);

  v1::SearchProductsRequest by_prefix;
  by_prefix.set_product_code_prefix("APPLE-");
  EXPECT_THAT(Search(by_prefix), ElementsAre("APPLE-1", "APPLE-2"));
  by_prefix.set_out_of_stock(true);
  EXPECT_THAT(Search(by_prefix), ElementsAre("APPLE-1"));
  v1::SearchProductsRequest by_name;
  by_name.set_product_name_part("BOX_");
  EXPECT_THAT(Search(by_name), ElementsAre("BOX_1")) << "an underscore means itself";
  v1::SearchProductsRequest by_jan;
  by_jan.set_jan("4901234567894");
  EXPECT_THAT(Search(by_jan), ElementsAre("APPLE-1"));
  by_jan.set_product_code_prefix("B");
  EXPECT_THAT(Search(by_jan), IsEmpty()) << "keys combine";
}

TEST_F(ProductStoreTest, SameCodeInTwoTenantsIsTwoProducts) {
  Stock({{"SKU-1", 5}}, "acme");
  Stock({{"SKU-1", 7}}, "other");
  EXPECT_EQ(StockOfOne("SKU-1", "acme").on_hand(), 5);
  EXPECT_EQ(StockOfOne("SKU-1", "other").on_hand(), 7);
  ASSERT_THAT(ChangeOne("SKU-1", v1::TAKEN, 7, false, "other"), IsOk());
  EXPECT_EQ(StockOfOne("SKU-1", "acme").on_hand(), 5);
}

TEST_F(ProductStoreTest, RegisteredByManyAtOnceItIsOneProduct) {
  std::atomic<int> registered = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      const auto response = Put({Product("B"), Product("A")});
      ASSERT_THAT(response, IsOk());
      for (const auto& outcome : response->outcomes()) registered += outcome.registered() ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(registered, 2);
  EXPECT_EQ(database_->RootSql("SELECT COUNT(*) FROM stocks").value(), "2\n");
}

}  // namespace
}  // namespace juchu::inventory
