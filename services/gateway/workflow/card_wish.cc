#include "services/gateway/workflow/card_wish.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "services/gateway/workflow/names.h"
#include "services/gateway/workflow/rules.h"

namespace juchu::gateway::workflow {
namespace {

using V = StateValue;

bool IsAuthorizedByItself(const OrderFacts& facts, const Settings& settings) {
  return settings.authorizes_cards && facts.mode == Mode::kAuto && facts.is_authorizable &&
         facts.status >= Status::kAwaitingConfirmation && facts.status <= Status::kShipped;
}

bool IsCapturedByItself(const OrderFacts& facts, const Settings& settings) {
  return settings.captures_cards && facts.mode == Mode::kAuto && facts.status == Status::kShipped &&
         facts.tags.Has(V::kShipmentConfirmed);
}

absl::Status NotAuthorized(const OrderFacts& facts) {
  const auto value = facts.tags.Get(StateCategory::kCard);
  return FailedPrecondition("CARD_NOT_AUTHORIZED",
                            absl::StrCat("the card is ", value.has_value() ? NameJa(*value) : "not known",
                                         ": nothing is authorized by juchu"),
                            {{"remedy", "ask for an authorization (楽天カードAPIオーソリ) first"}});
}

absl::Status CheckAuthorize(const OrderFacts& facts) {
  if (facts.tags.Has(V::kCapturing) || facts.tags.Has(V::kCaptured)) {
    return FailedPrecondition("CARD_ALREADY_CAPTURED", "the card is captured already, or is being captured",
                              {{"remedy", "cancel the capture first, if the money is to go back"}});
  }
  if (!facts.is_authorizable) {
    return FailedPrecondition("AMOUNT_NOT_AUTHORIZABLE", "the order's total is not between 1 and 999,999,999 yen",
                              {{"field", "amounts.total_yen"}, {"remedy", "correct the order's total and save"}});
  }
  return absl::OkStatus();
}

absl::Status CheckCapture(const OrderFacts& facts) {
  if (!facts.tags.Has(V::kShipmentConfirmed)) {
    return FailedPrecondition("SHIPMENT_NOT_CONFIRMED",
                              "the shipment is not confirmed, and money is taken only for what has been shipped",
                              {{"remedy", "confirm the shipment (出荷確定) first"}});
  }
  const bool is_authorized = facts.tags.Has(V::kAuthorized) || facts.tags.Has(V::kCapturing) ||
                             facts.tags.Has(V::kCaptured) || facts.tags.Has(V::kCaptureError);
  return is_authorized && facts.known_to_payment ? absl::OkStatus() : NotAuthorized(facts);
}

absl::Status CheckVoid(const OrderFacts& facts) {
  if (facts.tags.Has(V::kAuthorizing) || facts.tags.Has(V::kCapturing)) {
    return FailedPrecondition("CARD_REQUEST_OPEN", "a request to the card company is under way",
                              {{"remedy", "wait for its result; to cancel the order needs no waiting"}});
  }
  return facts.known_to_payment ? absl::OkStatus() : NotAuthorized(facts);
}

}  // namespace

CardWish CardWishOf(const OrderFacts& facts, const Settings& settings) {
  const bool known = facts.known_to_payment;
  const auto card = facts.tags.Get(StateCategory::kCard);
  if (facts.status == Status::kCancelled || !card.has_value()) return known ? CardWish::kRelease : CardWish::kNothing;
  if (facts.status == Status::kCompleted) return CardWish::kNothing;
  const CardWish otherwise = known ? CardWish::kKeep : CardWish::kNothing;
  // A manager has said how it is, which asks for nothing.
  if ((facts.overridden & BitOf(StateCategory::kCard)) != 0) return otherwise;
  switch (*card) {
    case V::kUnauthorized:
      return IsAuthorizedByItself(facts, settings) ? CardWish::kHold : otherwise;
    case V::kAuthorizing:
      return known && facts.is_authorizable ? CardWish::kHold : otherwise;
    case V::kAuthorized:
      return known && IsCapturedByItself(facts, settings) ? CardWish::kCapture : otherwise;
    case V::kCapturing:
      return known ? CardWish::kCapture : CardWish::kNothing;
    default:
      return otherwise;
  }
}

CardWish WishAfter(CardCommand command) {
  switch (command) {
    case CardCommand::kAuthorize:
      return CardWish::kHold;
    case CardCommand::kCapture:
      return CardWish::kCapture;
    case CardCommand::kVoid:
      return CardWish::kRelease;
  }
  return CardWish::kKeep;
}

absl::Status CheckCard(CardCommand command, const OrderFacts& facts, const Settings& settings) {
  const bool is_void = command == CardCommand::kVoid;
  if (!facts.tags.Get(StateCategory::kCard).has_value() && !(is_void && facts.known_to_payment)) {
    return CardNotUsed();
  }
  switch (command) {
    case CardCommand::kAuthorize: {
      const absl::Status permitted = CheckPermitted(Operation::kAuthorizeCard, facts.status, settings);
      return permitted.ok() ? CheckAuthorize(facts) : permitted;
    }
    case CardCommand::kCapture: {
      const absl::Status permitted = CheckPermitted(Operation::kCaptureCard, facts.status, settings);
      return permitted.ok() ? CheckCapture(facts) : permitted;
    }
    case CardCommand::kVoid: {
      const absl::Status permitted = CheckPermitted(Operation::kVoidCard, facts.status, settings);
      return permitted.ok() ? CheckVoid(facts) : permitted;
    }
  }
  return absl::OkStatus();
}

absl::Status CardNotUsed() {
  return FailedPrecondition("CARD_NOT_USED", "the order is not paid by 楽天カード決済API",
                            {{"remedy", "check the order's payment method"}});
}

}  // namespace juchu::gateway::workflow
