#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/ids/sha256.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/postpay.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;
namespace pay = ::juchu::payment::v1;

struct ListArguments {
  std::vector<std::string> kinds;
  PageOptions pages;
};

void List(const ListArguments& arguments, Session& session) {
  gw::ListPaymentFilesRequest request;
  for (const auto& text : arguments.kinds) {
    const auto kind = ParseLayoutKind(text);
    if (!session.Check(WithContext("--kind", kind.status()))) return;
    request.add_kinds(*kind);
  }
  Table table({{"ファイル番号"},
               {"種類"},
               {"ファイル名", false, 60},
               {"作成日時"},
               {"誰が"},
               {"受注", true},
               {"バイト", true},
               {"レイアウト", false, 64}});
  const auto end = arguments.pages.Walk(request, "file", [&](PageOptions::Page& page) {
    gw::ListPaymentFilesResponse response;
    if (!session.Check(session.postpay().ListPaymentFiles(session.NewContext().get(), request, &response))) {
      return false;
    }
    for (const auto& file : response.files()) {
      if (session.format() == Format::kJson) {
        PrintJson(file);
        continue;
      }
      table.AddRow({file.file_id(), LayoutKindText(file.kind()), file.file_name(), TimeText(file.create_time()),
                    ActorText(file.actor()), absl::StrCat(file.order_numbers_size()), YenText(file.size_bytes()),
                    file.layout_profile_id()});
    }
    page = {response.files_size(), response.next_page_token()};
    return true;
  });
  if (!end || session.format() == Format::kJson) return;
  Print(absl::StrCat(table.empty() ? "" : table.Render(), *end, "\n"));
}

struct DownloadArguments {
  std::string file_id;
  OutputFile out;
};

void DownloadAndPrint(const DownloadArguments& arguments, Session& session) {
  if (!session.Check(CheckOut(arguments.out, session))) return;
  const auto file = Download(arguments.file_id, arguments.out, session);
  if (file && session.format() == Format::kJson) PrintJson(*file);
}

}  // namespace

absl::Status CheckContent(const pay::PaymentFile& file, absl::string_view content) {
  std::string damage;
  if (static_cast<int64_t>(content.size()) != file.size_bytes()) {
    damage = absl::StrCat("of its ", YenText(file.size_bytes()), " bytes ",
                          YenText(static_cast<int64_t>(content.size())), " came");
  } else if (!absl::EqualsIgnoreCase(absl::BytesToHexString(Sha256(content)), file.sha256())) {
    damage = "its SHA-256 is another than was recorded";
  } else {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat("the file ", file.file_id(), " came damaged and was not written: ", damage, "; fetch it again"));
}

absl::Status CheckOut(const OutputFile& out, const Session& session) {
  if (out.to_stdout() && session.format() == Format::kJson) {
    return absl::InvalidArgumentError("--out -: not together with --output json, which prints to standard output too");
  }
  return WithContext("--out", out.Check());
}

void PrintBeside(const OutputFile& out, absl::string_view text, Session& session) {
  if (out.to_stdout()) {
    session.Advise(absl::StripSuffix(text, "\n"));
  } else {
    Print(text);
  }
}

std::optional<pay::PaymentFile> Download(const std::string& file_id, const OutputFile& out, Session& session) {
  gw::DownloadPaymentFileRequest request;
  request.set_file_id(file_id);
  const auto context = session.NewContext(absl::Minutes(15));
  const auto stream = session.postpay().DownloadPaymentFile(context.get(), request);
  pay::PaymentFile file;
  std::string content;
  for (gw::DownloadPaymentFileResponse response; stream->Read(&response);) {
    if (response.has_file()) file = std::move(*response.mutable_file());
    content += response.data();
    ShowProgress(
        absl::StrCat(YenText(static_cast<int64_t>(content.size())), " of ", YenText(file.size_bytes()), " bytes"));
  }
  // All of it is looked at before any of it is written: half a file must reach no company.
  if (!session.Check(stream->Finish()) || !session.Check(CheckContent(file, content))) return std::nullopt;
  const auto path = out.Write(file.file_name(), content);
  if (!session.Check(path.status())) return std::nullopt;
  const std::string text = absl::StrCat("written to ", *path, ": ", YenText(file.size_bytes()),
                                        " bytes; size and SHA-256 are as recorded\n");
  if (session.format() == Format::kJson) {
    session.Advise(absl::StripSuffix(text, "\n"));
  } else {
    PrintBeside(out, text, session);
  }
  return file;
}

void AddPostpayFileCommands(CLI::App& group, Session& session) {
  auto list = std::make_shared<ListArguments>();
  auto* command = AddCommand(group, "files", "List the files that have gone out, the newest first", session,
                             [list, &session] { List(*list, session); });
  command->add_option("--kind", list->kinds, "NP_REGISTRATION or NP取引登録 …, comma separated")->delimiter(',');
  list->pages.AddTo(*command);
  command->footer("Example: juchuctl postpay files --kind NP取引登録,NP配送伝票 --limit 10");

  auto download = std::make_shared<DownloadArguments>();
  command = AddCommand(group, "download", "Fetch a file byte for byte as it went out", session,
                       [download, &session] { DownloadAndPrint(*download, session); });
  command->add_option("file-id", download->file_id, "the file, by its number (juchuctl postpay files)")->required();
  download->out.AddTo(*command,
                      "where to: a file, a folder, or with - standard output (what is said goes to standard error "
                      "then). Not given: the file's own name in the current folder");
  command->footer(
      "Size and SHA-256 are checked before anything is written; a file that is there is not overwritten without\n"
      "--force. Files of registrations hold names and addresses.\n"
      "Example: juchuctl postpay download 06A1B2C3D4E5F6G7 --out np.csv");
}

}  // namespace juchu::ctl
