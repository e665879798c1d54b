#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/files.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;

struct ImportArguments {
  UploadArguments upload;
  std::string shop;
};

void PrintIntake(const gw::OrderIntakeOutcome& outcome, bool quiet, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(outcome);
    return;
  }
  const std::string lines =
      outcome.lines().empty() ? "" : absl::StrCat("  (line ", absl::StrJoin(outcome.lines(), ", "), ")");
  switch (outcome.result()) {
    case gw::OrderIntakeOutcome::CREATED:
      if (!quiet) {
        Print(absl::StrCat(outcome.shop_order_number(), ": created ", outcome.order_number(), "  ",
                           StatusText(outcome.status()), " ", ModeText(outcome.mode()), lines, "\n"));
      }
      break;
    case gw::OrderIntakeOutcome::ALREADY_KNOWN:
      if (!quiet) {
        Print(absl::StrCat(outcome.shop_order_number(), ": known already as ", outcome.order_number(), lines, "\n"));
      }
      break;
    default:
      Print(absl::StrCat(outcome.shop_order_number(), ": REFUSED", lines, "\n"));
      for (const auto& problem : outcome.problems()) Print(absl::StrCat("  ", ProblemText(problem), "\n"));
  }
  if (!quiet) {
    for (const auto& note : outcome.notes()) Print(absl::StrCat("  note: ", note, "\n"));
  }
}

void PrintSummary(const gw::ImportSummary& summary, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(summary);
    return;
  }
  Print(absl::StrCat(IgnoredColumnsText(summary.ignored_columns()), summary.dry_run() ? "dry run: " : "",
                     summary.created(), " created, ", summary.already_known(), " known already, ", summary.refused(),
                     " refused; ", summary.lines(), " lines read as ", EncodingText(summary.encoding()), "\n"));
  if (summary.created() == 0 && summary.refused() == 0 && summary.already_known() > 0) {
    Print("nothing changed: every order of the file was known already\n");
  }
}

void Import(const ImportArguments& arguments, Session& session) {
  InputFile file;
  if (!session.Check(file.Open(arguments.upload.file))) return;
  gw::ImportOrdersRequest request;
  arguments.upload.Fill(*request.mutable_header());
  request.mutable_header()->set_shop_id(arguments.shop);
  auto context = session.NewContext(absl::Minutes(15));
  auto stream = session.orders().ImportOrders(context.get());
  gw::ImportSummary summary;
  int problems = 0;
  const auto status = Upload(*stream, request, file.stream(), [&](const gw::ImportOrdersResponse& response) {
    if (response.has_order()) PrintIntake(response.order(), arguments.upload.quiet, session);
    if (response.has_problem()) {
      ++problems;
      if (session.format() == Format::kJson) {
        PrintJson(response.problem());
      } else {
        Print(absl::StrCat(ProblemText(response.problem()), "\n"));
      }
    }
    if (response.has_progress()) {
      ShowProgress(
          absl::StrCat(response.progress().orders_done(), " of ", response.progress().orders_total(), " orders"));
    }
    if (response.has_summary()) summary = response.summary();
  });
  if (!session.Check(status)) return;
  PrintSummary(summary, session);
  if (summary.refused() > 0 || problems > 0) session.exit_code = kExitPartly;
}

struct CreateArguments {
  std::string file;
  bool dry_run = false;
};

void Create(const CreateArguments& arguments, Session& session) {
  gw::CreateOrdersRequest request;
  if (!session.Check(ReadJson(arguments.file, request))) return;
  request.set_dry_run(arguments.dry_run || request.dry_run());
  gw::CreateOrdersResponse response;
  if (!session.Check(session.orders().CreateOrders(session.NewContext().get(), request, &response))) return;
  for (const auto& outcome : response.outcomes()) {
    PrintIntake(outcome, false, session);
    if (outcome.result() == gw::OrderIntakeOutcome::REFUSED) session.exit_code = kExitPartly;
  }
}

}  // namespace

void AddIntakeCommands(CLI::App& parent, Session& session) {
  auto import = std::make_shared<ImportArguments>();
  auto* command = AddCommand(parent, "import", "Take in orders from a 汎用受注CSV; the same file twice changes nothing",
                             session, [import, &session] { Import(*import, session); });
  import->upload.AddTo(*command);
  command->add_option("--shop", import->shop, "the shop whose orders they are, by id")->required();

  auto create = std::make_shared<CreateArguments>();
  command = AddCommand(parent, "create", "Take in orders from JSON: {\"orders\": [{\"shop_id\": …}]}", session,
                       [create, &session] { Create(*create, session); });
  command->add_option("file", create->file, "JSON of a CreateOrdersRequest; - reads standard input")->required();
  command->add_flag("--dry-run", create->dry_run, "say what would happen and change nothing");
}

}  // namespace juchu::ctl
