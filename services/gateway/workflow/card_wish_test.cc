#include "services/gateway/workflow/card_wish.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "services/gateway/workflow/decide.h"

namespace juchu::gateway::workflow {
namespace {

using Wish = CardWish;

constexpr StateValue kCardValues[] = {
    StateValue::kUnauthorized, StateValue::kAuthorizing, StateValue::kAuthorized,   StateValue::kAuthorizationError,
    StateValue::kCapturing,    StateValue::kCaptured,    StateValue::kCaptureError, StateValue::kVoided};

struct Case {
  OrderFacts facts;
  Settings settings;
  std::string name;
};

// Every order that the rule distinguishes; without a card value it is paid in another way.
std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const Status status : kAllStatuses) {
    for (size_t value = 0; value <= std::size(kCardValues); ++value) {
      for (int bits = 0; bits < 128; ++bits) {
        Case one;
        one.facts.status = status;
        one.facts.payment_kind = PaymentKind::kPrepaid;
        if (value < std::size(kCardValues)) {
          one.facts.tags.Set(kCardValues[value]);
          one.facts.payment_kind = PaymentKind::kRakutenCard;
        }
        one.facts.mode = (bits & 1) != 0 ? Mode::kAuto : Mode::kManual;
        one.facts.known_to_payment = (bits & 2) != 0;
        one.facts.is_authorizable = (bits & 4) != 0;
        one.facts.tags.Set((bits & 8) != 0 ? StateValue::kShipmentConfirmed : StateValue::kInstructed);
        one.settings.authorizes_cards = (bits & 16) != 0;
        one.settings.captures_cards = (bits & 32) != 0;
        if ((bits & 64) != 0) one.facts.overridden = BitOf(StateCategory::kCard);
        one.name = absl::StrCat("status ", static_cast<int>(status), " value ", value, " bits ", bits);
        cases.push_back(one);
      }
    }
  }
  return cases;
}

// A second statement of the rule: what each wish needs, not what each state leads to.
Wish OracleWish(const OrderFacts& facts, const Settings& settings) {
  const auto card = facts.tags.Get(StateCategory::kCard);
  const bool is_over = facts.status == Status::kCancelled || !card.has_value();
  if (is_over) return facts.known_to_payment ? Wish::kRelease : Wish::kNothing;
  if (facts.status == Status::kCompleted) return Wish::kNothing;
  const bool said_by_manager = (facts.overridden & BitOf(StateCategory::kCard)) != 0;
  if (said_by_manager) return facts.known_to_payment ? Wish::kKeep : Wish::kNothing;
  const bool goes_by_itself = facts.mode == Mode::kAuto;
  const int status = static_cast<int>(facts.status);
  if (goes_by_itself && settings.authorizes_cards && facts.is_authorizable && *card == StateValue::kUnauthorized &&
      status >= 2 && status <= 7) {
    return Wish::kHold;
  }
  if (!facts.known_to_payment) return Wish::kNothing;
  if (*card == StateValue::kAuthorizing && facts.is_authorizable) return Wish::kHold;
  if (*card == StateValue::kCapturing) return Wish::kCapture;
  if (goes_by_itself && settings.captures_cards && *card == StateValue::kAuthorized && status == 7 &&
      facts.tags.Has(StateValue::kShipmentConfirmed)) {
    return Wish::kCapture;
  }
  return Wish::kKeep;
}

TEST(CardWishTest, EveryStatusValueModeSettingAndKnowledge) {
  const auto cases = AllCases();
  for (const auto& one : cases) {
    ASSERT_EQ(CardWishOf(one.facts, one.settings), OracleWish(one.facts, one.settings)) << one.name;
  }
  EXPECT_EQ(cases.size(), 10u * 9 * 128);
}

TEST(CardWishTest, NothingIsCapturedBeforeTheShipmentIsConfirmed) {
  for (const auto& one : AllCases()) {
    const bool confirmed = one.facts.tags.Has(StateValue::kShipmentConfirmed);
    if (confirmed) continue;
    EXPECT_FALSE(CheckCard(CardCommand::kCapture, one.facts, one.settings).ok()) << one.name;
    if (one.facts.tags.Has(StateValue::kCapturing)) continue;
    EXPECT_NE(CardWishOf(one.facts, one.settings), Wish::kCapture) << one.name;
  }
}

OrderFacts At(Status status, StateValue card, StateValue shipment = StateValue::kUnshipped) {
  OrderFacts facts;
  facts.status = status;
  facts.payment_kind = PaymentKind::kRakutenCard;
  facts.tags.Set(card);
  facts.tags.Set(shipment);
  facts.known_to_payment = card != StateValue::kUnauthorized;
  return facts;
}

std::string Reason(CardCommand command, const OrderFacts& facts) { return ReasonOf(CheckCard(command, facts, {})); }

TEST(CheckCardTest, EachCommandHasItsPlace) {
  const auto confirmed = StateValue::kShipmentConfirmed;
  EXPECT_EQ(Reason(CardCommand::kAuthorize, At(Status::kAwaitingConfirmation, StateValue::kUnauthorized)), "");
  EXPECT_EQ(Reason(CardCommand::kAuthorize, At(Status::kAwaitingConfirmation, StateValue::kAuthorized)), "");
  EXPECT_EQ(Reason(CardCommand::kAuthorize, At(Status::kUnconfirmed, StateValue::kUnauthorized)),
            "OPERATION_NOT_IN_STATUS");
  EXPECT_EQ(Reason(CardCommand::kAuthorize, At(Status::kShipped, StateValue::kCaptured)), "CARD_ALREADY_CAPTURED");
  EXPECT_EQ(Reason(CardCommand::kCapture, At(Status::kShipped, StateValue::kAuthorized, confirmed)), "");
  EXPECT_EQ(Reason(CardCommand::kCapture, At(Status::kShipped, StateValue::kAuthorized)), "SHIPMENT_NOT_CONFIRMED");
  EXPECT_EQ(Reason(CardCommand::kCapture, At(Status::kShipped, StateValue::kVoided, confirmed)), "CARD_NOT_AUTHORIZED");
  EXPECT_EQ(Reason(CardCommand::kCapture, At(Status::kShipping, StateValue::kAuthorized, confirmed)),
            "OPERATION_NOT_IN_STATUS");
  EXPECT_EQ(Reason(CardCommand::kVoid, At(Status::kShipped, StateValue::kCapturing, confirmed)), "CARD_REQUEST_OPEN");
  EXPECT_EQ(Reason(CardCommand::kVoid, At(Status::kShipped, StateValue::kCaptured, confirmed)), "");
  EXPECT_EQ(Reason(CardCommand::kVoid, At(Status::kAwaitingConfirmation, StateValue::kUnauthorized)),
            "CARD_NOT_AUTHORIZED");
}

TEST(CheckCardTest, NeedsACardAndAnAmount) {
  OrderFacts prepaid;
  prepaid.payment_kind = PaymentKind::kPrepaid;
  EXPECT_EQ(Reason(CardCommand::kAuthorize, prepaid), "CARD_NOT_USED");
  OrderFacts free = At(Status::kAwaitingConfirmation, StateValue::kUnauthorized);
  free.is_authorizable = false;
  EXPECT_EQ(Reason(CardCommand::kAuthorize, free), "AMOUNT_NOT_AUTHORIZABLE");
}

TEST(CardFactTest, LetsAnAutoOrderGoOnAtOnce) {
  Intent intent;
  intent.card_fact = StateValue::kAuthorized;
  OrderFacts facts = At(Status::kAwaitingConfirmation, StateValue::kAuthorizing);
  Settings settings;
  facts.tags = DeriveTags(facts, settings);
  const auto decision = Decide(facts, settings, intent);
  ASSERT_TRUE(decision.ok());
  EXPECT_EQ(decision->status, Status::kAwaitingAllocation);
  EXPECT_EQ(decision->mode, Mode::kAuto);
}

TEST(CardFactTest, ReachesACancelledOrderAndLeavesOneWithoutACardAlone) {
  Intent intent;
  intent.card_fact = StateValue::kVoided;
  EXPECT_TRUE(Decide(At(Status::kCancelled, StateValue::kAuthorized), {}, intent)->tags.Has(StateValue::kVoided));
  OrderFacts prepaid;
  prepaid.payment_kind = PaymentKind::kPrepaid;
  EXPECT_FALSE(Decide(prepaid, {}, intent)->tags.Get(StateCategory::kCard).has_value());
}

TEST(AmountChangedTest, TakesAnAuthorizationBackButNoCapture) {
  Intent intent;
  intent.saved = true;
  intent.amount_changed = true;
  for (const StateValue value : {StateValue::kAuthorized, StateValue::kAuthorizing}) {
    const auto decision = Decide(At(Status::kAwaitingShipment, value), {}, intent);
    EXPECT_TRUE(decision->tags.Has(StateValue::kUnauthorized));
    EXPECT_EQ(decision->status, Status::kAwaitingShipment) << "the order does not go back by itself";
  }
  for (const StateValue value : {StateValue::kCaptured, StateValue::kCapturing, StateValue::kAuthorizationError}) {
    EXPECT_TRUE(Decide(At(Status::kShipped, value), {}, intent)->tags.Has(value));
  }
  OrderFacts by_manager = At(Status::kAwaitingShipment, StateValue::kAuthorized);
  by_manager.known_to_payment = false;
  EXPECT_TRUE(Decide(by_manager, {}, intent)->tags.Has(StateValue::kAuthorized));
}

}  // namespace
}  // namespace juchu::gateway::workflow
