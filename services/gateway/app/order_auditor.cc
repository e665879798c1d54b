#include "services/gateway/app/order_auditor.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/card_owner.h"
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

// No work on it is queued.
bool IsSettled(const pb::AuditedOrder& audited, const pb::AuditOrdersResponse& page) {
  return !audited.queued() && !page.all_queued();
}

std::vector<workflow::Violation> AuditWorkflow(const pb::AuditedOrder& audited, const pb::AuditOrdersResponse& page) {
  std::vector<workflow::Move> moves;
  for (const auto& move : audited.moves()) moves.push_back(MoveOf(move));
  return workflow::Audit(FactsOf(audited.order(), page.configuration()), SettingsOf(page.configuration()), moves,
                         IsSettled(audited, page));
}

workflow::StockAnswer AnswerOf(const inventory::v1::AllocationFacts& facts) {
  return {static_cast<workflow::StateValue>(facts.state()), facts.shipped()};
}

workflow::CardAnswer AnswerOf(const payment::v1::CardPayment& payment) {
  workflow::CardAnswer answer;
  answer.state = static_cast<workflow::StateValue>(payment.state());
  answer.authorized_yen = payment.authorized_yen();
  answer.captured_yen = payment.captured_yen();
  answer.is_open = payment.open_operation() != payment::v1::CARD_OPERATION_UNSPECIFIED;
  answer.void_has_failed = payment.failed_operation() == payment::v1::VOID_AUTHORIZATION;
  return answer;
}

workflow::ScreeningAnswer AnswerOf(const payment::v1::PaymentFacts& facts, const pb::Order& order) {
  workflow::ScreeningAnswer answer;
  answer.state = static_cast<workflow::StateValue>(facts.screening());
  answer.slip_reported = facts.slip_reported();
  answer.is_of_order = IsScreeningOf(facts, order);
  return answer;
}

// What the payment service has told of an order: of its card and its screening, under one version.
struct Told {
  int64_t version = 0;
  // Null where nothing is known of it.
  const payment::v1::CardPayment* card = nullptr;
  const payment::v1::PaymentFacts* screening = nullptr;
};

// By order number; points into `read`.
std::map<std::string, Told> ToldIn(const payment::v1::ReadCardsResponse& read) {
  std::map<std::string, Told> all;
  for (const auto& card : read.payments()) {
    auto& told = all[card.order_number()];
    told.version = card.facts_version();
    told.card = &card;
  }
  for (const auto& facts : read.facts()) {
    auto& told = all[facts.order_number()];
    told.version = facts.version();
    if (facts.screening() != payment::v1::SCREENING_STATE_UNSPECIFIED) told.screening = &facts;
  }
  return all;
}

// Whether the order knows what a neighbour says, who was asked later: newer facts are judged by Untold, older ones than
// it knows have been lost.
bool IsKnown(const char* neighbour, int64_t version, int64_t known, std::vector<workflow::Violation>& found) {
  if (version < known) {
    found.push_back({"FACTS_LOST", absl::StrCat("the order knows version ", known, " of what ", neighbour,
                                                " says, which knows version ", version)});
  }
  return version == known;
}

constexpr char kInventory[] = "the inventory";
constexpr char kPayment[] = "the payment service";

void Append(std::vector<workflow::Violation> more, std::vector<workflow::Violation>& all) {
  for (auto& violation : more) all.push_back(std::move(violation));
}

}  // namespace

// Orders of a page of which a neighbour, asked later, knew more than they did and had no news queued. News is
// acknowledged once its order knows it, so these must know it by now.
class OrderAuditor::Untold {
 public:
  Untold(const char* neighbour, const google::protobuf::RepeatedPtrField<std::string>& queued)
      : neighbour_(neighbour), queued_(queued.begin(), queued.end()) {}

  void Look(const std::string& order_number, int64_t version, int64_t known) {
    if (version > known && queued_.count(order_number) == 0) versions_[order_number] = version;
  }
  const char* neighbour() const { return neighbour_; }
  // By order number.
  const std::map<std::string, int64_t>& versions() const { return versions_; }

 private:
  const char* neighbour_;
  const std::set<std::string> queued_;
  std::map<std::string, int64_t> versions_;
};

absl::Status OrderAuditor::AuditStock(const rpc::CallContext& context, const pb::AuditOrdersResponse& page,
                                      Violations& violations) {
  std::vector<const pb::Order*> settled;
  inventory::v1::ReadAllocationsRequest request;
  request.set_facts_only(true);
  request.set_with_queued(true);
  for (const auto& audited : page.orders()) {
    if (!IsSettled(audited, page)) continue;
    settled.push_back(&audited.order());
    request.add_order_numbers(audited.order().order_number());
  }
  if (settled.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const auto read, inventory_.ReadAllocations(context, request));
  Untold untold(kInventory, read.queued_order_numbers());
  for (size_t i = 0; i < settled.size(); ++i) {
    const auto& facts = read.orders(static_cast<int>(i)).facts();
    const int64_t known = settled[i]->fact_versions().inventory();
    auto& found = violations[settled[i]->order_number()];
    untold.Look(settled[i]->order_number(), facts.version(), known);
    if (known == 0 || !IsKnown(kInventory, facts.version(), known, found)) continue;
    Append(workflow::AuditStock(FactsOf(*settled[i], page.configuration()), AnswerOf(facts)), found);
  }
  return AuditUntold(context, untold, &pb::FactVersions::inventory, violations);
}

absl::Status OrderAuditor::AuditPayments(const rpc::CallContext& context, const pb::AuditOrdersResponse& page,
                                         Violations& violations) {
  std::map<std::string, const pb::Order*> settled;
  payment::v1::ReadCardsRequest request;
  request.set_with_queued(true);
  for (const auto& audited : page.orders()) {
    if (!IsSettled(audited, page)) continue;
    settled[audited.order().order_number()] = &audited.order();
    request.add_order_numbers(audited.order().order_number());
  }
  if (settled.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const auto read, payment_.ReadCards(context, request));
  Untold untold(kPayment, read.queued_order_numbers());
  auto all = ToldIn(read);
  for (const auto& [number, order_in_page] : settled) {
    const pb::Order& order = *order_in_page;
    const int64_t known = order.fact_versions().payment();
    // Of an order of which nothing is told, nothing is known there any more.
    const Told& told = all[number];
    auto& found = violations[number];
    untold.Look(number, told.version, known);
    if (known == 0 || !IsKnown(kPayment, told.version, known, found)) continue;
    const workflow::OrderFacts facts = FactsOf(order, page.configuration());
    if (told.card != nullptr) Append(workflow::AuditCard(facts, AnswerOf(*told.card)), found);
    if (told.screening != nullptr) Append(workflow::AuditScreening(facts, AnswerOf(*told.screening, order)), found);
  }
  return AuditUntold(context, untold, &pb::FactVersions::payment, violations);
}

absl::Status OrderAuditor::AuditUntold(const rpc::CallContext& context, const Untold& untold,
                                       int64_t (pb::FactVersions::*known)() const, Violations& violations) {
  if (untold.versions().empty()) return absl::OkStatus();
  pb::LoadOrdersRequest request;
  request.set_view(pb::ORDER_VIEW_BASIC);
  for (const auto& [number, version] : untold.versions()) request.add_keys()->set_order_number(number);
  JUCHU_ASSIGN_OR_RETURN(const auto loaded, orders_.LoadOrders(context, request));
  for (const auto& one : loaded.orders()) {
    if (one.has_error()) continue;
    const int64_t version = untold.versions().at(one.order_number());
    const int64_t now_known = (one.order().fact_versions().*known)();
    if (now_known >= version) continue;
    violations[one.order_number()].push_back(
        {"FACTS_UNTOLD", absl::StrCat("the order knows version ", now_known, " of what ", untold.neighbour(),
                                      " says, which knows version ", version, " and has no news of it queued")});
  }
  return absl::OkStatus();
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
    Violations violations;
    for (const auto& audited : page.orders()) {
      violations[audited.order().order_number()] = AuditWorkflow(audited, page);
    }
    JUCHU_RETURN_IF_ERROR(AuditStock(context, page, violations));
    JUCHU_RETURN_IF_ERROR(AuditPayments(context, page, violations));
    for (const auto& [number, found] : violations) {
      for (const auto& violation : found) heard = heard && tell(number, violation.invariant, violation.message);
    }
    for (const auto& audited : page.orders()) {
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
