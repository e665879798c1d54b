#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <pugixml.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/payment/rccs/rccs_messages.h"
#include "services/payment/rccs/rccs_text.h"

namespace juchu::payment::rccs {
namespace {

// `what` is one of our own texts, never a part of the answer.
absl::Status Unreadable(absl::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, "RCCS_ANSWER_UNREADABLE",
                   absl::StrCat("the answer of RCCS cannot be read: ", what));
}

absl::string_view LocalName(const pugi::xml_node& node) {
  const absl::string_view name = node.name();
  const std::size_t colon = name.rfind(':');
  return colon == absl::string_view::npos ? name : name.substr(colon + 1);
}

bool IsElement(const pugi::xml_node& node, absl::string_view local_name) {
  return node.type() == pugi::node_element && LocalName(node) == local_name;
}

// The node after `node` in document order, below `top`; null: none is left. `depth` follows.
pugi::xml_node Next(const pugi::xml_node& top, pugi::xml_node node, int& depth) {
  if (node.first_child()) {
    ++depth;
    return node.first_child();
  }
  while (node != top) {
    if (node.next_sibling()) return node.next_sibling();
    node = node.parent();
    --depth;
  }
  return {};
}

// The elements below `top` that are called so, in document order. Those inside one another count too.
std::vector<pugi::xml_node> Descendants(const pugi::xml_node& top, absl::string_view local_name) {
  std::vector<pugi::xml_node> found;
  int depth = 0;
  for (pugi::xml_node node = Next(top, top, depth); node; node = Next(top, node, depth)) {
    if (IsElement(node, local_name)) found.push_back(node);
  }
  return found;
}

// The child element; null: there is none. Twice: which of the two is meant, nobody can tell.
absl::StatusOr<pugi::xml_node> Child(const pugi::xml_node& parent, absl::string_view local_name) {
  pugi::xml_node found;
  for (const pugi::xml_node& child : parent.children()) {
    if (!IsElement(child, local_name)) continue;
    if (found) return Unreadable(absl::StrCat("it has ", local_name, " twice"));
    found = child;
  }
  return found;
}

// The only element in `parent`; null: there is none, or more than one.
pugi::xml_node OnlyElement(const pugi::xml_node& parent) {
  pugi::xml_node found;
  for (const pugi::xml_node& child : parent.children()) {
    if (child.type() != pugi::node_element) continue;
    if (found) return {};
    found = child;
  }
  return found;
}

// All of the element's text, also where comments part it; "" for an element that is not there.
std::string TextIn(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  }
  return std::string(absl::StripAsciiWhitespace(text));
}

absl::StatusOr<std::string> ReadText(const pugi::xml_node& parent, absl::string_view local_name) {
  JUCHU_ASSIGN_OR_RETURN(const pugi::xml_node node, Child(parent, local_name));
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_element) return Unreadable(absl::StrCat(local_name, " has elements in it"));
  }
  return TextIn(node);
}

absl::StatusOr<std::string> ReadName(const pugi::xml_node& parent, absl::string_view local_name) {
  JUCHU_ASSIGN_OR_RETURN(const std::string text, ReadText(parent, local_name));
  return CleanText(text);
}

absl::StatusOr<std::string> ReadMessage(const pugi::xml_node& parent, absl::string_view local_name) {
  JUCHU_ASSIGN_OR_RETURN(const std::string text, ReadText(parent, local_name));
  return MaskedText(text);
}

// Digits, perhaps with a minus before them, and nothing else.
bool ParseInteger(absl::string_view text, int64_t& value) {
  const absl::string_view digits = absl::StartsWith(text, "-") ? text.substr(1) : text;
  return !digits.empty() && std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, &value);
}

// nullopt: the element is not there, or empty.
absl::StatusOr<std::optional<int64_t>> ReadInteger(const pugi::xml_node& parent, absl::string_view local_name) {
  JUCHU_ASSIGN_OR_RETURN(const std::string text, ReadText(parent, local_name));
  if (text.empty()) return std::nullopt;
  int64_t value = 0;
  if (!ParseInteger(text, value)) return Unreadable(absl::StrCat(local_name, " is not a whole number"));
  return value;
}

absl::StatusOr<std::optional<int>> ReadInt(const pugi::xml_node& parent, absl::string_view local_name) {
  JUCHU_ASSIGN_OR_RETURN(const std::optional<int64_t> value, ReadInteger(parent, local_name));
  if (!value.has_value()) return std::nullopt;
  if (*value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max()) {
    return Unreadable(absl::StrCat(local_name, " is too large"));
  }
  return static_cast<int>(*value);
}

absl::StatusOr<absl::Time> ReadTime(const pugi::xml_node& parent, absl::string_view local_name) {
  JUCHU_ASSIGN_OR_RETURN(const std::string text, ReadText(parent, local_name));
  absl::Time time;
  // ParseTime takes "infinite-future" too, which would be the newest of all.
  if (absl::StartsWith(text, "inf") || !absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) {
    return absl::InfinitePast();
  }
  return time;
}

absl::Status CheckDepth(const pugi::xml_node& top) {
  int depth = 0;
  for (pugi::xml_node node = Next(top, top, depth); node; node = Next(top, node, depth)) {
    if (depth > kMaxAnswerDepth) return Unreadable("its elements are nested too deep");
  }
  return absl::OkStatus();
}

absl::Status Parse(absl::string_view xml, pugi::xml_document& document) {
  if (xml.empty()) return Unreadable("it is empty");
  if (xml.size() > kMaxAnswerBytes) return Unreadable("it is too large");
  if (absl::StrContains(xml, '\0')) return Unreadable("it is not text");
  if (static_cast<std::size_t>(std::count(xml.begin(), xml.end(), '<')) > kMaxAnswerTags) {
    return Unreadable("it has too many elements");
  }
  const pugi::xml_parse_result parsed =
      document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
  if (!parsed) return Unreadable("it is not XML");
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() == pugi::node_doctype) return Unreadable("it has a DOCTYPE");
  }
  return CheckDepth(document);
}

absl::Status ServerError(absl::StatusCode code, absl::string_view reason, absl::string_view message,
                         std::string error_code, std::string error_message) {
  return MakeError(code, reason, message,
                   {{"rccs_error_code", std::move(error_code)}, {"rccs_message", std::move(error_message)}});
}

absl::Status ReadFault(const pugi::xml_node& fault) {
  JUCHU_ASSIGN_OR_RETURN(std::string code, ReadMessage(fault, "faultcode"));
  JUCHU_ASSIGN_OR_RETURN(std::string text, ReadMessage(fault, "faultstring"));
  return ServerError(absl::StatusCode::kUnknown, "RCCS_FAULT", "RCCS answered with a SOAP fault", std::move(code),
                     std::move(text));
}

// Envelope/Body/<operation>Response/result of one of the operations, in `document`, which then holds the answer.
absl::StatusOr<pugi::xml_node> ParseResult(absl::string_view xml, absl::Span<const absl::string_view> operations,
                                           pugi::xml_document& document) {
  JUCHU_RETURN_IF_ERROR(Parse(xml, document));
  const pugi::xml_node envelope = OnlyElement(document);
  if (!IsElement(envelope, "Envelope")) return Unreadable("it is not a SOAP envelope");
  JUCHU_ASSIGN_OR_RETURN(const pugi::xml_node body, Child(envelope, "Body"));
  const pugi::xml_node response = OnlyElement(body);
  if (!response) return Unreadable("its body does not hold one element");
  if (IsElement(response, "Fault")) return ReadFault(response);
  const bool expected = std::any_of(operations.begin(), operations.end(), [&response](absl::string_view operation) {
    return LocalName(response) == absl::StrCat(operation, "Response");
  });
  if (!expected) return Unreadable("it answers something else");
  JUCHU_ASSIGN_OR_RETURN(const pugi::xml_node result, Child(response, "result"));
  if (!result) return Unreadable("it has no result");
  return result;
}

// The first of the three levels of errors.
absl::Status CheckReply(const pugi::xml_node& result) {
  JUCHU_ASSIGN_OR_RETURN(std::string code, ReadMessage(result, "errorCode"));
  JUCHU_ASSIGN_OR_RETURN(std::string message, ReadMessage(result, "message"));
  if (code == kCodeOk) return absl::OkStatus();
  if (code.empty()) return Unreadable("it has no errorCode");
  return ServerError(absl::StatusCode::kFailedPrecondition, "RCCS_REFUSED", "RCCS refused the call", std::move(code),
                     std::move(message));
}

absl::StatusOr<OrderResult> ReadOrderResult(const pugi::xml_node& model) {
  OrderResult result;
  JUCHU_ASSIGN_OR_RETURN(result.shop_order_number, ReadName(model, "orderNumber"));
  if (result.shop_order_number.empty()) return Unreadable("a result names no order");
  JUCHU_ASSIGN_OR_RETURN(result.error_code, ReadName(model, "errorCode"));
  JUCHU_ASSIGN_OR_RETURN(result.message, ReadMessage(model, "message"));
  JUCHU_ASSIGN_OR_RETURN(result.ccs_error_code, ReadName(model, "ccsErrorCode"));
  JUCHU_ASSIGN_OR_RETURN(result.approval_number, ReadName(model, "approvalNumber"));
  JUCHU_ASSIGN_OR_RETURN(result.transaction_id, ReadName(model, "transactionId"));
  JUCHU_ASSIGN_OR_RETURN(result.company_name, ReadMessage(model, "companyName"));
  JUCHU_ASSIGN_OR_RETURN(result.card_status, ReadInt(model, "cardStatus"));
  JUCHU_ASSIGN_OR_RETURN(result.price_yen, ReadInteger(model, "price"));
  JUCHU_ASSIGN_OR_RETURN(result.reg_time, ReadTime(model, "regDate"));
  return result;
}

absl::StatusOr<std::vector<OrderResult>> ReadOrderResults(const pugi::xml_node& top) {
  std::vector<OrderResult> results;
  for (const pugi::xml_node& model : Descendants(top, "UiRCCSResultModel")) {
    JUCHU_ASSIGN_OR_RETURN(OrderResult result, ReadOrderResult(model));
    results.push_back(std::move(result));
  }
  return results;
}

absl::StatusOr<RequestResult> ReadRequestResult(const pugi::xml_node& model) {
  RequestResult result;
  JUCHU_ASSIGN_OR_RETURN(const std::optional<int64_t> request_id, ReadInteger(model, "requestId"));
  if (!request_id.has_value()) return Unreadable("a request has no requestId");
  result.request_id = *request_id;
  JUCHU_ASSIGN_OR_RETURN(result.status, ReadInt(model, "status"));
  // While a request runs it may have no code yet.
  JUCHU_ASSIGN_OR_RETURN(result.error_code, ReadName(model, "errorCode"));
  JUCHU_ASSIGN_OR_RETURN(result.message, ReadMessage(model, "message"));
  JUCHU_ASSIGN_OR_RETURN(result.orders, ReadOrderResults(model));
  return result;
}

// The text that holds the id; "": there is none.
std::string RequestIdText(const pugi::xml_node& result) {
  for (const absl::string_view name : {"requestId", "int", "return"}) {
    const std::vector<pugi::xml_node> found = Descendants(result, name);
    if (!found.empty()) return TextIn(found.front());
  }
  return TextIn(result);
}

}  // namespace

absl::StatusOr<int64_t> ReadRequestId(absl::string_view xml) {
  pugi::xml_document document;
  JUCHU_ASSIGN_OR_RETURN(const pugi::xml_node result, ParseResult(xml, {"getRCCSRequestId"}, document));
  // A number alone, in an element of its own or not, has no place for an errorCode beside it.
  const bool bare = OnlyElement(result) || !TextIn(result).empty();
  JUCHU_ASSIGN_OR_RETURN(const pugi::xml_node code, Child(result, "errorCode"));
  if (code || !bare) JUCHU_RETURN_IF_ERROR(CheckReply(result));
  int64_t id = 0;
  if (!ParseInteger(RequestIdText(result), id) || id < 1) return Unreadable("it has no request id");
  return id;
}

absl::Status ReadReply(absl::string_view xml) {
  pugi::xml_document document;
  JUCHU_ASSIGN_OR_RETURN(const pugi::xml_node result,
                         ParseResult(xml, {"authori", "authoriCancel", "sales", "salesCancel"}, document));
  return CheckReply(result);
}

absl::StatusOr<std::vector<RequestResult>> ReadResults(absl::string_view xml) {
  pugi::xml_document document;
  JUCHU_ASSIGN_OR_RETURN(const pugi::xml_node result, ParseResult(xml, {"getRCCSResult"}, document));
  JUCHU_RETURN_IF_ERROR(CheckReply(result));
  std::vector<RequestResult> results;
  for (const pugi::xml_node& model : Descendants(result, "UiRCCSRequestStatusModel")) {
    JUCHU_ASSIGN_OR_RETURN(RequestResult request, ReadRequestResult(model));
    results.push_back(std::move(request));
  }
  return results;
}

absl::StatusOr<std::vector<OrderResult>> ReadResultAll(absl::string_view xml) {
  pugi::xml_document document;
  JUCHU_ASSIGN_OR_RETURN(const pugi::xml_node result, ParseResult(xml, {"getRCCSResultAll"}, document));
  JUCHU_RETURN_IF_ERROR(CheckReply(result));
  return ReadOrderResults(result);
}

}  // namespace juchu::payment::rccs
