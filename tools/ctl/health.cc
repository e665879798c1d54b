#include "common/rpc/health.h"

#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"

namespace juchu::ctl {

void AddHealthCommand(CLI::App& parent, Session& session) {
  AddCommand(parent, "health", "Say whether the gateway is serving; exit 0 only when it is", session, [&session] {
    const auto serving = rpc::CheckHealth(session.channel(), *session.NewContext(absl::Seconds(5)));
    if (!session.Check(serving.status())) return;
    Print(*serving ? "SERVING\n" : "NOT_SERVING\n");
    if (!*serving) session.exit_code = kExitUnreachable;
  });
}

}  // namespace juchu::ctl
