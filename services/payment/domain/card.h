#ifndef SERVICES_PAYMENT_DOMAIN_CARD_H_
#define SERVICES_PAYMENT_DOMAIN_CARD_H_

#include <cstdint>
#include <optional>

#include "juchu/payment/v1/payment.pb.h"

// What is asked of the card company for an order, and what its answers make of the order's card. Pure.
namespace juchu::payment {

// The one request of an order that is under way.
struct OpenRequest {
  v1::CardOperation operation = v1::CARD_OPERATION_UNSPECIFIED;
  // Of an authorization.
  int64_t amount_yen = 0;
  // Not sent yet: it can be taken back.
  bool waiting = true;

  friend bool operator==(const OpenRequest&, const OpenRequest&) = default;
};

// What is known of an order's card. How far it is, is derived: see StateOf.
struct Card {
  v1::CardWish wish = v1::CARD_KEEP;
  // The order's amount.
  int64_t amount_yen = 0;
  // What the company holds for us now, and what it has taken; 0: nothing.
  int64_t authorized_yen = 0;
  int64_t captured_yen = 0;
  // What was authorized or captured last has been cancelled.
  bool voided = false;
  // The operation that failed last and has not been repeated.
  v1::CardOperation failed = v1::CARD_OPERATION_UNSPECIFIED;
  // Nobody knows what became of it: before anything is asked for again, the company is asked what there is.
  bool unclear = false;
  // What is held serves no more: it is cancelled, and asked for anew.
  bool renews = false;
  std::optional<OpenRequest> open;

  friend bool operator==(const Card&, const Card&) = default;
};

// What the order asks for now.
struct Need {
  v1::CardWish wish = v1::CARD_KEEP;
  int64_t amount_yen = 0;
  // A person asks: what has failed is tried again, and CARD_RELEASE cancels a capture too.
  bool asked = false;
};

// What is to be done next.
struct NextStep {
  // The open request has not been sent and is wished no more.
  bool withdraw = false;
  // What is to be asked of the company; CARD_OPERATION_UNSPECIFIED: nothing.
  v1::CardOperation operation = v1::CARD_OPERATION_UNSPECIFIED;

  friend bool operator==(const NextStep&, const NextStep&) = default;
};

// How a request ended.
enum class Ending {
  kDone,
  kRefused,
  kLost,
  // Of a VOID_AUTHORIZATION: refused, and what was held has expired. It has ended by itself.
  kGone,
};

// How far the card is, as operators see it. An authorization of another amount than the order has now does not count;
// cancelling one in order to get another is a part of authorizing.
v1::CardState StateOf(const Card& card);

// Takes over what the order asks for. A new amount makes a failed authorization a thing of the past; a person who asks
// for an authorization where one is held that could not be captured, or that is `expired`, gets a new one in its place.
// Of a capture that was lost the company is asked first.
void TakeNeed(const Need& need, bool expired, Card& card);

// What brings the card towards its wish. One request at a time; never an authorization while another is held, never a
// capture of anything but the order's amount, and nothing again that failed, until a person asks. `asked` as in Need.
NextStep NextOf(const Card& card, bool asked);

// Takes over how its open request ended. `authorized_yen`: what is held after an authorization: its amount, or when the
// company authorized another one, that. What was unclear before stays so until something is done.
void TakeEnding(Ending ending, int64_t authorized_yen, Card& card);

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_DOMAIN_CARD_H_
