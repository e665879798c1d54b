#include "services/payment/domain/screening.h"

#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::payment {
namespace {

using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;

constexpr v1::ScreeningState kStates[] = {v1::SCREENING_UNREGISTERED, v1::SCREENING_PENDING, v1::SCREENING_APPROVED,
                                          v1::SCREENING_REJECTED, v1::SCREENING_ON_HOLD};
constexpr v1::ScreeningResult kResults[] = {v1::SCREENED_APPROVED, v1::SCREENED_REJECTED, v1::SCREENED_ON_HOLD,
                                            v1::SCREENED_PENDING};

ScreeningCase Registered(v1::ScreeningState state = v1::SCREENING_PENDING) {
  ScreeningCase screening;
  Register(v1::NP, 1000, screening);
  screening.state = state;
  return screening;
}

ScreeningDecision Decision(v1::ScreeningResult result) {
  ScreeningDecision decision;
  decision.company = v1::NP;
  decision.result = result;
  decision.transaction_id = "18121200001";
  decision.amount_yen = 1000;
  return decision;
}

TEST(ScreeningTest, GoesOutOnceAndAgainOnlyWithAReason) {
  EXPECT_THAT(CheckRegister(v1::NP, 1000, ScreeningCase()), IsOk());
  for (const auto state : kStates) {
    const bool again = state != v1::SCREENING_PENDING && state != v1::SCREENING_APPROVED;
    EXPECT_EQ(CheckRegister(v1::NP, 1000, Registered(state)).ok(), again) << state;
    EXPECT_THAT(CheckRegister(v1::NP, 1500, Registered(state)), IsOk()) << "another amount is screened anew";
    EXPECT_THAT(CheckRegister(v1::GMO, 1000, Registered(state)), IsOk()) << "the other company knows nothing of it";
  }
}

ScreeningDecision DecisionAt(v1::ScreeningResult result, const std::string& time, int64_t amount_yen = 1000) {
  ScreeningDecision decision = Decision(result);
  decision.decided_time = time;
  decision.amount_yen = amount_yen;
  return decision;
}

TEST(ScreeningTest, AnOldFileUndoesNoNewerDecision) {
  ScreeningCase screening = Registered();
  const auto first = DecisionAt(v1::SCREENED_APPROVED, "2026/11/25 10:00:00");
  EXPECT_TRUE(*TakeDecision(first, screening));
  EXPECT_TRUE(*TakeDecision(DecisionAt(v1::SCREENED_REJECTED, "2026/11/25 18:30:00"), screening));
  EXPECT_FALSE(*TakeDecision(first, screening));
  EXPECT_EQ(screening.state, v1::SCREENING_REJECTED);
  EXPECT_TRUE(*TakeDecision(DecisionAt(v1::SCREENED_APPROVED, "2026/11/26 09:00:00"), screening));
}

TEST(ScreeningTest, WhatWasDecidedOnTheOldAmountDoesNotApproveTheNewOne) {
  ScreeningCase screening = Registered();
  ASSERT_TRUE(*TakeDecision(DecisionAt(v1::SCREENED_APPROVED, "2026/11/25 10:00"), screening));
  Register(v1::NP, 50000, screening);
  EXPECT_FALSE(*TakeDecision(DecisionAt(v1::SCREENED_APPROVED, "2026/11/25 10:00", 50000), screening));
  EXPECT_EQ(screening.state, v1::SCREENING_PENDING);
  EXPECT_TRUE(*TakeDecision(DecisionAt(v1::SCREENED_APPROVED, "2026/11/25 11:00", 50000), screening));
  // The other company has decided nothing yet.
  Register(v1::GMO, 50000, screening);
  EXPECT_EQ(screening.decided_time, "");
}

TEST(ScreeningTest, TimesThatCannotBeComparedHoldNothingBack) {
  for (const char* time : {"", "2026/11/24", "26.11.24 09:00", "2026-11-24 09:00:00"}) {
    ScreeningCase screening = Registered();
    ASSERT_TRUE(*TakeDecision(DecisionAt(v1::SCREENED_ON_HOLD, "2026/11/25 10:00:00"), screening));
    EXPECT_TRUE(*TakeDecision(DecisionAt(v1::SCREENED_APPROVED, time), screening)) << time;
  }
}

TEST(ScreeningTest, EachResultFromEachState) {
  for (const auto state : kStates) {
    for (const auto result : kResults) {
      ScreeningCase screening = Registered(state);
      const auto taken = TakeDecision(Decision(result), screening);
      if (state == v1::SCREENING_UNREGISTERED) {
        EXPECT_THAT(taken, HasReason("SCREENING_NOT_REGISTERED"));
      } else if (result == v1::SCREENED_PENDING && state != v1::SCREENING_PENDING) {
        EXPECT_FALSE(*taken) << "a late file takes no result back";
        EXPECT_EQ(screening.state, state);
      } else {
        EXPECT_TRUE(*taken);
        EXPECT_EQ(screening.state, result == v1::SCREENED_APPROVED   ? v1::SCREENING_APPROVED
                                   : result == v1::SCREENED_REJECTED ? v1::SCREENING_REJECTED
                                   : result == v1::SCREENED_PENDING  ? v1::SCREENING_PENDING
                                                                     : v1::SCREENING_ON_HOLD);
        EXPECT_FALSE(*TakeDecision(Decision(result), screening)) << "the same again changes nothing";
      }
    }
  }
}

TEST(ScreeningTest, WhatDoesNotFitIsShownAndNotTaken) {
  ScreeningCase screening = Registered();
  const ScreeningCase before = screening;
  ScreeningDecision decision = Decision(v1::SCREENED_APPROVED);
  decision.amount_yen = 1500;
  EXPECT_THAT(TakeDecision(decision, screening), HasReason("SCREENING_AMOUNT_CHANGED"));
  decision = Decision(v1::SCREENED_APPROVED);
  decision.company = v1::GMO;
  EXPECT_THAT(TakeDecision(decision, screening), HasReason("SCREENING_COMPANY_DIFFERS"));
  ScreeningCase unknown;
  EXPECT_THAT(TakeDecision(decision, unknown), HasReason("SCREENING_NOT_REGISTERED"));
  EXPECT_EQ(screening, before);
  EXPECT_TRUE(*TakeDecision(Decision(v1::SCREENED_ON_HOLD), screening));
  decision = Decision(v1::SCREENED_APPROVED);
  decision.transaction_id = "18121200002";
  EXPECT_THAT(TakeDecision(decision, screening), HasReason("SCREENING_TRANSACTION_DIFFERS"));
}

TEST(ScreeningTest, ASlipGoesOutOnceAndOnlyOfWhatIsApproved) {
  for (const auto state : kStates) {
    EXPECT_EQ(CheckReport(v1::NP, Registered(state)).ok(), state == v1::SCREENING_APPROVED) << state;
  }
  ScreeningCase screening = Registered(v1::SCREENING_APPROVED);
  EXPECT_THAT(CheckReport(v1::GMO, screening), HasReason("SCREENING_COMPANY_DIFFERS"));
  screening.slip_reported = true;
  EXPECT_THAT(CheckReport(v1::NP, screening), HasReason("SCREENING_SLIP_REPORTED"));
  EXPECT_THAT(CheckRegister(v1::NP, 1500, screening), HasReason("SCREENING_SLIP_REPORTED"));
  EXPECT_THAT(TakeDecision(Decision(v1::SCREENED_REJECTED), screening), HasReason("SCREENING_SLIP_REPORTED"));
}

}  // namespace
}  // namespace juchu::payment
