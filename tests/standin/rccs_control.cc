// The commands of the stand-in, for those who cannot call its methods.

#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tests/standin/rccs_standin.h"

namespace juchu::standin {
namespace {

using nlohmann::json;

constexpr char kJson[] = "application/json";

void AnswerJson(const json& content, httplib::Response& answer) {
  answer.set_content(absl::StrCat(content.dump(-1, ' ', false, json::error_handler_t::replace), "\n"), kJson);
}

void AnswerWrong(absl::string_view what, httplib::Response& answer) {
  answer.status = 400;
  AnswerJson({{"error", std::string(what)}}, answer);
}

json ToJson(const OrderCounts& counts) {
  return {{"authorizations", counts.authorizations},
          {"captures", counts.captures},
          {"authorization_voids", counts.authorization_voids},
          {"capture_voids", counts.capture_voids},
          {"captured_yen", counts.captured_yen},
          {"authorized_yen", counts.authorized_yen},
          {"card_status", counts.card_status}};
}

json ToJson(const RccsStandin::BookOfEffects& book) {
  json orders = json::object();
  for (const auto& [number, counts] : book.orders) orders[number] = ToJson(counts);
  return {{"orders", std::move(orders)},
          {"requests",
           {{"ids_given", book.ids_given},
            {"accepted", book.requests_accepted},
            {"finished", book.requests_finished},
            {"calls", book.calls}}}};
}

}  // namespace

void RccsStandin::AddControlRoutes() {
  server_.Get("/control/behaviours", [this](const httplib::Request&, httplib::Response& answer) {
    AnswerJson(standin::ToJson(behaviours_.Get()), answer);
  });
  server_.Post("/control/behaviours", [this](const httplib::Request& http, httplib::Response& answer) {
    absl::StatusOr<std::vector<Behaviour>> behaviours = BehavioursFromJson(http.body);
    if (!behaviours.ok()) return AnswerWrong(behaviours.status().message(), answer);
    SetBehaviours(*std::move(behaviours));
    AnswerJson(json::object(), answer);
  });
  server_.Post("/control/forget", [this](const httplib::Request&, httplib::Response& answer) {
    SetBehaviours({});
    AnswerJson(json::object(), answer);
  });
  server_.Post("/control/delay", [this](const httplib::Request& http, httplib::Response& answer) {
    const json order = json::parse(http.body, nullptr, false);
    const bool understood =
        order.is_object() && order.contains("milliseconds") && order["milliseconds"].is_number_unsigned();
    if (!understood) return AnswerWrong("not {\"milliseconds\": n}", answer);
    SetDelay(absl::Milliseconds(order["milliseconds"].get<int64_t>()));
    AnswerJson(json::object(), answer);
  });
  server_.Get("/control/book", [this](const httplib::Request& http, httplib::Response& answer) {
    AnswerJson(ToJson(Book(http.get_param_value("order"))), answer);
  });
}

}  // namespace juchu::standin
