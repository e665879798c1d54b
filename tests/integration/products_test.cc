// 商品管理 and 在庫管理 from the outside: products, stock, ledger, the stock CSV.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "tests/integration/stack.h"

namespace juchu::integration {
namespace {

namespace gw = ::juchu::gateway::v1;
namespace inv = ::juchu::inventory::v1;
using ::juchu::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ProductsTest : public ::testing::Test {
 protected:
  struct Imported {
    // "line result [reason]".
    std::vector<std::string> lines;
    gw::ImportStockSummary summary;
    absl::Status status;
  };

  Imported Import(const std::string& file, const std::string& header) {
    const auto context = ContextWith(Stack::Get().Token(tenant_.id(), "operator"));
    const auto stub = Stack::Get().Products("frontend");
    const auto stream = stub->ImportStock(context.get());
    gw::ImportStockRequest request;
    *request.mutable_header() = Parse<gw::ImportStockRequest::Header>(header);
    stream->Write(request);
    request.set_data(file);
    stream->Write(request);
    stream->WritesDone();
    Imported imported;
    gw::ImportStockResponse message;
    while (stream->Read(&message)) {
      if (message.has_summary()) imported.summary = message.summary();
      if (!message.has_line()) continue;
      const auto& line = message.line();
      std::string text = absl::StrCat(line.line(), " ", gw::StockLineOutcome::Result_Name(line.result()));
      for (const auto& problem : line.problems()) absl::StrAppend(&text, " ", problem.reason());
      imported.lines.push_back(text);
    }
    imported.status = rpc::FromGrpcStatus(stream->Finish());
    return imported;
  }

  gw::ChangeStockRequest ChangeOf(const std::string& code, inv::StockChangeKind kind, int64_t quantity) {
    gw::ChangeStockRequest request;
    auto& change = *request.add_changes();
    change.set_product_code(code);
    change.set_kind(kind);
    change.set_quantity(quantity);
    change.set_reason("棚卸");
    request.set_request_id(NewRequestId());
    return request;
  }

  // The ledger of a product, newest first, as "kind quantity balance".
  std::vector<std::string> Ledger(const std::string& code) {
    gw::ListLedgerRequest request;
    request.set_product_code(code);
    request.set_page_size(2);
    std::vector<std::string> entries;
    do {
      const auto page = tenant_.Call(&ProductStub::ListLedger, request, "viewer");
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const auto& entry : page->entries()) {
        entries.push_back(
            absl::StrCat(inv::StockChangeKind_Name(entry.kind()), " ", entry.quantity(), " ", entry.balance()));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return entries;
  }

  int64_t OnHand(const std::string& code) { return tenant_.Product(code).stock().on_hand(); }

  Tenant tenant_;
};

const char kFile[] = "商品コード,商品名,在庫数\r\nA,りんご,10\r\nB,みかん,x\r\nC,,3\r\nD,ぶどう,0\r\n";

TEST_F(ProductsTest, FileRegistersAndCountsLineByLine) {
  const auto imported = Import(kFile, "kind: COUNTED file_name: 'stock.csv'");
  ASSERT_TRUE(imported.status.ok()) << imported.status;
  EXPECT_THAT(imported.lines,
              ElementsAre("2 APPLIED", "3 REFUSED NUMBER_INVALID", "4 REFUSED PRODUCT_NOT_FOUND", "5 APPLIED"));
  EXPECT_EQ(imported.summary.registered(), 2);
  EXPECT_EQ(OnHand("A"), 10);
  EXPECT_THAT(Ledger("A"), ElementsAre("COUNTED 10 10"));
}

TEST_F(ProductsTest, DryRunSaysTheSameAndChangesNothing) {
  const auto dry = Import(kFile, "kind: COUNTED dry_run: true");
  ASSERT_TRUE(dry.status.ok()) << dry.status;
  EXPECT_THAT(dry.lines,
              ElementsAre("2 APPLIED", "3 REFUSED NUMBER_INVALID", "4 REFUSED PRODUCT_NOT_FOUND", "5 APPLIED"));
  EXPECT_EQ(dry.summary.registered(), 2);
  const auto found = tenant_.Call(&ProductStub::SearchProducts, gw::SearchProductsRequest(), "viewer");
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found->products(), IsEmpty());
  tenant_.Receive("A", 4);
  const auto taken = Import("商品コード,商品名,在庫数\nA,,5\nNEW,新,1\n", "kind: TAKEN dry_run: true");
  EXPECT_THAT(taken.lines, ElementsAre("2 REFUSED STOCK_BELOW_ZERO", "3 REFUSED STOCK_BELOW_ZERO"));
}

TEST_F(ProductsTest, FileOfReceivedStockIsAppliedOnceAndThenWhatWasRefused) {
  const std::string file = "商品コード,在庫数\nA,10\nNEW,1\n";
  tenant_.Receive("A", 1);
  EXPECT_THAT(Import(file, "kind: RECEIVED").lines, ElementsAre("2 APPLIED", "3 REFUSED PRODUCT_NOT_FOUND"));
  tenant_.Receive("NEW", 0);
  const auto again = Import(file, "kind: RECEIVED file_name: 'again.csv'");
  EXPECT_THAT(again.lines, ElementsAre("2 ALREADY_APPLIED", "3 APPLIED"));
  EXPECT_EQ(again.summary.already_applied(), 1);
  EXPECT_THAT(Import(file, "kind: RECEIVED").lines, ElementsAre("2 ALREADY_APPLIED", "3 ALREADY_APPLIED"));
  EXPECT_EQ(OnHand("A"), 11);
  EXPECT_EQ(OnHand("NEW"), 1);
  const std::string own_id = absl::StrCat("kind: RECEIVED request_id: '", NewRequestId(), "'");
  EXPECT_THAT(Import(file, own_id).lines, ElementsAre("2 APPLIED", "3 APPLIED"));
  EXPECT_EQ(OnHand("A"), 21);
}

TEST_F(ProductsTest, CountIsTrueEachTimeThatSomebodyCounts) {
  const std::string file = "商品コード,商品名,在庫数\nA,りんご,10\n";
  Import(file, "kind: COUNTED");
  tenant_.Receive("A", 5);
  EXPECT_EQ(OnHand("A"), 15);
  EXPECT_THAT(Import(file, "kind: COUNTED").lines, ElementsAre("2 APPLIED"));
  EXPECT_EQ(OnHand("A"), 10);
}

TEST_F(ProductsTest, NameInAFileKeepsWhatElseIsKnownOfTheProduct) {
  gw::PutProductsRequest put;
  auto& product = *put.add_products();
  product.set_product_code("A");
  product.set_product_name("りんご");
  product.set_jan("4901234567894");
  product.set_inactive(true);
  ASSERT_TRUE(tenant_.Call(&ProductStub::PutProducts, put).ok());
  Import("商品コード,商品名,在庫数\nA,新しいりんご,1\n", "kind: COUNTED");
  const auto now = tenant_.Product("A").product();
  EXPECT_EQ(now.product_name(), "新しいりんご");
  EXPECT_EQ(now.jan(), "4901234567894");
  EXPECT_TRUE(now.inactive());
}

TEST_F(ProductsTest, RepeatedChangeIsMadeOnce) {
  tenant_.Receive("A", 5);
  const auto request = ChangeOf("A", inv::TAKEN, 2);
  ASSERT_TRUE(tenant_.Call(&ProductStub::ChangeStock, request).ok());
  const auto again = tenant_.Call(&ProductStub::ChangeStock, request);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->repeated_request());
  EXPECT_EQ(again->outcomes(0).stock().on_hand(), 3);
  EXPECT_EQ(OnHand("A"), 3);
  auto other = request;
  other.mutable_changes(0)->set_quantity(1);
  EXPECT_THAT(tenant_.Call(&ProductStub::ChangeStock, other), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(ProductsTest, StockBelowWhatIsAllocatedNeedsToBeStated) {
  tenant_.Receive("SKU-1", 3);
  const std::string number = tenant_.NewOrder("代金引換");
  Stack::Get().Reconcile();
  auto request = ChangeOf("SKU-1", inv::COUNTED, 0);
  const auto refused = tenant_.Call(&ProductStub::ChangeStock, request);
  ASSERT_TRUE(refused.ok());
  EXPECT_EQ(refused->outcomes(0).error().reason(), "STOCK_BELOW_ALLOCATED");
  EXPECT_FALSE(refused->outcomes(0).error().metadata().at("remedy").empty());
  EXPECT_EQ(OnHand("SKU-1"), 3);
  request = ChangeOf("SKU-1", inv::COUNTED, 0);
  request.mutable_changes(0)->set_below_allocated(true);
  const auto stated = tenant_.Call(&ProductStub::ChangeStock, request);
  ASSERT_TRUE(stated.ok());
  EXPECT_EQ(stated->outcomes(0).stock().free(), -1);
  EXPECT_THAT(tenant_.AuditInventory(), IsEmpty());
}

TEST_F(ProductsTest, BadInputIsNamedByField) {
  const auto refused = [&](auto request, const char* reason) {
    EXPECT_THAT(tenant_.Call(&ProductStub::ChangeStock, request), HasReason(reason)) << request.ShortDebugString();
  };
  tenant_.Receive("A", 1);
  refused(ChangeOf("A", inv::RECEIVED, 0), "VALUE_OUT_OF_RANGE");
  refused(ChangeOf("A", inv::RECEIVED, -1), "VALUE_OUT_OF_RANGE");
  refused(ChangeOf("A", inv::COUNTED, int64_t{1} << 62), "VALUE_OUT_OF_RANGE");
  refused(ChangeOf("A", inv::SHIPPED, 1), "ENUM_VALUE_INVALID");
  refused(ChangeOf(std::string(101, 'x'), inv::COUNTED, 1), "TEXT_TOO_LONG");
  auto no_id = ChangeOf("A", inv::COUNTED, 1);
  no_id.clear_request_id();
  refused(no_id, "REQUEST_ID_INVALID");
  EXPECT_EQ(OnHand("A"), 1);
}

TEST_F(ProductsTest, AuditFindsWhatAHandInTheDatabaseDidAndRepairsIt) {
  tenant_.Receive("A", 5);
  Stack::Get().InventorySql(
      absl::StrCat("UPDATE stocks SET on_hand = 7 WHERE tenant_id = '", tenant_.id(), "' AND product_code = 'A'"));
  EXPECT_THAT(tenant_.AuditInventory(), ElementsAre("A: ON_HAND_NOT_LEDGER: on hand is 7, the ledger's sum 5"));
  const auto context = ContextWith(Stack::Get().Token(tenant_.id(), "manager"));
  gw::AuditInventoryRequest request;
  request.set_repair(true);
  const auto stub = Stack::Get().Products("frontend");
  const auto stream = stub->AuditInventory(context.get(), request);
  gw::AuditInventoryResponse message;
  while (stream->Read(&message)) EXPECT_TRUE(!message.has_finding() || message.finding().repaired());
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_THAT(tenant_.AuditInventory(), IsEmpty());
  EXPECT_THAT(Ledger("A"), ElementsAre("REPAIRED 2 7", "RECEIVED 5 5"));
}

TEST_F(ProductsTest, UnknownTenantIsSaidToBeUnknown) {
  const auto context = ContextWith(Stack::Get().Token("nobody", "viewer"));
  gw::SearchProductsResponse response;
  const auto status = rpc::FromGrpcStatus(
      Stack::Get().Products("frontend")->SearchProducts(context.get(), gw::SearchProductsRequest(), &response));
  EXPECT_THAT(status, HasReason("TENANT_NOT_FOUND"));
}

}  // namespace
}  // namespace juchu::integration
