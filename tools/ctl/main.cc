// juchuctl: juchu's command line for operators and scripts.
#include <google/protobuf/stubs/logging.h>

#include "tools/ctl/commands.h"
#include "tools/ctl/session.h"

namespace {

constexpr char kFooter[] =
    R"(Where to call and as whom comes from flags, else from the environment (JUCHU_ADDRESS, JUCHU_CA_FILE,
JUCHU_CERT_FILE, JUCHU_KEY_FILE, JUCHU_TOKEN_FILE, JUCHU_SERVER_NAME), else from a profile: a file of such KEY=VALUE
lines, named by --profile or JUCHU_PROFILE; inside a checkout the one that "tools/dev up" wrote.

Examples
  juchuctl orders import orders.csv --shop rakuten-main --dry-run
  juchuctl orders search --status 入金待 --ordered-from 2026-11-01 --total
  juchuctl orders explain 06A1B2C3D4E5F6G7
  juchuctl orders bulk --status 入金待 --set-state 前払入金済 --paid-time now
  juchuctl stock import stock.csv --kind received --reason 入荷便
  juchuctl cards list --state 売上請求エラー
  juchuctl postpay register np --out .
  juchuctl --output json orders get 06A1B2C3D4E5F6G7

Exit codes
  0 done   1 refused   2 usage   3 some of many failed   4 not signed in or not allowed   5 not reached
  6 outcome unknown: repeat with the same --request-id)";

}  // namespace

int main(int argc, char** argv) {
  using juchu::ctl::Session;
  Session session;
  auto& options = session.options();
  CLI::App app("juchuctl: orders of Japanese multi-mall shops, from 受注 to 完了", "juchuctl");
  app.require_subcommand(1);
  app.footer(kFooter);
  app.add_option("--profile", options.profile, "file of KEY=VALUE lines");
  app.add_option("--address", options.address, "host:port of the gateway");
  app.add_option("--ca-file", options.ca_file, "certificates (PEM) of the authority that signed the gateway's");
  app.add_option("--cert-file", options.cert_file, "this client's certificate (PEM)");
  app.add_option("--key-file", options.key_file, "this client's private key (PEM)");
  app.add_option("--token-file", options.token_file, "file with the bearer token");
  app.add_option("--server-name", options.server_name,
                 "the name in the gateway's certificate, when it is not the host");
  app.add_option("--timeout", options.timeout_seconds, "seconds for a call; default 30, imports, exports and bulk 900");
  app.add_option("--output", options.format, "table or json (one object a line)")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  app.fallthrough();

  CLI::App* orders = app.add_subcommand("orders", "Import, search, edit, move, allocate, cancel orders");
  orders->require_subcommand(1);
  orders->fallthrough();
  juchu::ctl::AddOrderReadCommands(*orders, session);
  juchu::ctl::AddOrderWriteCommands(*orders, session);
  juchu::ctl::AddAllocateCommand(*orders, session);
  juchu::ctl::AddBulkCommand(*orders, session);
  juchu::ctl::AddIntakeCommands(*orders, session);
  juchu::ctl::AddProductCommands(app, session);
  juchu::ctl::AddStockCommands(app, session);
  juchu::ctl::AddCardCommands(app, session);
  juchu::ctl::AddPaymentCommands(app, session);
  juchu::ctl::AddPostpayCommands(app, session);
  juchu::ctl::AddSettingsCommands(app, session);
  juchu::ctl::AddConfigurationCommands(app, session);
  juchu::ctl::AddAuditCommands(app, session);
  juchu::ctl::AddHealthCommand(app, session);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? juchu::ctl::kExitOk : juchu::ctl::kExitUsage;
  }
  return session.exit_code;
}
