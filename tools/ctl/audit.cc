#include <memory>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;

std::string ProgressText(const gw::AuditProgress& progress) { return absl::StrCat(progress.orders(), " orders"); }
std::string ProgressText(const gw::InventoryAuditProgress& progress) {
  return absl::StrCat(progress.products(), " products");
}
std::string ProgressText(const gw::PaymentAuditProgress& progress) {
  return absl::StrCat(progress.payments(), " payments");
}

std::string FindingText(const gw::AuditFinding& finding) {
  return absl::StrCat(finding.order_number(), ": ", finding.invariant(), ": ", finding.message());
}
std::string FindingText(const gw::InventoryFinding& finding) {
  return absl::StrCat(finding.product_code(), ": ", finding.invariant(), ": ", finding.message(),
                      finding.repaired() ? "  [repaired]" : "");
}
std::string FindingText(const gw::PaymentFinding& finding) {
  return absl::StrCat(finding.order_number(), ": ", finding.invariant(), ": ", finding.message());
}

std::string CheckedText(const gw::AuditSummary& summary) {
  return absl::StrCat(summary.orders(), " orders, ", summary.moves(), " moves checked");
}
std::string CheckedText(const gw::InventoryAuditSummary& summary) {
  return absl::StrCat(summary.products(), " products checked");
}
std::string CheckedText(const gw::PaymentAuditSummary& summary) {
  return absl::StrCat(summary.payments(), " payments checked");
}

template <typename Response>
void ShowAudit(grpc::ClientReader<Response>& stream, Session& session) {
  std::decay_t<decltype(Response().summary())> summary;
  Response response;
  while (stream.Read(&response)) {
    if (response.has_progress()) ShowProgress(ProgressText(response.progress()));
    if (response.has_summary()) summary = response.summary();
    if (!response.has_finding()) continue;
    if (session.format() == Format::kJson) {
      PrintJson(response.finding());
    } else {
      Print(absl::StrCat(FindingText(response.finding()), "\n"));
    }
  }
  if (!session.Check(stream.Finish())) return;
  if (session.format() == Format::kJson) {
    PrintJson(summary);
  } else {
    Print(absl::StrCat(CheckedText(summary), ": ",
                       summary.findings() == 0 ? "nothing found" : absl::StrCat(summary.findings(), " findings"),
                       "\n"));
  }
  // A call that failed counts for more: what it would have found nobody knows.
  if (summary.findings() > 0 && session.exit_code == kExitOk) session.exit_code = kExitPartly;
}

// All orders of the largest tenant take minutes.
constexpr absl::Duration kLimit = absl::Minutes(15);

void AuditOrders(Session& session) {
  auto context = session.NewContext(kLimit);
  ShowAudit(*session.orders().AuditOrders(context.get(), {}), session);
}

void AuditInventory(bool repair, Session& session) {
  gw::AuditInventoryRequest request;
  request.set_repair(repair);
  auto context = session.NewContext(kLimit);
  ShowAudit(*session.products().AuditInventory(context.get(), request), session);
}

void AuditPayments(Session& session) {
  auto context = session.NewContext(kLimit);
  ShowAudit(*session.payments().AuditPayments(context.get(), {}), session);
}

}  // namespace

void AddAuditCommands(CLI::App& parent, Session& session) {
  auto* command =
      AddCommand(parent, "audit", "Check all orders, stock and payments against juchu's invariants; changes nothing",
                 session, [&session] {
                   AuditOrders(session);
                   AuditInventory(/*repair=*/false, session);
                   AuditPayments(session);
                 });
  command->footer(
      "For managers. Every finding is a fault of juchu or of a hand in its database. Exit code 3 when there are any.\n"
      "Three summaries end it: of the orders, the stock, the payments. Stock alone: juchuctl inventory audit; "
      "payments\n"
      "alone: juchuctl payments audit.\n"
      "Example: juchuctl --output json audit");

  CLI::App* inventory = parent.add_subcommand("inventory", "Check the inventory (在庫) as a whole");
  inventory->require_subcommand(1);
  auto repair = std::make_shared<bool>(false);
  command = AddCommand(*inventory, "audit", "Check the stock of all products against juchu's invariants", session,
                       [repair, &session] { AuditInventory(*repair, session); });
  command->add_flag("--repair", *repair, "put right what is wrong, by rows added to the ledger (在庫台帳)");
  command->footer(
      "For managers. Every finding is a fault of juchu or of a hand in its database. Exit code 3 when there are any,\n"
      "repaired or not. Without --repair nothing is changed.\n"
      "Example: juchuctl --output json inventory audit");
}

void AddPaymentAuditCommand(CLI::App& group, Session& session) {
  auto* command = AddCommand(group, "audit", "Check all payments against juchu's invariants; changes nothing", session,
                             [&session] { AuditPayments(session); });
  command->footer(
      "For managers. Every finding is a fault of juchu or of a hand in its database. Exit code 3 when there are any.\n"
      "Example: juchuctl --output json payments audit");
}

}  // namespace juchu::ctl
