#include "services/payment/rccs/rccs_judgement.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/payment/rccs/rccs_text.h"

namespace juchu::payment::rccs {
namespace {

constexpr int kRequestFinished = 3;

enum class CardState : uint8_t {
  kUntouched,
  kAuthorized,
  kAuthorizationFailed,
  kCaptured,
  kCaptureFailed,
  kAuthorizationVoided,
  kCaptureVoided,
  // A number that is not in the table, or none at all.
  kUnknown,
};

struct CardStatusMeaning {
  int number;
  CardState state;
  // Seen in real exchanges. The others are our assumption, drawn from the pattern of those: there is no public table.
  bool recorded;
};

constexpr CardStatusMeaning kCardStatusMeanings[] = {
    {1, CardState::kUntouched, true},             // ordered, and nothing done about the payment
    {12, CardState::kAuthorized, true},           // with an approval number
    {13, CardState::kAuthorizationFailed, true},  // with an error code: over the limit
    {22, CardState::kCaptured, false},
    {23, CardState::kCaptureFailed, false},
    {42, CardState::kAuthorizationVoided, true},  // a cancel that succeeded, approval number 0000000
    {52, CardState::kCaptureVoided, false},
};

CardStatusMeaning MeaningOf(std::optional<int> card_status) {
  for (const CardStatusMeaning& meaning : kCardStatusMeanings) {
    if (meaning.number == card_status) return meaning;
  }
  return {0, CardState::kUnknown, false};
}

// Whether a card in this state is what the operation is for.
bool IsGoal(Operation operation, CardState state) {
  switch (operation) {
    case Operation::kAuthorize:
      return state == CardState::kAuthorized;
    case Operation::kVoidAuthorization:
      return state == CardState::kAuthorizationVoided;
    case Operation::kCapture:
      return state == CardState::kCaptured;
    case Operation::kVoidCapture:
      // Without an authorization nothing can be captured either.
      return state == CardState::kCaptureVoided || state == CardState::kAuthorizationVoided;
  }
  return false;
}

// Whether a card in this state is one that the operation tried to change and could not.
bool IsFailure(Operation operation, CardState state) {
  return (operation == Operation::kAuthorize && state == CardState::kAuthorizationFailed) ||
         (operation == Operation::kCapture && state == CardState::kCaptureFailed);
}

// Whether a card in this state is one for which the operation is asked.
bool IsBefore(Operation operation, CardState state) {
  switch (operation) {
    case Operation::kAuthorize:
      return state == CardState::kUntouched;
    case Operation::kVoidAuthorization:
    case Operation::kCapture:
      return state == CardState::kAuthorized;
    case Operation::kVoidCapture:
      return state == CardState::kAuthorized || state == CardState::kCaptured;
  }
  return false;
}

bool IsCardCodeOk(absl::string_view code) {
  return std::all_of(code.begin(), code.end(), [](char digit) { return digit == '0'; });
}

bool AreCodesOk(const OrderResult& order) { return order.error_code == kCodeOk && IsCardCodeOk(order.ccs_error_code); }

// What a verdict can depend on.
auto Deciding(const OrderResult& order) {
  return std::tie(order.error_code, order.ccs_error_code, order.approval_number, order.transaction_id,
                  order.card_status, order.price_yen);
}

Judgement Without(Verdict verdict, absl::string_view code, absl::string_view message) {
  Judgement judgement;
  judgement.verdict = verdict;
  judgement.code = std::string(code);
  // With numbers of RCCS in it.
  judgement.message = MaskedText(message);
  return judgement;
}

// RCCS's own code and text of the order.
Judgement By(Verdict verdict, const OrderResult& order) {
  return {verdict,         order.error_code, order.message, order.approval_number, order.transaction_id,
          order.price_yen, order.reg_time};
}

// Ours, where RCCS's would mislead.
Judgement By(Verdict verdict, const OrderResult& order, absl::string_view code, absl::string_view message) {
  Judgement judgement = By(verdict, order);
  judgement.code = std::string(code);
  judgement.message = std::string(message);
  return judgement;
}

// An authorization that holds something on the card: as much as was asked?
Judgement ByAmount(const OrderRequest& asked, const OrderResult& order) {
  if (!order.price_yen.has_value()) {
    return By(Verdict::kUnclear, order, "PRICE_MISSING", "the card is authorized, but RCCS does not say for how much");
  }
  if (*order.price_yen != asked.amount_yen) {
    return By(Verdict::kRefused, order, "AMOUNT_DIFFERS",
              absl::StrCat("the card is authorized for ", *order.price_yen, " yen, and ", asked.amount_yen,
                           " yen were asked for"));
  }
  return By(Verdict::kDone, order);
}

Judgement JudgeOrder(Operation operation, const OrderRequest& asked, const RequestResult& request,
                     const OrderResult& order) {
  const CardState state = MeaningOf(order.card_status).state;
  const bool goal = IsGoal(operation, state);
  if (order.error_code.empty()) {
    return By(Verdict::kUnclear, order, "CODE_MISSING", "RCCS does not say whether it was done");
  }
  if (order.error_code != kCodeOk) {
    // A second try on what the first one did fails, and it is done all the same.
    if (goal) return By(Verdict::kUnclear, order);
    return By(Verdict::kRefused, order);
  }
  if (request.error_code != kCodeOk) {
    return By(Verdict::kUnclear, order, request.error_code.empty() ? "CODE_MISSING" : request.error_code,
              "RCCS says that the order is done, but not that the request is");
  }
  if (!IsCardCodeOk(order.ccs_error_code)) {
    return By(Verdict::kUnclear, order, "CARD_CODE_CONTRADICTS",
              absl::StrCat("RCCS says that it is done, and the card company's code is ", order.ccs_error_code));
  }
  const bool unknown_is_enough = operation != Operation::kAuthorize && state == CardState::kUnknown;
  if (!goal && !unknown_is_enough) {
    return By(Verdict::kUnclear, order, "STATUS_CONTRADICTS",
              "RCCS says that it is done, and the card's status does not");
  }
  return operation == Operation::kAuthorize ? ByAmount(asked, order) : By(Verdict::kDone, order);
}

// A row of which only the codes are understood.
Judgement JudgeUnknownState(Operation operation, absl::Time asked_time, const OrderResult& row) {
  if (operation == Operation::kAuthorize || row.error_code.empty()) {
    return By(Verdict::kUnclear, row, row.card_status ? absl::StrCat("CARD_STATUS_", *row.card_status) : "CODE_MISSING",
              "what the card's status means is not known");
  }
  if (row.reg_time == absl::InfinitePast()) {
    return By(Verdict::kUnclear, row, "TIME_MISSING", "RCCS does not say when it wrote its newest result");
  }
  // No slack: what was done shortly before may be the operation that this one is to undo.
  if (row.reg_time < asked_time) return By(Verdict::kPending, row);
  if (row.error_code != kCodeOk) return By(Verdict::kRefused, row);
  if (!IsCardCodeOk(row.ccs_error_code)) {
    return By(Verdict::kUnclear, row, "CARD_CODE_CONTRADICTS",
              absl::StrCat("RCCS says that it is done, and the card company's code is ", row.ccs_error_code));
  }
  return By(Verdict::kDone, row);
}

// A row that says that the operation, asked for now or once before, failed.
Judgement JudgeFailure(absl::Time asked_time, const OrderResult& row) {
  if (row.reg_time == absl::InfinitePast()) {
    return By(Verdict::kUnclear, row, "TIME_MISSING", "RCCS does not say when it failed");
  }
  if (row.reg_time <= asked_time - kClockSlack) return By(Verdict::kPending, row);
  Judgement judgement = By(Verdict::kRefused, row);
  if (row.error_code.empty() || row.error_code == kCodeOk) {
    judgement.code =
        IsCardCodeOk(row.ccs_error_code) ? absl::StrCat("CARD_STATUS_", *row.card_status) : row.ccs_error_code;
  }
  return judgement;
}

Judgement JudgeNewest(Operation operation, const OrderRequest& asked, absl::Time asked_time, const OrderResult& row) {
  const CardStatusMeaning meaning = MeaningOf(row.card_status);
  if (meaning.state == CardState::kUnknown) return JudgeUnknownState(operation, asked_time, row);
  if (IsGoal(operation, meaning.state)) {
    if (operation == Operation::kAuthorize) return ByAmount(asked, row);
    if (meaning.recorded || AreCodesOk(row)) return By(Verdict::kDone, row);
    return By(Verdict::kUnclear, row, "STATUS_CONTRADICTS",
              "the card's status says that it is done, and the codes not");
  }
  if (IsFailure(operation, meaning.state)) return JudgeFailure(asked_time, row);
  if (IsBefore(operation, meaning.state)) return By(Verdict::kPending, row);
  const bool voided_before = operation == Operation::kAuthorize && meaning.state == CardState::kAuthorizationVoided &&
                             row.reg_time != absl::InfinitePast() && row.reg_time < asked_time;
  if (voided_before) return By(Verdict::kPending, row);
  return By(Verdict::kUnclear, row, absl::StrCat("CARD_STATUS_", meaning.number),
            "the card is in a state that has nothing to do with what was asked for");
}

}  // namespace

Judgement JudgeResult(Operation operation, const OrderRequest& asked, const RequestResult& result) {
  if (result.status != kRequestFinished) return Without(Verdict::kPending, result.error_code, result.message);
  const OrderResult* found = nullptr;
  for (const OrderResult& order : result.orders) {
    if (order.shop_order_number != asked.shop_order_number) continue;
    if (found != nullptr && Deciding(*found) != Deciding(order)) {
      return Without(Verdict::kUnclear, "RESULTS_CONTRADICT", "RCCS gives two results of the order, and they differ");
    }
    found = &order;
  }
  if (found != nullptr) return JudgeOrder(operation, asked, result, *found);
  if (!result.error_code.empty() && result.error_code != kCodeOk) {
    return Without(Verdict::kUnclear, result.error_code, result.message);
  }
  return Without(Verdict::kUnclear, "ORDER_MISSING", "the request is finished, and the order is not in its results");
}

Judgement JudgeHistory(Operation operation, const OrderRequest& asked, absl::Time asked_time,
                       absl::Span<const OrderResult> history) {
  const OrderResult* newest = nullptr;
  // Of different rows: two are the newest, or one does not say when it was written.
  bool tied = false;
  bool undated = false;
  for (const OrderResult& row : history) {
    if (row.shop_order_number != asked.shop_order_number) continue;
    if (newest == nullptr) {
      newest = &row;
      continue;
    }
    const bool same = row.reg_time == newest->reg_time && Deciding(row) == Deciding(*newest);
    if (same) continue;
    undated |= row.reg_time == absl::InfinitePast() || newest->reg_time == absl::InfinitePast();
    if (row.reg_time == newest->reg_time) tied = true;
    if (row.reg_time > newest->reg_time) {
      newest = &row;
      tied = false;
    }
  }
  if (newest == nullptr) {
    if (operation == Operation::kAuthorize) return Without(Verdict::kPending, "", "");
    return Without(Verdict::kUnclear, "ORDER_MISSING", "RCCS knows nothing of the order");
  }
  if (undated)
    return Without(Verdict::kUnclear, "TIME_MISSING", "RCCS does not say which of its results is the newest");
  if (tied) return Without(Verdict::kUnclear, "RESULTS_CONTRADICT", "RCCS gives two newest results, and they differ");
  return JudgeNewest(operation, asked, asked_time, *newest);
}

}  // namespace juchu::payment::rccs
