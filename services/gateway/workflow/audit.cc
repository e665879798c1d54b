#include "services/gateway/workflow/audit.h"

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
  // By itself an order goes forwards only, never out of an end and never to キャンセル.
  const size_t last = move.path.size() - 1;
  if (move.status_after == Status::kCancelled || (last > 0 && move.path[last] <= move.path[last - 1]) ||
      (last > 0 && IsTerminal(move.path[last - 1]))) {
    violations.push_back({"MOVE_NOT_ALLOWED", absl::StrCat(At(move), "no rule leads from ", Step(move))});
  }
}

// Something that has not been asked for: what has been asked for shows in the card's state.
bool WantsOfItsCard(const OrderFacts& facts, const Settings& settings) {
  const CardWish wish = CardWishOf(facts, settings);
  return (wish == CardWish::kHold && facts.tags.Has(StateValue::kUnauthorized)) ||
         (wish == CardWish::kCapture && facts.tags.Has(StateValue::kAuthorized));
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

}  // namespace juchu::gateway::workflow
