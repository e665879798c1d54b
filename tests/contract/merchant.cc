#include "tests/contract/merchant.h"

#include <google/protobuf/text_format.h>

#include <cstdio>
#include <regex>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "common/rpc/channel_factory.h"
#include "juchu/gateway/v1/configuration_service.pb.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/gateway/v1/payment_service.pb.h"
#include "juchu/gateway/v1/postpay_service.pb.h"
#include "juchu/gateway/v1/product_service.pb.h"

namespace juchu::contract {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

constexpr absl::Duration kLimit = absl::Seconds(30);

template <typename T>
const T& As(const std::unique_ptr<google::protobuf::Message>& message) {
  return static_cast<const T&>(*message);
}

// Without what a merchant is made of, tests would look for what is not there.
[[noreturn]] void EndWith(const char* problem, const Answer& answer) {
  std::fprintf(stderr, "%s: %s\n", problem, answer.Text().c_str());
  std::abort();
}

// Whether the standard client asks again: nothing was done, or nobody knows and the request id will tell.
bool AsksAgain(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsUnknown(status) || absl::IsDeadlineExceeded(status);
}

// Of a query for all orders.
std::string InAnyStatus() {
  std::string statuses;
  for (int status = pb::UNCONFIRMED; status <= pb::CANCELLED; ++status) {
    absl::StrAppend(&statuses, " statuses: ", pb::Status_Name(static_cast<pb::Status>(status)));
  }
  return statuses;
}

const Operation& OperationOf(const std::string& method) {
  for (const auto& operation : Operations()) {
    if (operation.method == method) return operation;
  }
  std::fprintf(stderr, "no such operation: %s\n", method.c_str());
  std::abort();
}

}  // namespace

Merchant::Merchant(const Endpoint& endpoint, const std::string& id) : endpoint_(endpoint), id_(id) {
  for (const char* kind : {"shop", "payment", "shipping", "tag", "category", "product"}) {
    words_[absl::StrCat("$", kind)] = absl::StrCat(kind, "-", id);
    words_[absl::StrCat("$", kind, "2")] = absl::StrCat(kind, "2-", id);
  }
  Configure();
  StockUp();
  TakeInOrders();
  TakeInCardOrders();
  PutLayouts();
  TakeInPostpayOrders();
}

Merchant Merchant::TwinOf(const std::string& id) const {
  Merchant twin = *this;
  twin.id_ = id;
  return twin;
}

void Merchant::Configure() {
  Run("ConfigurationService/CreateTenant", "");
  for (const char* n : {"", "2"}) {
    const auto run = [&](const char* method, const std::string& request) {
      Run(method, absl::StrCat(absl::StrReplaceAll(request, {{"@", n}}), " request_id: '$uuid'"));
    };
    run("ConfigurationService/CreateShop", "shop { shop_id: '$shop@' name: '店@' mall: OWN_SITE }");
    run("ConfigurationService/CreatePaymentMethod",
        "payment_method { payment_method_id: '$payment@' name: '銀行振込@' kind: PREPAID }");
    run("ConfigurationService/CreateShippingMethod",
        "shipping_method { shipping_method_id: '$shipping@' name: '宅配便@' }");
    run("ConfigurationService/CreateOrderTag", "order_tag { order_tag_id: '$tag@' name: '札@' color: '#ff8800' }");
    run("ConfigurationService/CreateManagementCategory",
        "management_category { management_category_id: '$category@' name: '区分@' }");
  }
  // Whoever pays at the door goes to 引当待 at once.
  Run("ConfigurationService/CreatePaymentMethod",
      "payment_method { payment_method_id: 'door' name: '代引' kind: CASH_ON_DELIVERY } request_id: '$uuid'");
  Run("ConfigurationService/CreatePaymentMethod",
      "payment_method { payment_method_id: 'card' name: '楽天カード' kind: RAKUTEN_CARD } request_id: '$uuid'");
  Run("ConfigurationService/CreatePaymentMethod",
      "payment_method { payment_method_id: 'np' name: 'NP後払い' kind: NP_POSTPAY } request_id: '$uuid'");
}

void Merchant::StockUp() const {
  Run("ProductService/PutProducts",
      "products { product_code: '$product' product_name: '商品' jan: '49123456' } "
      "products { product_code: '$product2' product_name: '商品2' } "
      "products { product_code: 'COMMON' product_name: '共通' }");
  Run("ProductService/ChangeStock",
      "changes { product_code: '$product' kind: RECEIVED quantity: 100 reason: '初回' } "
      "changes { product_code: '$product2' kind: RECEIVED quantity: 50 reason: '初回' } "
      "changes { product_code: 'COMMON' kind: RECEIVED quantity: 10 reason: '初回' } request_id: '$uuid'");
  // A ledger of two entries has two pages.
  Run("ProductService/ChangeStock",
      "changes { product_code: 'COMMON' kind: TAKEN quantity: 2 reason: '見本' } request_id: '$uuid'");
}

void Merchant::TakeInOrders() {
  words_["$order"] = TakeIn({{"'N-1'", "'FIXTURE'"}});
  words_["$order2"] = TakeIn({{"'N-1'", "'FIXTURE2'"}});
  const std::map<std::string, std::string> of_stock = {{"'銀行振込'", "'代引'"}, {"'SKU-1'", "'$product'"}};
  const auto take_in_of_stock = [&](const char* shop_order_number) {
    auto replacements = of_stock;
    replacements["'N-1'"] = shop_order_number;
    return TakeIn(replacements);
  };
  words_["$order_waiting"] = take_in_of_stock("'FIXTURE3'");
  words_["$order_allocated"] = take_in_of_stock("'FIXTURE4'");
  Allocate(words_["$order_allocated"]);
}

void Merchant::TakeInCardOrders() {
  const auto take_in = [&](const char* shop_order_number) {
    return TakeIn({{"'銀行振込'", "'楽天カード'"}, {"'N-1'", shop_order_number}});
  };
  words_["$order_card"] = take_in("'FIXTURE5'");
  words_["$order_asked"] = take_in("'FIXTURE6'");
  words_["$order_shipped"] = take_in("'FIXTURE7'");
  AuthorizeCards();
  // A capture needs what is authorized and shipped, a void that no request is under way. Only a manager's word brings
  // an order there while nobody works for the card company.
  ShipByHand(words_["$order_shipped"], {"AUTHORIZED", "SHIPMENT_CONFIRMED"});
}

void Merchant::PutLayouts() {
  words_["$layout"] = absl::StrCat("layout-", id_);
  const std::string& common = OperationOf("PostpayService/PutLayoutProfile").requests.front();
  for (const char* id : {"'common'", "'$layout'"}) {
    Run("PostpayService/PutLayoutProfile", absl::StrReplaceAll(common, {{"'common'", id}, {"'改名'", "'伝票'"}}));
  }
}

void Merchant::TakeInPostpayOrders() {
  const auto take_in = [&](const char* shop_order_number) {
    // NP wants to know more of the customer than others do.
    return TakeIn({{"'銀行振込'", "'NP後払い'"},
                   {"'N-1'", shop_order_number},
                   {"name: '髙橋 太郎'", "name: '髙橋 太郎' name_kana: 'タカハシ タロウ' phone: '0312345678'"}});
  };
  words_["$order_np"] = take_in("'FIXTURE8'");
  words_["$order_registered"] = take_in("'FIXTURE9'");
  words_["$order_approved"] = take_in("'FIXTURE10'");
  Register(words_["$order_approved"]);
  words_["$file"] = Register(words_["$order_registered"]);
  Approve(words_["$order_approved"]);
  ShipByHand(words_["$order_approved"], {"SHIPMENT_CONFIRMED"});
}

std::string Merchant::TakeIn(const std::map<std::string, std::string>& replacements) const {
  const std::string& orders = OperationOf("GatewayService/CreateOrders").requests.front();
  const auto answer = Run("GatewayService/CreateOrders", absl::StrReplaceAll(orders, replacements));
  return As<gw::CreateOrdersResponse>(answer.messages[0]).outcomes(0).order_number();
}

void Merchant::Allocate(const std::string& order_number) const {
  const auto answer = Run("GatewayService/AllocateOrders", absl::StrCat("order_numbers: '", order_number, "'"));
  if (As<gw::AllocateOrdersResponse>(answer.messages[0]).outcomes(0).state() == pb::ALLOCATED) return;
  EndWith("no stock was allocated", answer);
}

void Merchant::AuthorizeCards() const {
  const auto answer =
      Run("PaymentService/AuthorizeCards", "order_numbers: '$order_asked' order_numbers: '$order_shipped'");
  for (const auto& outcome : As<gw::CardsResponse>(answer.messages[0]).outcomes()) {
    if (outcome.has_error()) EndWith("no authorization was asked for", answer);
  }
}

std::string Merchant::Register(const std::string& order_number) const {
  const auto answer = Run("PostpayService/ExportRegistrations",
                          absl::StrCat("company: NP order_numbers: '", order_number, "' request_id: '$uuid'"));
  const auto& made = As<gw::ExportFileResponse>(answer.messages[0]);
  if (!made.has_file()) EndWith("no registration was exported", answer);
  return made.file().file_id();
}

void Merchant::Approve(const std::string& order_number) const {
  Operation import = OperationOf("PostpayService/ImportScreeningResults");
  // A transaction of NP's belongs to one order.
  for (auto& request : import.requests) {
    request = absl::StrReplaceAll(request, {{"$order_registered", order_number}, {"NP0001", "NP0002"}});
  }
  const auto answer = Run(import);
  if (As<gw::ImportScreeningResultsResponse>(answer.messages.back()).summary().applied() == 1) return;
  EndWith("no result of a screening was applied", answer);
}

void Merchant::ShipByHand(const std::string& order_number, const std::vector<std::string>& values) const {
  Run("GatewayService/ChangeOrderStatus",
      absl::StrCat("order_number: '", order_number, "' status: SHIPPED reason: '手渡し' request_id: '$uuid'"));
  for (const auto& value : values) {
    Run("GatewayService/OverrideStateTag",
        absl::StrCat("order_number: '", order_number, "' value: ", value, " reason: '確認済' request_id: '$uuid'"));
  }
}

Messages Merchant::Fill(const Operation& operation, const std::string& request_id,
                        const std::map<std::string, std::string>& words) {
  // Longest first: $order2 before $order.
  std::vector<std::pair<std::string, std::string>> replacements(words.rbegin(), words.rend());
  replacements.emplace_back("$uuid", request_id);
  Messages messages;
  for (const auto& request : operation.requests) {
    messages.push_back(Parse(*MethodOf(operation).input_type(), absl::StrReplaceAll(request, replacements)));
  }
  return messages;
}

Answer Merchant::CallOnce(const Operation& operation, const Messages& requests, absl::Duration limit) const {
  grpc::ClientContext context;
  context.AddMetadata("authorization", absl::StrCat("Bearer ", endpoint_.token(id_, "admin")));
  context.set_deadline(absl::ToChronoTime(absl::Now() + limit));
  return Call(endpoint_.channel, MethodOf(operation), requests, context);
}

Answer Merchant::CallUntilAnswered(const Operation& operation, const Messages& requests, absl::Duration limit) const {
  const absl::Time deadline = absl::Now() + limit;
  while (true) {
    Answer answer = CallOnce(operation, requests, deadline - absl::Now());
    if (!AsksAgain(answer.status) || absl::Now() >= deadline) return answer;
    rpc::WaitOn(*endpoint_.channel, absl::Milliseconds(20));
  }
}

Answer Merchant::Run(const std::string& method, const std::string& request) const { return Run({method, {request}}); }

Answer Merchant::Run(const Operation& operation) const {
  Answer answer = CallUntilAnswered(operation, Fill(operation, NewRequestId()), kLimit);
  if (!answer.status.ok()) EndWith(operation.method.c_str(), answer);
  return answer;
}

std::string Merchant::Normalize(std::string text) const {
  for (const auto& [word, meaning] : words_) text = absl::StrReplaceAll(text, {{meaning, word}});
  static const std::regex kTime("\\b[a-z_]*time \\{[^}]*\\}");
  static const std::regex kNumber("\"[0-9A-HJKMNP-TV-Z]{16}\"");
  static const std::regex kTimeText("20[0-9-]{8}T[0-9:.]+\\+00:00");
  static const std::regex kTimeOfFile("_20[0-9]{6}_[0-9]{6}\\.csv");
  // A file that goes out holds order numbers.
  static const std::regex kHash("\"[0-9a-f]{64}\"");
  text = std::regex_replace(text, kTime, "");
  text = std::regex_replace(text, kTimeText, "$time");
  text = std::regex_replace(text, kTimeOfFile, "_$time.csv");
  text = std::regex_replace(text, kHash, "\"$hash\"");
  return std::regex_replace(text, kNumber, "\"$number\"");
}

std::string Merchant::Dump() const {
  std::string dump = Run("ConfigurationService/GetConfiguration", "").messages.front()->ShortDebugString();
  DumpOrders(dump);
  DumpProducts(dump);
  DumpPayments(dump);
  DumpPostpay(dump);
  return Normalize(std::move(dump));
}

void Merchant::DumpOrders(std::string& dump) const {
  const auto orders = Run("GatewayService/SearchOrders",
                          absl::StrCat("query {", InAnyStatus(), " } view: ORDER_VIEW_FULL sort: ORDER_NUMBER_ASC"));
  for (const auto& order : As<gw::SearchOrdersResponse>(orders.messages.front()).orders()) {
    absl::StrAppend(&dump, "\n", order.ShortDebugString());
    const auto history =
        Run("GatewayService/ListOrderHistory", absl::StrCat("order_number: '", order.order_number(), "'"));
    absl::StrAppend(&dump, "\n", history.messages.front()->ShortDebugString());
  }
}

void Merchant::DumpProducts(std::string& dump) const {
  const auto products = Run("ProductService/SearchProducts", "page_size: 1000");
  for (const auto& product : As<gw::SearchProductsResponse>(products.messages.front()).products()) {
    absl::StrAppend(&dump, "\n", product.ShortDebugString());
    const auto ledger = Run("ProductService/ListLedger",
                            absl::StrCat("product_code: '", product.product().product_code(), "' page_size: 1000"));
    absl::StrAppend(&dump, "\n", ledger.messages.front()->ShortDebugString());
  }
}

void Merchant::DumpPayments(std::string& dump) const {
  const auto cards = Run("PaymentService/SearchCards", "page_size: 1000");
  for (const auto& found : As<gw::SearchCardsResponse>(cards.messages.front()).payments()) {
    absl::StrAppend(&dump, "\n", found.ShortDebugString());
    const auto card = Run("PaymentService/GetCard", absl::StrCat("order_number: '", found.order_number(), "'"));
    absl::StrAppend(&dump, "\n", card.messages.front()->ShortDebugString());
  }
  absl::StrAppend(&dump, "\n", Run("PaymentService/GetPaymentSettings", "").messages.front()->ShortDebugString());
}

void Merchant::DumpPostpay(std::string& dump) const {
  const auto files = Run("PostpayService/ListPaymentFiles", "page_size: 1000");
  absl::StrAppend(&dump, "\n", files.messages.front()->ShortDebugString());
  const auto orders =
      Run("GatewayService/SearchOrders",
          absl::StrCat("query {", InAnyStatus(),
                       " payment_kinds: NP_POSTPAY payment_kinds: GMO_POSTPAY } sort: ORDER_NUMBER_ASC"));
  for (const auto& order : As<gw::SearchOrdersResponse>(orders.messages.front()).orders()) {
    const Operation get{"PostpayService/GetScreening", {absl::StrCat("order_number: '", order.order_number(), "'")}};
    // One that was never registered has none, which is an answer too.
    absl::StrAppend(&dump, "\n", CallUntilAnswered(get, Fill(get, ""), kLimit).Text());
  }
  const auto layouts = Run("PostpayService/ListLayoutProfiles", "");
  for (const auto& layout : As<gw::ListLayoutProfilesResponse>(layouts.messages.front()).layout_profiles()) {
    // What juchu brings is long, and no tenant's.
    if (absl::StartsWith(layout.note(), "juchu's own layout")) continue;
    absl::StrAppend(&dump, "\n", layout.ShortDebugString());
  }
}

}  // namespace juchu::contract
