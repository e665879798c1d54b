#ifndef TESTS_PROOF_ALLOCATING_CLIENT_H_
#define TESTS_PROOF_ALLOCATING_CLIENT_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/ids/uuid.h"
#include "juchu/gateway/v1/configuration_service.grpc.pb.h"
#include "juchu/gateway/v1/gateway_service.grpc.pb.h"
#include "juchu/gateway/v1/product_service.grpc.pb.h"
#include "tests/contract/merchant.h"
#include "tests/proof/round_client.h"
#include "tests/proof/workload_orders.h"

namespace juchu::proof {

// One client of a tenant whose orders are allocated by command only. Ends the program when something is not granted.
class AllocatingClient : public RoundClient {
 public:
  AllocatingClient(contract::Endpoint endpoint, const std::string& tenant)
      : RoundClient(std::move(endpoint), tenant, 0, 7, "answers"),
        products_(gateway::v1::ProductService::NewStub(channel())) {
    const auto configuration = gateway::v1::ConfigurationService::NewStub(channel());
    gateway::v1::UpdateSettingsRequest by_command;
    by_command.mutable_settings()->set_allocation(order::v1::ALLOCATE_BY_COMMAND);
    by_command.mutable_update_mask()->add_paths("allocation");
    by_command.set_request_id(NewRequestId());
    order::v1::Settings settings;
    EndUnless(MakeTenant(kWorkloadShop, "自社サイト", order::v1::OWN_SITE) &&
                  Insist(*configuration, &gateway::v1::ConfigurationService::Stub::UpdateSettings, by_command, settings,
                         "admin"),
              kWhat);
  }

  // Takes in two orders of a new product.
  std::vector<std::string> Create(const std::string& product) {
    gateway::v1::PutProductsRequest put;
    put.add_products()->set_product_code(product);
    put.mutable_products(0)->set_product_name("商品");
    gateway::v1::PutProductsResponse is_put;
    gateway::v1::CreateOrdersRequest create;
    for (const char* name : {"-1", "-2"}) {
      auto& order = *create.add_orders();
      order = OrderOf(tenant(), product + name);
      // Nothing to pay: it goes to 引当待 at once.
      order.clear_payment_method();
      for (auto& item : *order.mutable_deliveries(0)->mutable_items()) item.set_product_code(product);
    }
    gateway::v1::CreateOrdersResponse created;
    EndUnless(Insist(*products_, &gateway::v1::ProductService::Stub::PutProducts, put, is_put) &&
                  Insist(orders(), &gateway::v1::GatewayService::Stub::CreateOrders, create, created),
              kWhat);
    return {created.outcomes(0).order_number(), created.outcomes(1).order_number()};
  }
  // So many pieces that nobody lacks any.
  void Receive(const std::string& product) {
    gateway::v1::ChangeStockRequest stock;
    auto& receipt = *stock.add_changes();
    receipt.set_product_code(product);
    receipt.set_kind(inventory::v1::RECEIVED);
    receipt.set_quantity(100);
    receipt.set_reason("入庫");
    stock.set_request_id(NewRequestId());
    gateway::v1::ChangeStockResponse received;
    EndUnless(Insist(*products_, &gateway::v1::ProductService::Stub::ChangeStock, stock, received), kWhat);
  }
  void Allocate(const std::vector<std::string>& numbers) {
    gateway::v1::AllocateOrdersRequest request;
    request.mutable_order_numbers()->Assign(numbers.begin(), numbers.end());
    gateway::v1::AllocateOrdersResponse response;
    EndUnless(Insist(orders(), &gateway::v1::GatewayService::Stub::AllocateOrders, request, response), kWhat);
  }

  // Findings of the check "order audit".
  void Audit(std::vector<Finding>& findings) {
    RoundClient::Audit(orders(), &gateway::v1::GatewayService::Stub::AuditOrders, "order audit", findings);
  }

 private:
  static constexpr char kWhat[] = "allocations by command";

  const std::unique_ptr<gateway::v1::ProductService::Stub> products_;
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_ALLOCATING_CLIENT_H_
