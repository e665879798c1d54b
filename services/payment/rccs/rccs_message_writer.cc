#include <limits>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/payment/rccs/rccs_messages.h"
#include "services/payment/rccs/rccs_text.h"

namespace juchu::payment::rccs {
namespace {

constexpr std::size_t kMaxTextBytes = 400;
constexpr std::size_t kMaxOrderNumberBytes = 100;
constexpr int64_t kMaxAmountYen = 999'999'999;
// xsd:int: what the server can have given out.
constexpr int64_t kMaxRequestId = std::numeric_limits<int32_t>::max();

// The element of an operation, of the list of its orders and of one order.
struct RequestNames {
  absl::string_view operation;
  absl::string_view list;
  absl::string_view model;
};

RequestNames NamesOf(Operation operation) {
  switch (operation) {
    case Operation::kAuthorize:
      return {"authori", "uiAuthoriRequestModels", "UiAuthoriRequestModel"};
    case Operation::kVoidAuthorization:
      return {"authoriCancel", "uiCancelRequestModels", "UiCancelRequestModel"};
    case Operation::kCapture:
      return {"sales", "uiSalesRequestModels", "UiSalesRequestModel"};
    case Operation::kVoidCapture:
      return {"salesCancel", "uiCancelRequestModels", "UiCancelRequestModel"};
  }
  return {};
}

absl::StatusOr<std::string> Escape(absl::string_view field, absl::string_view text, std::size_t max_bytes) {
  if (text.empty()) return InvalidField("VALUE_MISSING", field, "it is missing", "give it");
  if (text.size() > max_bytes) {
    return InvalidField("TEXT_TOO_LONG", field, absl::StrCat("it is longer than ", max_bytes, " bytes"), "shorten it");
  }
  std::optional<std::string> escaped = EscapeForXml(text);
  if (!escaped.has_value()) {
    return InvalidField("CHARACTER_INVALID", field, "it has a control character or is not UTF-8",
                        "give printable characters only");
  }
  return *std::move(escaped);
}

absl::Status CheckRange(absl::string_view field, int64_t value, int64_t most) {
  if (value >= 1 && value <= most) return absl::OkStatus();
  return InvalidField("VALUE_OUT_OF_RANGE", field, "it is out of range", absl::StrCat("give 1 to ", most));
}

absl::StatusOr<std::string> WriteAccount(const Account& account) {
  JUCHU_ASSIGN_OR_RETURN(const std::string auth_key, Escape("account.auth_key", account.auth_key, kMaxTextBytes));
  JUCHU_ASSIGN_OR_RETURN(const std::string shop_url, Escape("account.shop_url", account.shop_url, kMaxTextBytes));
  JUCHU_ASSIGN_OR_RETURN(const std::string user_name, Escape("account.user_name", account.user_name, kMaxTextBytes));
  return absl::StrCat("<ns2:userAuthModel><ns1:authKey>", auth_key, "</ns1:authKey><ns1:shopUrl>", shop_url,
                      "</ns1:shopUrl><ns1:userName>", user_name, "</ns1:userName></ns2:userAuthModel>");
}

std::string Envelope(absl::string_view operation, absl::string_view content) {
  return absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\""
      " xmlns:ns1=\"java:jp.co.rakuten.rms.mall.rccsapi.model.entity\""
      " xmlns:ns2=\"http://orderapi.rms.rakuten.co.jp/rccsapi-services/RCCSAPI\""
      " xmlns:ns3=\"java:language_builtins\""
      " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
      "<SOAP-ENV:Body><ns2:",
      operation, ">", content, "</ns2:", operation, "></SOAP-ENV:Body></SOAP-ENV:Envelope>");
}

absl::StatusOr<std::string> WriteOrder(Operation operation, const OrderRequest& order, const std::string& field) {
  const absl::string_view model = NamesOf(operation).model;
  JUCHU_ASSIGN_OR_RETURN(const std::string number, Escape(absl::StrCat(field, ".shop_order_number"),
                                                          order.shop_order_number, kMaxOrderNumberBytes));
  std::string xml =
      absl::StrCat("<ns1:", model, "><ns1:helpItem xsi:nil=\"true\"/><ns1:orderNumber>", number, "</ns1:orderNumber>");
  if (operation == Operation::kAuthorize) {
    JUCHU_RETURN_IF_ERROR(CheckRange(absl::StrCat(field, ".amount_yen"), order.amount_yen, kMaxAmountYen));
    // 0: 一括払い, at once.
    absl::StrAppend(&xml, "<ns1:payType>0</ns1:payType><ns1:price>", order.amount_yen, "</ns1:price>");
  }
  absl::StrAppend(&xml, "</ns1:", model, ">");
  return xml;
}

absl::Status CheckNotEmpty(absl::string_view field, bool empty) {
  if (!empty) return absl::OkStatus();
  return InvalidField("LIST_EMPTY", field, "it is empty", "give at least one");
}

absl::Status CheckPeriod(const ResultSearch& search) {
  const auto four_digits = [](absl::CivilDay day) { return day.year() >= 1000 && day.year() <= 9999; };
  if (search.from <= search.to && four_digits(search.from) && four_digits(search.to)) return absl::OkStatus();
  return InvalidField("PERIOD_INVALID", "search.from", "it lies after search.to, or one of them is not set",
                      "give the first and the last day");
}

}  // namespace

absl::StatusOr<std::string> WriteGetRequestId(const Account& account) {
  JUCHU_ASSIGN_OR_RETURN(const std::string xml, WriteAccount(account));
  return Envelope("getRCCSRequestId", xml);
}

absl::StatusOr<std::string> WriteRequest(const Account& account, Operation operation, int64_t request_id,
                                         absl::Span<const OrderRequest> orders) {
  const RequestNames names = NamesOf(operation);
  if (names.operation.empty()) {
    return InvalidField("VALUE_OUT_OF_RANGE", "operation", "it is none of the four", "give one of them");
  }
  JUCHU_ASSIGN_OR_RETURN(std::string xml, WriteAccount(account));
  JUCHU_RETURN_IF_ERROR(CheckRange("request_id", request_id, kMaxRequestId));
  JUCHU_RETURN_IF_ERROR(CheckNotEmpty("orders", orders.empty()));
  absl::StrAppend(&xml, "<ns2:intVal>", request_id, "</ns2:intVal><ns2:", names.list, ">");
  absl::flat_hash_set<absl::string_view> seen;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const std::string field = absl::StrCat("orders[", i, "]");
    JUCHU_ASSIGN_OR_RETURN(const std::string order, WriteOrder(operation, orders[i], field));
    if (!seen.insert(orders[i].shop_order_number).second) {
      return InvalidField("ORDER_TWICE", absl::StrCat(field, ".shop_order_number"), "the order is in the list already",
                          "ask once for each order");
    }
    xml += order;
  }
  absl::StrAppend(&xml, "</ns2:", names.list, ">");
  return Envelope(names.operation, xml);
}

absl::StatusOr<std::string> WriteGetResult(const Account& account, absl::Span<const int64_t> request_ids) {
  JUCHU_ASSIGN_OR_RETURN(std::string xml, WriteAccount(account));
  JUCHU_RETURN_IF_ERROR(CheckNotEmpty("request_ids", request_ids.empty()));
  xml += "<ns2:ints>";
  for (std::size_t i = 0; i < request_ids.size(); ++i) {
    JUCHU_RETURN_IF_ERROR(CheckRange(absl::StrCat("request_ids[", i, "]"), request_ids[i], kMaxRequestId));
    absl::StrAppend(&xml, "<ns3:int>", request_ids[i], "</ns3:int>");
  }
  xml += "</ns2:ints>";
  return Envelope("getRCCSResult", xml);
}

absl::StatusOr<std::string> WriteGetResultAll(const Account& account, const ResultSearch& search) {
  JUCHU_ASSIGN_OR_RETURN(std::string xml, WriteAccount(account));
  JUCHU_RETURN_IF_ERROR(CheckPeriod(search));
  std::string order_number = "<ns1:orderNumber xsi:nil=\"true\"/>";
  if (!search.shop_order_number.empty()) {
    JUCHU_ASSIGN_OR_RETURN(const std::string number,
                           Escape("search.shop_order_number", search.shop_order_number, kMaxOrderNumberBytes));
    order_number = absl::StrCat("<ns1:orderNumber>", number, "</ns1:orderNumber>");
  }
  // -1: any status.
  absl::StrAppend(&xml,
                  "<ns2:uiRCCSResultSearchModel><ns1:brandName xsi:nil=\"true\"/><ns1:cardStatus>-1</ns1:cardStatus>"
                  "<ns1:fromDate>",
                  absl::FormatCivilTime(search.from), "</ns1:fromDate><ns1:helpItem xsi:nil=\"true\"/>", order_number,
                  "<ns1:ownerName xsi:nil=\"true\"/><ns1:payType/><ns1:toDate>", absl::FormatCivilTime(search.to),
                  "</ns1:toDate></ns2:uiRCCSResultSearchModel>");
  return Envelope("getRCCSResultAll", xml);
}

}  // namespace juchu::payment::rccs
