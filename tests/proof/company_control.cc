#include "tests/proof/company_control.h"

#include <httplib.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status/status_macros.h"
#include "nlohmann/json.hpp"

namespace juchu::proof {
namespace {

using nlohmann::json;

constexpr int kTimeoutSeconds = 2;
constexpr absl::Duration kPause = absl::Milliseconds(100);
constexpr double kProbability = 0.1;
// Of single orders.
constexpr double kRefusals = 0.25;
// Shorter than the payment service waits for an answer (Cluster).
constexpr double kHangSeconds = 0.5;

}  // namespace

absl::StatusOr<std::string> CompanyControl::Call(const std::string& path, const std::string* body) const {
  httplib::SSLClient http("127.0.0.1", port_);
  http.set_ca_cert_path(ca_file_.c_str());
  http.enable_server_certificate_verification(true);
  http.set_tcp_nodelay(true);
  http.set_connection_timeout(kTimeoutSeconds);
  http.set_read_timeout(kTimeoutSeconds);
  const auto answer = body == nullptr ? http.Get(path) : http.Post(path, *body, "application/json");
  if (!answer) return absl::UnavailableError(absl::StrCat(path, ": ", httplib::to_string(answer.error())));
  if (answer->status != 200) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": HTTP ", answer->status, " ", answer->body));
  }
  return answer->body;
}

absl::StatusOr<std::string> CompanyControl::CallFor(absl::Duration limit, const std::string& path,
                                                    const std::string* body) const {
  for (const absl::Time end = absl::Now() + limit;; absl::SleepFor(kPause)) {
    auto answer = Call(path, body);
    if (!absl::IsUnavailable(answer.status()) || absl::Now() > end) return answer;
  }
}

absl::Status CompanyControl::SetBehaviours(const std::string& rules) const {
  return Call("/control/behaviours", &rules).status();
}

absl::Status CompanyControl::Forget(absl::Duration limit) const {
  const std::string nothing;
  return CallFor(limit, "/control/forget", &nothing).status();
}

absl::StatusOr<std::map<std::string, BookedOrder>> CompanyControl::Book(const std::string& prefix,
                                                                        absl::Duration limit) const {
  JUCHU_ASSIGN_OR_RETURN(const std::string text,
                         CallFor(limit, absl::StrCat("/control/book?order=", prefix, "*"), nullptr));
  const json book = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!book.is_object() || !book.contains("orders")) return absl::InternalError(absl::StrCat("no book: ", text));
  std::map<std::string, BookedOrder> orders;
  for (const auto& [number, counts] : book["orders"].items()) {
    orders[number] = {.authorizations = counts.at("authorizations"),
                      .captures = counts.at("captures"),
                      .authorization_voids = counts.at("authorization_voids"),
                      .capture_voids = counts.at("capture_voids"),
                      .authorized_yen = counts.at("authorized_yen"),
                      .captured_yen = counts.at("captured_yen")};
  }
  return orders;
}

std::string RandomTrouble() {
  json rules = json::array();
  for (const char* operation : {"authori", "sales", "authoriCancel"}) {
    for (const char* what :
         {"drop_before", "drop_after", "twice", "garbage", "error_500", "lie_reply", "hang", "refuse"}) {
      rules.push_back({{"what", what}, {"operation", operation}, {"probability", kProbability}});
      if (what == std::string("hang")) rules.back()["seconds"] = kHangSeconds;
      if (what == std::string("refuse")) rules.back()["probability"] = kRefusals;
    }
  }
  return rules.dump();
}

}  // namespace juchu::proof
