#include "services/gateway/app/order_auditor.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/workflow_conversion.h"
#include "services/gateway/workflow/audit.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

constexpr int kPage = 500;

template <typename Ours, typename Wire>
std::optional<Ours> KnownOrNone(Wire value) {
  if (static_cast<int>(value) == 0) return std::nullopt;
  return static_cast<Ours>(value);
}

workflow::Move MoveOf(const pb::OrderMove& move) {
  workflow::Move result;
  result.version = move.version();
  result.status_before = KnownOrNone<workflow::Status>(move.status_before());
  result.status_after = static_cast<workflow::Status>(move.status_after());
  result.mode_before = KnownOrNone<workflow::Mode>(move.mode_before());
  result.mode_after = static_cast<workflow::Mode>(move.mode_after());
  result.status_by_rule = move.status_by_rule();
  result.mode_by_person = move.mode_by_person();
  for (const int status : move.status_path()) result.path.push_back(static_cast<workflow::Status>(status));
  return result;
}

std::vector<workflow::Violation> AuditWorkflow(const pb::AuditedOrder& audited, const pb::AuditOrdersResponse& page) {
  std::vector<workflow::Move> moves;
  for (const auto& move : audited.moves()) moves.push_back(MoveOf(move));
  return workflow::Audit(FactsOf(audited.order(), page.configuration()), SettingsOf(page.configuration()), moves,
                         /*settled=*/!audited.queued() && !page.all_queued());
}

// The order's tag of 受注引当 where the inventory alone sets it and no work is queued that may be about it.
std::optional<pb::StateValue> AllocationToCheck(const pb::AuditedOrder& audited) {
  if (audited.queued() || audited.order().fact_versions().inventory() == 0) return std::nullopt;
  for (const auto& tag : audited.order().state_tags()) {
    if (tag.category() != pb::ALLOCATION) continue;
    if (tag.overridden() || tag.value() == pb::NOT_SUBJECT_TO_ALLOCATION) return std::nullopt;
    return tag.value();
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> OrderAuditor::AuditAllocations(const rpc::CallContext& context,
                                                                                  const pb::AuditOrdersResponse& page) {
  std::map<std::string, std::string> differing;
  std::vector<std::pair<const pb::Order*, pb::StateValue>> to_check;
  inventory::v1::ReadAllocationsRequest request;
  request.set_facts_only(true);
  for (const auto& audited : page.orders()) {
    const auto value = AllocationToCheck(audited);
    if (!value.has_value() || page.all_queued()) continue;
    to_check.emplace_back(&audited.order(), *value);
    request.add_order_numbers(audited.order().order_number());
  }
  if (to_check.empty()) return differing;
  JUCHU_ASSIGN_OR_RETURN(const auto read, inventory_.ReadAllocations(context, request));
  for (size_t i = 0; i < to_check.size(); ++i) {
    const auto& [order, value] = to_check[i];
    const auto& facts = read.orders(static_cast<int>(i)).facts();
    // Newer facts are on their way to the order; what was shipped keeps the tag that it was shipped with.
    if (facts.version() != order->fact_versions().inventory() || facts.shipped()) continue;
    if (static_cast<int>(facts.state()) == static_cast<int>(value)) continue;
    differing[order->order_number()] = absl::StrCat("it is ", pb::StateValue_Name(value), " and the inventory says ",
                                                    inventory::v1::AllocationState_Name(facts.state()));
  }
  return differing;
}

absl::Status OrderAuditor::Run(const rpc::CallContext& context, const Sink& sink) {
  v1::AuditSummary summary;
  const auto tell = [&](const std::string& order_number, const std::string& invariant, const std::string& message) {
    summary.set_findings(summary.findings() + 1);
    v1::AuditOrdersResponse response;
    response.mutable_finding()->set_order_number(order_number);
    response.mutable_finding()->set_invariant(invariant);
    response.mutable_finding()->set_message(message);
    return sink(response);
  };
  pb::AuditOrdersRequest request;
  request.set_page_size(kPage);
  bool more = true;
  while (more) {
    JUCHU_ASSIGN_OR_RETURN(const auto page, orders_.AuditOrders(context, request));
    bool heard = true;
    for (const auto& finding : page.findings()) {
      heard = heard && tell(finding.order_number(), finding.invariant(), finding.message());
    }
    JUCHU_ASSIGN_OR_RETURN(const auto differing, AuditAllocations(context, page));
    for (const auto& [number, message] : differing) heard = heard && tell(number, "ALLOCATION_DIFFERS", message);
    for (const auto& audited : page.orders()) {
      for (const auto& violation : AuditWorkflow(audited, page)) {
        heard = heard && tell(audited.order().order_number(), violation.invariant, violation.message);
      }
      summary.set_orders(summary.orders() + 1);
      summary.set_moves(summary.moves() + audited.moves_size());
      request.set_after_order_number(audited.order().order_number());
    }
    more = page.more();
    v1::AuditOrdersResponse progress;
    progress.mutable_progress()->set_orders(summary.orders());
    if (!heard || (more && !sink(progress))) return absl::CancelledError("the caller has gone away");
  }
  v1::AuditOrdersResponse last;
  *last.mutable_summary() = summary;
  sink(last);
  return absl::OkStatus();
}

}  // namespace juchu::gateway
