#ifndef SERVICES_GATEWAY_APP_CHANGE_HANDLERS_H_
#define SERVICES_GATEWAY_APP_CHANGE_HANDLERS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/call_context.h"
#include "juchu/common/v1/change_queue.pb.h"
#include "services/gateway/app/facts_settler.h"
#include "services/gateway/app/order_changer.h"
#include "services/gateway/clients/inventory_client.h"
#include "services/gateway/clients/order_client.h"

namespace juchu::gateway {

// Leased work of one tenant.
struct TenantWork {
  std::string tenant;
  std::vector<const common::v1::Change*> changes;
  // A context for the next call.
  std::function<rpc::CallContext()> context;
  // Asks for more time when a good part of the lease has passed; false: leave the rest, the process stops.
  std::function<bool()> go_on;
};

// Does the work that a change feed hands out. Thread-safe.
class ChangeHandler {
 public:
  virtual ~ChangeHandler() = default;
  // One status for each change, in their order; what is not OK comes again.
  virtual std::vector<absl::Status> Handle(const TenantWork& work) = 0;
};

// What the order service queues: single orders, and all AUTO orders of a tenant whose configuration has changed.
class OrderChangeHandler final : public ChangeHandler {
 public:
  OrderChangeHandler(OrderClient& orders, OrderChanger& changer, FactsSettler& settler)
      : orders_(orders), changer_(changer), settler_(settler) {}

  std::vector<absl::Status> Handle(const TenantWork& work) override;

 private:
  absl::Status HandleTenant(const TenantWork& work);
  absl::Status HandlePage(const TenantWork& work, const order::v1::SearchOrdersResponse& page);

  OrderClient& orders_;
  OrderChanger& changer_;
  FactsSettler& settler_;
};

// What the inventory service queues: orders whose facts nobody has acknowledged, and products for which orders may
// wait.
class InventoryChangeHandler final : public ChangeHandler {
 public:
  InventoryChangeHandler(InventoryClient& inventory, FactsSettler& settler)
      : inventory_(inventory), settler_(settler) {}

  std::vector<absl::Status> Handle(const TenantWork& work) override;

 private:
  absl::Status HandleProduct(const TenantWork& work, const std::string& product_code);

  InventoryClient& inventory_;
  FactsSettler& settler_;
};

// What the payment service queues: orders whose facts nobody has acknowledged.
class PaymentChangeHandler final : public ChangeHandler {
 public:
  explicit PaymentChangeHandler(FactsSettler& settler) : settler_(settler) {}

  std::vector<absl::Status> Handle(const TenantWork& work) override;

 private:
  FactsSettler& settler_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_CHANGE_HANDLERS_H_
