#include "tests/standin/rccs_test_client.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace juchu::standin {
namespace {

absl::string_view LocalName(const pugi::xml_node& node) {
  const absl::string_view name = node.name();
  const size_t colon = name.find(':');
  return colon == absl::string_view::npos ? name : name.substr(colon + 1);
}

std::vector<pugi::xml_node> Find(const TestAnswer& answer, const std::string& path) {
  if (!answer.xml) return {};
  std::vector<pugi::xml_node> found = {answer.xml->document_element().first_child().first_child().first_child()};
  for (const absl::string_view step : absl::StrSplit(path, '/')) {
    std::vector<pugi::xml_node> next;
    for (const pugi::xml_node node : found) {
      for (const pugi::xml_node child : node.children()) {
        if (step == "*" || LocalName(child) == step) next.push_back(child);
      }
    }
    found = std::move(next);
  }
  return found;
}

std::string NilOr(const std::string& name, const std::string& text) {
  if (text.empty()) return absl::StrCat("<e:", name, " xsi:nil=\"true\"/>");
  return absl::StrCat("<e:", name, ">", text, "</e:", name, ">");
}

std::string Call(Operation operation, const std::string& content) {
  const absl::string_view name = OperationName(operation);
  return RccsTestClient::Envelope(absl::StrCat("<a:", name, ">", content, "</a:", name, ">"));
}

}  // namespace

std::string TestAnswer::At(const std::string& path) const {
  const std::vector<pugi::xml_node> found = Find(*this, path);
  return found.empty() ? "" : found.front().child_value();
}

int TestAnswer::Count(const std::string& path) const { return static_cast<int>(Find(*this, path).size()); }

RccsTestClient::RccsTestClient(int port, const std::string& ca_file, Account account)
    : http_("127.0.0.1", port), account_(std::move(account)) {
  http_.set_ca_cert_path(ca_file.c_str());
  http_.enable_server_certificate_verification(true);
  http_.set_keep_alive(true);
  http_.set_tcp_nodelay(true);
}

std::string RccsTestClient::Envelope(const std::string& call) {
  return absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
      "<v:Envelope xmlns:v=\"http://schemas.xmlsoap.org/soap/envelope/\""
      " xmlns:a=\"http://orderapi.rms.rakuten.co.jp/rccsapi-services/RCCSAPI\""
      " xmlns:e=\"java:jp.co.rakuten.rms.mall.rccsapi.model.entity\" xmlns:b=\"java:language_builtins\""
      " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n  <v:Body>\n    ",
      call, "\n  </v:Body>\n</v:Envelope>\n");
}

std::string RccsTestClient::Auth() const {
  return absl::StrCat("<a:userAuthModel><e:authKey>", account_.auth_key, "</e:authKey><e:shopUrl>", account_.shop_url,
                      "</e:shopUrl><e:userName>", account_.user_name, "</e:userName></a:userAuthModel>");
}

std::string RccsTestClient::GetRequestIdText() const { return Call(Operation::kGetRequestId, Auth()); }

std::string RccsTestClient::AuthoriText(int id, absl::Span<const std::pair<std::string, int>> orders) const {
  std::string models;
  for (const auto& [order, price] : orders) {
    absl::StrAppend(&models, "<e:UiAuthoriRequestModel><e:helpItem xsi:nil=\"true\" /><e:orderNumber>", order,
                    "</e:orderNumber><e:payType>0</e:payType><e:price>", price, "</e:price></e:UiAuthoriRequestModel>");
  }
  return Call(Operation::kAuthori, absl::StrCat(Auth(), "<a:intVal>", id, "</a:intVal><a:uiAuthoriRequestModels>",
                                                models, "</a:uiAuthoriRequestModels>"));
}

std::string RccsTestClient::OrdersText(Operation operation, int id, absl::Span<const std::string> orders) const {
  const std::string kind = operation == Operation::kSales ? "Sales" : "Cancel";
  std::string models;
  for (const std::string& order : orders) {
    absl::StrAppend(&models, "<e:Ui", kind, "RequestModel><e:helpItem xsi:nil=\"true\"/><e:orderNumber>", order,
                    "</e:orderNumber></e:Ui", kind, "RequestModel>");
  }
  return Call(operation, absl::StrCat(Auth(), "<a:intVal>", id, "</a:intVal><a:ui", kind, "RequestModels>", models,
                                      "</a:ui", kind, "RequestModels>"));
}

std::string RccsTestClient::GetResultText(absl::Span<const int> ids) const {
  std::string ints;
  for (const int id : ids) absl::StrAppend(&ints, "<b:int>", id, "</b:int>");
  return Call(Operation::kGetResult, absl::StrCat(Auth(), "<a:ints>", ints, "</a:ints>"));
}

std::string RccsTestClient::GetResultAllText(const std::string& order, const std::string& from,
                                             const std::string& to) const {
  return Call(
      Operation::kGetResultAll,
      absl::StrCat(Auth(), "<a:uiRCCSResultSearchModel>", NilOr("brandName", ""), "<e:cardStatus>-1</e:cardStatus>",
                   NilOr("fromDate", from), NilOr("helpItem", ""), NilOr("orderNumber", order), NilOr("ownerName", ""),
                   "<e:payType/>", NilOr("toDate", to), "</a:uiRCCSResultSearchModel>"));
}

TestAnswer RccsTestClient::Post(const std::string& text) {
  TestAnswer answer;
  const httplib::Result result = http_.Post("/rccsapi-services/RCCSApiService", text, "text/xml; charset=utf-8");
  if (!result) return answer;
  answer.http_status = result->status;
  answer.body = result->body;
  auto xml = std::make_shared<pugi::xml_document>();
  if (xml->load_string(answer.body.c_str())) answer.xml = std::move(xml);
  return answer;
}

int RccsTestClient::RequestId() { return std::atoi(Post(GetRequestIdText()).At("requestId").c_str()); }

int RccsTestClient::Authori(absl::Span<const std::pair<std::string, int>> orders) {
  const int id = RequestId();
  Post(AuthoriText(id, orders));
  return id;
}

int RccsTestClient::Do(Operation operation, absl::Span<const std::string> orders) {
  const int id = RequestId();
  Post(OrdersText(operation, id, orders));
  return id;
}

int RccsTestClient::Control(const std::string& command, const nlohmann::json& body) {
  const httplib::Result result = http_.Post("/control/" + command, body.dump(), "application/json");
  return result ? result->status : 0;
}

nlohmann::json RccsTestClient::ControlGet(const std::string& path) {
  const httplib::Result result = http_.Get("/control/" + path);
  return result ? nlohmann::json::parse(result->body, nullptr, false) : nlohmann::json();
}

nlohmann::json RccsTestClient::Book(const std::string& order) {
  const nlohmann::json book = ControlGet("book?order=" + order);
  return book["orders"].value(order, nlohmann::json());
}

}  // namespace juchu::standin
