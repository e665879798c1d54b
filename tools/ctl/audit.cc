#include "absl/strings/str_cat.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;

void Audit(Session& session) {
  auto context = session.NewContext(absl::Minutes(15));
  auto stream = session.orders().AuditOrders(context.get(), gw::AuditOrdersRequest());
  gw::AuditSummary summary;
  gw::AuditOrdersResponse response;
  while (stream->Read(&response)) {
    if (response.has_progress()) ShowProgress(absl::StrCat(response.progress().orders(), " orders"));
    if (response.has_summary()) summary = response.summary();
    if (!response.has_finding()) continue;
    const auto& finding = response.finding();
    if (session.format() == Format::kJson) {
      PrintJson(finding);
    } else {
      Print(absl::StrCat(finding.order_number(), ": ", finding.invariant(), ": ", finding.message(), "\n"));
    }
  }
  if (!session.Check(stream->Finish())) return;
  if (session.format() == Format::kJson) {
    PrintJson(summary);
  } else {
    Print(absl::StrCat(summary.orders(), " orders, ", summary.moves(), " moves checked: ",
                       summary.findings() == 0 ? "nothing found" : absl::StrCat(summary.findings(), " findings"),
                       "\n"));
  }
  if (summary.findings() > 0) session.exit_code = kExitPartly;
}

}  // namespace

void AddAuditCommand(CLI::App& parent, Session& session) {
  auto* command = AddCommand(parent, "audit", "Check all orders against juchu's invariants; changes nothing", session,
                             [&session] { Audit(session); });
  command->footer(
      "For managers. Every finding is a fault of juchu or of a hand in its database. Exit code 3 when there are any.\n"
      "Example: juchuctl --output json audit");
}

}  // namespace juchu::ctl
