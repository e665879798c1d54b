#include <array>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "tests/integration/stack.h"

namespace juchu::integration {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

Tenant::Tenant() {
  static std::atomic<int> made = 0;
  id_ = absl::StrCat("tenant-", ++made);
  orders_ = Stack::Get().Orders("frontend");
  configuration_ = Stack::Get().Configuration("frontend");
  products_ = Stack::Get().Products("frontend");
  payments_ = Stack::Get().Payments("frontend");
  postpay_ = Stack::Get().Postpay("frontend");
  EXPECT_TRUE(Call(&ConfigurationStub::CreateTenant, gw::CreateTenantRequest(), "admin").ok());
  const auto make = [&](auto method, auto request) {
    request.set_request_id(NewRequestId());
    const auto made_one = Call(method, request, "admin");
    EXPECT_TRUE(made_one.ok()) << made_one.status();
  };
  make(&ConfigurationStub::CreateShop,
       Parse<gw::CreateShopRequest>("shop { shop_id: 'own' name: '自社' mall: OWN_SITE }"));
  make(&ConfigurationStub::CreateShop,
       Parse<gw::CreateShopRequest>("shop { shop_id: 'rakuten' name: '楽天' mall: RAKUTEN }"));
  for (const auto& [id, name, kind] :
       std::vector<std::array<std::string, 3>>{{"bank", "銀行振込", "PREPAID"},
                                               {"card", "楽天カード", "RAKUTEN_CARD"},
                                               {"np", "NP後払い", "NP_POSTPAY"},
                                               {"gmo", "GMO後払い", "GMO_POSTPAY"},
                                               {"cod", "代金引換", "CASH_ON_DELIVERY"},
                                               {"pay", "外部決済", "SETTLED_ELSEWHERE"}}) {
    make(&ConfigurationStub::CreatePaymentMethod,
         Parse<gw::CreatePaymentMethodRequest>(
             absl::StrCat("payment_method { payment_method_id: '", id, "' name: '", name, "' kind: ", kind, " }")));
  }
  make(&ConfigurationStub::CreateShippingMethod,
       Parse<gw::CreateShippingMethodRequest>("shipping_method { shipping_method_id: 'parcel' name: '宅配便' }"));
  make(&ConfigurationStub::CreateOrderTag,
       Parse<gw::CreateOrderTagRequest>("order_tag { order_tag_id: 'stop-shipment' name: '要確認' color: '#ff8800' "
                                        "stop_status: AWAITING_SHIPMENT }"));
  make(&ConfigurationStub::CreateOrderTag,
       Parse<gw::CreateOrderTagRequest>(
           "order_tag { order_tag_id: 'hold' name: '出荷抑制' color: '#ff0000' shipping_hold: true }"));
  make(&ConfigurationStub::CreateManagementCategory,
       Parse<gw::CreateManagementCategoryRequest>(
           "management_category { management_category_id: 'gift' name: 'ギフト' }"));
}

std::string Tenant::NewOrder(const std::string& payment_method, const std::string& text) {
  const auto numbers = NewOrders(1, payment_method, text);
  return numbers.empty() ? "" : numbers.front();
}

std::vector<std::string> Tenant::NewOrders(int count, const std::string& payment_method, const std::string& text) {
  constexpr int kBatch = 200;
  std::vector<std::string> numbers;
  gw::CreateOrdersRequest request;
  for (int i = 0; i < count; ++i) {
    *request.add_orders() = OrderOf(payment_method, text);
    if (request.orders_size() < kBatch && i + 1 < count) continue;
    const auto response = Call(&GatewayStub::CreateOrders, request);
    EXPECT_TRUE(response.ok()) << response.status();
    if (!response.ok()) return {};
    for (const auto& outcome : response->outcomes()) {
      EXPECT_EQ(outcome.result(), gw::OrderIntakeOutcome::CREATED) << outcome.ShortDebugString();
      numbers.push_back(outcome.order_number());
    }
    request.clear_orders();
  }
  return numbers;
}

pb::Order Tenant::OrderOf(const std::string& payment_method, const std::string& text) {
  pb::Order order = Parse<pb::Order>(
      "shop_id: 'own' order_time { seconds: 1795480200 } orderer { name: '髙橋 太郎' postal_code: '1000001'"
      " address1: '東京都千代田区千代田1-1' phone: '03-1234-5678' } orderer_mail: 'taro@example.jp'"
      " deliveries { recipient { name: '髙橋 太郎' postal_code: '1000001' address1: '東京都千代田区千代田1-1' }"
      "   shipping_method: '宅配便' items { product_code: 'SKU-1' product_name: '商品' unit_price_yen: 1000 quantity: "
      "1 } }"
      " amounts { goods_yen: 1000 total_yen: 1000 }");
  order.set_shop_order_number(absl::StrCat(id_, "-", next_order_++));
  order.set_payment_method(payment_method);
  pb::Order given = Parse<pb::Order>(text);
  if (!given.deliveries().empty()) {
    pb::Delivery usual = order.deliveries(0);
    usual.clear_items();
    order.clear_deliveries();
    for (auto& delivery : *given.mutable_deliveries()) {
      pb::Delivery whole = usual;
      whole.MergeFrom(delivery);
      delivery = std::move(whole);
    }
  }
  order.MergeFrom(given);
  return order;
}

pb::Order Tenant::Get(const std::string& number) const {
  gw::GetOrderRequest request;
  request.set_order_number(number);
  const auto order = Call(&GatewayStub::GetOrder, request, "viewer");
  EXPECT_TRUE(order.ok()) << order.status();
  return order.value_or(pb::Order());
}

std::vector<pb::HistoryEntry> Tenant::History(const std::string& number) const {
  gw::ListOrderHistoryRequest request;
  request.set_order_number(number);
  request.set_page_size(1000);
  const auto history = Call(&GatewayStub::ListOrderHistory, request, "viewer");
  EXPECT_TRUE(history.ok()) << history.status();
  if (!history.ok()) return {};
  return {history->entries().begin(), history->entries().end()};
}

void Tenant::Set(const std::string& name, const std::string& text) const {
  gw::UpdateSettingsRequest request;
  *request.mutable_settings() = Parse<pb::Settings>(text);
  request.mutable_update_mask()->add_paths(name);
  request.set_request_id(NewRequestId());
  const auto updated = Call(&ConfigurationStub::UpdateSettings, request, "admin");
  EXPECT_TRUE(updated.ok()) << updated.status();
}

void Tenant::Receive(const std::string& product_code, int64_t quantity) const {
  gw::PutProductsRequest put;
  put.add_products()->set_product_code(product_code);
  put.mutable_products(0)->set_product_name(absl::StrCat("商品 ", product_code));
  EXPECT_TRUE(Call(&ProductStub::PutProducts, put).ok());
  if (quantity == 0) return;
  gw::ChangeStockRequest change;
  auto& one = *change.add_changes();
  one.set_product_code(product_code);
  one.set_kind(inventory::v1::RECEIVED);
  one.set_quantity(quantity);
  one.set_reason("入庫");
  change.set_request_id(NewRequestId());
  const auto changed = Call(&ProductStub::ChangeStock, change);
  EXPECT_TRUE(changed.ok() && changed->outcomes(0).has_stock()) << changed.status();
}

gw::ProductWithStock Tenant::Product(const std::string& product_code) const {
  gw::SearchProductsRequest request;
  request.set_product_code_prefix(product_code);
  const auto found = Call(&ProductStub::SearchProducts, request, "viewer");
  EXPECT_TRUE(found.ok() && found->products_size() > 0) << found.status();
  return found.ok() && found->products_size() > 0 ? found->products(0) : gw::ProductWithStock();
}

void Tenant::Override(const std::string& number, pb::StateValue value) const {
  gw::OverrideStateTagRequest request;
  request.set_order_number(number);
  request.set_value(value);
  request.set_reason("確認済み");
  request.set_request_id(NewRequestId());
  const auto response = Call(&GatewayStub::OverrideStateTag, request, "manager");
  EXPECT_TRUE(response.ok()) << response.status();
}

absl::StatusOr<gw::OrderChangeResponse> Tenant::Move(const std::string& number, pb::Status status,
                                                     const std::string& reason, const std::string& role) const {
  gw::ChangeOrderStatusRequest request;
  request.set_order_number(number);
  request.set_status(status);
  request.set_reason(reason);
  request.set_request_id(NewRequestId());
  return Call(&GatewayStub::ChangeOrderStatus, request, role);
}

absl::StatusOr<gw::OrderChangeResponse> Tenant::SetMode(const std::string& number, pb::TransitionMode mode) const {
  gw::ChangeTransitionModeRequest request;
  request.set_order_number(number);
  request.set_mode(mode);
  request.set_request_id(NewRequestId());
  return Call(&GatewayStub::ChangeTransitionMode, request);
}

absl::StatusOr<gw::OrderChangeResponse> Tenant::Cancel(const std::string& number) const {
  gw::CancelOrderRequest request;
  request.set_order_number(number);
  request.set_request_id(NewRequestId());
  return Call(&GatewayStub::CancelOrder, request);
}

Tenant::BulkResult Tenant::Bulk(const gw::BulkUpdateOrdersRequest& request, const std::string& role) const {
  BulkResult result;
  const auto context = ContextWith(Stack::Get().Token(id_, role));
  const auto stream = orders_->BulkUpdateOrders(context.get(), request);
  gw::BulkUpdateOrdersResponse message;
  while (stream->Read(&message)) {
    if (message.has_outcome()) result.outcomes.push_back(message.outcome());
    if (message.has_outcomes()) result.messages_of_many += 1;
    for (const auto& outcome : message.outcomes().outcomes()) result.outcomes.push_back(outcome);
    if (message.has_progress()) result.progress.push_back(message.progress());
    if (message.has_summary()) result.summary = message.summary();
  }
  result.status = FromGrpc(stream->Finish());
  return result;
}

std::vector<std::string> Tenant::AuditInventory() const {
  const auto context = ContextWith(Stack::Get().Token(id_, "manager"));
  const auto stream = products_->AuditInventory(context.get(), gw::AuditInventoryRequest());
  std::vector<std::string> findings;
  gw::AuditInventoryResponse message;
  bool ended = false;
  while (stream->Read(&message)) {
    ended = message.has_summary();
    if (!message.has_finding()) continue;
    const auto& finding = message.finding();
    findings.push_back(absl::StrCat(finding.product_code(), ": ", finding.invariant(), ": ", finding.message()));
  }
  if (const auto status = stream->Finish(); !status.ok() || !ended) findings.push_back(status.error_message());
  return findings;
}

std::vector<std::string> Tenant::AuditPayments() const {
  const auto context = ContextWith(Stack::Get().Token(id_, "manager"));
  const auto stream = payments_->AuditPayments(context.get(), gw::AuditPaymentsRequest());
  std::vector<std::string> findings;
  gw::AuditPaymentsResponse message;
  bool ended = false;
  while (stream->Read(&message)) {
    ended = message.has_summary();
    if (!message.has_finding()) continue;
    const auto& finding = message.finding();
    findings.push_back(absl::StrCat(finding.order_number(), ": ", finding.invariant(), ": ", finding.message()));
  }
  if (const auto status = stream->Finish(); !status.ok() || !ended) findings.push_back(status.error_message());
  return findings;
}

Tenant::ScreeningResult Tenant::ImportResults(payment::v1::PostpayCompany company, const std::string& file,
                                              bool dry_run) const {
  ScreeningResult result;
  const auto context = ContextWith(Stack::Get().Token(id_, "operator"));
  const auto stream = postpay_->ImportScreeningResults(context.get());
  gw::ImportScreeningResultsRequest request;
  request.mutable_header()->set_company(company);
  request.mutable_header()->set_dry_run(dry_run);
  stream->Write(request);
  request.set_data(file);
  stream->Write(request);
  stream->WritesDone();
  gw::ImportScreeningResultsResponse response;
  while (stream->Read(&response)) {
    if (response.has_outcome()) result.outcomes.push_back(response.outcome());
    if (response.has_summary()) result.summary = response.summary();
  }
  result.status = FromGrpc(stream->Finish());
  return result;
}

std::string Tenant::Download(const std::string& file_id) const {
  const auto context = ContextWith(Stack::Get().Token(id_, "operator"));
  gw::DownloadPaymentFileRequest request;
  request.set_file_id(file_id);
  const auto stream = postpay_->DownloadPaymentFile(context.get(), request);
  std::string content;
  gw::DownloadPaymentFileResponse response;
  while (stream->Read(&response)) content += response.data();
  const auto status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  return content;
}

Tenant::AuditResult Tenant::Audit(const std::string& role) const {
  AuditResult result;
  const auto context = ContextWith(Stack::Get().Token(id_, role));
  const auto stream = orders_->AuditOrders(context.get(), gw::AuditOrdersRequest());
  gw::AuditOrdersResponse response;
  while (stream->Read(&response)) {
    if (response.has_summary()) result.summary = response.summary();
    if (!response.has_finding()) continue;
    const auto& finding = response.finding();
    result.findings.push_back(absl::StrCat(finding.order_number(), ": ", finding.invariant(), ": ", finding.message()));
  }
  result.status = FromGrpc(stream->Finish());
  return result;
}

Tenant::ImportResult Tenant::Import(const std::string& file, const std::string& shop, bool dry_run) const {
  ImportResult result;
  const auto context = ContextWith(Stack::Get().Token(id_, "operator"));
  const auto stream = orders_->ImportOrders(context.get());
  gw::ImportOrdersRequest request;
  request.mutable_header()->set_shop_id(shop);
  request.mutable_header()->set_dry_run(dry_run);
  request.mutable_header()->set_file_name("orders.csv");
  stream->Write(request);
  // Small pieces, so that characters and lines are cut anywhere.
  constexpr size_t kPiece = 1000;
  for (size_t at = 0; at < file.size(); at += kPiece) {
    request.set_data(file.substr(at, kPiece));
    if (!stream->Write(request)) break;
  }
  stream->WritesDone();
  gw::ImportOrdersResponse message;
  while (stream->Read(&message)) {
    if (message.has_order()) result.orders.push_back(message.order());
    if (message.has_problem()) result.problems.push_back(message.problem());
    if (message.has_summary()) result.summary = message.summary();
  }
  result.status = FromGrpc(stream->Finish());
  return result;
}

pb::StateValue ValueOf(const pb::Order& order, pb::StateCategory category) {
  for (const auto& tag : order.state_tags()) {
    if (tag.category() == category) return tag.value();
  }
  return pb::STATE_VALUE_UNSPECIFIED;
}

}  // namespace juchu::integration
