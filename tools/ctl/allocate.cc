#include <memory>

#include "absl/strings/str_cat.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;

void PrintAllocation(const gw::AllocationOutcome& outcome, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(outcome);
    return;
  }
  if (outcome.has_error()) {
    Print(FailureText(outcome.order_number(), outcome.error()));
    return;
  }
  PrintChange(outcome.change(), session);
  Print(absl::StrCat("  ", CategoryText(order::v1::ALLOCATION), ": ", ValueText(outcome.state()), "\n"));
  Table table({{"行"}, {"商品コード"}, {"数量", true}, {"引当", true}, {"強制", true}, {"不足の理由"}});
  for (const auto& line : outcome.lines()) {
    table.AddRow({line.line(), line.product_code(), YenText(line.quantity()), YenText(line.allocated()),
                  line.forced() == 0 ? "" : YenText(line.forced()), ShortReasonText(line.short_reason())});
  }
  if (!table.empty()) Print(table.Render());
}

void Allocate(const std::vector<std::string>& numbers, Session& session) {
  gw::AllocateOrdersRequest request;
  request.mutable_order_numbers()->Assign(numbers.begin(), numbers.end());
  gw::AllocateOrdersResponse response;
  const auto context = session.NewContext(absl::Minutes(15));
  if (!session.Check(session.orders().AllocateOrders(context.get(), request, &response))) return;
  int whole = 0;
  int failed = 0;
  for (const auto& outcome : response.outcomes()) {
    PrintAllocation(outcome, session);
    if (outcome.has_error()) {
      ++failed;
    } else if (outcome.state() == order::v1::ALLOCATED || outcome.state() == order::v1::FORCIBLY_ALLOCATED) {
      ++whole;
    }
  }
  if (session.format() == Format::kTable) {
    Print(absl::StrCat(whole, " allocated whole, ", response.outcomes_size() - whole - failed, " not whole, ", failed,
                       " failed\n"));
  }
  if (failed > 0) session.exit_code = kExitPartly;
}

}  // namespace

void AddAllocateCommand(CLI::App& parent, Session& session) {
  auto numbers = std::make_shared<std::vector<std::string>>();
  auto* command =
      AddCommand(parent, "allocate", "Allocate stock to up to 500 orders (在庫引当); those in AUTO go on at once",
                 session, [numbers, &session] { Allocate(*numbers, session); });
  command->add_option("number", *numbers, "the order numbers")->required();
  command->footer(
      "Each order gets what it lacks as far as there is stock; asked again, what has become possible since. Exit code\n"
      "3 when orders failed, 0 when there was too little stock.\n"
      "Example: juchuctl orders allocate 06A1B2C3D4E5F6G7");
}

}  // namespace juchu::ctl
