#include "tools/ctl/postpay.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;
namespace pay = ::juchu::payment::v1;
namespace pb = ::juchu::order::v1;
using Outcome = gw::ScreeningResultOutcome;

struct ImportArguments {
  std::string company, file, layout;
  bool dry_run = false;
  bool quiet = false;
};

// "与信NG, 確認待: RE001 金額超過": what the company decided and where the order is.
std::string DecisionText(const Outcome& outcome) {
  const std::string status = StatusText(outcome.status());
  return absl::StrCat(ScreeningStateText(outcome.state()), status.empty() ? "" : ", ", status,
                      outcome.reason().empty() ? "" : ": ", FitWidth(outcome.reason(), kWholeReason));
}

void PrintOutcome(const Outcome& outcome, bool quiet, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(outcome);
    return;
  }
  // What the line says for an order may be anything.
  const std::string order = FitWidth(outcome.order_number(), 40);
  const std::string name = absl::StrCat("line ", outcome.line(), ": ", order, order.empty() ? "" : ": ");
  // A note wants a person, so it is not kept quiet about.
  const bool is_shown = !quiet || !outcome.note().empty();
  switch (outcome.result()) {
    case Outcome::RESULT_APPLIED:
      if (is_shown) Print(absl::StrCat(name, "applied, ", DecisionText(outcome), "\n"));
      break;
    case Outcome::RESULT_ALREADY_APPLIED:
      if (is_shown) Print(absl::StrCat(name, "applied before, ", DecisionText(outcome), "\n"));
      break;
    default:
      Print(absl::StrCat(name, "REFUSED\n"));
      for (const auto& problem : outcome.problems()) Print(absl::StrCat("  ", ProblemText(problem), "\n"));
  }
  if (!outcome.note().empty()) Print(absl::StrCat("  note: ", FitWidth(outcome.note(), kWholeReason), "\n"));
}

void PrintSummary(const gw::ScreeningResultSummary& summary, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(summary);
    return;
  }
  Print(absl::StrCat(IgnoredColumnsText(summary.ignored_columns()), summary.dry_run() ? "dry run: " : "",
                     summary.applied(), " applied, ", summary.already_applied(), " applied before, ", summary.refused(),
                     " refused\n"));
  if (summary.applied() == 0 && summary.refused() == 0 && summary.already_applied() > 0) {
    Print("nothing changed: every result of the file was applied before\n");
  }
}

void Import(const ImportArguments& arguments, Session& session) {
  const auto company = ParsePostpayCompany(arguments.company);
  if (!session.Check(company.status())) return;
  InputFile file;
  if (!session.Check(file.Open(arguments.file))) return;
  gw::ImportScreeningResultsRequest request;
  auto& header = *request.mutable_header();
  header.set_company(*company);
  header.set_layout_profile_id(arguments.layout);
  header.set_dry_run(arguments.dry_run);
  auto context = session.NewContext(absl::Minutes(15));
  auto stream = session.postpay().ImportScreeningResults(context.get());
  gw::ScreeningResultSummary summary;
  int lines = 0;
  const auto status = Upload(*stream, request, file.stream(), [&](const gw::ImportScreeningResultsResponse& response) {
    if (response.has_outcome()) {
      PrintOutcome(response.outcome(), arguments.quiet, session);
      // Not for each line: a terminal is slower than the lines are.
      if (++lines % 100 == 0) ShowProgress(absl::StrCat(lines, " lines"));
    }
    if (response.has_summary()) summary = response.summary();
  });
  if (!session.Check(status)) {
    if (session.outcome_unknown()) session.Advise("To do what is left, repeat the same command with the same file");
    return;
  }
  PrintSummary(summary, session);
  if (summary.refused() > 0) session.exit_code = kExitPartly;
}

std::string ScreeningText(const pay::Screening& screening) {
  return absl::StrCat(
      "受注 ", screening.order_number(), "  (", PostpayCompanyText(screening.company()), ")  facts version ",
      screening.facts_version(), "\n",
      Block("後払与信",
            absl::StrCat(ScreeningStateText(screening.state()), "  since ", TimeText(screening.state_time()))),
      Block("登録した金額", screening.registered_yen() == 0 ? "" : YenText(screening.registered_yen())),
      Block(screening.company() == pay::GMO ? "GMO取引ID" : "NP取引ID", screening.transaction_id()),
      Block("理由", screening.reason(), kWholeReason), Block("結果の日時", screening.decided_time()),
      Block("登録ファイル", screening.registration_file_id()),
      Block("後払出荷報告", ValueText(screening.slip_reported() ? pb::SLIP_REPORTED : pb::SLIP_UNREPORTED)),
      Block("運送会社", screening.carrier()), Block("荷物番号", screening.slip_number()),
      Block("伝票ファイル", screening.slip_file_id()));
}

void Show(const std::string& number, Session& session) {
  gw::GetScreeningRequest request;
  request.set_order_number(number);
  pay::Screening screening;
  if (!session.Check(session.postpay().GetScreening(session.NewContext().get(), request, &screening))) return;
  if (session.format() == Format::kJson) {
    PrintJson(screening);
  } else {
    Print(ScreeningText(screening));
  }
}

void AddImportCommand(CLI::App& group, Session& session) {
  auto import = std::make_shared<ImportArguments>();
  auto* command = AddCommand(
      group, "import",
      "Take what the company decided from its CSV (NP与信結果インポート, GMO与信結果インポート); the same file twice "
      "changes nothing",
      session, [import, &session] { Import(*import, session); });
  command->add_option("company", import->company, "np (NP後払い) or gmo (GMO後払い)")->required();
  command->add_option("file", import->file, "the file; - reads standard input")->required();
  AddLayoutOption(*command, import->layout, "result");
  command->add_flag("--dry-run", import->dry_run, "say what would happen and change nothing");
  command->add_flag("--quiet", import->quiet, "print refusals, what has a note, and the summary only");
  command->footer(
      "A good line is applied though another is refused. A result for an order that is cancelled, or whose amount is\n"
      "another than was registered, is refused. A word that the layout does not know makes the order 与信保留, with a\n"
      "note. Exit code 3 when lines were refused.\n"
      "Example: juchuctl postpay import np results.csv --dry-run");
}

}  // namespace

void AddPostpayCommands(CLI::App& parent, Session& session) {
  CLI::App* group = parent.add_subcommand(
      "postpay", "Register orders for screening, take its results, report slips (NP後払い, GMO後払い)");
  group->require_subcommand(1);
  AddPostpayExportCommands(*group, session);
  AddImportCommand(*group, session);

  auto number = std::make_shared<std::string>();
  auto* command = AddCommand(*group, "show",
                             "Show what is known of an order's screening: what was registered, what the company "
                             "decided, what was reported",
                             session, [number, &session] { Show(*number, session); });
  command->add_option("number", *number, "the order number")->required();

  AddPostpayFileCommands(*group, session);
  AddPostpayLayoutCommands(*group, session);
}

}  // namespace juchu::ctl
