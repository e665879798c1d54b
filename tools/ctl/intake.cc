#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;

// The contract's limit for one message of the stream.
constexpr size_t kChunkBytes = 256 * 1024;

struct ImportArguments {
  std::string file;
  std::string shop;
  std::string encoding = "auto";
  bool dry_run = false;
  bool quiet = false;
};

std::string ProblemText(const gw::FileProblem& problem) {
  return absl::StrCat(problem.line() > 0 ? absl::StrCat("line ", problem.line(), ": ") : "",
                      problem.column().empty() ? "" : absl::StrCat(problem.column(), ": "), problem.reason(), ": ",
                      problem.message(), problem.remedy().empty() ? "" : absl::StrCat("; ", problem.remedy()));
}

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
  if (summary.ignored_columns_size() > 0) {
    Print(absl::StrCat("columns not used: ", absl::StrJoin(summary.ignored_columns(), ", "), "\n"));
  }
  Print(absl::StrCat(summary.dry_run() ? "dry run: " : "", summary.created(), " created, ", summary.already_known(),
                     " known already, ", summary.refused(), " refused; ", summary.lines(), " lines read as ",
                     summary.encoding() == gw::CP932 ? "CP932" : "UTF-8", "\n"));
  if (summary.created() == 0 && summary.refused() == 0 && summary.already_known() > 0) {
    Print("nothing changed: every order of the file was known already\n");
  }
}

void Import(const ImportArguments& arguments, Session& session) {
  std::ifstream file;
  std::istream* input = &std::cin;
  if (arguments.file != "-") {
    file.open(arguments.file, std::ios::binary);
    if (!file) {
      session.Check(absl::InvalidArgumentError(absl::StrCat("cannot read ", arguments.file)));
      return;
    }
    input = &file;
  }
  auto context = session.NewContext(absl::Minutes(15));
  auto stream = session.orders().ImportOrders(context.get());
  // The gateway may answer (a refusal, say) before it has the whole file, so the two directions run side by side.
  std::thread sender([&] {
    gw::ImportOrdersRequest request;
    auto* header = request.mutable_header();
    header->set_shop_id(arguments.shop);
    header->set_dry_run(arguments.dry_run);
    header->set_file_name(arguments.file.substr(arguments.file.find_last_of('/') + 1));
    header->set_encoding(arguments.encoding == "utf8"    ? gw::UTF8
                         : arguments.encoding == "cp932" ? gw::CP932
                                                         : gw::FILE_ENCODING_UNSPECIFIED);
    bool open = stream->Write(request);
    std::string chunk(kChunkBytes, '\0');
    while (open && input->good()) {
      input->read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      if (input->gcount() <= 0) break;
      request.set_data(chunk.substr(0, static_cast<size_t>(input->gcount())));
      open = stream->Write(request);
    }
    stream->WritesDone();
  });
  gw::ImportSummary summary;
  int problems = 0;
  gw::ImportOrdersResponse response;
  while (stream->Read(&response)) {
    if (response.has_order()) PrintIntake(response.order(), arguments.quiet, session);
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
  }
  sender.join();
  if (!session.Check(stream->Finish())) return;
  PrintSummary(summary, session);
  if (summary.refused() > 0 || problems > 0) session.exit_code = kExitPartly;
}

struct CreateArguments {
  std::string file;
  bool dry_run = false;
};

void Create(const CreateArguments& arguments, Session& session) {
  std::ifstream file(arguments.file);
  std::istream& input = arguments.file == "-" ? std::cin : file;
  if (arguments.file != "-" && !file) {
    session.Check(absl::InvalidArgumentError(absl::StrCat("cannot read ", arguments.file)));
    return;
  }
  const std::string json{std::istreambuf_iterator<char>(input), {}};
  gw::CreateOrdersRequest request;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &request);
  if (!parsed.ok()) {
    session.Check(absl::InvalidArgumentError(
        absl::StrCat(arguments.file, ": not the JSON of a CreateOrdersRequest: ", std::string(parsed.message()))));
    return;
  }
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
  command->add_option("file", import->file, "the file; - reads standard input")->required();
  command->add_option("--shop", import->shop, "the shop whose orders they are, by id")->required();
  command->add_option("--encoding", import->encoding, "auto, utf8 or cp932")
      ->check(CLI::IsMember({"auto", "utf8", "cp932"}))
      ->capture_default_str();
  command->add_flag("--dry-run", import->dry_run, "say what would happen and change nothing");
  command->add_flag("--quiet", import->quiet, "print refusals and the summary only");

  auto create = std::make_shared<CreateArguments>();
  command = AddCommand(parent, "create", "Take in orders from JSON: {\"orders\": [{\"shop_id\": …}]}", session,
                       [create, &session] { Create(*create, session); });
  command->add_option("file", create->file, "JSON of a CreateOrdersRequest; - reads standard input")->required();
  command->add_flag("--dry-run", create->dry_run, "say what would happen and change nothing");
}

}  // namespace juchu::ctl
