#include "services/gateway/app/card_owner.h"

#include "common/status/status_macros.h"
#include "services/gateway/app/workflow_conversion.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
namespace payment_pb = ::juchu::payment::v1;
using workflow::CardWish;

template <typename Ours, typename Wire>
constexpr bool Same(Ours ours, Wire wire) {
  return static_cast<int>(ours) == static_cast<int>(wire);
}

// The wishes and the states are numbered alike on both sides.
static_assert(Same(CardWish::kKeep, payment_pb::CARD_KEEP) && Same(CardWish::kHold, payment_pb::CARD_HOLD) &&
              Same(CardWish::kCapture, payment_pb::CARD_CAPTURE) && Same(CardWish::kRelease, payment_pb::CARD_RELEASE));
static_assert(Same(pb::UNAUTHORIZED, payment_pb::CARD_UNAUTHORIZED) &&
              Same(pb::AUTHORIZING, payment_pb::CARD_AUTHORIZING) &&
              Same(pb::AUTHORIZED, payment_pb::CARD_AUTHORIZED) &&
              Same(pb::AUTHORIZATION_ERROR, payment_pb::CARD_AUTHORIZATION_ERROR) &&
              Same(pb::CAPTURING, payment_pb::CARD_CAPTURING) && Same(pb::CAPTURED, payment_pb::CARD_CAPTURED) &&
              Same(pb::CAPTURE_ERROR, payment_pb::CARD_CAPTURE_ERROR) && Same(pb::VOIDED, payment_pb::CARD_VOIDED));

static_assert(Same(pb::SCREENING_UNREGISTERED, payment_pb::SCREENING_UNREGISTERED) &&
              Same(pb::SCREENING_PENDING, payment_pb::SCREENING_PENDING) &&
              Same(pb::SCREENING_APPROVED, payment_pb::SCREENING_APPROVED) &&
              Same(pb::SCREENING_REJECTED, payment_pb::SCREENING_REJECTED) &&
              Same(pb::SCREENING_ON_HOLD, payment_pb::SCREENING_ON_HOLD));

// What the facts make of the order's tags; nothing where they leave one alone.
struct TagsOfFacts {
  std::optional<workflow::StateValue> card;
  std::optional<workflow::StateValue> screening;
  std::optional<workflow::StateValue> slip;
};

TagsOfFacts TagsOf(const payment_pb::PaymentFacts& facts, const pb::Order& order) {
  TagsOfFacts tags;
  if (facts.state() != payment_pb::CARD_STATE_UNSPECIFIED) tags.card = static_cast<workflow::StateValue>(facts.state());
  if (facts.screening() == payment_pb::SCREENING_STATE_UNSPECIFIED) return tags;
  tags.screening = facts.slip_reported() || IsScreeningOf(facts, order)
                       ? static_cast<workflow::StateValue>(facts.screening())
                       : workflow::StateValue::kScreeningUnregistered;
  tags.slip = facts.slip_reported() ? workflow::StateValue::kSlipReported : workflow::StateValue::kSlipUnreported;
  return tags;
}

}  // namespace

bool IsScreeningOf(const payment_pb::PaymentFacts& facts, const pb::Order& order) {
  const auto company = order.payment_kind() == pb::NP_POSTPAY    ? payment_pb::NP
                       : order.payment_kind() == pb::GMO_POSTPAY ? payment_pb::GMO
                                                                 : payment_pb::POSTPAY_COMPANY_UNSPECIFIED;
  return facts.screening_company() == company && facts.registered_yen() == order.amounts().total_yen();
}

absl::Status CardOwner::Judge(size_t index, const pb::Order& order, const pb::Configuration& configuration) {
  auto& answer = answers_[index];
  answer.facts.reset();
  const auto settings = SettingsOf(configuration);
  auto facts = gateway::FactsOf(order, configuration);
  facts.known_to_payment = facts.known_to_payment || answer.asked || cause_ == Cause::kFacts;
  answer.wish = workflow::CardWishOf(facts, settings);
  // Whoever is known there has been asked for: what it has done for the order must come to be known here.
  if (answer.wish == CardWish::kNothing && (answer.asked || cause_ == Cause::kFacts)) answer.wish = CardWish::kKeep;
  if (!command_.has_value()) return absl::OkStatus();
  const absl::Status permitted = workflow::CheckCard(*command_, facts, settings);
  if (answer.asked) {
    answer.refusal = permitted;
    return absl::OkStatus();
  }
  answer.wish = workflow::WishAfter(*command_);
  return permitted;
}

absl::Status CardOwner::Ask(const rpc::CallContext& context, const pb::Configuration&,
                            const std::vector<size_t>& indexes, std::vector<SettledOrder>& orders) {
  payment_pb::SettleCardsRequest request;
  std::vector<size_t> asking;
  for (const size_t index : indexes) {
    auto& answer = answers_[index];
    if (answer.wish == CardWish::kNothing) continue;
    const auto& order = orders[index].order;
    auto& need = *request.add_needs();
    need.set_order_number(order.order_number());
    need.set_order_version(order.version());
    need.set_shop_id(order.shop_id());
    need.set_shop_order_number(order.shop_order_number());
    need.set_wish(static_cast<payment_pb::CardWish>(answer.wish));
    need.set_amount_yen(order.amounts().total_yen());
    // What a person asks for is asked for once, however often the order has to be loaded again.
    need.set_asked(command_.has_value() && !answer.asked);
    answer.asked = true;
    asking.push_back(index);
  }
  if (asking.empty()) return absl::OkStatus();
  const auto response = payment_.SettleCards(context, request);
  // A person is told that nothing was done.
  if (command_.has_value()) JUCHU_RETURN_IF_ERROR(response.status());
  for (size_t i = 0; i < asking.size(); ++i) {
    orders[asking[i]].status.Update(response.status());
    if (response.ok()) answers_[asking[i]].facts = response->facts(static_cast<int>(i));
  }
  return absl::OkStatus();
}

// Facts that the order does not know, or such as it knows whose tag an edit has taken back meanwhile.
bool CardOwner::HasNews(size_t index, const pb::Order& order) const {
  const auto& facts = answers_[index].facts;
  if (!facts.has_value() || facts->version() < order.fact_versions().payment()) return false;
  if (facts->version() > order.fact_versions().payment()) return true;
  const TagsOfFacts tags = TagsOf(*facts, order);
  const auto is_other = [&](const auto& tag) { return tag.has_value() && IsOtherThan(*tag, order); };
  return is_other(tags.card) || is_other(tags.screening) || is_other(tags.slip);
}

void CardOwner::WriteNews(size_t index, pb::Order& order, Edit& edit) const {
  const auto& facts = *answers_[index].facts;
  order.mutable_fact_versions()->set_payment(facts.version());
  const TagsOfFacts tags = TagsOf(facts, order);
  edit.intent.card_fact = tags.card;
  edit.intent.screening_fact = tags.screening;
  edit.intent.slip_fact = tags.slip;
  edit.reason = facts.reason().empty() ? facts.screening_reason() : facts.reason();
}

void CardOwner::Acknowledge(const rpc::CallContext& context, size_t index, const std::string& order_number) {
  const auto& facts = answers_[index].facts;
  if (facts.has_value()) acknowledger_.Add(context.tenant, order_number, facts->version());
}

}  // namespace juchu::gateway
