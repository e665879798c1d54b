#include "services/gateway/workflow/audit.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "services/gateway/workflow/allocation_wish.h"
#include "services/gateway/workflow/card_wish.h"
#include "services/gateway/workflow/decide.h"
#include "services/gateway/workflow/names.h"

namespace juchu::gateway::workflow {
namespace {

std::string At(const Move& move) { return absl::StrCat("version ", move.version, ": "); }

std::string Step(const Move& move) {
  return absl::StrCat(move.status_before.has_value() ? Name(*move.status_before) : "the beginning", " to ",
                      Name(move.status_after));
}

void AuditMove(const Move& move, std::vector<Violation>& violations) {
  if (!move.status_before.has_value()) return;
  const bool moved = *move.status_before != move.status_after;
  if (!moved) return;
  if (move.path.size() < 2 || move.path.front() != *move.status_before || move.path.back() != move.status_after) {
    violations.push_back(
        {"MOVE_NOT_ALLOWED", absl::StrCat(At(move), "the way from ", Step(move), " is not in the history")});
  }
  if (!move.status_by_rule) {
    // Rule 4; only a mode asked for in the same request may stand against it.
    if (move.mode_after == Mode::kAuto && !move.mode_by_person) {
      violations.push_back(
          {"MODE_NOT_TURNED", absl::StrCat(At(move), "a person moved it from ", Step(move), " and it stayed AUTO")});
    }
    return;
  }
  if (move.mode_before == Mode::kManual && move.mode_after == Mode::kManual) {
    violations.push_back({"MOVED_THOUGH_MANUAL", absl::StrCat(At(move), "moved from ", Step(move), " by itself")});
  }
  // By itself an order goes forwards only, never out of an end and never to キャンセル. A person's step may come first
  // where AUTO was asked for with it.
  const size_t first_by_rule = move.mode_by_person && move.path.size() > 2 ? 2 : 1;
  bool allowed = move.status_after != Status::kCancelled;
  for (size_t i = first_by_rule; i < move.path.size(); ++i) {
    allowed = allowed && move.path[i] > move.path[i - 1] && !IsTerminal(move.path[i - 1]);
  }
  if (!allowed) violations.push_back({"MOVE_NOT_ALLOWED", absl::StrCat(At(move), "no rule leads from ", Step(move))});
}

// Something that has not been asked for: what has been asked for shows in the card's state.
bool WantsOfItsCard(const OrderFacts& facts, const Settings& settings) {
  const CardWish wish = CardWishOf(facts, settings);
  return (wish == CardWish::kHold && facts.tags.Has(StateValue::kUnauthorized)) ||
         (wish == CardWish::kCapture && facts.tags.Has(StateValue::kAuthorized));
}

// What the category shows, where its owner has set it and nobody in the owner's place.
std::optional<StateValue> ShownByOwner(const OrderFacts& facts, StateCategory category) {
  return (facts.overridden & BitOf(category)) == 0 ? facts.tags.Get(category) : std::nullopt;
}

Violation Differs(const char* invariant, StateValue shown, const char* owner, StateValue said) {
  return {invariant, absl::StrCat("it shows ", NameJa(shown), ", and ", owner, " says ", NameJa(said))};
}

}  // namespace

std::vector<Violation> Audit(const OrderFacts& facts, const Settings& settings, const std::vector<Move>& moves,
                             bool settled) {
  std::vector<Violation> violations;
  for (const Move& move : moves) AuditMove(move, violations);
  if (!settled || facts.mode != Mode::kAuto || IsTerminal(facts.status)) return violations;
  const auto decision = Decide(facts, settings, Intent());
  if (!decision.ok()) {
    violations.push_back({"NOT_AT_FIXPOINT", "the workflow cannot decide about the order"});
  } else if (decision->status != facts.status) {
    violations.push_back({"NOT_AT_FIXPOINT", absl::StrCat("rests at ", Name(facts.status), " though its facts lead to ",
                                                          Name(decision->status), " and no work is queued")});
  } else if (decision->tags != facts.tags) {
    violations.push_back({"NOT_AT_FIXPOINT", "its state tags are not those that its facts give it"});
  } else if (WishOf(facts, settings) == AllocationWish::kHold && !facts.known_to_inventory) {
    violations.push_back({"NOT_AT_FIXPOINT", "it wants stock, nobody has asked for it, and no work is queued"});
  } else if (WantsOfItsCard(facts, settings)) {
    violations.push_back({"NOT_AT_FIXPOINT", "it wants something of its card, and no work is queued"});
  }
  return violations;
}

std::vector<Violation> AuditStock(const OrderFacts& facts, const StockAnswer& answer) {
  // What was shipped keeps the tag that it was shipped with.
  if (answer.shipped) return {};
  std::vector<Violation> violations;
  const auto shown = ShownByOwner(facts, StateCategory::kAllocation);
  if (shown.has_value() && shown != StateValue::kNotSubjectToAllocation && shown != answer.state) {
    violations.push_back(Differs("ALLOCATION_DIFFERS", *shown, "the inventory", answer.state));
  }
  if (facts.status == Status::kCancelled && answer.state != StateValue::kUnallocated) {
    violations.push_back({"CANCELLED_AND_HELD", absl::StrCat("it is cancelled, and the inventory holds stock for it: ",
                                                             NameJa(answer.state))});
  }
  // Whatever the settings say, and whoever has set the tag.
  if (WishOf(facts, Settings()) == AllocationWish::kShip) {
    const bool is_confirmed = facts.tags.Has(StateValue::kShipmentConfirmed);
    violations.push_back(
        {"SHIPPED_AND_HELD", absl::StrCat(is_confirmed ? "its shipment is confirmed" : "it is completed",
                                          ", and the inventory has not shipped it: ", NameJa(answer.state))});
  }
  return violations;
}

std::vector<Violation> AuditCard(const OrderFacts& facts, const CardAnswer& answer) {
  std::vector<Violation> violations;
  if (answer.captured_yen > 0 && !facts.tags.Has(StateValue::kShipmentConfirmed) &&
      ShownByOwner(facts, StateCategory::kShipment).has_value()) {
    violations.push_back({"CAPTURED_BEFORE_SHIPMENT",
                          absl::StrCat(answer.captured_yen, " yen are captured, and its shipment is not confirmed")});
  }
  if (answer.is_open) return violations;
  const auto shown = ShownByOwner(facts, StateCategory::kCard);
  if (shown.has_value() && shown != answer.state) {
    violations.push_back(Differs("CARD_DIFFERS", *shown, "the payment service", answer.state));
  }
  // What has been captured only a person gives back.
  const bool is_to_release = answer.authorized_yen > 0 && answer.captured_yen == 0 && !answer.void_has_failed;
  if (facts.status == Status::kCancelled && is_to_release) {
    violations.push_back({"CANCELLED_AND_AUTHORIZED", absl::StrCat("it is cancelled, ", answer.authorized_yen,
                                                                   " yen are authorized, and nothing is under way")});
  }
  return violations;
}

std::vector<Violation> AuditScreening(const OrderFacts& facts, const ScreeningAnswer& answer) {
  std::vector<Violation> violations;
  const auto compare = [&](const char* invariant, StateCategory category, StateValue said) {
    // An order that is paid in another way by now shows neither.
    const auto shown = ShownByOwner(facts, category);
    if (shown.has_value() && shown != said) {
      violations.push_back(Differs(invariant, *shown, "the payment service", said));
    }
  };
  // What was decided of another amount or by another company does not hold, but for an order that has been reported as
  // shipped with it.
  const bool holds = answer.is_of_order || answer.slip_reported;
  compare("SCREENING_DIFFERS", StateCategory::kCreditScreening,
          holds ? answer.state : StateValue::kScreeningUnregistered);
  compare("SLIP_DIFFERS", StateCategory::kPostpaySlip,
          answer.slip_reported ? StateValue::kSlipReported : StateValue::kSlipUnreported);
  return violations;
}

}  // namespace juchu::gateway::workflow
