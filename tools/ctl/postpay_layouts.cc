#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/files.h"
#include "tools/ctl/output.h"
#include "tools/ctl/postpay.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;
namespace pay = ::juchu::payment::v1;

void List(Session& session) {
  gw::ListLayoutProfilesResponse response;
  if (!session.Check(session.postpay().ListLayoutProfiles(session.NewContext().get(), {}, &response))) return;
  Table table({{"レイアウト", false, 64}, {"種類"}, {"名前"}, {"文字コード"}, {"項目", true}, {"備考", false, 60}});
  for (const auto& layout : response.layout_profiles()) {
    if (session.format() == Format::kJson) {
      PrintJson(layout);
      continue;
    }
    // Unset for a file that comes in: found out from its bytes.
    const bool is_set = layout.encoding() != pay::TEXT_ENCODING_UNSPECIFIED;
    table.AddRow({layout.layout_profile_id(), LayoutKindText(layout.kind()), layout.name(),
                  is_set ? pay::TextEncoding_Name(layout.encoding()) : "", absl::StrCat(layout.columns_size()),
                  layout.note()});
  }
  if (session.format() != Format::kJson) Print(table.Render());
}

void ShowLayout(const pay::LayoutProfile& layout, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(layout);
  } else {
    PrintJsonToEdit(layout);
  }
}

void Show(const std::string& id, Session& session) {
  gw::ListLayoutProfilesResponse response;
  if (!session.Check(session.postpay().ListLayoutProfiles(session.NewContext().get(), {}, &response))) return;
  const auto& layouts = response.layout_profiles();
  const auto it = std::find_if(layouts.begin(), layouts.end(),
                               [&](const pay::LayoutProfile& layout) { return layout.layout_profile_id() == id; });
  if (it != layouts.end()) {
    ShowLayout(*it, session);
  } else {
    session.Check(
        absl::NotFoundError(absl::StrCat("there is no layout \"", id, "\"; juchuctl postpay layouts lists them")));
  }
}

void Put(const std::string& file, Session& session) {
  gw::PutLayoutProfileRequest request;
  if (!session.Check(ReadJson(file, *request.mutable_layout_profile()))) return;
  pay::LayoutProfile layout;
  if (!session.Check(session.postpay().PutLayoutProfile(session.NewContext().get(), request, &layout))) return;
  if (session.format() == Format::kJson) {
    PrintJson(layout);
  } else {
    Print(absl::StrCat(layout.layout_profile_id(), ": put (", LayoutKindText(layout.kind()), ", ",
                       layout.columns_size(), " columns)\n"));
  }
}

void Delete(const std::string& id, Session& session) {
  gw::DeleteLayoutProfileRequest request;
  request.set_layout_profile_id(id);
  gw::DeleteLayoutProfileResponse response;
  if (session.Check(session.postpay().DeleteLayoutProfile(session.NewContext().get(), request, &response))) {
    Print(absl::StrCat(id, ": removed\n"));
  }
}

}  // namespace

void AddLayoutOption(CLI::App& command, std::string& layout, absl::string_view use) {
  command.add_option("--layout", layout,
                     absl::StrCat("the layout of the file, by id (juchuctl postpay layouts); not given: "
                                  "np-",
                                  use, "-default or gmo-", use, "-default"));
}

void AddPostpayLayoutCommands(CLI::App& group, Session& session) {
  CLI::App* layouts = group.add_subcommand(
      "layouts",
      "List the layouts of the companies' files: the tenant's own, and juchu's where it has none of that id");
  layouts->require_subcommand(0, 1);
  // Not by AddCommand: this is called after a subcommand as well.
  layouts->callback([layouts, &session] {
    if (layouts->get_subcommands().empty() && session.Check(session.Connect())) List(session);
  });
  layouts->footer(
      "The companies publish no layouts, so juchu's are juchu's own: compare them with the company's file, and put "
      "one\n"
      "of your own where they differ. One with the id of juchu's takes its place.\n"
      "Examples\n"
      "  juchuctl postpay layouts\n"
      "  juchuctl postpay layouts show np-slip-default > np-slip.json\n"
      "  juchuctl postpay layouts put np-slip.json");

  auto id = std::make_shared<std::string>();
  auto* command = AddCommand(*layouts, "show", "Show a layout as JSON, as put takes it", session,
                             [id, &session] { Show(*id, session); });
  command->add_option("id", *id, "the layout's id")->required();

  auto file = std::make_shared<std::string>();
  command = AddCommand(*layouts, "put", "As a manager: put a layout of the tenant's whole, by the id that it has",
                       session, [file, &session] { Put(*file, session); });
  command->add_option("file", *file, "JSON of a LayoutProfile; - reads standard input")->required();
  command->footer("Example: juchuctl postpay layouts put np-slip.json");

  command = AddCommand(*layouts, "delete",
                       "As a manager: remove a layout of the tenant's; juchu's of the same id is there again", session,
                       [id, &session] { Delete(*id, session); });
  command->add_option("id", *id, "the layout's id")->required();
}

}  // namespace juchu::ctl
