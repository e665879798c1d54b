#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/postpay.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;
using Stub = gw::PostpayService::Stub;

// What both exports take.
struct ExportArguments {
  std::string company, layout;
  bool dry_run = false;
  OutputFile out;
  RequestId request_id;

  void AddTo(CLI::App& command, absl::string_view use) {
    AddLayoutOption(command, layout, use);
    command.add_flag("--dry-run", dry_run, "say what would go out and what would be left out, and change nothing");
    out.AddTo(
        command,
        "fetch the file at once into this file, into this folder under the file's own name, or with - to standard "
        "output (what is said goes to standard error then). Not given: the file is kept to be fetched by "
        "juchuctl postpay download");
    request_id.AddTo(command);
  }
};

// "06A1…: LEFT OUT", and a line for each reason.
std::string LeftOutText(const gw::LeftOutOrder& order) {
  std::string text = absl::StrCat(order.order_number(), ": LEFT OUT\n");
  for (const auto& problem : order.problems()) {
    absl::StrAppend(&text, "  ", problem.field(), problem.field().empty() ? "" : ": ", problem.reason(), ": ",
                    problem.message(), "\n");
  }
  return text;
}

// A gateway of before names all and counts none.
int LeftOutCount(const gw::ExportFileResponse& response) {
  return std::max(response.left_out_count(), response.left_out_size());
}

std::string ExportText(const gw::ExportFileResponse& response, const ExportArguments& arguments) {
  std::string text;
  for (const auto& order : response.left_out()) text += LeftOutText(order);
  if (response.has_file()) {
    const auto& file = response.file();
    absl::StrAppend(&text, "file ", file.file_id(), ": ", file.file_name(), ", ", file.order_numbers_size(),
                    file.order_numbers_size() == 1 ? " order, " : " orders, ", YenText(file.size_bytes()), " bytes\n");
    if (!arguments.out.given()) absl::StrAppend(&text, "fetch it by juchuctl postpay download ", file.file_id(), "\n");
  }
  absl::StrAppend(&text, arguments.dry_run ? "dry run: " : "", response.exported_order_numbers_size(), " exported, ",
                  LeftOutCount(response), " left out");
  if (LeftOutCount(response) > response.left_out_size()) {
    absl::StrAppend(&text, ", of which ", response.left_out_size(), " are named");
  }
  absl::StrAppend(&text, "\n");
  if (response.more()) absl::StrAppend(&text, "the file is full and more orders wait: for those, run it again\n");
  return text;
}

// Has `method` called for `request`, which has the orders, and fetches what was made.
template <typename Request>
void Export(ExportArguments& arguments, Request& request,
            grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, gw::ExportFileResponse*),
            Session& session) {
  const auto company = ParsePostpayCompany(arguments.company);
  if (!session.Check(company.status()) || !session.Check(CheckOut(arguments.out, session))) return;
  request.set_company(*company);
  request.set_layout_profile_id(arguments.layout);
  request.set_dry_run(arguments.dry_run);
  request.set_request_id(arguments.request_id.value());
  gw::ExportFileResponse response;
  const auto context = session.NewContext(absl::Minutes(15));
  if (!session.Check((session.postpay().*method)(context.get(), request, &response))) {
    if (session.outcome_unknown() && !arguments.dry_run) {
      session.Advise(
          absl::StrCat("Whether the file was made is not known. To have it, and one only, repeat the same command with "
                       "--request-id ",
                       request.request_id()));
    }
    return;
  }
  if (session.format() == Format::kJson) {
    PrintJson(response);
  } else {
    PrintBeside(arguments.out, ExportText(response, arguments), session);
  }
  if (response.has_file() && arguments.out.given() && !Download(response.file().file_id(), arguments.out, session)) {
    session.Advise(
        absl::StrCat("The file is made and kept: fetch it by juchuctl postpay download ", response.file().file_id()));
    return;
  }
  if (LeftOutCount(response) > 0) session.exit_code = kExitPartly;
}

struct RegisterArguments {
  ExportArguments common;
  std::vector<std::string> orders;
  // Absent is not "": a script whose variable is empty does not mean all that wait.
  std::optional<std::string> orders_file;
};

void Register(RegisterArguments& arguments, Session& session) {
  gw::ExportRegistrationsRequest request;
  auto& numbers = *request.mutable_order_numbers();
  numbers.Assign(arguments.orders.begin(), arguments.orders.end());
  if (arguments.orders_file) {
    if (!session.Check(ReadOrderNumbers(*arguments.orders_file, numbers))) return;
    // Nor does an empty file mean that.
    if (numbers.empty()) {
      session.Check(absl::InvalidArgumentError("--orders-file: there is no order number in it"));
      return;
    }
  }
  Export(arguments.common, request, &Stub::ExportRegistrations, session);
}

struct SlipsArguments {
  ExportArguments common;
  std::vector<std::string> slips;
  std::string slips_file, invoice_date;
};

absl::Status FillSlips(const SlipsArguments& arguments, gw::ExportSlipsRequest& request) {
  for (const auto& text : arguments.slips) {
    JUCHU_ASSIGN_OR_RETURN(*request.add_slips(), ParseSlip(text));
  }
  if (!arguments.slips_file.empty()) {
    InputFile file;
    JUCHU_RETURN_IF_ERROR(WithContext("--slips-file", file.Open(arguments.slips_file)));
    JUCHU_RETURN_IF_ERROR(WithContext("--slips-file", ReadSlips(file.stream(), *request.mutable_slips())));
  }
  if (!arguments.invoice_date.empty()) {
    const auto day = ParseDate(arguments.invoice_date);
    JUCHU_RETURN_IF_ERROR(WithContext("--invoice-date", day.status()));
    for (auto& slip : *request.mutable_slips()) {
      if (!slip.has_invoice_date()) *slip.mutable_invoice_date() = *day;
    }
  }
  if (!request.slips().empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("name the slips as ORDER=CARRIER:NUMBER, or a file with them by --slips-file");
}

void Slips(SlipsArguments& arguments, Session& session) {
  gw::ExportSlipsRequest request;
  if (!session.Check(FillSlips(arguments, request))) return;
  Export(arguments.common, request, &Stub::ExportSlips, session);
}

}  // namespace

void AddPostpayExportCommands(CLI::App& group, Session& session) {
  auto registration = std::make_shared<RegisterArguments>();
  auto* command = AddCommand(
      group, "register",
      "Make the file of orders in 確認待 for the company to screen (NP取引登録エクスポート, GMO取引登録エクスポート)",
      session, [registration, &session] { Register(*registration, session); });
  command->add_option("company", registration->common.company, "np (NP後払い) or gmo (GMO後払い)")->required();
  command->add_option("number", registration->orders,
                      "the order numbers, at most 1,000; none: all of the company's in 確認待 that are 未登録");
  command->add_option("--orders-file", registration->orders_file,
                      "a file with one order number a line; - reads standard input");
  registration->common.AddTo(*command, "registration");
  command->footer(
      "The orders of the file are 与信中 from then on. An order that breaks a rule of the company is left out, with\n"
      "every reason; the others go, and where no order is named those behind them that wait until the file is full. "
      "The\n"
      "file holds names and addresses. Exit code 3 when orders were left out, another one when the file could not be\n"
      "fetched: it is kept all the same.\n"
      "Examples\n"
      "  juchuctl postpay register np --dry-run\n"
      "  juchuctl postpay register np --out .\n"
      "  juchuctl postpay register gmo 06A1B2C3D4E5F6G7 --out gmo.csv");

  auto slips = std::make_shared<SlipsArguments>();
  command = AddCommand(group, "slips",
                       "Make the file that reports the slips of orders in 出荷済 (NP配送伝票CSVエクスポート, "
                       "GMO配送伝票CSVエクスポート)",
                       session, [slips, &session] { Slips(*slips, session); });
  command->add_option("company", slips->common.company, "np (NP後払い) or gmo (GMO後払い)")->required();
  command->add_option("slip", slips->slips,
                      "ORDER=CARRIER:NUMBER, at most 1,000: the order number, the carrier by our name or the company's "
                      "code (the layout lists them), and the carrier's number (荷物番号), with or without hyphens");
  command->add_option("--slips-file", slips->slips_file,
                      "a CSV with order,carrier,number a line, and where it is not --invoice-date the day of the "
                      "invoice as a fourth column; a first line without digits is its header; - reads standard input");
  command->add_option("--invoice-date", slips->invoice_date,
                      "when the invoices lie in the parcels (同梱): the day on which they were issued, 2026-11-24");
  slips->common.AddTo(*command, "slip");
  command->footer(
      "The orders of the file are 報告済 from then on. An order that cannot be reported is left out, with every "
      "reason;\n"
      "the others go. A slip number that was reported for another order within the last 31 days is a reason. Exit "
      "code\n"
      "3 when orders were left out, another one when the file could not be fetched: it is kept all the same.\n"
      "Examples\n"
      "  juchuctl postpay slips np 06A1B2C3D4E5F6G7=YAMATO:4500-1234-5678 --out .\n"
      "  juchuctl postpay slips gmo --slips-file shipped.csv --dry-run\n"
      "  juchuctl postpay slips np --slips-file shipped.csv --invoice-date 2026-11-24 --out .");
}

}  // namespace juchu::ctl
