#include "tests/fuzz/card_requests.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/fuzz/card_company_double.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/stored_orders.h"

namespace juchu::fuzz {
namespace {

namespace pb = ::juchu::gateway::v1;
namespace payment_pb = ::juchu::payment::v1;

constexpr int kMostChanges = 500;
// News may lead to a wish whose answer is news again.
constexpr int kMostRounds = 4;

template <CompanyRound::Answer kOne, CompanyAnswer kOther>
constexpr bool kSame = static_cast<int>(kOne) == static_cast<int>(kOther);
static_assert(kSame<CompanyRound::NONE, CompanyAnswer::kNone> && kSame<CompanyRound::SENT, CompanyAnswer::kSent> &&
              kSame<CompanyRound::DONE, CompanyAnswer::kDone> &&
              kSame<CompanyRound::REFUSED, CompanyAnswer::kRefused> &&
              kSame<CompanyRound::OTHER_AMOUNT, CompanyAnswer::kOtherAmount> &&
              kSame<CompanyRound::LOST, CompanyAnswer::kLost> &&
              kSame<CompanyRound::DONE_AND_LOST, CompanyAnswer::kDoneAndLost> &&
              kSame<CompanyRound::EXPIRED, CompanyAnswer::kExpired>);

}  // namespace

bool CardRequests::Serve(const rpc::CallContext& context, const AnyRequest& request) {
  switch (request.request_case()) {
    case AnyRequest::kAuthorizeCards: {
      const auto& authorize = request.authorize_cards();
      Command(authorize.order_numbers_size(), true, [&] { return cards_.Authorize(context, authorize); });
      return true;
    }
    case AnyRequest::kCaptureCards: {
      const auto& capture = request.capture_cards();
      Command(capture.order_numbers_size(), true, [&] { return cards_.Capture(context, capture); });
      return true;
    }
    case AnyRequest::kVoidCards: {
      const auto& cancel = request.void_cards();
      Command(cancel.order_numbers_size(), false, [&] { return cards_.Void(context, cancel); });
      return true;
    }
    case AnyRequest::kGetCard:
      Get(context, request.get_card());
      return true;
    case AnyRequest::kSearchCards:
      Search(context, request.search_cards());
      return true;
    case AnyRequest::kGetPaymentSettings:
      Require(cards_.GetSettings(context).ok(), "there are always settings");
      return true;
    case AnyRequest::kPutPaymentSettings:
      PutSettings(context, request.put_payment_settings());
      return true;
    case AnyRequest::kAuditPayments:
      Audit(context);
      return true;
    default:
      return false;
  }
}

void CardRequests::CheckOutcome(const pb::CardOutcome& outcome) {
  Require(outcome.has_change() != outcome.has_error(), "something was asked for, or there is a reason why not");
  if (outcome.has_error()) return CheckRefusal(outcome.error());
  const auto& number = outcome.order_number();
  const auto stored = payment_.cards().find(number);
  Require(stored != payment_.cards().end(), "what was asked for is known");
  Require(outcome.state() == stored->second.state, "a person is told how far the card is");
  Require(outcome.change().version() == orders_.orders().at(number).order.version(), "and what became of the order");
}

// What is refused changes nothing; what is sent again asks for nothing more.
void CardRequests::Command(int orders, bool is_repeatable, const Call& call) {
  const auto versions = VersionsOf(orders_);
  const std::string before = payment_.Snapshot();
  const auto response = call();
  if (!response.ok()) {
    Require(VersionsOf(orders_) == versions && payment_.Snapshot() == before, "a refused command changes nothing");
    return CheckRefusal(response.status());
  }
  Require(response->outcomes_size() == orders, "each order has its outcome");
  const auto after = VersionsOf(orders_);
  for (const auto& outcome : response->outcomes()) {
    CheckOutcome(outcome);
    const auto known = versions.find(outcome.order_number());
    Require(!outcome.has_error() || known == versions.end() || after.at(known->first) == known->second,
            "an order that is refused does not change");
  }
  if (!is_repeatable) return;
  const std::string asked = payment_.Snapshot();
  Require(call().ok(), "a repeat is answered");
  Require(payment_.Snapshot() == asked, "a repeat asks the company for nothing more");
}

void CardRequests::Get(const rpc::CallContext& context, const pb::GetCardRequest& request) {
  const auto payment = cards_.Get(context, request);
  if (!payment.ok()) return CheckRefusal(payment.status());
  const auto stored = payment_.cards().find(payment->order_number());
  Require(stored != payment_.cards().end(), "a card is one that is known");
  const auto& requests = payment->requests();
  Require(!requests.empty() == !stored->second.requests.empty(), "what was asked of the company is shown");
  for (int i = 1; i < requests.size(); ++i) {
    Require(requests[i].request_id() < requests[i - 1].request_id(), "the newest request first");
  }
}

// Through all pages: each card once.
void CardRequests::Search(const rpc::CallContext& context, pb::SearchCardsRequest request) {
  std::string last;
  while (true) {
    const auto page = cards_.Search(context, request);
    if (!page.ok()) return CheckRefusal(page.status());
    for (const auto& payment : page->payments()) {
      Require(last.empty() || payment.order_number() > last, "cards come in the order of their orders' numbers");
      const auto& states = request.states();
      Require(states.empty() || std::find(states.begin(), states.end(), payment.state()) != states.end(),
              "a card is in one of the states that were asked for");
      last = payment.order_number();
    }
    if (page->next_page_token().empty()) return;
    request.set_page_token(page->next_page_token());
  }
}

void CardRequests::PutSettings(const rpc::CallContext& context, const pb::PutPaymentSettingsRequest& request) {
  const std::string before = payment_.Snapshot();
  const auto put = cards_.PutSettings(context, request);
  if (!put.ok()) {
    Require(payment_.Snapshot() == before, "refused settings change nothing");
    return CheckRefusal(put.status());
  }
  const auto read = cards_.GetSettings(context);
  Require(read.ok() && read->SerializeAsString() == put->SerializeAsString(), "settings are read as they were put");
}

void CardRequests::Meanwhile(const CompanyRound& round) {
  std::vector<CompanyAnswer> answers;
  for (const int answer : round.answers()) {
    answers.push_back(CompanyRound::Answer_IsValid(answer) ? static_cast<CompanyAnswer>(answer) : CompanyAnswer::kNone);
  }
  // What callers have acted on themselves is no news any more.
  acknowledger_.Flush();
  payment_.Answer(answers);
  if (!round.news_wait()) CarryNews();
}

void CardRequests::CarryNews() {
  common::v1::LeaseChangesRequest lease;
  lease.set_max_changes(kMostChanges);
  for (int tries = 0; tries < kMostRounds; ++tries) {
    rpc::CallContext context;
    context.method = "Reconcile";
    context.tenant = "acme";
    context.actor = "reconciler";
    const auto leased = payment_.LeaseChanges(context, lease);
    if (leased->changes().empty()) return;
    gateway::TenantWork work;
    work.tenant = context.tenant;
    for (const auto& change : leased->changes()) work.changes.push_back(&change);
    work.context = [&context] { return context; };
    work.go_on = [] { return true; };
    const std::vector<absl::Status> statuses = changes_.Handle(work);
    common::v1::AckChangesRequest done;
    for (size_t i = 0; i < statuses.size(); ++i) {
      Require(statuses[i].ok(), absl::StrCat("news reach their order: ", statuses[i].ToString()));
      *done.add_changes() = *work.changes[i];
    }
    Require(payment_.AckChanges(context, done).ok(), "news are acknowledged");
    acknowledger_.Flush();
  }
  Require(false, "news come to an end");
}

void CardRequests::CheckStored(const rpc::CallContext& context) {
  for (const auto& [number, stored] : orders_.orders()) {
    Require(stored.order.fact_versions().payment() <= payment_.FactsVersionOf(number),
            "an order knows no facts that the payment service does not");
    const auto* const shipment = TagOf(stored.order, order::v1::SHIPMENT);
    if (shipment != nullptr && shipment->value() == order::v1::SHIPMENT_CONFIRMED) confirmed_.insert(number);
  }
  for (const auto& [number, stored] : payment_.cards()) {
    const bool captures = std::any_of(stored.requests.begin(), stored.requests.end(),
                                      [](const auto& request) { return request.operation() == payment_pb::CAPTURE; });
    Require(!captures || confirmed_.count(number) == 1, "nothing is captured before its shipment is confirmed");
  }
  Audit(context);
}

void CardRequests::Audit(const rpc::CallContext& context) {
  const absl::Status audited = cards_.Audit(context, [](const pb::AuditPaymentsResponse& message) {
    Require(!message.has_finding(), absl::StrCat("the payments' audit finds nothing: ", message.finding().invariant(),
                                                 " ", message.finding().message()));
    return true;
  });
  Require(audited.ok(), "the payments' audit runs");
}

void CardRequests::CheckSettled(const std::string& order_number) {
  const auto& order = orders_.orders().at(order_number).order;
  const auto* const tag = TagOf(order, order::v1::CARD);
  const auto stored = payment_.cards().find(order_number);
  // What a manager has said stands until there is news.
  if (tag == nullptr || tag->overridden() || stored == payment_.cards().end()) return;
  const int64_t version = payment_.FactsVersionOf(order_number);
  // Of what has ended nothing is wished: news alone bring it on.
  if (order.fact_versions().payment() < version && order.status() == order::v1::COMPLETED) return;
  Require(order.fact_versions().payment() == version, "a settled order knows all of its card");
  Require(static_cast<int>(tag->value()) == static_cast<int>(stored->second.state),
          absl::StrCat("a settled order shows how far its card is: ", tag->value(), " and ", stored->second.state));
}

}  // namespace juchu::fuzz
