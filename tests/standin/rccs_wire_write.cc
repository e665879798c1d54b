#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "pugixml.hpp"
#include "tests/standin/rccs_wire.h"

namespace juchu::standin {
namespace {

// What the real one calls them, and where it declares them.
constexpr char kSoap[] = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr char kApi[] = "http://orderapi.rms.rakuten.co.jp/rccsapi-services/RCCSAPI";
constexpr char kEntity[] = "java:jp.co.rakuten.rms.mall.rccsapi.model.entity";
constexpr char kBuiltins[] = "java:language_builtins";
constexpr char kSchemaInstance[] = "http://www.w3.org/2001/XMLSchema-instance";

void Add(pugi::xml_node parent, const char* name, const std::string& text) {
  pugi::xml_node child = parent.append_child(name);
  if (!text.empty()) child.append_child(pugi::node_pcdata).set_value(text.c_str());
}

void Add(pugi::xml_node parent, const char* name, int64_t number) { Add(parent, name, absl::StrCat(number)); }

void AddNil(pugi::xml_node parent, const char* name) {
  pugi::xml_node child = parent.append_child(name);
  child.append_attribute("xmlns:xsi") = kSchemaInstance;
  child.append_attribute("xsi:nil") = "true";
}

void Add(pugi::xml_node parent, const char* name, const std::optional<absl::Time>& time) {
  if (!time) return AddNil(parent, name);
  Add(parent, name, absl::FormatTime("%Y-%m-%dT%H:%M:%S%Ez", *time, Japan()));
}

std::optional<absl::Time> StartOfDay(const std::optional<absl::Time>& time) {
  if (!time) return std::nullopt;
  return absl::FromCivil(absl::CivilDay(absl::ToCivilSecond(*time, Japan())), Japan());
}

void AddRow(pugi::xml_node list, const OrderRow& row) {
  const Card card = CardOf(row.order_number);
  const pugi::xml_node node = list.append_child("ns3:UiRCCSResultModel");
  Add(node, "ns3:approvalNumber", row.approval_number);
  Add(node, "ns3:brandName", card.brand_name);
  Add(node, "ns3:cardImstCount", 0);
  Add(node, "ns3:cardNo", card.masked_number);
  Add(node, "ns3:cardStatus", row.card_status);
  Add(node, "ns3:ccsErrorCode", row.ccs_error_code);
  AddNil(node, "ns3:ccsErrorCodeDetail");
  Add(node, "ns3:companyName", card.company_name);
  Add(node, "ns3:errorCode", row.verdict.code);
  Add(node, "ns3:eventDate", StartOfDay(row.registered));
  Add(node, "ns3:expYM", card.expiry);
  Add(node, "ns3:helpItem", "");
  Add(node, "ns3:message", row.verdict.message);
  Add(node, "ns3:orderNumber", row.order_number);
  Add(node, "ns3:ownerName", card.owner_name);
  Add(node, "ns3:payType", row.pay_type);
  Add(node, "ns3:price", row.price);
  Add(node, "ns3:regDate", row.registered);
  Add(node, "ns3:transactionId", row.transaction_id);
}

// Only authori's 1 has been seen; the others are ours.
int KindOf(const std::optional<Operation>& operation) {
  if (!operation) return 0;
  switch (*operation) {
    case Operation::kAuthori:
      return 1;
    case Operation::kAuthoriCancel:
      return 2;
    case Operation::kSales:
      return 3;
    case Operation::kSalesCancel:
      return 4;
    default:
      return 0;
  }
}

void AddStatus(pugi::xml_node list, const RequestStatus& status) {
  pugi::xml_node node = list.append_child("ns3:UiRCCSRequestStatusModel");
  Add(node, "ns3:count", status.count);
  Add(node, "ns3:errorCode", status.verdict.code);
  Add(node, "ns3:kind", KindOf(status.operation));
  Add(node, "ns3:message", status.verdict.message);
  if (status.rows.empty()) {
    AddNil(node, "ns3:rccsResults");
  } else {
    const pugi::xml_node rows = node.append_child("ns3:rccsResults");
    for (const OrderRow& row : status.rows) AddRow(rows, row);
  }
  Add(node, "ns3:requestId", status.id);
  Add(node, "ns3:startDate", status.started);
  Add(node, "ns3:status", status.progress);
  Add(node, "ns3:timeStamp", status.time_stamp);
}

}  // namespace

std::string WriteReply(Operation operation, const WireReply& reply) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node envelope = document.append_child("S:Envelope");
  envelope.append_attribute("xmlns:S") = kSoap;
  pugi::xml_node response =
      envelope.append_child("S:Body").append_child(absl::StrCat("ns2:", OperationName(operation), "Response").c_str());
  response.append_attribute("xmlns:ns2") = kApi;
  response.append_attribute("xmlns:ns3") = kEntity;
  response.append_attribute("xmlns:ns4") = kBuiltins;
  // What stands directly in the result is in no namespace, as recorded.
  pugi::xml_node result = response.append_child("ns2:result");
  Add(result, "errorCode", reply.verdict.code);
  Add(result, "message", reply.verdict.message);
  if (reply.request_id) Add(result, "requestId", *reply.request_id);
  if (reply.statuses) {
    const pugi::xml_node statuses = result.append_child("rccsRequestStatus");
    for (const RequestStatus& status : *reply.statuses) AddStatus(statuses, status);
  }
  if (reply.rows) {
    const pugi::xml_node rows = result.append_child("rccsResults");
    for (const OrderRow& row : *reply.rows) AddRow(rows, row);
  }
  std::ostringstream text;
  document.save(text, "", pugi::format_raw, pugi::encoding_utf8);
  return text.str();
}

}  // namespace juchu::standin
