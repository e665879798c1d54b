#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "tools/ctl/commands.h"
#include "tools/ctl/files.h"
#include "tools/ctl/output.h"
#include "tools/ctl/words.h"

namespace juchu::ctl {
namespace {

namespace gw = ::juchu::gateway::v1;

struct BulkArguments {
  std::vector<std::string> orders;
  std::string orders_file;
  QueryOptions query;
  std::string to_status, to_mode, paid_time, forced, reason, category;
  std::optional<int64_t> received;
  bool received_in_full = false;
  bool no_category = false;
  std::vector<std::string> set_states, add_tags, remove_tags;
  bool dry_run = false;
  bool quiet = false;
  RequestId request_id;
};

absl::Status FillTarget(const BulkArguments& arguments, gw::BulkUpdateOrdersRequest& request) {
  const bool by_number = !arguments.orders.empty() || !arguments.orders_file.empty();
  if (by_number == arguments.query.given()) {
    return absl::InvalidArgumentError(
        "name the orders either by --orders / --orders-file or by search keys (see --help), not both");
  }
  if (!by_number) return arguments.query.Fill(*request.mutable_query());
  auto& numbers = *request.mutable_orders()->mutable_order_numbers();
  numbers.Assign(arguments.orders.begin(), arguments.orders.end());
  return arguments.orders_file.empty() ? absl::OkStatus() : ReadOrderNumbers(arguments.orders_file, numbers);
}

absl::Status FillChanges(const BulkArguments& arguments, gw::BulkChanges& changes) {
  if (!arguments.to_status.empty()) {
    JUCHU_ASSIGN_OR_RETURN(const auto status, ParseStatus(arguments.to_status));
    changes.set_status(status);
  }
  if (!arguments.to_mode.empty()) {
    JUCHU_ASSIGN_OR_RETURN(const auto mode, ParseMode(arguments.to_mode));
    changes.set_mode(mode);
  }
  for (const auto& text : arguments.set_states) {
    JUCHU_ASSIGN_OR_RETURN(const auto value, ParseValue(text));
    changes.add_state_values(value);
  }
  if (!arguments.paid_time.empty()) {
    JUCHU_ASSIGN_OR_RETURN(*changes.mutable_paid_time(), ParseTime(arguments.paid_time));
  }
  if (arguments.received.has_value()) changes.set_received_yen(*arguments.received);
  if (arguments.received_in_full) changes.set_received_in_full(true);
  changes.mutable_add_order_tag_ids()->Assign(arguments.add_tags.begin(), arguments.add_tags.end());
  changes.mutable_remove_order_tag_ids()->Assign(arguments.remove_tags.begin(), arguments.remove_tags.end());
  if (!arguments.category.empty()) changes.set_management_category_id(arguments.category);
  if (arguments.no_category) changes.set_management_category_id("");
  if (!arguments.forced.empty()) {
    if (arguments.forced != "on" && arguments.forced != "off") {
      return absl::InvalidArgumentError("--forced-allocation: on or off");
    }
    changes.set_forced_allocation(arguments.forced == "on");
  }
  return absl::OkStatus();
}

void PrintOutcome(const gw::BulkOutcome& outcome, const BulkArguments& arguments, Session& session) {
  if (session.format() == Format::kJson) {
    PrintJson(outcome);
  } else if (outcome.has_error()) {
    Print(FailureText(outcome.order_number(), outcome.error()));
  } else if (!arguments.quiet) {
    PrintChange(outcome.change(), session);
  }
}

void Bulk(BulkArguments& arguments, Session& session) {
  gw::BulkUpdateOrdersRequest request;
  if (!session.Check(FillTarget(arguments, request))) return;
  if (!session.Check(FillChanges(arguments, *request.mutable_changes()))) return;
  request.set_reason(arguments.reason);
  request.set_dry_run(arguments.dry_run);
  request.set_request_id(arguments.request_id.value());
  request.set_outcomes_per_message(100);
  auto context = session.NewContext(absl::Minutes(15));
  auto stream = session.orders().BulkUpdateOrders(context.get(), request);
  gw::BulkSummary summary;
  gw::BulkUpdateOrdersResponse response;
  while (stream->Read(&response)) {
    // A gateway of an earlier release sends them one by one.
    if (response.has_outcome()) PrintOutcome(response.outcome(), arguments, session);
    for (const auto& outcome : response.outcomes().outcomes()) PrintOutcome(outcome, arguments, session);
    if (response.has_progress()) {
      ShowProgress(absl::StrCat(response.progress().done(), " of ", response.progress().total(), " orders"));
    }
    if (response.has_summary()) summary = response.summary();
  }
  if (!session.Check(stream->Finish())) {
    session.Advise(absl::StrCat("To do what is left, repeat with --request-id ", request.request_id()));
    return;
  }
  if (session.format() == Format::kJson) {
    PrintJson(summary);
  } else {
    Print(absl::StrCat(summary.dry_run() ? "dry run: " : "", summary.changed(), " changed, ", summary.unchanged(),
                       " unchanged, ", summary.failed(), " failed\n"));
  }
  if (summary.failed() > 0) session.exit_code = kExitPartly;
}

}  // namespace

void AddBulkCommand(CLI::App& parent, Session& session) {
  auto bulk = std::make_shared<BulkArguments>();
  auto* command = AddCommand(parent, "bulk", "Change up to 10,000 orders alike (一括更新)", session,
                             [bulk, &session] { Bulk(*bulk, session); });
  const std::string changes = "What to change (one at least)";
  command->add_option("--to-status", bulk->to_status, "受注進捗区分; the orders turn MANUAL")->group(changes);
  command->add_option("--to-mode", bulk->to_mode, "自動遷移: AUTO or MANUAL")->group(changes);
  command->add_option("--set-state", bulk->set_states, "区分更新: PREPAYMENT_PAID or 前払入金済 …, comma separated")
      ->delimiter(',')
      ->group(changes);
  command->add_option("--paid-time", bulk->paid_time, "入金日時: \"2026-11-24 09:30\" or now")->group(changes);
  auto* received = command->add_option("--received-yen", bulk->received, "入金額, the same for each order");
  received->group(changes);
  command->add_flag("--received-in-full", bulk->received_in_full, "入金額: each order's own total")
      ->group(changes)
      ->excludes(received);
  command->add_option("--add-tag", bulk->add_tags, "受注タグ to put on, by id")->delimiter(',')->group(changes);
  command->add_option("--remove-tag", bulk->remove_tags, "受注タグ to take off, by id")->delimiter(',')->group(changes);
  command->add_option("--set-management-category", bulk->category, "管理区分, by id")->group(changes);
  command->add_flag("--clear-management-category", bulk->no_category, "take 管理区分 off")->group(changes);
  command->add_option("--forced-allocation", bulk->forced, "強制引当する: on or off")->group(changes);
  const std::string which = "Which orders (these, or search keys)";
  command->add_option("--orders", bulk->orders, "order numbers, comma separated")->delimiter(',')->group(which);
  command->add_option("--orders-file", bulk->orders_file, "a file with one order number a line; - reads standard input")
      ->group(which);
  bulk->query.AddTo(*command);
  command->add_option("--reason", bulk->reason, "why, for the history");
  command->add_flag("--dry-run", bulk->dry_run, "say what would happen and change nothing");
  command->add_flag("--quiet", bulk->quiet, "print failures and the summary only");
  bulk->request_id.AddTo(*command);
  command->footer(
      "Example: juchuctl orders bulk --status 入金待 --ordered-from 2026-11-01 --set-state 前払入金済 --paid-time now");
}

}  // namespace juchu::ctl
