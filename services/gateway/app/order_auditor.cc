#include "services/gateway/app/order_auditor.h"

#include <utility>
#include <vector>

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

}  // namespace

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
