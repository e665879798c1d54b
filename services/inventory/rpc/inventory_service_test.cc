// The inventory service over the wire: mutual TLS, who may call, whose data, what errors look like.
#include "services/inventory/rpc/inventory_service.h"

#include <grpcpp/grpcpp.h>

#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "common/rpc/status_conversion.h"
#include "common/rpc/testing/in_process_server.h"
#include "common/rpc/testing/test_certificates.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/storage/stock_rows.h"

namespace juchu::inventory {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::StatusIs;

class InventoryServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(
        database_, testing::ScopedDatabase::Create(testing::SharedMariaDb(), "services/inventory/migrations"));
    JUCHU_ASSERT_OK_AND_ASSIGN(pool_, mysql::Pool::Create(database_->options(), clock_));
    queue_ = std::make_unique<ChangeQueue>(*pool_, clock_, kInventoryChanges);
    products_ = std::make_unique<ProductStore>(*pool_, clock_, [this] { queue_->Notify(); });
    stocks_ = std::make_unique<StockStore>(*pool_, clock_, [this] { queue_->Notify(); });
    allocations_ = std::make_unique<AllocationStore>(*pool_, clock_, [this] { queue_->Notify(); });
    JUCHU_ASSERT_OK_AND_ASSIGN(
        auto handler, rpc::Handler::Create(*google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
                                               v1::InventoryService::service_full_name()),
                                           authorizer_, metrics_, clock_));
    service_ = std::make_unique<InventoryService>(
        std::move(handler), InventoryService::Stores{*products_, *stocks_, *allocations_, *queue_});
    server_ =
        std::make_unique<rpc::InProcessServer>(certificates_, "inventory", std::vector<grpc::Service*>{service_.get()});
  }

  // One call as `caller` for `tenant` ("" for none).
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::InventoryService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                                   Response*),
                                const Request& request, const std::string& tenant = "acme",
                                const std::string& caller = "gateway") {
    const auto stub = v1::InventoryService::NewStub(server_->Channel(caller));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    if (!tenant.empty()) context.AddMetadata("x-juchu-tenant", tenant);
    context.AddMetadata("x-juchu-actor", "hanako");
    Response response;
    const absl::Status status = rpc::FromGrpcStatus((stub.get()->*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  static v1::PutProductsRequest OneProduct(const std::string& code) {
    v1::PutProductsRequest request;
    auto& product = *request.add_products();
    product.set_product_code(code);
    product.set_product_name("商品");
    return request;
  }

  const SystemClock clock_;
  rpc::Metrics metrics_;
  const rpc::CallerAuthorizer authorizer_;
  rpc::TestCertificates certificates_;
  std::unique_ptr<testing::ScopedDatabase> database_;
  std::unique_ptr<mysql::Pool> pool_;
  std::unique_ptr<ChangeQueue> queue_;
  std::unique_ptr<ProductStore> products_;
  std::unique_ptr<StockStore> stocks_;
  std::unique_ptr<AllocationStore> allocations_;
  std::unique_ptr<InventoryService> service_;
  std::unique_ptr<rpc::InProcessServer> server_;
};

using Stub = v1::InventoryService::Stub;

TEST_F(InventoryServiceTest, FromAProductToAShippedOrder) {
  ASSERT_THAT(Call(&Stub::PutProducts, OneProduct("SKU-1")), IsOk());
  v1::ChangeStockRequest receive;
  auto& change = *receive.add_changes();
  change.set_product_code("SKU-1");
  change.set_kind(v1::RECEIVED);
  change.set_quantity(10);
  change.set_reason("入庫");
  receive.set_request_id(NewRequestId());
  receive.set_request_hash(std::string(32, 'h'));
  const auto received = Call(&Stub::ChangeStock, receive);
  ASSERT_THAT(received, IsOk());
  EXPECT_EQ(received->outcomes(0).stock().free(), 10);

  v1::AllocateOrdersRequest allocate;
  auto& need = *allocate.add_needs();
  need.set_order_number("01M8A0842XC0930D");
  need.set_order_version(1);
  need.mutable_priority_time()->set_seconds(1795480200);
  auto& line = *need.add_lines();
  line.set_line("1-1");
  line.set_product_code("SKU-1");
  line.set_quantity(4);
  const auto allocated = Call(&Stub::AllocateOrders, allocate);
  ASSERT_THAT(allocated, IsOk());
  EXPECT_EQ(allocated->outcomes(0).facts().state(), v1::ALLOCATED);

  v1::ShipOrdersRequest ship;
  ship.add_order_numbers("01M8A0842XC0930D");
  ASSERT_THAT(Call(&Stub::ShipOrders, ship), IsOk());
  v1::ListLedgerRequest ledger;
  ledger.set_product_code("SKU-1");
  ledger.set_page_size(10);
  const auto entries = Call(&Stub::ListLedger, ledger);
  ASSERT_THAT(entries, IsOk());
  ASSERT_EQ(entries->entries_size(), 2);
  EXPECT_EQ(entries->entries(0).balance(), 6);
  EXPECT_EQ(entries->entries(0).actor().id(), "hanako");
  v1::AuditInventoryRequest audit;
  audit.set_page_size(10);
  EXPECT_EQ(Call(&Stub::AuditInventory, audit)->findings_size(), 0);
}

TEST_F(InventoryServiceTest, BadInputNamesTheFieldAndChangesNothing) {
  EXPECT_THAT(Call(&Stub::PutProducts, OneProduct("")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasMetadata("field", "products[0].product_code")));
  EXPECT_THAT(Call(&Stub::PutProducts, OneProduct("A"), ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasReason("TENANT_REQUIRED")));
  EXPECT_EQ(database_->RootSql("SELECT COUNT(*) FROM products").value(), "0\n");
}

TEST_F(InventoryServiceTest, NobodyButTheGatewayIsServed) {
  for (const char* caller : {"order", "inventory", "frontend", "juchuctl"}) {
    EXPECT_THAT(Call(&Stub::PutProducts, OneProduct("A"), "acme", caller),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << caller;
  }
}

}  // namespace
}  // namespace juchu::inventory
