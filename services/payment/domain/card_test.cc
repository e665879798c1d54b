#include "services/payment/domain/card.h"

#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::payment {
namespace {

constexpr v1::CardOperation kNone = v1::CARD_OPERATION_UNSPECIFIED;
constexpr v1::CardWish kWishes[] = {v1::CARD_KEEP, v1::CARD_HOLD, v1::CARD_CAPTURE, v1::CARD_RELEASE};

Card Held(int64_t authorized_yen, v1::CardWish wish = v1::CARD_HOLD) {
  Card card;
  card.wish = wish;
  card.amount_yen = 1000;
  card.authorized_yen = authorized_yen;
  return card;
}

void Ask(v1::CardWish wish, bool asked, Card& card) { TakeNeed({wish, card.amount_yen, asked}, false, card); }

// What the machine itself does after a step: the request is written down.
void Open(const NextStep& step, Card& card) {
  if (step.withdraw) card.open.reset();
  if (step.operation != kNone) card.open = OpenRequest{step.operation, card.amount_yen, true};
}

TEST(CardTest, IsAuthorizedOnceAndCapturedOnce) {
  Card card;
  TakeNeed({v1::CARD_HOLD, 1000, false}, false, card);
  EXPECT_EQ(NextOf(card, false), (NextStep{false, v1::AUTHORIZE}));
  Open(NextOf(card, false), card);
  EXPECT_EQ(StateOf(card), v1::CARD_AUTHORIZING);
  EXPECT_EQ(NextOf(card, true), NextStep()) << "one request at a time";
  TakeEnding(Ending::kDone, 1000, card);
  EXPECT_EQ(StateOf(card), v1::CARD_AUTHORIZED);
  EXPECT_EQ(NextOf(card, true), NextStep());
  TakeNeed({v1::CARD_CAPTURE, 1000, false}, false, card);
  Open(NextOf(card, false), card);
  EXPECT_EQ(StateOf(card), v1::CARD_CAPTURING);
  TakeEnding(Ending::kDone, 0, card);
  EXPECT_EQ(StateOf(card), v1::CARD_CAPTURED);
  EXPECT_EQ(card.captured_yen, 1000);
  for (const auto wish : {v1::CARD_HOLD, v1::CARD_CAPTURE, v1::CARD_KEEP}) {
    TakeNeed({wish, 1000, true}, false, card);
    EXPECT_EQ(NextOf(card, true), NextStep()) << wish;
  }
}

TEST(CardTest, ANewAmountCancelsTheOldAuthorizationFirst) {
  Card card = Held(1000);
  TakeNeed({v1::CARD_KEEP, 1500, false}, false, card);
  EXPECT_EQ(StateOf(card), v1::CARD_UNAUTHORIZED) << "what is held is not the order's amount";
  EXPECT_EQ(NextOf(card, false), NextStep()) << "nobody has asked for the new one";
  TakeNeed({v1::CARD_CAPTURE, 1500, true}, false, card);
  EXPECT_EQ(NextOf(card, true), NextStep()) << "another amount is never captured";
  TakeNeed({v1::CARD_HOLD, 1500, false}, false, card);
  Open(NextOf(card, false), card);
  EXPECT_EQ(card.open->operation, v1::VOID_AUTHORIZATION);
  EXPECT_EQ(StateOf(card), v1::CARD_AUTHORIZING);
  TakeEnding(Ending::kDone, 0, card);
  EXPECT_EQ(NextOf(card, false), (NextStep{false, v1::AUTHORIZE}));
}

TEST(CardTest, WhatIsNotSentYetIsTakenBack) {
  Card card;
  TakeNeed({v1::CARD_HOLD, 1000, false}, false, card);
  Open(NextOf(card, false), card);
  Card cancelled = card;
  TakeNeed({v1::CARD_RELEASE, 1000, false}, false, cancelled);
  EXPECT_EQ(NextOf(cancelled, false), (NextStep{true, kNone}));
  Card dearer = card;
  TakeNeed({v1::CARD_HOLD, 1200, false}, false, dearer);
  EXPECT_EQ(NextOf(dearer, false), (NextStep{true, v1::AUTHORIZE}));
  cancelled.open->waiting = false;
  EXPECT_EQ(NextOf(cancelled, false), NextStep()) << "what has been sent is waited for";
  TakeEnding(Ending::kDone, 1000, cancelled);
  EXPECT_EQ(NextOf(cancelled, false), (NextStep{false, v1::VOID_AUTHORIZATION}));
}

TEST(CardTest, AVoidThatIsNotSentIsTakenBackWhenTheOrderWantsItAfterAll) {
  Card card = Held(1000, v1::CARD_RELEASE);
  Open(NextOf(card, false), card);
  TakeNeed({v1::CARD_HOLD, 1000, false}, false, card);
  EXPECT_EQ(NextOf(card, false), (NextStep{true, kNone}));
}

TEST(CardTest, ARefusalStaysUntilAPersonAsksOrTheAmountIsAnother) {
  Card card = Held(0);
  Open(NextOf(card, false), card);
  TakeEnding(Ending::kRefused, 0, card);
  EXPECT_EQ(StateOf(card), v1::CARD_AUTHORIZATION_ERROR);
  EXPECT_EQ(NextOf(card, false), NextStep());
  Card again = card;
  TakeNeed({v1::CARD_HOLD, 1000, true}, false, again);
  EXPECT_EQ(NextOf(again, true).operation, v1::AUTHORIZE);
  TakeNeed({v1::CARD_HOLD, 900, false}, false, card);
  EXPECT_EQ(StateOf(card), v1::CARD_UNAUTHORIZED);
  EXPECT_EQ(NextOf(card, false).operation, v1::AUTHORIZE);
}

TEST(CardTest, WhatIsLostStaysUnclearWhateverTheAmount) {
  Card card = Held(0);
  Open(NextOf(card, false), card);
  TakeEnding(Ending::kLost, 0, card);
  EXPECT_TRUE(card.unclear);
  TakeNeed({v1::CARD_HOLD, 900, false}, false, card);
  EXPECT_EQ(StateOf(card), v1::CARD_AUTHORIZATION_ERROR);
  EXPECT_EQ(NextOf(card, false), NextStep());
  TakeNeed({v1::CARD_RELEASE, 900, false}, false, card);
  EXPECT_EQ(NextOf(card, false).operation, v1::VOID_AUTHORIZATION) << "it may be held";
  TakeNeed({v1::CARD_HOLD, 900, true}, false, card);
  EXPECT_TRUE(card.unclear) << "the company is asked first";
  EXPECT_EQ(NextOf(card, true).operation, v1::AUTHORIZE);
}

TEST(CardTest, AnotherAmountThanAskedForIsHeldAndShownAsAnError) {
  Card card = Held(0);
  Open(NextOf(card, false), card);
  TakeEnding(Ending::kRefused, 700, card);
  EXPECT_EQ(StateOf(card), v1::CARD_AUTHORIZATION_ERROR);
  EXPECT_EQ(NextOf(card, false), NextStep());
  TakeNeed({v1::CARD_HOLD, 1000, true}, false, card);
  EXPECT_EQ(NextOf(card, true).operation, v1::VOID_AUTHORIZATION);
}

TEST(CardTest, ACaptureIsCancelledOnlyWhenAPersonAsks) {
  Card card = Held(1000, v1::CARD_RELEASE);
  card.captured_yen = 1000;
  EXPECT_EQ(NextOf(card, false), NextStep());
  EXPECT_EQ(NextOf(card, true).operation, v1::VOID_CAPTURE);
  Open(NextOf(card, true), card);
  TakeEnding(Ending::kDone, 0, card);
  EXPECT_EQ(StateOf(card), v1::CARD_VOIDED);
}

TEST(CardTest, AnAuthorizationAfterAFailedCaptureIsANewOneInItsPlace) {
  Card card = Held(1000, v1::CARD_CAPTURE);
  Open(NextOf(card, false), card);
  TakeEnding(Ending::kRefused, 0, card);
  EXPECT_EQ(StateOf(card), v1::CARD_CAPTURE_ERROR);
  Ask(v1::CARD_HOLD, false, card);
  EXPECT_EQ(NextOf(card, false), NextStep()) << "nobody has asked for it";
  Ask(v1::CARD_HOLD, true, card);
  Open(NextOf(card, true), card);
  ASSERT_EQ(card.open->operation, v1::VOID_AUTHORIZATION);
  EXPECT_EQ(StateOf(card), v1::CARD_AUTHORIZING);
  Ask(v1::CARD_HOLD, true, card);
  EXPECT_EQ(NextOf(card, true), NextStep()) << "asked for twice, it is done once";
  TakeEnding(Ending::kDone, 0, card);
  Open(NextOf(card, false), card);
  ASSERT_EQ(card.open->operation, v1::AUTHORIZE);
  TakeEnding(Ending::kDone, 1000, card);
  EXPECT_EQ(NextOf(card, false), NextStep());
  EXPECT_EQ(StateOf(card), v1::CARD_AUTHORIZED);
}

TEST(CardTest, WhoWantsToCaptureAfterAllKeepsWhatIsHeld) {
  Card card = Held(1000, v1::CARD_CAPTURE);
  card.failed = v1::CAPTURE;
  Ask(v1::CARD_HOLD, true, card);
  Open(NextOf(card, true), card);
  Ask(v1::CARD_CAPTURE, true, card);
  EXPECT_EQ(NextOf(card, true), (NextStep{true, v1::CAPTURE}));
}

TEST(CardTest, AnExpiredAuthorizationIsRenewedWhenAPersonAsks) {
  Card card = Held(1000, v1::CARD_KEEP);
  TakeNeed({v1::CARD_HOLD, 1000, false}, /*expired=*/true, card);
  EXPECT_EQ(NextOf(card, false), NextStep()) << "nobody has asked for it";
  TakeNeed({v1::CARD_HOLD, 1000, true}, /*expired=*/true, card);
  Open(NextOf(card, true), card);
  ASSERT_EQ(card.open->operation, v1::VOID_AUTHORIZATION);
  Card refused = card;
  TakeEnding(Ending::kRefused, 0, refused);
  EXPECT_EQ(StateOf(refused), v1::CARD_AUTHORIZATION_ERROR);
  EXPECT_EQ(NextOf(refused, false), NextStep()) << "never a second one beside it";
  // The company has nothing any more that it could cancel.
  TakeEnding(Ending::kGone, 0, card);
  EXPECT_EQ(card.failed, kNone);
  EXPECT_EQ(NextOf(card, false).operation, v1::AUTHORIZE);
}

TEST(CardTest, OfACaptureThatWasLostTheCompanyIsAsked) {
  Card card = Held(1000, v1::CARD_CAPTURE);
  Open(NextOf(card, false), card);
  TakeEnding(Ending::kLost, 0, card);
  Card released = card;
  TakeNeed({v1::CARD_HOLD, 1000, true}, /*expired=*/true, card);
  EXPECT_TRUE(card.unclear);
  EXPECT_EQ(NextOf(card, true).operation, v1::AUTHORIZE) << "which asks first";
  // Somebody voids it, and the company has nothing to cancel: that is no answer to what became of the capture.
  Ask(v1::CARD_RELEASE, true, released);
  Open(NextOf(released, true), released);
  TakeEnding(Ending::kGone, 0, released);
  EXPECT_TRUE(released.unclear);
}

TEST(CardTest, ARefusedVoidDoesNotMakeALostCaptureOneThatNeverWas) {
  Card card = Held(1000, v1::CARD_CAPTURE);
  Open(NextOf(card, false), card);
  TakeEnding(Ending::kLost, 0, card);
  TakeNeed({v1::CARD_RELEASE, 1000, true}, false, card);
  Open(NextOf(card, true), card);
  ASSERT_EQ(card.open->operation, v1::VOID_AUTHORIZATION);
  TakeEnding(Ending::kRefused, 0, card);
  EXPECT_TRUE(card.unclear) << "the company has not said what became of the capture";
  TakeNeed({v1::CARD_CAPTURE, 1000, false}, false, card);
  EXPECT_EQ(NextOf(card, false), NextStep()) << "a second one is not asked for by itself";
  TakeNeed({v1::CARD_CAPTURE, 1000, true}, false, card);
  EXPECT_TRUE(card.unclear) << "and for a person the company is asked first";
  EXPECT_EQ(NextOf(card, true).operation, v1::CAPTURE);
}

TEST(CardTest, ARefusalOfOurOwnDoesNotMakeALostAuthorizationClear) {
  Card card = Held(0);
  Open(NextOf(card, false), card);
  TakeEnding(Ending::kLost, 0, card);
  TakeNeed({v1::CARD_HOLD, 1000, true}, false, card);
  Open(NextOf(card, true), card);
  // Without the shop's account it is not sent.
  TakeEnding(Ending::kRefused, 0, card);
  EXPECT_TRUE(card.unclear);
}

TEST(CardTest, APersonsVoidIsNotTakenBackByACaptureThatNobodyAskedFor) {
  Card card = Held(1000, v1::CARD_RELEASE);
  Open(NextOf(card, true), card);
  TakeNeed({v1::CARD_CAPTURE, 1000, false}, false, card);
  EXPECT_EQ(NextOf(card, false), NextStep());
  TakeNeed({v1::CARD_CAPTURE, 1000, true}, false, card);
  EXPECT_EQ(NextOf(card, true), (NextStep{true, v1::CAPTURE}));
}

// Every card that there can be, against what must hold of every step.
TEST(CardMatrixTest, NoStepAsksForMoneyTwice) {
  int cards = 0;
  for (const auto wish : kWishes) {
    for (const int64_t authorized : {0, 700, 1000}) {
      for (const int64_t captured : {int64_t{0}, authorized}) {
        for (const auto failed : {kNone, v1::AUTHORIZE, v1::VOID_AUTHORIZATION, v1::CAPTURE, v1::VOID_CAPTURE}) {
          for (int bits = 0; bits < 16; ++bits) {
            Card card = Held(authorized, wish);
            card.captured_yen = captured;
            card.failed = failed;
            card.voided = (bits & 1) != 0;
            card.unclear = (bits & 2) != 0;
            const bool asked = (bits & 4) != 0;
            card.renews = (bits & 8) != 0;
            const NextStep step = NextOf(card, asked);
            SCOPED_TRACE(absl::StrCat(wish, " ", authorized, " ", captured, " ", failed, " ", bits));
            ++cards;
            EXPECT_FALSE(step.withdraw);
            if (failed != kNone && failed != v1::VOID_CAPTURE) {
              EXPECT_NE(step.operation, failed);
            }
            if (step.operation == v1::AUTHORIZE) {
              EXPECT_EQ(wish, v1::CARD_HOLD);
              EXPECT_EQ(authorized, 0);
              EXPECT_EQ(captured, 0);
            } else if (step.operation == v1::CAPTURE) {
              EXPECT_EQ(wish, v1::CARD_CAPTURE);
              EXPECT_EQ(failed, kNone);
              EXPECT_EQ(authorized, 1000);
              EXPECT_EQ(captured, 0);
            } else if (step.operation == v1::VOID_AUTHORIZATION) {
              EXPECT_TRUE(wish == v1::CARD_RELEASE ||
                          (wish == v1::CARD_HOLD && authorized > 0 && (authorized == 700 || card.renews)));
              EXPECT_EQ(captured, 0);
            } else if (step.operation == v1::VOID_CAPTURE) {
              EXPECT_TRUE(asked && wish == v1::CARD_RELEASE && captured > 0);
            }
          }
        }
      }
    }
  }
  EXPECT_EQ(cards, 4 * 3 * 2 * 5 * 16);
}

// The company's own book: it authorizes and captures as often as it is asked to.
struct Company {
  int64_t authorized = 0;
  int64_t captured = 0;
  int authorizations_held = 0;
  int captures = 0;

  Ending Do(const OpenRequest& request, bool expired, std::mt19937& random) {
    if (expired && request.operation == v1::VOID_AUTHORIZATION) {
      authorizations_held = 0;
      authorized = 0;
      return Ending::kGone;
    }
    if (random() % 4 == 0) return Ending::kRefused;
    switch (request.operation) {
      case v1::AUTHORIZE:
        ++authorizations_held;
        authorized = request.amount_yen;
        break;
      case v1::VOID_AUTHORIZATION:
        authorizations_held = 0;
        authorized = 0;
        break;
      case v1::CAPTURE:
        ++captures;
        captured = authorized;
        break;
      case v1::VOID_CAPTURE:
        captures = 0;
        authorizations_held = 0;
        captured = authorized = 0;
        break;
      default:
        break;
    }
    return Ending::kDone;
  }
};

// Whatever orders wish in whatever order: never two authorizations, never two captures, and the card knows what is
// held.
TEST(CardPropertyTest, RandomWishesNeverDouble) {
  std::mt19937 random(20261126);
  for (int run = 0; run < 2000; ++run) {
    Card card;
    Company company;
    for (int step = 0; step < 60; ++step) {
      const bool expired = random() % 8 == 0;
      if (random() % 2 == 0) {
        const Need need = {kWishes[random() % 4], int64_t{500} + 500 * static_cast<int64_t>(random() % 3),
                           random() % 2 == 0};
        TakeNeed(need, expired, card);
        Open(NextOf(card, need.asked), card);
      } else if (card.open.has_value() && card.open->waiting) {
        card.open->waiting = false;
      } else if (card.open.has_value()) {
        const Ending ending = company.Do(*card.open, expired, random);
        TakeEnding(ending, ending == Ending::kDone ? company.authorized : 0, card);
        Open(NextOf(card, false), card);
      }
      ASSERT_LE(company.authorizations_held, 1) << "run " << run << " step " << step;
      ASSERT_LE(company.captures, 1) << "run " << run << " step " << step;
      ASSERT_EQ(card.authorized_yen, company.authorized) << "run " << run << " step " << step;
      ASSERT_EQ(card.captured_yen, company.captured) << "run " << run << " step " << step;
    }
  }
}

}  // namespace
}  // namespace juchu::payment
