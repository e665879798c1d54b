#include <cstdint>
#include <initializer_list>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "pugixml.hpp"
#include "tests/standin/rccs_wire.h"

namespace juchu::standin {
namespace {

constexpr char kSoap[] = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr char kApi[] = "http://orderapi.rms.rakuten.co.jp/rccsapi-services/RCCSAPI";
constexpr char kEntity[] = "java:jp.co.rakuten.rms.mall.rccsapi.model.entity";
constexpr char kBuiltins[] = "java:language_builtins";
constexpr char kSchemaInstance[] = "http://www.w3.org/2001/XMLSchema-instance";

using Nodes = std::vector<pugi::xml_node>;

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::string_view LocalName(absl::string_view name) {
  const size_t colon = name.find(':');
  return colon == absl::string_view::npos ? name : name.substr(colon + 1);
}

// The URI that the prefix of `name` stands for at `node`; "" when it has none. An attribute without a prefix is in no
// namespace, an element in the default one.
absl::string_view NamespaceOf(pugi::xml_node node, absl::string_view name) {
  const size_t colon = name.find(':');
  const std::string declaration =
      colon == absl::string_view::npos ? "xmlns" : absl::StrCat("xmlns:", name.substr(0, colon));
  for (; node; node = node.parent()) {
    if (const pugi::xml_attribute uri = node.attribute(declaration.c_str())) return uri.value();
  }
  return "";
}

bool IsElement(pugi::xml_node node, absl::string_view uri, absl::string_view name) {
  return LocalName(node.name()) == name && NamespaceOf(node, node.name()) == uri;
}

bool IsNil(pugi::xml_node node) {
  for (const pugi::xml_attribute attribute : node.attributes()) {
    const absl::string_view name = attribute.name();
    if (LocalName(name) == "nil" && name != "nil" && NamespaceOf(node, name) == kSchemaInstance) {
      return attribute.value() == absl::string_view("true") || attribute.value() == absl::string_view("1");
    }
  }
  return false;
}

// No attributes but declarations of namespaces and xsi:nil.
absl::Status CheckAttributes(pugi::xml_node node) {
  for (const pugi::xml_attribute attribute : node.attributes()) {
    const absl::string_view name = attribute.name();
    if (name == "xmlns" || absl::StartsWith(name, "xmlns:")) continue;
    const bool prefixed = LocalName(name) != name;
    if (prefixed && LocalName(name) == "nil" && NamespaceOf(node, name) == kSchemaInstance) continue;
    return Wrong(absl::StrCat("attribute ", name, " of ", node.name(), " is not known"));
  }
  return absl::OkStatus();
}

// The child elements; an error when there is text between them.
absl::StatusOr<Nodes> Children(pugi::xml_node parent) {
  Nodes children;
  for (const pugi::xml_node child : parent.children()) {
    if (child.type() == pugi::node_element) {
      JUCHU_RETURN_IF_ERROR(CheckAttributes(child));
      children.push_back(child);
    } else if (child.type() != pugi::node_comment) {
      return Wrong(absl::StrCat("text in ", parent.name(), ", which has elements only"));
    }
  }
  return children;
}

// The children of `parent`, which must be these and no others, in this order.
absl::StatusOr<Nodes> Exactly(pugi::xml_node parent, absl::string_view uri,
                              std::initializer_list<absl::string_view> names) {
  JUCHU_ASSIGN_OR_RETURN(Nodes children, Children(parent));
  size_t place = 0;
  for (const absl::string_view name : names) {
    if (place == children.size()) return Wrong(absl::StrCat(parent.name(), " ends where ", name, " must stand"));
    if (!IsElement(children[place], uri, name)) {
      return Wrong(
          absl::StrCat(children[place].name(), " in ", parent.name(), " where ", name, " of ", uri, " must stand"));
    }
    ++place;
  }
  if (place < children.size()) return Wrong(absl::StrCat(children[place].name(), " is too much in ", parent.name()));
  return children;
}

// The children of `parent`, all of this name and at least one.
absl::StatusOr<Nodes> Several(pugi::xml_node parent, absl::string_view uri, absl::string_view name) {
  JUCHU_ASSIGN_OR_RETURN(Nodes children, Children(parent));
  if (children.empty()) return Wrong(absl::StrCat(parent.name(), " is empty"));
  for (const pugi::xml_node child : children) {
    if (!IsElement(child, uri, name)) {
      return Wrong(absl::StrCat(child.name(), " in ", parent.name(), " where ", name, " of ", uri, " must stand"));
    }
  }
  return children;
}

// The text of a leaf; "" when it is nil.
absl::StatusOr<std::string> OptionalText(pugi::xml_node leaf) {
  std::string text;
  for (const pugi::xml_node child : leaf.children()) {
    if (child.type() == pugi::node_element) return Wrong(absl::StrCat(child.name(), " is too much in ", leaf.name()));
    text += child.value();
  }
  if (IsNil(leaf) && !text.empty()) return Wrong(absl::StrCat(leaf.name(), " is nil and has text"));
  return text;
}

absl::StatusOr<std::string> Text(pugi::xml_node leaf) {
  JUCHU_ASSIGN_OR_RETURN(std::string text, OptionalText(leaf));
  if (text.empty()) return Wrong(absl::StrCat(leaf.name(), " is empty"));
  return text;
}

absl::StatusOr<int> Int(pugi::xml_node leaf) {
  JUCHU_ASSIGN_OR_RETURN(const std::string text, Text(leaf));
  int32_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return Wrong(absl::StrCat(leaf.name(), " is not an int"));
  return number;
}

absl::StatusOr<std::optional<absl::CivilDay>> OptionalDay(pugi::xml_node leaf) {
  JUCHU_ASSIGN_OR_RETURN(const std::string text, OptionalText(leaf));
  if (text.empty()) return std::nullopt;
  absl::CivilDay day;
  // ParseCivilTime takes "2018-7-9" too.
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day)) {
    return Wrong(absl::StrCat(leaf.name(), " is not a date like 2018-07-29"));
  }
  return day;
}

absl::StatusOr<Account> ReadAccount(pugi::xml_node node) {
  JUCHU_ASSIGN_OR_RETURN(const Nodes fields, Exactly(node, kEntity, {"authKey", "shopUrl", "userName"}));
  Account account;
  // Empty ones are nobody's, which is not for the reader of XML to say.
  JUCHU_ASSIGN_OR_RETURN(account.auth_key, OptionalText(fields[0]));
  JUCHU_ASSIGN_OR_RETURN(account.shop_url, OptionalText(fields[1]));
  JUCHU_ASSIGN_OR_RETURN(account.user_name, OptionalText(fields[2]));
  return account;
}

absl::StatusOr<OrderWork> ReadAuthori(pugi::xml_node node) {
  JUCHU_ASSIGN_OR_RETURN(const Nodes fields, Exactly(node, kEntity, {"helpItem", "orderNumber", "payType", "price"}));
  OrderWork work;
  JUCHU_RETURN_IF_ERROR(OptionalText(fields[0]).status());
  JUCHU_ASSIGN_OR_RETURN(work.order_number, Text(fields[1]));
  JUCHU_ASSIGN_OR_RETURN(work.pay_type, Int(fields[2]));
  JUCHU_ASSIGN_OR_RETURN(work.price, Int(fields[3]));
  if (work.price < 0) return Wrong(absl::StrCat(fields[3].name(), " is negative"));
  return work;
}

absl::StatusOr<OrderWork> ReadBareOrder(pugi::xml_node node) {
  JUCHU_ASSIGN_OR_RETURN(const Nodes fields, Exactly(node, kEntity, {"helpItem", "orderNumber"}));
  OrderWork work;
  JUCHU_RETURN_IF_ERROR(OptionalText(fields[0]).status());
  JUCHU_ASSIGN_OR_RETURN(work.order_number, Text(fields[1]));
  return work;
}

absl::Status ReadOrders(pugi::xml_node call, absl::string_view list, absl::string_view item, WireRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const Nodes parts, Exactly(call, kApi, {"userAuthModel", "intVal", list}));
  JUCHU_ASSIGN_OR_RETURN(request.account, ReadAccount(parts[0]));
  JUCHU_ASSIGN_OR_RETURN(request.request_id, Int(parts[1]));
  JUCHU_ASSIGN_OR_RETURN(const Nodes items, Several(parts[2], kEntity, item));
  for (const pugi::xml_node node : items) {
    auto work = request.operation == Operation::kAuthori ? ReadAuthori(node) : ReadBareOrder(node);
    if (!work.ok()) return work.status();
    request.orders.push_back(*std::move(work));
  }
  return absl::OkStatus();
}

absl::Status ReadIds(pugi::xml_node call, WireRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const Nodes parts, Exactly(call, kApi, {"userAuthModel", "ints"}));
  JUCHU_ASSIGN_OR_RETURN(request.account, ReadAccount(parts[0]));
  JUCHU_ASSIGN_OR_RETURN(const Nodes items, Several(parts[1], kBuiltins, "int"));
  for (const pugi::xml_node node : items) {
    JUCHU_ASSIGN_OR_RETURN(const int id, Int(node));
    request.ids.push_back(id);
  }
  return absl::OkStatus();
}

absl::Status ReadSearch(pugi::xml_node call, WireRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const Nodes parts, Exactly(call, kApi, {"userAuthModel", "uiRCCSResultSearchModel"}));
  JUCHU_ASSIGN_OR_RETURN(request.account, ReadAccount(parts[0]));
  JUCHU_ASSIGN_OR_RETURN(const Nodes fields, Exactly(parts[1], kEntity,
                                                     {"brandName", "cardStatus", "fromDate", "helpItem", "orderNumber",
                                                      "ownerName", "payType", "toDate"}));
  RowSearch& search = request.search;
  JUCHU_ASSIGN_OR_RETURN(search.brand_name, OptionalText(fields[0]));
  JUCHU_ASSIGN_OR_RETURN(search.card_status, Int(fields[1]));
  JUCHU_ASSIGN_OR_RETURN(search.from, OptionalDay(fields[2]));
  JUCHU_RETURN_IF_ERROR(OptionalText(fields[3]).status());
  JUCHU_ASSIGN_OR_RETURN(search.order_number, OptionalText(fields[4]));
  JUCHU_ASSIGN_OR_RETURN(search.owner_name, OptionalText(fields[5]));
  JUCHU_ASSIGN_OR_RETURN(const std::string pay_type, OptionalText(fields[6]));
  if (!pay_type.empty()) {
    JUCHU_ASSIGN_OR_RETURN(search.pay_type, Int(fields[6]));
  }
  JUCHU_ASSIGN_OR_RETURN(search.to, OptionalDay(fields[7]));
  return absl::OkStatus();
}

absl::Status ReadCall(pugi::xml_node call, WireRequest& request) {
  switch (request.operation) {
    case Operation::kGetRequestId: {
      JUCHU_ASSIGN_OR_RETURN(const Nodes parts, Exactly(call, kApi, {"userAuthModel"}));
      JUCHU_ASSIGN_OR_RETURN(request.account, ReadAccount(parts[0]));
      return absl::OkStatus();
    }
    case Operation::kAuthori:
      return ReadOrders(call, "uiAuthoriRequestModels", "UiAuthoriRequestModel", request);
    case Operation::kAuthoriCancel:
    case Operation::kSalesCancel:
      return ReadOrders(call, "uiCancelRequestModels", "UiCancelRequestModel", request);
    case Operation::kSales:
      return ReadOrders(call, "uiSalesRequestModels", "UiSalesRequestModel", request);
    case Operation::kGetResult:
      return ReadIds(call, request);
    case Operation::kGetResultAll:
      return ReadSearch(call, request);
  }
  return Wrong("no operation");
}

}  // namespace

absl::StatusOr<WireRequest> ReadRequest(absl::string_view body) {
  pugi::xml_document document;
  // A document type is kept so that it can be refused: SOAP forbids it.
  const pugi::xml_parse_result parsed =
      document.load_buffer(body.data(), body.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
  if (!parsed) return Wrong(absl::StrCat("not well-formed XML: ", parsed.description()));
  const pugi::xml_node envelope = document.document_element();
  for (const pugi::xml_node node : document.children()) {
    if (node.type() == pugi::node_doctype) return Wrong("a document type");
    if (node != envelope) return Wrong("more than the envelope");
  }
  if (!IsElement(envelope, kSoap, "Envelope")) return Wrong("not a SOAP 1.1 envelope");
  JUCHU_RETURN_IF_ERROR(CheckAttributes(envelope));
  JUCHU_ASSIGN_OR_RETURN(const Nodes parts, Exactly(envelope, kSoap, {"Body"}));
  JUCHU_ASSIGN_OR_RETURN(const Nodes calls, Children(parts[0]));
  if (calls.size() != 1) return Wrong("the Body must have one operation");
  const std::optional<Operation> operation = OperationFromName(LocalName(calls[0].name()));
  if (!operation || NamespaceOf(calls[0], calls[0].name()) != kApi) {
    return Wrong(absl::StrCat("no such operation: ", calls[0].name()));
  }
  WireRequest request;
  request.operation = *operation;
  JUCHU_RETURN_IF_ERROR(ReadCall(calls[0], request));
  return request;
}

}  // namespace juchu::standin
