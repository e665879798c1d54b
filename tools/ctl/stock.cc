#include <memory>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/files.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;
namespace iv = ::juchu::inventory::v1;

std::string StockText(const iv::Stock& stock) {
  return absl::StrCat("on hand ", YenText(stock.on_hand()), ", allocated ", YenText(stock.allocated()), ", free ",
                      YenText(stock.free()));
}

void Show(const std::vector<std::string>& codes, Session& session) {
  gw::GetStockRequest request;
  request.mutable_product_codes()->Assign(codes.begin(), codes.end());
  gw::GetStockResponse response;
  if (!session.Check(session.products().GetStock(session.NewContext().get(), request, &response))) return;
  Table table({{"商品コード"}, {"在庫数", true}, {"引当数", true}, {"引当超過", true}, {"フリー在庫", true}});
  std::string failures;
  for (const auto& outcome : response.stocks()) {
    if (outcome.has_error()) session.exit_code = kExitPartly;
    if (session.format() == Format::kJson) {
      PrintJson(outcome);
    } else if (outcome.has_error()) {
      failures += FailureText(outcome.product_code(), outcome.error());
    } else {
      const auto& stock = outcome.stock();
      table.AddRow({outcome.product_code(), YenText(stock.on_hand()), YenText(stock.allocated()),
                    stock.overdraft() == 0 ? "" : YenText(stock.overdraft()), YenText(stock.free())});
    }
  }
  Print(absl::StrCat(table.empty() ? "" : table.Render(), failures));
}

struct ChangeArguments {
  std::string code, reason;
  int64_t quantity = 0;
  bool below_allocated = false;
  RequestId request_id;
};

void Change(ChangeArguments& arguments, iv::StockChangeKind kind, Session& session) {
  gw::ChangeStockRequest request;
  auto& change = *request.add_changes();
  change.set_product_code(arguments.code);
  change.set_kind(kind);
  change.set_quantity(arguments.quantity);
  change.set_reason(arguments.reason);
  change.set_below_allocated(arguments.below_allocated);
  request.set_request_id(arguments.request_id.value());
  gw::ChangeStockResponse response;
  if (!session.Check(session.products().ChangeStock(session.NewContext().get(), request, &response))) {
    if (session.outcome_unknown()) {
      session.Advise(absl::StrCat("To do it once only, repeat with --request-id ", request.request_id()));
    }
    return;
  }
  for (const auto& outcome : response.outcomes()) {
    // One change is refused as a call is: by its error's code.
    if (outcome.has_error() && !session.Check(ErrorOf(outcome.error()))) continue;
    if (session.format() == Format::kJson) {
      PrintJson(response);
      continue;
    }
    Print(absl::StrCat(outcome.product_code(), ": ", StockChangeKindText(kind), " ", YenText(arguments.quantity), ", ",
                       StockText(outcome.stock()), response.repeated_request() ? "; carried out before" : "", "\n"));
  }
}

struct LedgerArguments {
  std::string code;
  PageOptions pages;
};

void Ledger(const LedgerArguments& arguments, Session& session) {
  gw::ListLedgerRequest request;
  request.set_product_code(arguments.code);
  Table table({{"日時"}, {"区分"}, {"増減", true}, {"在庫数", true}, {"誰が", false, 40}, {"理由", false, 80}});
  const auto end = arguments.pages.Walk(request, "ledger row", [&](PageOptions::Page& page) {
    gw::ListLedgerResponse response;
    if (!session.Check(session.products().ListLedger(session.NewContext().get(), request, &response))) return false;
    for (const auto& entry : response.entries()) {
      if (session.format() == Format::kJson) {
        PrintJson(entry);
        continue;
      }
      table.AddRow({TimeText(entry.time()), StockChangeKindText(entry.kind()),
                    absl::StrCat(entry.quantity() > 0 ? "+" : "", YenText(entry.quantity())), YenText(entry.balance()),
                    ActorText(entry.actor()), entry.reason()});
    }
    page = {response.entries_size(), response.next_page_token()};
    return true;
  });
  if (!end || session.format() == Format::kJson) return;
  Print(absl::StrCat(table.empty() ? "" : table.Render(), *end, "\n"));
}

struct ImportArguments {
  UploadArguments upload;
  std::string kind, reason, request_id;
  bool below_allocated = false;
};

void PrintLine(const gw::StockLineOutcome& line, bool quiet, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(line);
    return;
  }
  const std::string name =
      absl::StrCat("line ", line.line(), ": ", line.product_code(), line.product_code().empty() ? "" : ": ");
  const std::string stock = line.has_stock() ? absl::StrCat(", ", StockText(line.stock())) : "";
  switch (line.result()) {
    case gw::StockLineOutcome::APPLIED:
      if (!quiet) Print(absl::StrCat(name, line.registered() ? "registered and applied" : "applied", stock, "\n"));
      break;
    case gw::StockLineOutcome::ALREADY_APPLIED:
      if (!quiet) Print(absl::StrCat(name, "applied before", stock, "\n"));
      break;
    default:
      Print(absl::StrCat(name, "REFUSED\n"));
      for (const auto& problem : line.problems()) Print(absl::StrCat("  ", ProblemText(problem), "\n"));
  }
}

void PrintSummary(const gw::ImportStockSummary& summary, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(summary);
    return;
  }
  Print(absl::StrCat(IgnoredColumnsText(summary.ignored_columns()), summary.dry_run() ? "dry run: " : "",
                     summary.applied(), " applied, ", summary.already_applied(), " applied before, ", summary.refused(),
                     " refused; ", summary.registered(), " products registered; read as ",
                     EncodingText(summary.encoding()), "\n"));
  if (summary.applied() == 0 && summary.refused() == 0 && summary.already_applied() > 0) {
    Print("nothing changed: the file was applied before; to apply it once more give a new UUID by --request-id\n");
  }
}

void Import(const ImportArguments& arguments, Session& session) {
  auto kind = ParseStockChangeKind(arguments.kind);
  if (!session.Check(WithContext("--kind", kind.status()))) return;
  InputFile file;
  if (!session.Check(file.Open(arguments.upload.file))) return;
  gw::ImportStockRequest request;
  auto& header = *request.mutable_header();
  arguments.upload.Fill(header);
  header.set_kind(*kind);
  header.set_reason(arguments.reason);
  header.set_below_allocated(arguments.below_allocated);
  // None is made up here: without one the gateway knows the file by its content, whoever sends it.
  header.set_request_id(arguments.request_id);
  auto context = session.NewContext(absl::Minutes(15));
  auto stream = session.products().ImportStock(context.get());
  gw::ImportStockSummary summary;
  int lines = 0;
  const auto status = Upload(*stream, request, file.stream(), [&](const gw::ImportStockResponse& response) {
    if (response.has_line()) {
      PrintLine(response.line(), arguments.upload.quiet, session);
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

void AddChangeCommands(CLI::App& group, Session& session) {
  const struct {
    const char* name;
    iv::StockChangeKind kind;
    const char* help;
    const char* quantity;
  } changes[] = {{"count", iv::COUNTED, "Say how many pieces of a product there are (棚卸)", "how many there are"},
                 {"receive", iv::RECEIVED, "Add pieces that have come (入庫)", "how many have come"},
                 {"take", iv::TAKEN, "Take away pieces that are gone (出庫, 調整)", "how many are gone"}};
  auto arguments = std::make_shared<ChangeArguments>();
  for (const auto& change : changes) {
    auto* command = AddCommand(group, change.name, change.help, session,
                               [arguments, kind = change.kind, &session] { Change(*arguments, kind, session); });
    command->add_option("code", arguments->code, "商品コード")->required();
    command->add_option("quantity", arguments->quantity, change.quantity)->required();
    command->add_option("--reason", arguments->reason, "why, for the ledger (理由)")->required();
    if (change.kind != iv::RECEIVED) {
      command->add_flag("--below-allocated", arguments->below_allocated,
                        "fewer than are allocated (引当数) may remain: orders then hold what is not there");
    }
    arguments->request_id.AddTo(*command);
  }
}

void AddImportCommand(CLI::App& group, Session& session) {
  auto import = std::make_shared<ImportArguments>();
  auto* command =
      AddCommand(group, "import", "Register products and change their stock from a CSV (商品コード, 商品名, 在庫数)",
                 session, [import, &session] { Import(*import, session); });
  import->upload.AddTo(*command);
  command->add_option("--kind", import->kind, "what 在庫数 means: counted (棚卸), received (入庫) or taken (出庫)")
      ->required();
  command->add_option("--reason", import->reason, "why, for the ledger (理由)");
  command->add_flag("--below-allocated", import->below_allocated,
                    "fewer than are allocated (引当数) may remain: orders then hold what is not there");
  command->add_option("--request-id", import->request_id,
                      "UUID of this import. received, taken: the same file is applied once, whoever sends it; a new "
                      "UUID applies it once more. counted: a repeat with the same UUID changes nothing");
  command->footer(
      "A good line is applied though another is refused. Exit code 3 when lines were refused.\n"
      "Example: juchuctl stock import stock.csv --kind received --reason 入荷便");
}

}  // namespace

void AddStockCommands(CLI::App& parent, Session& session) {
  CLI::App* group = parent.add_subcommand("stock", "Show and change the stock of products (在庫管理)");
  group->require_subcommand(1);
  auto codes = std::make_shared<std::vector<std::string>>();
  auto* command = AddCommand(*group, "show", "Show what is on hand (在庫数), allocated (引当数) and free (フリー在庫)",
                             session, [codes, &session] { Show(*codes, session); });
  command->add_option("code", *codes, "商品コード, one or more")->required();
  AddChangeCommands(*group, session);
  auto ledger = std::make_shared<LedgerArguments>();
  command = AddCommand(*group, "ledger", "Show how a product's stock came about (在庫台帳), newest first", session,
                       [ledger, &session] { Ledger(*ledger, session); });
  command->add_option("code", ledger->code, "商品コード")->required();
  ledger->pages.AddTo(*command);
  AddImportCommand(*group, session);
}

}  // namespace juchu::ctl
