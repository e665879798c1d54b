// Never one piece too many: 64 callers allocate, repeat, cancel and receive at once, on one product and on a thousand,
// and the audit holds at every moment it is asked.
#include <atomic>
#include <cmath>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "gmock/gmock.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;
namespace inv = ::juchu::inventory::v1;
using ::testing::IsEmpty;

constexpr int kThreads = 64;
constexpr int kOrdersOfAThread = 4;
constexpr int kStepsOfAThread = 20;

class OversellTest : public ::testing::TestWithParam<int> {
 protected:
  using Random = std::minstd_rand;

  // Few products are asked for by many: the r-th by one in r.
  std::string ProductOf(Random& random) const {
    const double uniform = std::uniform_real_distribution<double>(0, 1)(random);
    return absl::StrCat("P", static_cast<int>(std::exp(uniform * std::log(GetParam()))));
  }

  void StockUp() {
    for (int first = 1; first <= GetParam(); first += 500) {
      gw::PutProductsRequest put;
      gw::ChangeStockRequest change;
      for (int i = first; i < std::min(first + 500, GetParam() + 1); ++i) {
        put.add_products()->set_product_code(absl::StrCat("P", i));
        put.mutable_products(put.products_size() - 1)->set_product_name("商品");
        auto& one = *change.add_changes();
        one.set_product_code(absl::StrCat("P", i));
        one.set_kind(inv::RECEIVED);
        one.set_quantity(GetParam() == 1 ? 150 : 3);
        one.set_reason("入庫");
      }
      change.set_request_id(NewRequestId());
      ASSERT_TRUE(tenant_.Call(&ProductStub::PutProducts, put).ok());
      ASSERT_TRUE(tenant_.Call(&ProductStub::ChangeStock, change).ok());
    }
  }

  void TakeInOrders() {
    Random random(7);
    for (int thread = 0; thread < kThreads; ++thread) {
      for (int i = 0; i < kOrdersOfAThread; ++i) {
        std::string items;
        for (int line = 0; line < 3; ++line) {
          absl::StrAppend(&items, "items { product_code: '", ProductOf(random),
                          "' product_name: '商品' quantity: ", 1 + random() % 2, " } ");
        }
        orders_.push_back(tenant_.NewOrder("代金引換", absl::StrCat("deliveries { ", items, " }")));
      }
    }
  }

  void Receive(const std::string& product) {
    gw::ChangeStockRequest change;
    auto& one = *change.add_changes();
    one.set_product_code(product);
    one.set_kind(inv::RECEIVED);
    one.set_quantity(1);
    one.set_reason("入庫");
    change.set_request_id(NewRequestId());
    ++received_;
    EXPECT_TRUE(tenant_.Call(&ProductStub::ChangeStock, change).ok());
  }

  // What one caller does: its own orders most of the time, sometimes another's.
  void Work(int thread) {
    Random random(static_cast<unsigned>(thread + 1));
    for (int step = 0; step < kStepsOfAThread; ++step) {
      const auto own = static_cast<size_t>(thread * kOrdersOfAThread) + random() % kOrdersOfAThread;
      const std::string& number = random() % 4 == 0 ? orders_[random() % orders_.size()] : orders_[own];
      const auto what = random() % 10;
      if (what == 0) {
        // Cancelled by another already: nothing changes.
        EXPECT_TRUE(tenant_.Cancel(number).ok());
      } else if (what == 1) {
        Receive(ProductOf(random));
      } else if (what == 2) {
        EXPECT_THAT(tenant_.AuditInventory(), IsEmpty());
      } else {
        gw::AllocateOrdersRequest request;
        request.add_order_numbers(number);
        const auto response = tenant_.Call(&GatewayStub::AllocateOrders, request);
        EXPECT_TRUE(response.ok()) << response.status();
      }
    }
  }

  // Of all products: on hand, allocated.
  std::pair<int64_t, int64_t> Sums() {
    std::pair<int64_t, int64_t> sums;
    gw::SearchProductsRequest request;
    request.set_page_size(1000);
    const auto page = tenant_.Call(&ProductStub::SearchProducts, request, "viewer");
    for (const auto& product : page->products()) {
      sums.first += product.stock().on_hand();
      sums.second += product.stock().allocated();
      EXPECT_GE(product.stock().free(), 0) << product.product().product_code();
    }
    return sums;
  }

  Tenant tenant_;
  std::vector<std::string> orders_;
  std::atomic<int64_t> received_ = 0;
};

TEST_P(OversellTest, NoPieceIsAllocatedTwiceAndNoneIsLost) {
  tenant_.Set("allocation", "allocation: ALLOCATE_BY_COMMAND");
  StockUp();
  TakeInOrders();
  const int64_t before = Sums().first;
  std::atomic<bool> done = false;
  std::thread reconciler([&done] {
    while (!done) Stack::Get().Reconcile();
  });
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back([this, thread] { Work(thread); });
  for (auto& thread : threads) thread.join();
  done = true;
  reconciler.join();
  Stack::Get().Reconcile();

  EXPECT_THAT(tenant_.AuditInventory(), IsEmpty());
  EXPECT_THAT(tenant_.Audit().findings, IsEmpty());
  const auto [on_hand, allocated] = Sums();
  EXPECT_EQ(on_hand, before + received_);
  // What the orders say they have is what the products say has been given.
  int64_t pieces_of_whole_orders = 0;
  int whole = 0;
  for (const auto& number : orders_) {
    const auto order = tenant_.Get(number);
    const auto state = ValueOf(order, pb::ALLOCATION);
    if (order.status() == pb::CANCELLED) {
      EXPECT_EQ(state, pb::UNALLOCATED) << number;
    }
    if (state != pb::ALLOCATED) continue;
    ++whole;
    for (const auto& item : order.deliveries(0).items()) pieces_of_whole_orders += item.quantity();
  }
  EXPECT_GT(whole, 10);
  EXPECT_LE(pieces_of_whole_orders, allocated);
}

INSTANTIATE_TEST_SUITE_P(Products, OversellTest, ::testing::Values(1, 1000),
                         [](const auto& products) { return absl::StrCat("On", products.param); });

}  // namespace
}  // namespace juchu::integration
