#ifndef SERVICES_PAYMENT_RCCS_RCCS_TEST_MESSAGES_H_
#define SERVICES_PAYMENT_RCCS_RCCS_TEST_MESSAGES_H_

#include <map>
#include <pugixml.hpp>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/payment/rccs/rccs_types.h"

// Messages for tests, made up in the shape of recorded ones.
namespace juchu::payment::rccs {

inline Account TestAccount() { return {"key-of-a-test-shop", "test-shop", "test-user"}; }

// An answer with `content` in its result.
inline std::string TestAnswer(absl::string_view operation, absl::string_view content) {
  return absl::StrCat(R"(<?xml version="1.0" encoding="UTF-8"?>
<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">
  <S:Body>
    <ns2:)",
                      operation,
                      R"(Response xmlns:ns2="http://orderapi.rms.rakuten.co.jp/rccsapi-services/RCCSAPI")"
                      R"( xmlns:ns3="java:jp.co.rakuten.rms.mall.rccsapi.model.entity")"
                      R"( xmlns:ns4="java:language_builtins">
      <ns2:result>)",
                      content, "</ns2:result>\n    </ns2:", operation, "Response>\n  </S:Body>\n</S:Envelope>\n");
}

inline std::string TestReply(absl::string_view operation, absl::string_view code, absl::string_view message) {
  return TestAnswer(operation, absl::StrCat("<errorCode>", code, "</errorCode><message>", message, "</message>"));
}

inline std::string TestFault(absl::string_view code, absl::string_view text) {
  return absl::StrCat(R"(<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault><faultcode>)",
                      code, "</faultcode><faultstring>", text, "</faultstring></S:Fault></S:Body></S:Envelope>");
}

// One order's result; `replaced` are elements with another content, or none at all where that is "-".
inline std::string TestOrder(const std::map<std::string, std::string>& replaced = {}) {
  std::string xml = "<ns3:UiRCCSResultModel>";
  const std::map<std::string, std::string> usual = {{"approvalNumber", "4730007"},
                                                    {"brandName", "VISA"},
                                                    {"cardImstCount", "0"},
                                                    {"cardNo", "****-****-****-6941"},
                                                    {"cardStatus", "12"},
                                                    {"ccsErrorCode", "000000"},
                                                    {"companyName", "テストカード"},
                                                    {"errorCode", "RCCS_N00-000"},
                                                    {"eventDate", "2018-08-28T00:00:00+09:00"},
                                                    {"expYM", "2020/03"},
                                                    {"helpItem", ""},
                                                    {"message", "正常終了"},
                                                    {"orderNumber", "338459-20180822-00001731"},
                                                    {"ownerName", "HANAKO TEST"},
                                                    {"payType", "0"},
                                                    {"price", "108"},
                                                    {"regDate", "2018-08-28T20:53:33+09:00"},
                                                    {"transactionId", "18082820532116900185873503000700"}};
  for (const auto& [name, content] : usual) {
    const auto other = replaced.find(name);
    const std::string& text = other == replaced.end() ? content : other->second;
    if (text != "-") absl::StrAppend(&xml, "<ns3:", name, ">", text, "</ns3:", name, ">");
  }
  return xml + "</ns3:UiRCCSResultModel>";
}

// One request's state, with `orders` in it.
inline std::string TestRequest(absl::string_view id, absl::string_view status, absl::string_view orders) {
  return absl::StrCat("<rccsRequestStatus><ns3:UiRCCSRequestStatusModel><ns3:count>1</ns3:count>",
                      "<ns3:errorCode>RCCS_N00-000</ns3:errorCode><ns3:kind>1</ns3:kind>",
                      "<ns3:message>正常終了</ns3:message><ns3:rccsResults>", orders,
                      "</ns3:rccsResults><ns3:requestId>", id, "</ns3:requestId><ns3:startDate>",
                      "2018-05-31T10:09:43+09:00</ns3:startDate><ns3:status>", status,
                      "</ns3:status><ns3:timeStamp>2018-05-31T10:10:14+09:00</ns3:timeStamp>",
                      "</ns3:UiRCCSRequestStatusModel></rccsRequestStatus>");
}

inline constexpr char kTestReplyOk[] = "<errorCode>RCCS_N00-000</errorCode><message>正常終了</message>";

// What an XML text says, one element a line, with the namespaces instead of the prefixes that stand for them.
inline std::string WhatItSays(const pugi::xml_node& node, std::map<std::string, std::string> spaces,
                              const std::string& indent) {
  const auto named = [&spaces](const std::string& name) {
    const std::size_t colon = name.find(':');
    if (colon == std::string::npos) return name;
    return absl::StrCat("{", spaces[name.substr(0, colon)], "}", name.substr(colon + 1));
  };
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    const std::string name = attribute.name();
    if (name.rfind("xmlns:", 0) == 0) spaces[name.substr(6)] = attribute.value();
  }
  std::string said = absl::StrCat(indent, named(node.name()));
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    const std::string name = attribute.name();
    if (name.rfind("xmlns", 0) != 0) absl::StrAppend(&said, " ", named(name), "=", attribute.value());
  }
  absl::StrAppend(&said, " ", absl::StripAsciiWhitespace(node.child_value()), "\n");
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_element) said += WhatItSays(child, spaces, indent + " ");
  }
  return said;
}

inline std::string WhatItSays(const std::string& xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) return "not XML";
  return WhatItSays(document.document_element(), {}, "");
}

}  // namespace juchu::payment::rccs

#endif  // SERVICES_PAYMENT_RCCS_RCCS_TEST_MESSAGES_H_
