#ifndef SERVICES_INVENTORY_STORAGE_INVENTORY_STORAGE_FIXTURE_H_
#define SERVICES_INVENTORY_STORAGE_INVENTORY_STORAGE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/testing/linted_mariadb.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/storage/allocation_store.h"
#include "services/inventory/storage/product_store.h"
#include "services/inventory/storage/stock_rows.h"
#include "services/inventory/storage/stock_store.h"

namespace juchu::inventory {

// The inventory service's storage on a schema of its own.
class InventoryStorageTest : public ::testing::Test {
 protected:
  // Pieces of products, by code.
  using Pieces = std::vector<std::pair<std::string, int64_t>>;

  void SetUp() override { Open(testing::LintedMariaDb()); }

  void Open(testing::MariaDbInstance& server) {
    JUCHU_ASSERT_OK_AND_ASSIGN(database_, testing::ScopedDatabase::Create(server, "services/inventory/migrations"));
    mysql::Options options = database_->options();
    options.pool_size = 32;
    JUCHU_ASSERT_OK_AND_ASSIGN(pool_, mysql::Pool::Create(options, clock_));
    queue_ = std::make_unique<ChangeQueue>(*pool_, clock_, kInventoryChanges);
    const auto notify = [this] { queue_->Notify(); };
    products_ = std::make_unique<ProductStore>(*pool_, clock_, notify);
    stocks_ = std::make_unique<StockStore>(*pool_, clock_, notify);
    allocations_ = std::make_unique<AllocationStore>(*pool_, clock_, notify);
  }

  void Close() {
    allocations_.reset();
    stocks_.reset();
    products_.reset();
    queue_.reset();
    pool_.reset();
    database_.reset();
  }

  absl::Time Deadline() const { return clock_.Now() + absl::Seconds(60); }

  static v1::Product Product(const std::string& code) {
    v1::Product product;
    product.set_product_code(code);
    product.set_product_name(absl::StrCat("商品 ", code));
    return product;
  }

  absl::StatusOr<v1::PutProductsResponse> Put(const std::vector<v1::Product>& products,
                                              const std::string& tenant = "acme") {
    v1::PutProductsRequest request;
    for (const auto& product : products) *request.add_products() = product;
    return products_->Put(tenant, request, Deadline());
  }

  // Registers products with this stock.
  void Stock(const Pieces& pieces, const std::string& tenant = "acme") {
    std::vector<v1::Product> products;
    for (const auto& [code, quantity] : pieces) products.push_back(Product(code));
    ASSERT_THAT(Put(products, tenant), testing::IsOk());
    for (const auto& [code, quantity] : pieces) {
      if (quantity == 0) continue;
      ASSERT_THAT(ChangeOne(code, v1::RECEIVED, quantity, false, tenant), testing::IsOk());
    }
  }

  static v1::ChangeStockRequest ChangeRequest(const std::string& code, v1::StockChangeKind kind, int64_t quantity,
                                              bool below_allocated = false) {
    v1::ChangeStockRequest request;
    auto& change = *request.add_changes();
    change.set_product_code(code);
    change.set_kind(kind);
    change.set_quantity(quantity);
    change.set_reason("棚卸");
    change.set_below_allocated(below_allocated);
    request.set_request_id(NewRequestId());
    request.set_request_hash(std::string(32, 'h'));
    return request;
  }

  absl::StatusOr<v1::ChangeStockResponse::Outcome> ChangeOne(const std::string& code, v1::StockChangeKind kind,
                                                             int64_t quantity, bool below_allocated = false,
                                                             const std::string& tenant = "acme") {
    const auto response = stocks_->Change(tenant, ChangeRequest(code, kind, quantity, below_allocated),
                                          PersonNamed("hanako"), Deadline());
    if (!response.ok()) return response.status();
    return response->outcomes(0);
  }

  static v1::AllocateOrdersRequest::Need NeedOf(const std::string& order, const Pieces& pieces, int64_t version = 1,
                                                int64_t priority = 100) {
    v1::AllocateOrdersRequest::Need need;
    need.set_order_number(order);
    need.set_order_version(version);
    need.mutable_priority_time()->set_seconds(priority);
    for (const auto& [code, quantity] : pieces) {
      auto& line = *need.add_lines();
      line.set_line(absl::StrCat("1-", need.lines_size()));
      line.set_product_code(code);
      line.set_quantity(quantity);
    }
    return need;
  }

  absl::StatusOr<v1::AllocateOrdersResponse> Allocate(const std::vector<v1::AllocateOrdersRequest::Need>& needs,
                                                      const std::string& tenant = "acme") {
    v1::AllocateOrdersRequest request;
    for (const auto& need : needs) *request.add_needs() = need;
    return allocations_->Allocate(tenant, request, Deadline());
  }

  // One order's outcome; fails the test when the call does.
  v1::AllocateOrdersResponse::Outcome AllocateOne(const v1::AllocateOrdersRequest::Need& need,
                                                  const std::string& tenant = "acme") {
    const auto response = Allocate({need}, tenant);
    EXPECT_THAT(response, testing::IsOk());
    return response.ok() ? response->outcomes(0) : v1::AllocateOrdersResponse::Outcome();
  }

  absl::StatusOr<v1::ShipOrdersResponse> Ship(const std::vector<std::string>& orders,
                                              const std::string& tenant = "acme") {
    v1::ShipOrdersRequest request;
    for (const auto& order : orders) request.add_order_numbers(order);
    return allocations_->Ship(tenant, request, PersonNamed("hanako"), Deadline());
  }

  v1::Stock StockOfOne(const std::string& code, const std::string& tenant = "acme") {
    v1::ReadStockRequest request;
    request.add_product_codes(code);
    const auto response = stocks_->Read(tenant, request, Deadline());
    EXPECT_THAT(response, testing::IsOk());
    return response.ok() ? response->stocks(0).stock() : v1::Stock();
  }

  // Every finding, as "<product>: <invariant>: <message>".
  std::vector<std::string> Audit(bool repair = false, const std::string& tenant = "acme") {
    v1::AuditInventoryRequest request;
    request.set_page_size(500);
    request.set_repair(repair);
    std::vector<std::string> findings;
    while (true) {
      const auto response = stocks_->Audit(tenant, request, PersonNamed("auditor"), Deadline());
      EXPECT_THAT(response, testing::IsOk());
      if (!response.ok()) return {"the audit failed"};
      for (const auto& finding : response->findings()) {
        findings.push_back(absl::StrCat(finding.product_code(), ": ", finding.invariant(), ": ", finding.message()));
      }
      if (!response->has_next()) return findings;
      request.set_after_product_code(response->next());
    }
  }

  SystemClock clock_;
  std::unique_ptr<testing::ScopedDatabase> database_;
  std::unique_ptr<mysql::Pool> pool_;
  std::unique_ptr<ChangeQueue> queue_;
  std::unique_ptr<ProductStore> products_;
  std::unique_ptr<StockStore> stocks_;
  std::unique_ptr<AllocationStore> allocations_;
};

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_STORAGE_INVENTORY_STORAGE_FIXTURE_H_
