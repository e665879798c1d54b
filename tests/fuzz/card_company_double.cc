#include "tests/fuzz/card_company_double.h"

#include "tests/fuzz/require.h"

namespace juchu::fuzz {
namespace {

namespace pb = ::juchu::payment::v1;
namespace rccs = ::juchu::payment::rccs;
using payment::Ending;

constexpr char kRefusedCode[] = "RCCS_E22-822";
constexpr char kRefusedMessage[] = "限度額オーバー";
// As rccs_judgement.cc has them.
constexpr int kAuthorized = 12;
constexpr int kAuthorizationFailed = 13;
constexpr int kCaptured = 22;
constexpr int kCaptureFailed = 23;
constexpr int kAuthorizationVoided = 42;
constexpr int kCaptureVoided = 52;

int StatusAfter(pb::CardOperation operation) {
  switch (operation) {
    case pb::AUTHORIZE:
      return kAuthorized;
    case pb::VOID_AUTHORIZATION:
      return kAuthorizationVoided;
    case pb::CAPTURE:
      return kCaptured;
    default:
      return kCaptureVoided;
  }
}

}  // namespace

rccs::Judgement CardCompanyDouble::History(pb::CardOperation operation, const std::string& order_number,
                                           int64_t amount_yen, absl::Time asked_time) const {
  std::vector<rccs::OrderResult> history;
  const auto it = entries_.find(order_number);
  if (it != entries_.end() && it->second.row.has_value()) history.push_back(*it->second.row);
  return rccs::JudgeHistory(static_cast<rccs::Operation>(operation), {order_number, amount_yen}, asked_time, history);
}

void CardCompanyDouble::Receive(pb::CardOperation operation, const std::string& order_number) const {
  const auto it = entries_.find(order_number);
  if (it == entries_.end()) return;
  const Entry& entry = it->second;
  const bool holds = entry.held_yen > 0 && entry.captured_yen == 0;
  Require(operation != pb::AUTHORIZE || !holds, "no authorization is asked for while another is held");
  Require(operation != pb::CAPTURE || entry.captured_yen == 0, "what is captured is not to be captured again");
}

bool CardCompanyDouble::IsPossible(pb::CardOperation operation, const Entry& entry) {
  switch (operation) {
    case pb::AUTHORIZE:
      return entry.captured_yen == 0;
    case pb::VOID_AUTHORIZATION:
    case pb::CAPTURE:
      return entry.held_yen > 0 && entry.captured_yen == 0;
    default:
      return entry.captured_yen > 0;
  }
}

void CardCompanyDouble::Do(pb::CardOperation operation, int64_t amount_yen, Entry& entry) const {
  switch (operation) {
    case pb::AUTHORIZE:
      Require(entry.held_yen == 0, "an order has one authorization at a time");
      entry.held_yen = amount_yen;
      return;
    case pb::CAPTURE:
      Require(entry.captured_yen == 0, "an order is captured once");
      entry.captured_yen = entry.held_yen;
      return;
    case pb::VOID_AUTHORIZATION:
      entry.held_yen = 0;
      return;
    default:
      entry.held_yen = entry.captured_yen = 0;
  }
}

void CardCompanyDouble::WriteRow(const std::string& order_number, int card_status, const std::string& code,
                                 Entry& entry) const {
  auto& row = entry.row.emplace();
  row.shop_order_number = order_number;
  row.error_code = code;
  row.card_status = card_status;
  row.price_yen = entry.held_yen;
  row.reg_time = now_;
}

CardCompanyDouble::Result CardCompanyDouble::CarryOut(pb::CardOperation operation, const std::string& order_number,
                                                      int64_t amount_yen, CompanyAnswer answer) {
  now_ += absl::Hours(1);
  Entry& entry = entries_[order_number];
  const bool differs = answer == CompanyAnswer::kOtherAmount && operation == pb::AUTHORIZE;
  const bool does = answer == CompanyAnswer::kDone || answer == CompanyAnswer::kDoneAndLost || differs;
  const bool is_done = does && IsPossible(operation, entry);
  if (is_done) {
    Do(operation, differs ? amount_yen + 1 : amount_yen, entry);
    WriteRow(order_number, StatusAfter(operation), rccs::kCodeOk, entry);
  } else if (operation == pb::AUTHORIZE && entry.held_yen == 0 && entry.captured_yen == 0) {
    WriteRow(order_number, kAuthorizationFailed, kRefusedCode, entry);
  } else if (operation == pb::CAPTURE && entry.held_yen > 0 && entry.captured_yen == 0) {
    WriteRow(order_number, kCaptureFailed, kRefusedCode, entry);
  }
  if (answer == CompanyAnswer::kLost || answer == CompanyAnswer::kDoneAndLost) {
    return {Ending::kLost, std::nullopt, "RESULT_LOST", "the card company gave no result"};
  }
  if (is_done && differs) return {Ending::kRefused, amount_yen + 1, "AMOUNT_DIFFERS", "another amount is held"};
  if (is_done) return {};
  return {Ending::kRefused, std::nullopt, kRefusedCode, kRefusedMessage};
}

void CardCompanyDouble::Expire(const std::string& order_number) {
  Entry& entry = entries_[order_number];
  if (entry.held_yen == 0 || entry.captured_yen > 0) return;
  now_ += absl::Hours(1);
  entry.held_yen = 0;
  // How the real company shows it is not known; we take it to be as a cancellation.
  WriteRow(order_number, kAuthorizationVoided, rccs::kCodeOk, entry);
}

}  // namespace juchu::fuzz
