#ifndef SERVICES_GATEWAY_WORKFLOW_CARD_WISH_H_
#define SERVICES_GATEWAY_WORKFLOW_CARD_WISH_H_

#include "absl/status/status.h"
#include "services/gateway/workflow/types.h"

// What an order wants of its customer's card. A function of its facts, as its status is: whoever brings the order to
// where its facts say brings the payment there too, at any time, as often as he likes.
namespace juchu::gateway::workflow {

enum class CardWish : uint8_t {
  // Nobody has asked for anything.
  kNothing,
  // Nothing new. The payment service hears of the order's amount all the same.
  kKeep,
  // That its amount is authorized (オーソリ).
  kHold,
  // That what is authorized is captured (売上請求).
  kCapture,
  // That nothing is authorized: it is cancelled, or paid in another way.
  kRelease,
};

CardWish CardWishOf(const OrderFacts& facts, const Settings& settings);

// What a person may ask for.
enum class CardCommand : uint8_t {
  // 楽天カードAPIオーソリ.
  kAuthorize,
  // 楽天カードAPI売上請求. Only of a shipment that is confirmed.
  kCapture,
  // オーソリ取消, 売上請求取消.
  kVoid,
};

// What the order wants once a person has asked for it.
CardWish WishAfter(CardCommand command);

// FAILED_PRECONDITION OPERATION_NOT_IN_STATUS, CARD_NOT_USED, CARD_NOT_AUTHORIZED, CARD_ALREADY_CAPTURED,
// CARD_REQUEST_OPEN, SHIPMENT_NOT_CONFIRMED, AMOUNT_NOT_AUTHORIZABLE. What has been done already is no error: asking
// again changes nothing.
absl::Status CheckCard(CardCommand command, const OrderFacts& facts, const Settings& settings);
// FAILED_PRECONDITION CARD_NOT_USED, for an order that the payment service turns out to know without a card.
absl::Status CardNotUsed();

}  // namespace juchu::gateway::workflow

#endif  // SERVICES_GATEWAY_WORKFLOW_CARD_WISH_H_
