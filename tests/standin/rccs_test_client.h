#ifndef TESTS_STANDIN_RCCS_TEST_CLIENT_H_
#define TESTS_STANDIN_RCCS_TEST_CLIENT_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "httplib.h"
#include "nlohmann/json.hpp"
#include "pugixml.hpp"
#include "tests/standin/rccs_model.h"

namespace juchu::standin {

// An answer of the stand-in as a client sees it.
struct TestAnswer {
  // 0: the connection ended without one.
  int http_status = 0;
  std::string body;
  std::shared_ptr<pugi::xml_document> xml;

  // The text of the element at the path of local names below the result, as "rccsRequestStatus/*/status"; * stands for
  // any name. "" when there is none.
  std::string At(const std::string& path) const;
  int Count(const std::string& path) const;
};

// Speaks to a stand-in over TLS in requests that are written by hand here.
class RccsTestClient {
 public:
  RccsTestClient(int port, const std::string& ca_file, Account account);

  // The envelope around what stands in the Body.
  static std::string Envelope(const std::string& call);
  // userAuthModel for the account of this client.
  std::string Auth() const;
  // The whole request.
  std::string GetRequestIdText() const;
  std::string AuthoriText(int id, absl::Span<const std::pair<std::string, int>> orders) const;
  // authoriCancel, sales, salesCancel.
  std::string OrdersText(Operation operation, int id, absl::Span<const std::string> orders) const;
  std::string GetResultText(absl::Span<const int> ids) const;
  // Dates as 2018-07-29; "" is nil.
  std::string GetResultAllText(const std::string& order, const std::string& from, const std::string& to) const;

  TestAnswer Post(const std::string& text);
  // A new request id; 0 when there was none to be had.
  int RequestId();
  // Each takes a new id and returns it, whatever is answered to the work.
  int Authori(absl::Span<const std::pair<std::string, int>> orders);
  int Authori(const std::string& order, int price) { return Authori({{order, price}}); }
  int Do(Operation operation, absl::Span<const std::string> orders);
  TestAnswer Result(int id) { return Post(GetResultText({id})); }
  // The current row of the order.
  TestAnswer Row(const std::string& order) { return Post(GetResultAllText(order, "", "")); }

  // The commands. Control returns the HTTP status.
  int Control(const std::string& command, const nlohmann::json& body);
  int Behave(const nlohmann::json& behaviours) { return Control("behaviours", behaviours); }
  nlohmann::json ControlGet(const std::string& path);
  // What the book says of the order; null when it does not know it.
  nlohmann::json Book(const std::string& order);

 private:
  httplib::SSLClient http_;
  const Account account_;
};

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_TEST_CLIENT_H_
