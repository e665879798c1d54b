#include "services/gateway/app/screening_intake.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/ids/order_number.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/file_problem.h"
#include "services/gateway/app/require_tenant.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
namespace payment_pb = ::juchu::payment::v1;
using Header = v1::ImportScreeningResultsRequest::Header;
using Outcome = v1::ScreeningResultOutcome;

constexpr size_t kBatch = 250;

void Refuse(const absl::Status& why, Outcome& outcome) {
  outcome.set_result(Outcome::RESULT_REFUSED);
  v1::FileProblem problem = ProblemOf(why);
  problem.set_line(outcome.line());
  *outcome.add_problems() = std::move(problem);
}

// What a line says, before anybody has looked at its order.
Outcome OutcomeOf(const ResultLine& line) {
  Outcome outcome;
  outcome.set_line(line.line);
  outcome.set_order_number(line.shop_transaction_id);
  outcome.set_reason(line.reason);
  for (const auto& problem : line.problems) {
    outcome.set_result(Outcome::RESULT_REFUSED);
    *outcome.add_problems() = ProblemOf(problem);
  }
  if (!line.problems.empty()) return outcome;
  if (const auto number = ParseOrderNumber("shop_transaction_id", line.shop_transaction_id); !number.ok()) {
    Refuse(NotFound("ORDER_NOT_FOUND", "there is no such order",
                    {{"remedy", "the number is not one that juchu has registered"}}),
           outcome);
  }
  if (!line.unknown_word.empty()) {
    outcome.set_note(absl::StrCat("the word \"", line.unknown_word, "\" is not known: a person has to look"));
  }
  return outcome;
}

absl::Status CheckOrder(const pb::Order& order, payment_pb::PostpayCompany company) {
  const auto kind = company == payment_pb::NP ? pb::NP_POSTPAY : pb::GMO_POSTPAY;
  if (order.status() == pb::CANCELLED || order.status() == pb::COMPLETED) {
    return FailedPrecondition("ORDER_HAS_ENDED", "the order is cancelled or completed, so the result is not applied",
                              {{"remedy", "cancel the transaction on the company's screen where it stands still"}});
  }
  if (order.payment_kind() != kind) {
    return FailedPrecondition("PAYMENT_KIND_WRONG", "the order is not paid by this company any more",
                              {{"remedy", "cancel the transaction on the company's screen"}});
  }
  return absl::OkStatus();
}

}  // namespace

// Lines that are applied together.
struct ScreeningIntake::Batch {
  const Header& header;
  absl::Span<const ResultLine> lines;
  std::vector<Outcome> outcomes;
  std::map<std::string, pb::Order> orders;

  bool IsOpen(size_t index) const { return outcomes[index].result() == Outcome::RESULT_UNSPECIFIED; }
};

absl::Status ScreeningIntake::FindOrders(const rpc::CallContext& context, Batch& batch) {
  pb::LoadOrdersRequest request;
  const ConfigurationSnapshot held = parts_.configurations.Find(context.tenant);
  request.set_known_configuration_version(held == nullptr ? 0 : held->version());
  request.set_view(pb::ORDER_VIEW_BASIC);
  std::vector<size_t> indexes;
  for (size_t i = 0; i < batch.lines.size(); ++i) {
    if (!batch.IsOpen(i)) continue;
    request.add_keys()->set_order_number(batch.lines[i].shop_transaction_id);
    indexes.push_back(i);
  }
  if (indexes.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(auto response, parts_.orders.LoadOrders(context, request));
  for (size_t i = 0; i < indexes.size(); ++i) {
    auto& loaded = *response.mutable_orders(static_cast<int>(i));
    auto& outcome = batch.outcomes[indexes[i]];
    const absl::Status status =
        loaded.has_error() ? ToStatus(loaded.error()) : CheckOrder(loaded.order(), batch.header.company());
    if (!status.ok()) {
      Refuse(status, outcome);
      continue;
    }
    outcome.set_status(loaded.order().status());
    batch.orders[outcome.order_number()] = std::move(*loaded.mutable_order());
  }
  return absl::OkStatus();
}

absl::Status ScreeningIntake::Record(const rpc::CallContext& context, Batch& batch) {
  payment_pb::RecordResultsRequest request;
  request.set_dry_run(batch.header.dry_run());
  std::vector<size_t> indexes;
  for (size_t i = 0; i < batch.lines.size(); ++i) {
    if (!batch.IsOpen(i)) continue;
    const ResultLine& line = batch.lines[i];
    auto& result = *request.add_results();
    result.set_order_number(line.shop_transaction_id);
    result.set_company(batch.header.company());
    result.set_result(line.result);
    result.set_transaction_id(line.transaction_id);
    result.set_reason(line.reason);
    result.set_decided_time(line.decided_time);
    result.set_amount_yen(batch.orders.at(line.shop_transaction_id).amounts().total_yen());
    indexes.push_back(i);
  }
  if (indexes.empty()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const auto response, parts_.postpay.RecordResults(context, request));
  std::vector<std::string> changed;
  for (size_t i = 0; i < indexes.size(); ++i) {
    const auto& recorded = response.outcomes(static_cast<int>(i));
    auto& outcome = batch.outcomes[indexes[i]];
    if (!recorded.error_reason().empty()) {
      Refuse(FailedPrecondition(recorded.error_reason(), recorded.error_message()), outcome);
      continue;
    }
    outcome.set_result(recorded.changed() ? Outcome::RESULT_APPLIED : Outcome::RESULT_ALREADY_APPLIED);
    outcome.set_state(recorded.facts().screening());
    // What was recorded before may not have come to its order.
    changed.push_back(outcome.order_number());
  }
  if (batch.header.dry_run()) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const auto settled, SettlePostpay(parts_, context, "ImportScreeningResults", changed));
  for (auto& outcome : batch.outcomes) {
    if (const auto it = settled.find(outcome.order_number()); it != settled.end()) {
      outcome.set_status(it->second.status());
    }
  }
  return absl::OkStatus();
}

absl::Status ScreeningIntake::Import(const rpc::CallContext& context, const Source& source, const Sink& sink) {
  const auto first = source();
  if (!first.has_value() || !first->has_header()) {
    return InvalidField("FIELD_REQUIRED", "header", "is missing", "send the header as the first message of the stream");
  }
  const auto& header = first->header();
  JUCHU_RETURN_IF_ERROR(RequireTenant(context, parts_.orders, parts_.configurations));
  JUCHU_ASSIGN_OR_RETURN(const auto layout, parts_.layouts.Find(context, header.company(), LayoutUse::kResult,
                                                                header.layout_profile_id()));
  IntakeFileBuffer buffer(kResultRows);
  while (auto message = source()) {
    if (message->has_header()) {
      return InvalidField("HEADER_TWICE", "header", "came a second time", "send the header once, then data only");
    }
    JUCHU_RETURN_IF_ERROR(buffer.Append(message->data()));
  }
  JUCHU_ASSIGN_OR_RETURN(const auto file, ReadResultFile(layout, buffer.Take()));
  v1::ImportScreeningResultsResponse last;
  auto& summary = *last.mutable_summary();
  summary.set_dry_run(header.dry_run());
  summary.mutable_ignored_columns()->Assign(file.ignored_columns.begin(), file.ignored_columns.end());
  for (size_t begin = 0; begin < file.lines.size(); begin += kBatch) {
    Batch batch{header, absl::MakeConstSpan(file.lines).subspan(begin, kBatch), {}, {}};
    for (const auto& line : batch.lines) batch.outcomes.push_back(OutcomeOf(line));
    JUCHU_RETURN_IF_ERROR(FindOrders(context, batch));
    JUCHU_RETURN_IF_ERROR(Record(context, batch));
    for (auto& outcome : batch.outcomes) {
      const auto result = outcome.result();
      summary.set_applied(summary.applied() + (result == Outcome::RESULT_APPLIED ? 1 : 0));
      summary.set_already_applied(summary.already_applied() + (result == Outcome::RESULT_ALREADY_APPLIED ? 1 : 0));
      summary.set_refused(summary.refused() + (result == Outcome::RESULT_REFUSED ? 1 : 0));
      v1::ImportScreeningResultsResponse message;
      *message.mutable_outcome() = std::move(outcome);
      if (!sink(message)) return absl::CancelledError("the caller is gone");
    }
  }
  sink(last);
  return absl::OkStatus();
}

}  // namespace juchu::gateway
