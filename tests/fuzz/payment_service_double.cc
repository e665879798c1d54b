#include "tests/fuzz/payment_service_double.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"
#include "services/payment/rpc/payment_requests.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/well_formed.h"

namespace juchu::fuzz {
namespace {

namespace pb = ::juchu::payment::v1;
using payment::Ending;
using payment::rccs::Verdict;
using StoredCard = PaymentServiceDouble::StoredCard;

constexpr int kMostRequestsShown = 20;

pb::PaymentSettings DefaultSettings() {
  pb::PaymentSettings settings;
  settings.set_card_send_interval_seconds(600);
  settings.set_authorization_valid_days(60);
  settings.set_expiry_warning_days(7);
  settings.set_stuck_after_seconds(7200);
  return settings;
}

pb::CardPayment PaymentOf(const std::string& order_number, const StoredCard& stored) {
  pb::CardPayment payment;
  payment.set_order_number(order_number);
  payment.set_shop_id(stored.shop_id);
  payment.set_shop_order_number(stored.shop_order_number);
  payment.set_state(stored.state);
  payment.set_wish(stored.card.wish);
  payment.set_amount_yen(stored.card.amount_yen);
  payment.set_authorized_yen(stored.card.authorized_yen);
  payment.set_captured_yen(stored.card.captured_yen);
  payment.set_failed_operation(stored.card.failed);
  payment.set_error_code(stored.error_code);
  payment.set_error_message(stored.error_message);
  if (stored.card.open.has_value()) payment.set_open_operation(stored.card.open->operation);
  payment.set_facts_version(stored.facts_version);
  return payment;
}

// As the real one judges a card, but that an authorization before which the company has said that nothing is held is no
// second one.
void Judge(const std::string& order_number, const StoredCard& stored, pb::AuditPaymentsResponse& response) {
  std::map<pb::CardOperation, int64_t> done;
  std::map<pb::CardOperation, int64_t> sent;
  for (const auto& request : stored.requests) {
    if (request.state() != pb::REQUEST_DONE) continue;
    ++done[request.operation()];
    if (request.sends() > 0 && stored.asked.count(request.request_id()) == 0) ++sent[request.operation()];
  }
  const auto expect = [&](bool holds, const char* invariant) {
    if (holds) return;
    auto& finding = *response.add_findings();
    finding.set_order_number(order_number);
    finding.set_invariant(invariant);
    finding.set_message(PaymentOf(order_number, stored).ShortDebugString());
  };
  const auto& card = stored.card;
  expect(stored.state == payment::StateOf(card), "STATE_NOT_DERIVED");
  expect(card.authorized_yen == 0 || done[pb::AUTHORIZE] > 0 || card.failed == pb::AUTHORIZE,
         "AUTHORIZED_NOT_BY_REQUEST");
  const int64_t cancelled = done[pb::VOID_AUTHORIZATION] + done[pb::VOID_CAPTURE];
  expect(sent[pb::AUTHORIZE] <= cancelled + 1 || card.unclear, "AUTHORIZED_TWICE");
  expect(card.captured_yen == 0 || done[pb::CAPTURE] > 0, "CAPTURED_NOT_BY_REQUEST");
  expect(sent[pb::CAPTURE] <= done[pb::VOID_CAPTURE] + 1, "CAPTURED_TWICE");
  expect(card.captured_yen <= card.authorized_yen, "CAPTURED_TOO_MUCH");
}

}  // namespace

PaymentServiceDouble::PaymentServiceDouble(const Clock& clock)
    : PaymentClient(nullptr, clock),
      clock_(clock),
      request_ids_(clock, [] { return uint64_t{0}; }),
      settings_(DefaultSettings()) {}

absl::StatusOr<pb::SettleCardsResponse> PaymentServiceDouble::SettleCards(const rpc::CallContext&,
                                                                          const pb::SettleCardsRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  pb::SettleCardsResponse response;
  for (const auto& need : request.needs()) {
    const auto known = cards_.find(need.order_number());
    // Of an order for which nobody has asked for anything there is nothing to keep or to release.
    const bool asks = need.wish() == pb::CARD_HOLD || need.wish() == pb::CARD_CAPTURE;
    const bool is_asked_for =
        known != cards_.end() && !need.asked() && need.order_version() <= known->second.asked_version;
    if (known == cards_.end() ? asks : need.order_version() >= known->second.order_version && !is_asked_for) {
      auto& stored = cards_[need.order_number()];
      const StoredCard before = stored;
      stored.shop_id = need.shop_id();
      stored.shop_order_number = need.shop_order_number();
      stored.order_version = need.order_version();
      payment::TakeNeed({need.wish(), need.amount_yen(), need.asked()}, /*expired=*/false, stored.card);
      Advance(need.order_number(), before, need.asked(), stored);
      const bool leads_on = stored.card.open.has_value() || stored.facts_version != before.facts_version;
      if (need.asked() && leads_on) stored.asked_version = need.order_version();
    }
    *response.add_facts() = FactsOf(need.order_number());
  }
  return response;
}

// What follows from a card as it is now: the next request, facts, and news of them.
void PaymentServiceDouble::Advance(const std::string& order_number, const StoredCard& before, bool asked,
                                   StoredCard& stored) {
  auto& card = stored.card;
  const payment::NextStep step = payment::NextOf(card, asked);
  if (step.withdraw) {
    Require(card.open->waiting, "what has been sent is not taken back");
    stored.requests.back().set_state(pb::REQUEST_WITHDRAWN);
    card.open.reset();
  }
  if (step.operation != pb::CARD_OPERATION_UNSPECIFIED) {
    Require(!card.open.has_value(), "a card has one request at a time");
    Require(step.operation != pb::CAPTURE || card.authorized_yen == card.amount_yen, "the order's amount is captured");
    card.open = payment::OpenRequest{step.operation, card.amount_yen, true};
    stored.asks_first = card.unclear;
    stored.asked_time = company_.Now();
    auto& opened = stored.requests.emplace_back();
    opened.set_request_id(request_ids_.Next());
    opened.set_operation(step.operation);
    opened.set_amount_yen(card.amount_yen);
    opened.set_state(pb::REQUEST_WAITING);
    *opened.mutable_create_time() = TimestampFromTime(clock_.Now());
  }
  if (card.failed == pb::CARD_OPERATION_UNSPECIFIED) {
    stored.error_code.clear();
    stored.error_message.clear();
  }
  stored.state = payment::StateOf(card);
  const bool is_news = before.facts_version == 0 || stored.state != before.state ||
                       stored.error_code != before.error_code || stored.error_message != before.error_message;
  if (!is_news) return;
  ++stored.facts_version;
  QueueNews(order_number, FactsVersionOf(order_number));
}

// As the queue's table takes it: what is queued already gets a higher generation.
void PaymentServiceDouble::QueueNews(const std::string& order_number, int64_t version) {
  auto& generation = news_[order_number];
  generation = std::max(generation + 1, version);
}

void PaymentServiceDouble::Answer(absl::Span<const CompanyAnswer> answers) {
  auto answer = answers.begin();
  for (auto& [order_number, stored] : cards_) {
    if (answer == answers.end()) return;
    AnswerOne(order_number, *answer++, stored);
  }
}

void PaymentServiceDouble::AnswerOne(const std::string& order_number, CompanyAnswer answer, StoredCard& stored) {
  if (answer == CompanyAnswer::kExpired) return company_.Expire(order_number);
  auto& open = stored.card.open;
  if (!open.has_value() || answer == CompanyAnswer::kNone) return;
  auto& request = stored.requests.back();
  if (open->waiting && stored.asks_first) {
    const auto history = company_.History(open->operation, order_number, open->amount_yen, stored.asked_time);
    if (history.verdict == Verdict::kDone) return End(order_number, {}, stored);
    if (history.code == "AMOUNT_DIFFERS") {
      return End(order_number, {Ending::kRefused, history.price_yen, history.code, history.message}, stored);
    }
    // Money is asked for only where the company says that nothing is held.
    if (open->operation == pb::AUTHORIZE && history.verdict == Verdict::kUnclear) {
      return End(order_number, {Ending::kLost, std::nullopt, history.code, history.message}, stored);
    }
    stored.asks_first = false;
    stored.asked.insert(request.request_id());
  }
  if (open->waiting) {
    company_.Receive(open->operation, order_number);
    open->waiting = false;
    request.set_sends(1);
    request.set_state(pb::REQUEST_SENT);
  }
  if (answer == CompanyAnswer::kSent) return;
  End(order_number, company_.CarryOut(open->operation, order_number, open->amount_yen, answer), stored);
}

void PaymentServiceDouble::End(const std::string& order_number, const CardCompanyDouble::Result& result,
                               StoredCard& stored) {
  const StoredCard before = stored;
  const payment::OpenRequest open = *stored.card.open;
  const bool is_done = result.ending == Ending::kDone;
  payment::TakeEnding(result.ending, is_done ? open.amount_yen : result.price_yen.value_or(0), stored.card);
  stored.error_code = result.code;
  stored.error_message = result.message;
  if (open.operation == pb::AUTHORIZE && stored.card.authorized_yen > 0) {
    stored.expire_time = clock_.Now() + absl::Hours(24 * settings_.authorization_valid_days());
  }
  stored.requests.back().set_state(is_done                          ? pb::REQUEST_DONE
                                   : result.ending == Ending::kLost ? pb::REQUEST_LOST
                                                                    : pb::REQUEST_REFUSED);
  Advance(order_number, before, /*asked=*/false, stored);
}

absl::StatusOr<pb::ReadCardsResponse> PaymentServiceDouble::ReadCards(const rpc::CallContext&,
                                                                      const pb::ReadCardsRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  pb::ReadCardsResponse response;
  for (const std::string& number : request.order_numbers()) {
    const pb::PaymentFacts facts = FactsOf(number);
    if (facts.version() > 0) *response.add_facts() = facts;
    if (request.with_queued() && news_.count(number) > 0) response.add_queued_order_numbers(number);
    const auto it = cards_.find(number);
    if (it == cards_.end()) continue;
    auto& payment = *response.add_payments() = PaymentOf(number, it->second);
    payment.set_facts_version(facts.version());
    if (!request.with_requests()) continue;
    const auto& requests = it->second.requests;
    for (auto newest = requests.rbegin(); newest != requests.rend(); ++newest) {
      if (payment.requests_size() < kMostRequestsShown) *payment.add_requests() = *newest;
    }
  }
  return response;
}

absl::StatusOr<pb::SearchCardsResponse> PaymentServiceDouble::SearchCards(const rpc::CallContext&,
                                                                          const pb::SearchCardsRequest& request) {
  RequireReadable(request);
  JUCHU_RETURN_IF_ERROR(payment::CheckRequest(request));
  const int64_t stuck_before_us = absl::ToUnixMicros(clock_.Now() - absl::Seconds(settings_.stuck_after_seconds()));
  const absl::Time ends_before = clock_.Now() + absl::Hours(24 * settings_.expiry_warning_days());
  const auto is_sought = [&](const StoredCard& stored) {
    const auto& states = request.states();
    if (!states.empty() && std::find(states.begin(), states.end(), stored.state) == states.end()) return false;
    const bool is_stuck =
        stored.card.open.has_value() && MicrosFromTimestamp(stored.requests.back().create_time()) < stuck_before_us;
    const bool ends =
        stored.card.authorized_yen > 0 && stored.card.captured_yen == 0 && stored.expire_time < ends_before;
    return (!request.stuck() || is_stuck) && (!request.expiring() || ends);
  };
  pb::SearchCardsResponse response;
  for (auto it = cards_.upper_bound(request.after_order_number()); it != cards_.end(); ++it) {
    if (!is_sought(it->second)) continue;
    response.set_more(response.payments_size() == request.page_size());
    if (response.more()) break;
    *response.add_payments() = PaymentOf(it->first, it->second);
  }
  return response;
}

absl::StatusOr<pb::PaymentSettings> PaymentServiceDouble::GetPaymentSettings(
    const rpc::CallContext&, const pb::GetPaymentSettingsRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  return settings_;
}

absl::StatusOr<pb::PaymentSettings> PaymentServiceDouble::PutPaymentSettings(
    const rpc::CallContext&, const pb::PutPaymentSettingsRequest& request) {
  RequireReadable(request);
  JUCHU_RETURN_IF_ERROR(payment::CheckRequest(request));
  settings_ = request.settings();
  return settings_;
}

absl::StatusOr<pb::AuditPaymentsResponse> PaymentServiceDouble::AuditPayments(const rpc::CallContext&,
                                                                              const pb::AuditPaymentsRequest& request) {
  RequireWellFormed(request, payment::CheckRequest(request));
  pb::AuditPaymentsResponse response;
  for (auto it = cards_.upper_bound(request.after_order_number()); it != cards_.end(); ++it) {
    Judge(it->first, it->second, response);
    response.set_payments(response.payments() + 1);
    if (response.payments() < request.page_size()) continue;
    response.set_next(it->first);
    break;
  }
  return response;
}

absl::StatusOr<common::v1::LeaseChangesResponse> PaymentServiceDouble::LeaseChanges(
    const rpc::CallContext&, const common::v1::LeaseChangesRequest& request) {
  common::v1::LeaseChangesResponse response;
  for (const auto& [order_number, version] : news_) {
    if (response.changes_size() == request.max_changes()) break;
    auto& change = *response.add_changes();
    change.set_tenant_id("acme");
    change.set_order_number(order_number);
    change.set_generation(version);
    change.set_attempts(1);
  }
  return response;
}

absl::StatusOr<common::v1::ExtendLeasesResponse> PaymentServiceDouble::ExtendLeases(
    const rpc::CallContext&, const common::v1::ExtendLeasesRequest&) {
  return common::v1::ExtendLeasesResponse();
}

absl::StatusOr<common::v1::AckChangesResponse> PaymentServiceDouble::AckChanges(
    const rpc::CallContext&, const common::v1::AckChangesRequest& request) {
  common::v1::AckChangesResponse response;
  for (const auto& change : request.changes()) {
    Require(change.generation() <= FactsVersionOf(change.order_number()), "nobody acknowledges facts that are not");
    const auto it = news_.find(change.order_number());
    if (it == news_.end() || it->second != change.generation()) continue;
    news_.erase(it);
    response.set_removed(response.removed() + 1);
  }
  return response;
}

pb::PaymentFacts PaymentServiceDouble::FactsWith(const pb::PaymentFacts& screening) const {
  pb::PaymentFacts facts = screening;
  const auto it = cards_.find(screening.order_number());
  if (it == cards_.end()) return facts;
  const StoredCard& stored = it->second;
  facts.set_version(screening.version() + stored.facts_version);
  facts.set_state(stored.state);
  if (!stored.error_code.empty()) facts.set_reason(absl::StrCat(stored.error_code, ": ", stored.error_message));
  return facts;
}

pb::PaymentFacts PaymentServiceDouble::FactsOf(const std::string& order_number) const {
  const auto it = screenings_.find(order_number);
  if (it != screenings_.end()) return FactsWith(it->second);
  pb::PaymentFacts nothing;
  nothing.set_order_number(order_number);
  return FactsWith(nothing);
}

void PaymentServiceDouble::TellScreening(const pb::PaymentFacts& screening) {
  screenings_[screening.order_number()] = screening;
  QueueNews(screening.order_number(), FactsVersionOf(screening.order_number()));
}

int64_t PaymentServiceDouble::FactsVersionOf(const std::string& order_number) const {
  return FactsOf(order_number).version();
}

std::string PaymentServiceDouble::Snapshot() const {
  std::string all = settings_.SerializeAsString();
  for (const auto& [order_number, stored] : cards_) {
    absl::StrAppend(&all, "\n", PaymentOf(order_number, stored).SerializeAsString(), stored.card.unclear);
    for (const auto& request : stored.requests) absl::StrAppend(&all, "\n", request.SerializeAsString());
  }
  return all;
}

}  // namespace juchu::fuzz
