#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/files.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;
namespace pay = ::juchu::payment::v1;
using Stub = gw::PaymentService::Stub;

struct CommandArguments {
  std::vector<std::string> orders;
  std::string orders_file, reason;
};

// "06A1…: オーソリエラー: G12: …"; an order that has moved also says how.
std::string OutcomeText(const gw::CardOutcome& outcome) {
  if (outcome.has_error()) return FailureText(outcome.order_number(), outcome.error());
  const auto& path = outcome.change().status_path();
  return absl::StrCat(outcome.order_number(), ": ", CardStateText(outcome.state()),
                      path.size() > 1 ? absl::StrCat(", ", PathText(path)) : "", outcome.reason().empty() ? "" : ": ",
                      FitWidth(outcome.reason(), kWholeReason), "\n");
}

void PrintOutcomes(const gw::CardsResponse& response, Session& session) {
  std::map<pay::CardState, int> counts;
  int failed = 0;
  for (const auto& outcome : response.outcomes()) {
    if (session.format() == Format::kJson) {
      PrintJson(outcome);
    } else {
      Print(OutcomeText(outcome));
    }
    if (outcome.has_error()) {
      ++failed;
    } else {
      ++counts[outcome.state()];
    }
  }
  if (failed > 0) session.exit_code = kExitPartly;
  if (session.format() == Format::kJson) return;
  const std::string states = absl::StrJoin(counts, ", ", [](std::string* out, const auto& count) {
    absl::StrAppend(out, count.second, " ", CardStateText(count.first));
  });
  Print(absl::StrCat(response.outcomes_size() - failed, " asked for", states.empty() ? "" : " (", states,
                     states.empty() ? "" : ")", ", ", failed, " failed\n"));
}

// Has `method` called for the orders of the arguments; `advice` is what to do when the outcome is unknown.
template <typename Request>
void Command(const CommandArguments& arguments,
             grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, gw::CardsResponse*), Request request,
             absl::string_view advice, Session& session) {
  auto& numbers = *request.mutable_order_numbers();
  numbers.Assign(arguments.orders.begin(), arguments.orders.end());
  if (!arguments.orders_file.empty() && !session.Check(ReadOrderNumbers(arguments.orders_file, numbers))) return;
  if (numbers.empty()) {
    session.Check(absl::InvalidArgumentError("name the orders, or a file with their numbers by --orders-file"));
    return;
  }
  gw::CardsResponse response;
  const auto context = session.NewContext(absl::Minutes(15));
  if (session.Check((session.payments().*method)(context.get(), request, &response))) {
    PrintOutcomes(response, session);
  } else if (session.outcome_unknown()) {
    session.Advise(advice);
  }
}

// Null: nothing is under way.
const pay::CardRequest* OpenRequestOf(const pay::CardPayment& payment) {
  for (const auto& request : payment.requests()) {
    switch (request.state()) {
      case pay::REQUEST_WAITING:
      case pay::REQUEST_SENDING:
      case pay::REQUEST_SENT:
        return &request;
      default:
        break;
    }
  }
  return nullptr;
}

std::string AgeOf(const pay::CardRequest& request) {
  return AgeText(absl::Now() - absl::FromUnixSeconds(request.create_time().seconds()));
}

std::string ErrorText(const std::string& code, const std::string& message) {
  return absl::StrCat(code, code.empty() || message.empty() ? "" : ": ", message);
}

// "オーソリ: G12: …"; "" when nothing has failed.
std::string FailedText(const pay::CardPayment& payment) {
  const std::string operation = CardOperationText(payment.failed_operation());
  const std::string error = ErrorText(payment.error_code(), payment.error_message());
  return absl::StrCat(operation, operation.empty() || error.empty() ? "" : ": ", error);
}

// "12,345 since 2026-11-24 09:30:00"; "" for nothing.
std::string AmountText(int64_t yen, const google::protobuf::Timestamp& time) {
  if (yen == 0) return "";
  return absl::StrCat(YenText(yen), TimeText(time).empty() ? "" : "  since ", TimeText(time));
}

std::string PaymentText(const pay::CardPayment& payment) {
  const auto* open = OpenRequestOf(payment);
  return absl::StrCat(
      "受注 ", payment.order_number(), "  (", payment.shop_id(), " ", payment.shop_order_number(), ")  facts version ",
      payment.facts_version(), "\n",
      Block("クレジット", absl::StrCat(CardStateText(payment.state()), "  since ", TimeText(payment.state_time()))),
      Block("受注の希望", CardWishText(payment.wish())), Block("受注の金額", YenText(payment.amount_yen())),
      Block("オーソリ額", AmountText(payment.authorized_yen(), payment.authorize_time())),
      Block("オーソリ期限", payment.has_expire_time() ? TimeText(payment.expire_time()) : ""),
      Block("承認番号", payment.approval_number()), Block("取引番号", payment.transaction_id()),
      Block("売上請求額", AmountText(payment.captured_yen(), payment.capture_time())),
      Block("依頼中", absl::StrCat(CardOperationText(payment.open_operation()),
                                   open == nullptr ? "" : absl::StrCat("  for ", AgeOf(*open)))),
      Block("エラー", FailedText(payment), kWholeReason));
}

std::string RequestsText(const pay::CardPayment& payment) {
  const auto* open = OpenRequestOf(payment);
  Table table({{"依頼番号"},
               {"依頼"},
               {"金額", true},
               {"状態"},
               {"経過", true},
               {"依頼日時"},
               {"送信日時"},
               {"終了日時"},
               {"会社の番号", true},
               {"送信", true},
               {"照会", true},
               {"コードと内容", false, 120}});
  for (const auto& request : payment.requests()) {
    table.AddRow({request.request_id(), CardOperationText(request.operation()),
                  request.amount_yen() == 0 ? "" : YenText(request.amount_yen()), CardRequestStateText(request.state()),
                  &request == open ? AgeOf(request) : "", TimeText(request.create_time()),
                  TimeText(request.send_time()), TimeText(request.end_time()),
                  request.company_request_id() == 0 ? "" : absl::StrCat(request.company_request_id()),
                  absl::StrCat(request.sends()), absl::StrCat(request.checks()),
                  ErrorText(request.error_code(), request.error_message())});
  }
  return table.empty() ? "" : table.Render();
}

void Show(const std::string& number, Session& session) {
  gw::GetCardRequest request;
  request.set_order_number(number);
  pay::CardPayment payment;
  if (!session.Check(session.payments().GetCard(session.NewContext().get(), request, &payment))) return;
  if (session.format() == Format::kJson) {
    PrintJson(payment);
  } else {
    Print(absl::StrCat(PaymentText(payment), RequestsText(payment)));
  }
}

struct ListArguments {
  std::vector<std::string> states;
  bool stuck = false;
  bool expiring = false;
  PageOptions pages;
};

void List(const ListArguments& arguments, Session& session) {
  gw::SearchCardsRequest request;
  for (const auto& text : arguments.states) {
    const auto state = ParseCardState(text);
    if (!session.Check(state.status())) return;
    request.add_states(*state);
  }
  request.set_stuck(arguments.stuck);
  request.set_expiring(arguments.expiring);
  Table table({{"受注番号"},
               {"ショップ"},
               {"ショップ受注番号"},
               {"クレジット"},
               {"いつから"},
               {"金額", true},
               {"オーソリ額", true},
               {"オーソリ期限"},
               {"依頼中"},
               {"エラー", false, 80}});
  const auto end = arguments.pages.Walk(request, "card", [&](PageOptions::Page& page) {
    gw::SearchCardsResponse response;
    if (!session.Check(session.payments().SearchCards(session.NewContext().get(), request, &response))) return false;
    for (const auto& payment : response.payments()) {
      if (session.format() == Format::kJson) {
        PrintJson(payment);
        continue;
      }
      const bool authorized = payment.authorized_yen() != 0;
      table.AddRow({payment.order_number(), payment.shop_id(), payment.shop_order_number(),
                    CardStateText(payment.state()), TimeText(payment.state_time()), YenText(payment.amount_yen()),
                    authorized ? YenText(payment.authorized_yen()) : "",
                    payment.has_expire_time() ? TimeText(payment.expire_time()) : "",
                    CardOperationText(payment.open_operation()), FailedText(payment)});
    }
    page = {response.payments_size(), response.next_page_token()};
    return true;
  });
  if (!end || session.format() == Format::kJson) return;
  Print(absl::StrCat(table.empty() ? "" : table.Render(), *end, "\n"));
}

void AddOrderOptions(CLI::App& command, CommandArguments& arguments) {
  command.add_option("number", arguments.orders, "the order numbers");
  command.add_option("--orders-file", arguments.orders_file,
                     "a file with one order number a line; - reads standard input");
}

void AddWriteCommands(CLI::App& group, Session& session) {
  constexpr char kRepeat[] = "To do what is left, repeat the same command";
  auto arguments = std::make_shared<CommandArguments>();
  auto* command =
      AddCommand(group, "authorize", "Ask for the authorization of up to 500 orders' totals (楽天カードAPIオーソリ)",
                 session, [arguments, kRepeat, &session] {
                   Command(*arguments, &Stub::AuthorizeCards, gw::AuthorizeCardsRequest(), kRepeat, session);
                 });
  AddOrderOptions(*command, *arguments);
  command->footer(
      "The orders are オーソリ中 until the company's answer comes, after minutes to hours. What was refused before is\n"
      "asked for again; what is authorized stays as it is. Exit code 3 when orders failed.\n"
      "Example: juchuctl cards authorize 06A1B2C3D4E5F6G7");

  command = AddCommand(group, "capture", "Ask for the capture of up to 500 orders in 出荷済 (楽天カードAPI売上請求)",
                       session, [arguments, kRepeat, &session] {
                         Command(*arguments, &Stub::CaptureCards, gw::CaptureCardsRequest(), kRepeat, session);
                       });
  AddOrderOptions(*command, *arguments);
  command->footer(
      "For orders that are authorized and whose shipment is confirmed. They are 売上請求中 until the company's answer\n"
      "comes, after minutes to hours. Exit code 3 when orders failed.\n"
      "Example: juchuctl cards capture --orders-file shipped.txt");

  command = AddCommand(
      group, "void",
      "As a manager: ask to cancel what is authorized or captured of up to 500 orders (オーソリ取消, 売上請求取消)",
      session, [arguments, &session] {
        gw::VoidCardsRequest request;
        request.set_reason(arguments->reason);
        Command(*arguments, &Stub::VoidCards, request,
                "Before you repeat it, see by juchuctl cards show what has been asked for", session);
      });
  AddOrderOptions(*command, *arguments);
  command->add_option("--reason", arguments->reason, "why, for the history")->required();
  command->footer(
      "The orders stay オーソリ済 or 売上請求済 until the company has answered, then they are 取消済; meanwhile cards "
      "show\n"
      "names what is under way. A cancelled order needs no such command. Exit code 3 when orders failed.\n"
      "Example: juchuctl cards void 06A1B2C3D4E5F6G7 --reason 返品");
}

}  // namespace

void AddCardCommands(CLI::App& parent, Session& session) {
  CLI::App* group = parent.add_subcommand(
      "cards", "Authorize, capture, void and find the cards of orders (クレジット, 楽天カード決済API)");
  group->require_subcommand(1);
  AddWriteCommands(*group, session);

  auto number = std::make_shared<std::string>();
  auto* command = AddCommand(*group, "show",
                             "Show what is known of an order's card, what was asked of the company and what came of it",
                             session, [number, &session] { Show(*number, session); });
  command->add_option("number", *number, "the order number")->required();

  auto list = std::make_shared<ListArguments>();
  command = AddCommand(*group, "list", "List the cards, or those that match all that is given, by order number",
                       session, [list, &session] { List(*list, session); });
  command->add_option("--state", list->states, "クレジット: CARD_AUTHORIZING or オーソリ中 …, comma separated")
      ->delimiter(',');
  command->add_flag("--stuck", list->stuck,
                    "only those with a request under way for longer than the settings allow (stuck-after)");
  command->add_flag("--expiring", list->expiring,
                    "only those authorized and not captured whose authorization ends soon (warning-days) or has ended");
  list->pages.AddTo(*command);
  command->footer("Example: juchuctl cards list --state オーソリエラー,売上請求エラー --all");
}

}  // namespace juchu::ctl
