#include <cstdint>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;
namespace pay = ::juchu::payment::v1;

void ShowSettings(const pay::PaymentSettings& settings, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(settings);
    return;
  }
  Table table({{"setting"}, {"value"}});
  table.AddRow({"send-interval", SecondsText(settings.card_send_interval_seconds())});
  table.AddRow({"valid-days", absl::StrCat(settings.authorization_valid_days())});
  table.AddRow({"warning-days", absl::StrCat(settings.expiry_warning_days())});
  table.AddRow({"stuck-after", SecondsText(settings.stuck_after_seconds())});
  Print(table.Render());
}

struct SettingsArguments {
  std::string send_interval, stuck_after;
  std::optional<int32_t> valid_days, warning_days;

  bool given() const {
    return !send_interval.empty() || !stuck_after.empty() || valid_days.has_value() || warning_days.has_value();
  }
};

// Puts what was given over `settings`.
absl::Status FillSettings(const SettingsArguments& arguments, pay::PaymentSettings& settings) {
  if (!arguments.send_interval.empty()) {
    const auto seconds = ParseSeconds(arguments.send_interval);
    JUCHU_RETURN_IF_ERROR(WithContext("--send-interval", seconds.status()));
    settings.set_card_send_interval_seconds(*seconds);
  }
  if (!arguments.stuck_after.empty()) {
    const auto seconds = ParseSeconds(arguments.stuck_after);
    JUCHU_RETURN_IF_ERROR(WithContext("--stuck-after", seconds.status()));
    settings.set_stuck_after_seconds(*seconds);
  }
  if (arguments.valid_days) settings.set_authorization_valid_days(*arguments.valid_days);
  if (arguments.warning_days) settings.set_expiry_warning_days(*arguments.warning_days);
  return absl::OkStatus();
}

void Settings(const SettingsArguments& arguments, Session& session) {
  // What is wrong on the command line is said before anything is called.
  pay::PaymentSettings ignored;
  if (!session.Check(FillSettings(arguments, ignored))) return;
  pay::PaymentSettings settings;
  if (!session.Check(session.payments().GetPaymentSettings(session.NewContext().get(), {}, &settings))) return;
  if (arguments.given()) {
    gw::PutPaymentSettingsRequest request;
    if (!session.Check(FillSettings(arguments, settings))) return;
    *request.mutable_settings() = settings;
    if (!session.Check(session.payments().PutPaymentSettings(session.NewContext().get(), request, &settings))) return;
  }
  ShowSettings(settings, session);
}

}  // namespace

void AddPaymentCommands(CLI::App& parent, Session& session) {
  CLI::App* group =
      parent.add_subcommand("payments", "Set up and check how payments are run (楽天カード決済API)")->alias("payment");
  group->require_subcommand(1);
  auto arguments = std::make_shared<SettingsArguments>();
  auto* command = AddCommand(*group, "settings", "Show how card requests are run, or as a manager change what is given",
                             session, [arguments, &session] { Settings(*arguments, session); });
  command->add_option("--send-interval", arguments->send_interval,
                      "requests of a shop are gathered for so long and sent together: 10m; 0 to 24h");
  command->add_option("--valid-days", arguments->valid_days, "how many days an authorization holds: 1 to 365");
  command->add_option("--warning-days", arguments->warning_days,
                      "how many days before its end an authorization is named as expiring: 0 to 60");
  command->add_option("--stuck-after", arguments->stuck_after,
                      "after so long a request without a result is named as stuck: 2h; 1m to 168h");
  command->footer(
      "What is not given stays. Whether orders are authorized and captured by themselves: see juchuctl settings.\n"
      "Example: juchuctl payments settings --send-interval 10m --stuck-after 2h");
  AddPaymentAuditCommand(*group, session);
}

}  // namespace juchu::ctl
