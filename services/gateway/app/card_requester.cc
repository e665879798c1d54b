#include "services/gateway/app/card_requester.h"

#include <utility>

#include "absl/strings/strip.h"
#include "common/ids/order_number.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/app/bulk_error.h"
#include "services/gateway/app/card_owner.h"
#include "services/gateway/app/request_checks.h"
#include "services/gateway/app/require_tenant.h"
#include "services/gateway/intake/card_number_mask.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

constexpr int kAuditPage = 500;

// What a page token is bound to: the request, whatever its page.
std::string QuestionOf(v1::SearchCardsRequest request) {
  request.clear_page_size();
  request.clear_page_token();
  return HashRequest(request);
}

}  // namespace

absl::Status CardRequester::CheckTenant(const rpc::CallContext& context) {
  return RequireTenant(context, parts_.orders, parts_.configurations);
}

template <typename Request>
absl::StatusOr<v1::CardsResponse> CardRequester::Command(const rpc::CallContext& context, const Request& request,
                                                         workflow::CardCommand command, const std::string& reason) {
  JUCHU_ASSIGN_OR_RETURN(const auto numbers, ParseOrderNumbers(request.order_numbers()));
  Change change;
  // A method's request is named after it.
  change.operation = std::string(absl::StripSuffix(Request::descriptor()->name(), "Request"));
  change.reason = MaskCardNumbers(reason);
  change.actor = PersonOf(context);
  CardOwner payment(parts_.payment, parts_.acknowledger, Cause::kAsked, numbers.size(), command);
  JUCHU_ASSIGN_OR_RETURN(auto orders, parts_.settler.Run(context, numbers, {&payment}, change, /*evaluates=*/false));
  v1::CardsResponse response;
  for (size_t index = 0; index < orders.size(); ++index) {
    auto& outcome = *response.add_outcomes();
    outcome.set_order_number(orders[index].number);
    if (!orders[index].status.ok()) {
      *outcome.mutable_error() = BulkErrorOf(orders[index].status);
      continue;
    }
    if (const auto& facts = payment.answer(index).facts; facts.has_value()) {
      // One to void is asked for by what is known there; that may be the screening of a postpaid order alone.
      if (facts->state() == pb::CARD_STATE_UNSPECIFIED) {
        *outcome.mutable_error() = BulkErrorOf(workflow::CardNotUsed());
        continue;
      }
      outcome.set_state(facts->state());
      outcome.set_reason(facts->reason());
    }
    *outcome.mutable_change() = ChangeOf(orders[index]);
  }
  return response;
}

absl::StatusOr<v1::CardsResponse> CardRequester::Authorize(const rpc::CallContext& context,
                                                           const v1::AuthorizeCardsRequest& request) {
  return Command(context, request, workflow::CardCommand::kAuthorize, "");
}

absl::StatusOr<v1::CardsResponse> CardRequester::Capture(const rpc::CallContext& context,
                                                         const v1::CaptureCardsRequest& request) {
  return Command(context, request, workflow::CardCommand::kCapture, "");
}

absl::StatusOr<v1::CardsResponse> CardRequester::Void(const rpc::CallContext& context,
                                                      const v1::VoidCardsRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckReason(request.reason()));
  if (request.reason().empty()) {
    return InvalidField("REASON_REQUIRED", "reason", "is missing", "say why the card is voided");
  }
  return Command(context, request, workflow::CardCommand::kVoid, request.reason());
}

absl::StatusOr<pb::CardPayment> CardRequester::Get(const rpc::CallContext& context, const v1::GetCardRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const std::string number, ParseOrderNumber("order_number", request.order_number()));
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  pb::ReadCardsRequest read;
  read.add_order_numbers(number);
  read.set_with_requests(true);
  JUCHU_ASSIGN_OR_RETURN(auto answer, parts_.payment.ReadCards(context, read));
  if (!answer.payments().empty()) return std::move(*answer.mutable_payments(0));
  return NotFound("CARD_PAYMENT_NOT_FOUND", "nothing has been asked of the card company for this order",
                  {{"order_number", number}, {"remedy", "check the number; an authorization is asked for in 確認待"}});
}

absl::StatusOr<v1::SearchCardsResponse> CardRequester::Search(const rpc::CallContext& context,
                                                              const v1::SearchCardsRequest& request) {
  pb::SearchCardsRequest search;
  *search.mutable_states() = request.states();
  search.set_stuck(request.stuck());
  search.set_expiring(request.expiring());
  JUCHU_ASSIGN_OR_RETURN(const int page_size, ReadPageSize(request.page_size()));
  search.set_page_size(page_size);
  const std::string question = QuestionOf(request);
  if (!request.page_token().empty()) {
    JUCHU_ASSIGN_OR_RETURN(*search.mutable_after_order_number(),
                           parts_.tokens.Decode(context.tenant, question, request.page_token(), parts_.clock.Now()));
  }
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  JUCHU_ASSIGN_OR_RETURN(auto found, parts_.payment.SearchCards(context, search));
  v1::SearchCardsResponse response;
  *response.mutable_payments() = std::move(*found.mutable_payments());
  if (found.more()) {
    const auto& last = response.payments(response.payments_size() - 1);
    response.set_next_page_token(
        parts_.tokens.Encode(context.tenant, question, last.order_number(), parts_.clock.Now()));
  }
  return response;
}

absl::StatusOr<pb::PaymentSettings> CardRequester::GetSettings(const rpc::CallContext& context) {
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  return parts_.payment.GetPaymentSettings(context, {});
}

absl::StatusOr<pb::PaymentSettings> CardRequester::PutSettings(const rpc::CallContext& context,
                                                               const v1::PutPaymentSettingsRequest& request) {
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  pb::PutPaymentSettingsRequest put;
  *put.mutable_settings() = request.settings();
  return parts_.payment.PutPaymentSettings(context, put);
}

absl::Status CardRequester::Audit(const rpc::CallContext& context, const AuditSink& sink) {
  JUCHU_RETURN_IF_ERROR(CheckTenant(context));
  pb::AuditPaymentsRequest audit;
  audit.set_page_size(kAuditPage);
  v1::AuditPaymentsResponse last;
  auto& summary = *last.mutable_summary();
  for (bool more = true; more;) {
    JUCHU_ASSIGN_OR_RETURN(const auto page, parts_.payment.AuditPayments(context, audit));
    for (const auto& found : page.findings()) {
      v1::AuditPaymentsResponse message;
      auto& finding = *message.mutable_finding();
      finding.set_order_number(found.order_number());
      finding.set_invariant(found.invariant());
      finding.set_message(found.message());
      if (!sink(message)) return absl::CancelledError("the caller has gone away");
    }
    summary.set_payments(summary.payments() + page.payments());
    summary.set_findings(summary.findings() + page.findings_size());
    more = page.has_next();
    audit.set_after_order_number(page.next());
    v1::AuditPaymentsResponse progress;
    progress.mutable_progress()->set_payments(summary.payments());
    if (more && !sink(progress)) return absl::CancelledError("the caller has gone away");
  }
  sink(last);
  return absl::OkStatus();
}

}  // namespace juchu::gateway
