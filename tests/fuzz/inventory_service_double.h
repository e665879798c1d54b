#ifndef TESTS_FUZZ_INVENTORY_SERVICE_DOUBLE_H_
#define TESTS_FUZZ_INVENTORY_SERVICE_DOUBLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/ids/order_number.h"
#include "common/time/clock.h"
#include "juchu/inventory/v1/inventory_service.pb.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/inventory/domain/allocation_plan.h"

namespace juchu::fuzz {

// One tenant's inventory service in memory, by the same pure rules as the real one (services/inventory/domain, its
// checks of requests): quick, and without the database. What people ask for wrongly it refuses as the real one does;
// ends the process when the gateway asks wrongly by itself, and when more would be allocated than the rules allow. Its
// change feed is empty. Confined to one thread.
class InventoryServiceDouble final : public gateway::InventoryClient {
 public:
  // `clock` must outlive the double. The tenant has no products.
  explicit InventoryServiceDouble(const Clock& clock);

  absl::StatusOr<inventory::v1::PutProductsResponse> PutProducts(
      const rpc::CallContext& context, const inventory::v1::PutProductsRequest& request) override;
  absl::StatusOr<inventory::v1::SearchProductsResponse> SearchProducts(
      const rpc::CallContext& context, const inventory::v1::SearchProductsRequest& request) override;
  absl::StatusOr<inventory::v1::ReadStockResponse> ReadStock(const rpc::CallContext& context,
                                                             const inventory::v1::ReadStockRequest& request) override;
  absl::StatusOr<inventory::v1::ChangeStockResponse> ChangeStock(
      const rpc::CallContext& context, const inventory::v1::ChangeStockRequest& request) override;
  absl::StatusOr<inventory::v1::ListLedgerResponse> ListLedger(
      const rpc::CallContext& context, const inventory::v1::ListLedgerRequest& request) override;
  absl::StatusOr<inventory::v1::AllocateOrdersResponse> AllocateOrders(
      const rpc::CallContext& context, const inventory::v1::AllocateOrdersRequest& request) override;
  absl::StatusOr<inventory::v1::ShipOrdersResponse> ShipOrders(
      const rpc::CallContext& context, const inventory::v1::ShipOrdersRequest& request) override;
  absl::StatusOr<inventory::v1::ReadAllocationsResponse> ReadAllocations(
      const rpc::CallContext& context, const inventory::v1::ReadAllocationsRequest& request) override;
  absl::StatusOr<inventory::v1::ListWaitingOrdersResponse> ListWaitingOrders(
      const rpc::CallContext& context, const inventory::v1::ListWaitingOrdersRequest& request) override;
  // Finds what is wrong and repairs nothing: nobody writes past the double.
  absl::StatusOr<inventory::v1::AuditInventoryResponse> AuditInventory(
      const rpc::CallContext& context, const inventory::v1::AuditInventoryRequest& request) override;
  absl::StatusOr<common::v1::LeaseChangesResponse> LeaseChanges(
      const rpc::CallContext& context, const common::v1::LeaseChangesRequest& request) override;
  absl::StatusOr<common::v1::ExtendLeasesResponse> ExtendLeases(
      const rpc::CallContext& context, const common::v1::ExtendLeasesRequest& request) override;
  absl::StatusOr<common::v1::AckChangesResponse> AckChanges(const rpc::CallContext& context,
                                                            const common::v1::AckChangesRequest& request) override;

  struct LedgerRow {
    inventory::v1::LedgerEntry entry;
    // How many pieces beyond the stock it allows.
    int64_t shortage = 0;
  };
  struct StoredProduct {
    inventory::v1::Product product;
    int64_t on_hand = 0;
    int64_t allocated = 0;
    // By how much more may be allocated than is on hand.
    int64_t overdraft = 0;
    // Oldest first.
    std::vector<LedgerRow> ledger;
  };
  const std::map<std::string, StoredProduct>& products() const { return products_; }

  // 0: nothing is known of the order.
  int64_t FactsVersionOf(const std::string& order_number) const;
  // How many pieces the order holds.
  int64_t HeldBy(const std::string& order_number) const;
  // Products, stock and allocations as bytes: the same as before exactly when none of them has changed.
  std::string Snapshot() const;

 private:
  struct Delta {
    int64_t on_hand = 0;
    int64_t allocated = 0;
    int64_t overdraft = 0;
  };
  // What an order needs of a product and holds of it.
  struct Allocation {
    int64_t needed = 0;
    inventory::Holding holding;
    int64_t priority_time_us = 0;

    bool waiting() const { return holding.allocated < needed; }
    bool operator==(const Allocation& other) const = default;
  };
  struct AllocatedOrder {
    int64_t facts_version = 0;
    int64_t order_version = 0;
    inventory::v1::AllocationState state = inventory::v1::UNALLOCATED;
    bool shipped = false;
    // By product code.
    std::map<std::string, Allocation> allocations;

    bool operator==(const AllocatedOrder& other) const = default;
  };
  struct KeptAnswer {
    std::string request_hash;
    // What was asked for, without its reasons.
    std::string content;
    inventory::v1::ChangeStockResponse response;
  };

  void Change(const rpc::CallContext& context, const inventory::v1::ChangeStockRequest::Change& change, bool dry_run,
              inventory::v1::ChangeStockResponse::Outcome& outcome);
  void ChangeSums(const Delta& delta, StoredProduct& stored);
  void WriteLedger(const rpc::CallContext& context, inventory::v1::StockChangeKind kind, const Delta& delta,
                   int64_t shortage, absl::string_view reason, StoredProduct& stored);
  inventory::Levels LevelsOf(const inventory::v1::AllocateOrdersRequest::Need& need, const AllocatedOrder& order) const;
  void Allocate(const inventory::v1::AllocateOrdersRequest::Need& need, AllocatedOrder& order,
                inventory::v1::AllocateOrdersResponse::Outcome& outcome);
  void Ship(const rpc::CallContext& context, const std::string& order_number, AllocatedOrder& order);
  // Adds what is wrong with the product.
  void Judge(const std::string& code, const StoredProduct& stored,
             inventory::v1::AuditInventoryResponse& response) const;
  static inventory::v1::AllocationFacts FactsOf(const std::string& order_number, const AllocatedOrder& order);
  // The orders that lack the product, the first in priority first.
  std::map<std::pair<int64_t, std::string>, const Allocation*> WaitingFor(const std::string& product_code) const;

  const Clock& clock_;
  OrderNumberGenerator entry_ids_;
  std::map<std::string, StoredProduct> products_;
  std::map<std::string, AllocatedOrder> orders_;
  std::map<std::string, KeptAnswer> answers_;  // By request id.
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_INVENTORY_SERVICE_DOUBLE_H_
