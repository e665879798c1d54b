#include "tests/contract/merchant.h"

#include <google/protobuf/text_format.h>

#include <cstdio>
#include <regex>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/ids/uuid.h"
#include "common/rpc/channel_factory.h"
#include "juchu/gateway/v1/configuration_service.pb.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
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

// Whether the standard client asks again: nothing was done, or nobody knows and the request id will tell.
bool AsksAgain(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsUnknown(status) || absl::IsDeadlineExceeded(status);
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

std::string Merchant::TakeIn(const std::map<std::string, std::string>& replacements) const {
  std::string orders;
  for (const auto& operation : Operations()) {
    if (operation.method == "GatewayService/CreateOrders") orders = operation.requests.front();
  }
  const auto answer = Run("GatewayService/CreateOrders", absl::StrReplaceAll(orders, replacements));
  return As<gw::CreateOrdersResponse>(answer.messages[0]).outcomes(0).order_number();
}

void Merchant::Allocate(const std::string& order_number) const {
  const auto answer = Run("GatewayService/AllocateOrders", absl::StrCat("order_numbers: '", order_number, "'"));
  // Without stock that is held, tests would look for what is not there.
  if (As<gw::AllocateOrdersResponse>(answer.messages[0]).outcomes(0).state() == pb::ALLOCATED) return;
  std::fprintf(stderr, "no stock was allocated: %s\n", answer.Text().c_str());
  std::abort();
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

Answer Merchant::Run(const std::string& method, const std::string& request) const {
  const Operation operation{method, {request}};
  Answer answer = CallUntilAnswered(operation, Fill(operation, NewRequestId()), kLimit);
  if (!answer.status.ok()) {
    std::fprintf(stderr, "%s: %s\n", method.c_str(), answer.status.ToString().c_str());
    std::abort();
  }
  return answer;
}

std::string Merchant::Normalize(std::string text) const {
  for (const auto& [word, meaning] : words_) text = absl::StrReplaceAll(text, {{meaning, word}});
  static const std::regex kTime("\\b[a-z_]*time \\{[^}]*\\}");
  static const std::regex kNumber("\"[0-9A-HJKMNP-TV-Z]{16}\"");
  static const std::regex kTimeText("20[0-9-]{8}T[0-9:.]+\\+00:00");
  text = std::regex_replace(text, kTime, "");
  text = std::regex_replace(text, kTimeText, "$time");
  return std::regex_replace(text, kNumber, "\"$number\"");
}

std::string Merchant::Dump() const {
  std::string dump = Run("ConfigurationService/GetConfiguration", "").messages.front()->ShortDebugString();
  DumpOrders(dump);
  DumpProducts(dump);
  return Normalize(std::move(dump));
}

void Merchant::DumpOrders(std::string& dump) const {
  std::string statuses;
  for (int status = pb::UNCONFIRMED; status <= pb::CANCELLED; ++status) {
    absl::StrAppend(&statuses, " statuses: ", pb::Status_Name(static_cast<pb::Status>(status)));
  }
  const auto orders = Run("GatewayService/SearchOrders",
                          absl::StrCat("query {", statuses, " } view: ORDER_VIEW_FULL sort: ORDER_NUMBER_ASC "));
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

}  // namespace juchu::contract
