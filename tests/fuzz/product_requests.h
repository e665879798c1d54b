#ifndef TESTS_FUZZ_PRODUCT_REQUESTS_H_
#define TESTS_FUZZ_PRODUCT_REQUESTS_H_

#include <string>

#include "common/page/page_token.h"
#include "common/rpc/call_context.h"
#include "common/time/clock.h"
#include "request_sequence.pb.h"
#include "services/gateway/app/configuration_cache.h"
#include "services/gateway/app/product_manager.h"
#include "services/gateway/app/stock_intake.h"
#include "services/gateway/clients/order_client.h"
#include "tests/fuzz/inventory_service_double.h"

namespace juchu::fuzz {

// The part of the fuzz target "request" that is about products and stock: serves such requests and checks what comes
// of them.
class ProductRequests {
 public:
  // All must outlive it.
  ProductRequests(InventoryServiceDouble& inventory, gateway::OrderClient& orders,
                  gateway::ConfigurationCache& configurations, const PageTokenCodec& tokens, const Clock& clock)
      : inventory_(inventory),
        products_(inventory, orders, configurations, tokens, clock),
        intake_(inventory, orders, configurations) {}

  // False when the request is about something else.
  bool Serve(const rpc::CallContext& context, const AnyRequest& request);

  // What must hold of all that is stored.
  void CheckStored(const rpc::CallContext& context);

 private:
  void Put(const rpc::CallContext& context, const gateway::v1::PutProductsRequest& request);
  void Search(const rpc::CallContext& context, gateway::v1::SearchProductsRequest request);
  void GetStock(const rpc::CallContext& context, const gateway::v1::GetStockRequest& request);
  void ChangeStock(const rpc::CallContext& context, const gateway::v1::ChangeStockRequest& request);
  void Ledger(const rpc::CallContext& context, gateway::v1::ListLedgerRequest request);
  void Import(const rpc::CallContext& context, const StockImportStream& stream);
  void Audit(const rpc::CallContext& context, const gateway::v1::AuditInventoryRequest& request);

  InventoryServiceDouble& inventory_;
  gateway::ProductManager products_;
  gateway::StockIntake intake_;
};

}  // namespace juchu::fuzz

#endif  // TESTS_FUZZ_PRODUCT_REQUESTS_H_
