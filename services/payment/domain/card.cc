#include "services/payment/domain/card.h"

namespace juchu::payment {
namespace {

// What the order wants to have held is held.
bool IsHeld(const Card& card) {
  return card.authorized_yen > 0 && card.authorized_yen == card.amount_yen && !card.renews;
}

// The open request stands for what nobody wishes any more.
bool IsUnwished(const Card& card, bool asked) {
  const OpenRequest& open = *card.open;
  switch (open.operation) {
    case v1::AUTHORIZE:
      return card.wish == v1::CARD_RELEASE || open.amount_yen != card.amount_yen;
    case v1::CAPTURE:
      return card.wish == v1::CARD_RELEASE || card.authorized_yen != card.amount_yen;
    case v1::VOID_AUTHORIZATION:
      // The order wants after all what it has. Money is not taken by itself where somebody has just given it back.
      return (card.wish == v1::CARD_HOLD || (card.wish == v1::CARD_CAPTURE && asked)) && IsHeld(card);
    default:
      return false;
  }
}

v1::CardOperation OperationToHold(const Card& card) {
  if (card.captured_yen > 0 || IsHeld(card)) return v1::CARD_OPERATION_UNSPECIFIED;
  if (card.failed == v1::AUTHORIZE && card.authorized_yen == 0) return v1::CARD_OPERATION_UNSPECIFIED;
  if (card.authorized_yen > 0) {
    return card.failed == v1::VOID_AUTHORIZATION || card.failed == v1::AUTHORIZE ? v1::CARD_OPERATION_UNSPECIFIED
                                                                                 : v1::VOID_AUTHORIZATION;
  }
  return card.amount_yen > 0 ? v1::AUTHORIZE : v1::CARD_OPERATION_UNSPECIFIED;
}

v1::CardOperation OperationToRelease(const Card& card, bool asked) {
  if (card.captured_yen > 0) return asked ? v1::VOID_CAPTURE : v1::CARD_OPERATION_UNSPECIFIED;
  // Of a request of which nobody knows, something may be held.
  const bool may_hold = card.authorized_yen > 0 || card.unclear;
  return may_hold && card.failed != v1::VOID_AUTHORIZATION ? v1::VOID_AUTHORIZATION : v1::CARD_OPERATION_UNSPECIFIED;
}

v1::CardOperation OperationOf(const Card& card, bool asked) {
  switch (card.wish) {
    case v1::CARD_HOLD:
      return OperationToHold(card);
    case v1::CARD_CAPTURE:
      return card.captured_yen == 0 && card.authorized_yen > 0 && card.authorized_yen == card.amount_yen &&
                     card.failed == v1::CARD_OPERATION_UNSPECIFIED
                 ? v1::CAPTURE
                 : v1::CARD_OPERATION_UNSPECIFIED;
    case v1::CARD_RELEASE:
      return OperationToRelease(card, asked);
    default:
      return v1::CARD_OPERATION_UNSPECIFIED;
  }
}

}  // namespace

v1::CardState StateOf(const Card& card) {
  if (card.open.has_value()) {
    if (card.open->operation == v1::AUTHORIZE) return v1::CARD_AUTHORIZING;
    if (card.open->operation == v1::CAPTURE) return v1::CARD_CAPTURING;
    if (card.open->operation == v1::VOID_AUTHORIZATION && card.wish == v1::CARD_HOLD) return v1::CARD_AUTHORIZING;
  }
  if (card.captured_yen > 0) return v1::CARD_CAPTURED;
  if (card.failed == v1::CAPTURE) return v1::CARD_CAPTURE_ERROR;
  if (card.failed == v1::AUTHORIZE) return v1::CARD_AUTHORIZATION_ERROR;
  if (card.failed == v1::VOID_AUTHORIZATION && card.wish == v1::CARD_HOLD) return v1::CARD_AUTHORIZATION_ERROR;
  if (card.authorized_yen > 0) {
    const bool counts = card.wish == v1::CARD_RELEASE || card.authorized_yen == card.amount_yen;
    return counts ? v1::CARD_AUTHORIZED : v1::CARD_UNAUTHORIZED;
  }
  return card.voided ? v1::CARD_VOIDED : v1::CARD_UNAUTHORIZED;
}

void TakeNeed(const Need& need, bool expired, Card& card) {
  const bool is_new_amount = need.amount_yen != card.amount_yen;
  card.wish = need.wish;
  card.amount_yen = need.amount_yen;
  if (need.wish == v1::CARD_CAPTURE || need.wish == v1::CARD_RELEASE) card.renews = false;
  if (need.asked && need.wish == v1::CARD_HOLD && card.captured_yen == 0) {
    if (card.failed == v1::CAPTURE && card.unclear) {
      // It may be captured, or what was held may have ended; the company says what there is.
      card.authorized_yen = 0;
    } else if (card.failed == v1::CAPTURE || expired) {
      card.renews = card.authorized_yen > 0;
    }
  }
  // What is unclear stays so until the company has been asked.
  if (need.asked || (is_new_amount && card.failed == v1::AUTHORIZE && !card.unclear)) {
    card.failed = v1::CARD_OPERATION_UNSPECIFIED;
  }
}

NextStep NextOf(const Card& card, bool asked) {
  if (!card.open.has_value()) return {false, OperationOf(card, asked)};
  if (!card.open->waiting || !IsUnwished(card, asked)) return {};
  Card without = card;
  without.open.reset();
  return {true, OperationOf(without, asked)};
}

void TakeEnding(Ending ending, int64_t authorized_yen, Card& card) {
  const v1::CardOperation operation = card.open->operation;
  card.open.reset();
  const bool is_done = ending == Ending::kDone || ending == Ending::kGone;
  card.failed = is_done ? v1::CARD_OPERATION_UNSPECIFIED : operation;
  // A refusal of this request says nothing of an earlier one that is unclear.
  card.unclear = ending == Ending::kLost || (ending != Ending::kDone && card.unclear);
  if (is_done) card.renews = false;
  switch (operation) {
    case v1::AUTHORIZE:
      // Refused because of another amount, it is held all the same.
      if (ending != Ending::kLost) card.authorized_yen = authorized_yen;
      if (ending == Ending::kDone) card.voided = false;
      return;
    case v1::VOID_AUTHORIZATION:
      if (!is_done) return;
      card.authorized_yen = 0;
      card.voided = true;
      return;
    case v1::CAPTURE:
      if (ending == Ending::kDone) card.captured_yen = card.authorized_yen;
      return;
    case v1::VOID_CAPTURE:
      if (ending != Ending::kDone) return;
      card.captured_yen = card.authorized_yen = 0;
      card.voided = true;
      return;
    default:
      return;
  }
}

}  // namespace juchu::payment
