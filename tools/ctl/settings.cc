#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace pb = ::juchu::order::v1;
namespace gw = ::juchu::gateway::v1;

void ShowSettings(const pb::Settings& settings, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(settings);
    return;
  }
  Table table({{"setting"}, {"value"}});
  table.AddRow({"initial-mode (受注進捗遷移)", pb::TransitionMode_Name(settings.initial_mode())});
  table.AddRow({"allocation (在庫引当)", pb::AllocationSetting_Name(settings.allocation())});
  table.AddRow({"allocation-timing", pb::AllocationTiming_Name(settings.allocation_timing())});
  table.AddRow({"allocation-order", pb::AllocationOrder_Name(settings.allocation_order())});
  table.AddRow({"allocate-all-or-nothing", settings.allocate_all_or_nothing() ? "on" : "off"});
  table.AddRow({"authorize-cards (楽天カードAPIオーソリ)", settings.authorize_cards_automatically() ? "on" : "off"});
  table.AddRow({"capture-cards (楽天カードAPI売上請求)", settings.capture_cards_automatically() ? "on" : "off"});
  Print(table.Render());
}

struct SettingsArguments {
  std::string mode, allocation, timing, order, all_or_nothing, authorize_cards, capture_cards;
  RequestId request_id;
};

absl::Status FillSettings(const SettingsArguments& arguments, gw::UpdateSettingsRequest& request) {
  auto& settings = *request.mutable_settings();
  auto& mask = *request.mutable_update_mask();
  absl::Status status;
  auto take = [&](const std::string& text, const char* option, const char* path, auto parse, auto set, auto value) {
    if (text.empty() || !status.ok()) return;
    status = ParseEnumName(text, option, parse, value);
    set(value);
    mask.add_paths(path);
  };
  take(
      arguments.mode, "--initial-mode", "initial_mode", pb::TransitionMode_Parse,
      [&](pb::TransitionMode value) { settings.set_initial_mode(value); }, pb::TransitionMode());
  take(
      arguments.allocation, "--allocation", "allocation", pb::AllocationSetting_Parse,
      [&](pb::AllocationSetting value) { settings.set_allocation(value); }, pb::AllocationSetting());
  take(
      arguments.timing, "--allocation-timing", "allocation_timing", pb::AllocationTiming_Parse,
      [&](pb::AllocationTiming value) { settings.set_allocation_timing(value); }, pb::AllocationTiming());
  take(
      arguments.order, "--allocation-order", "allocation_order", pb::AllocationOrder_Parse,
      [&](pb::AllocationOrder value) { settings.set_allocation_order(value); }, pb::AllocationOrder());
  auto take_switch = [&](const std::string& text, const char* path, auto set) {
    if (text.empty()) return;
    set(text == "on");
    mask.add_paths(path);
  };
  take_switch(arguments.all_or_nothing, "allocate_all_or_nothing",
              [&](bool on) { settings.set_allocate_all_or_nothing(on); });
  take_switch(arguments.authorize_cards, "authorize_cards_automatically",
              [&](bool on) { settings.set_authorize_cards_automatically(on); });
  take_switch(arguments.capture_cards, "capture_cards_automatically",
              [&](bool on) { settings.set_capture_cards_automatically(on); });
  if (status.ok() && mask.paths().empty())
    return absl::InvalidArgumentError("nothing to change: give one option at least");
  return status;
}

}  // namespace

void AddSettingsCommands(CLI::App& parent, Session& session) {
  CLI::App* group = parent.add_subcommand("settings", "Show and change the workflow's settings (自動処理設定)");
  group->require_subcommand(1);
  AddCommand(*group, "show", "Show the settings", session, [&session] {
    pb::Settings settings;
    if (session.Check(session.configuration().GetSettings(session.NewContext().get(), {}, &settings))) {
      ShowSettings(settings, session);
    }
  });
  auto arguments = std::make_shared<SettingsArguments>();
  auto* command = AddCommand(
      *group, "update", "Change what is given; AUTO orders are evaluated again", session, [arguments, &session] {
        gw::UpdateSettingsRequest request;
        if (!session.Check(FillSettings(*arguments, request))) return;
        request.set_request_id(arguments->request_id.value());
        pb::Settings settings;
        if (session.Check(session.configuration().UpdateSettings(session.NewContext().get(), request, &settings))) {
          ShowSettings(settings, session);
        }
      });
  command->add_option("--initial-mode", arguments->mode, "受注進捗遷移 of new orders: AUTO or MANUAL");
  command->add_option("--allocation", arguments->allocation,
                      "在庫引当: ALLOCATE_AUTOMATICALLY, ALLOCATE_BY_COMMAND or ALLOCATE_NOTHING");
  command->add_option("--allocation-timing", arguments->timing, "AT_AWAITING_ALLOCATION or AT_AWAITING_CONFIRMATION");
  command->add_option("--allocation-order", arguments->order, "BY_ORDER_TIME or BY_SHIP_DATE");
  auto add_switch = [&](const char* name, std::string& to, const char* help) {
    command->add_option(name, to, help)->check(CLI::IsMember({"on", "off"}));
  };
  add_switch("--allocate-all-or-nothing", arguments->all_or_nothing,
             "一部引当しない: on (an order gets all that it needs or nothing) or off");
  add_switch("--authorize-cards", arguments->authorize_cards,
             "楽天カードAPIオーソリ: on (AUTO orders are authorized from 確認待 on by themselves) or off (by command)");
  add_switch("--capture-cards", arguments->capture_cards,
             "楽天カードAPI売上請求: on (AUTO orders are captured in 出荷済 by themselves, once the shipment is "
             "confirmed) or off (by command)");
  arguments->request_id.AddTo(*command);
}

}  // namespace juchu::ctl
