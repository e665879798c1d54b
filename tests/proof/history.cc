#include "tests/proof/history.h"

#include <chrono>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;

constexpr char kTokenPrefix[] = "proof #";

std::string AskText(const Operation& operation) {
  const auto& asked = operation.asked;
  switch (operation.ask) {
    case Ask::kRead:
      return "read it";
    case Ask::kChangeStatus:
      return absl::StrCat("moved it to ", pb::Status_Name(asked.status));
    case Ask::kChangeMode:
      return absl::StrCat("turned it ", pb::TransitionMode_Name(asked.mode));
    case Ask::kSavePaymentMethod:
      return absl::StrCat("saved payment method ", asked.payment_method);
    case Ask::kSetPrepayment:
      return asked.paid ? absl::StrCat("set it paid at ", asked.paid_time) : "set it unpaid";
    case Ask::kCancel:
      return "cancelled it";
  }
  return "";
}

std::string EndText(const Operation& operation) {
  if (operation.end == End::kUnknown) return "never answered";
  if (operation.end == End::kFailed) {
    switch (operation.failure) {
      case Failure::kStale:
        return "refused as stale";
      case Failure::kNotInStatus:
        return "refused in its status";
      default:
        return "refused";
    }
  }
  const auto& answer = operation.answer;
  const bool whole = operation.ask == Ask::kRead || operation.ask == Ask::kSavePaymentMethod;
  std::string text = whole ? Describe(answer)
                           : absl::StrCat("version ", answer.version, ", ", pb::Status_Name(answer.status), ", ",
                                          pb::TransitionMode_Name(answer.mode));
  if (operation.ask != Ask::kRead && !operation.changed) absl::StrAppend(&text, ", nothing changed");
  return absl::StrCat("answered ", text);
}

}  // namespace

std::string TokenText(int64_t token) { return absl::StrCat(kTokenPrefix, token); }

int64_t TokenOf(const std::string& reason) {
  absl::string_view text = reason;
  int64_t token = 0;
  if (!absl::ConsumePrefix(&text, kTokenPrefix) || !absl::SimpleAtoi(text, &token)) return 0;
  return token;
}

std::string Describe(const OrderView& view) {
  return absl::StrCat("version ", view.version, ", ", pb::Status_Name(view.status), ", ",
                      pb::TransitionMode_Name(view.mode), view.paid ? ", paid" : ", unpaid", ", paid time ",
                      view.paid_time, ", payment method ", view.payment_method);
}

std::string Describe(const Operation& operation) {
  std::string text = absl::StrCat("client ", operation.client, " ", AskText(operation));
  if (operation.asked.version != 0) absl::StrAppend(&text, " from version ", operation.asked.version);
  if (operation.crowd) absl::StrAppend(&text, " with its crowd");
  if (operation.repeat) absl::StrAppend(&text, " once more");
  const auto seconds = [](int64_t ns) { return static_cast<double>(ns) / 1e9; };
  absl::StrAppend(&text, " (#", operation.token, ", ", absl::StrFormat("%.4f s", seconds(operation.invoke_ns)));
  if (operation.return_ns != kNever) {
    absl::StrAppend(&text, " to ", absl::StrFormat("%.4f s", seconds(operation.return_ns)));
  }
  return absl::StrCat(text, "): ", EndText(operation));
}

std::string Describe(const OrderName& order) { return absl::StrCat("tenant ", order.tenant, ", order ", order.number); }

int64_t Recorder::Now() {
  static const auto start = std::chrono::steady_clock::now();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start).count();
}

int32_t Recorder::AddOrder(OrderName order) {
  absl::MutexLock lock(&mutex_);
  orders_.push_back(std::move(order));
  return static_cast<int32_t>(orders_.size() - 1);
}

History Recorder::Take() {
  History history;
  absl::MutexLock lock(&mutex_);
  history.orders = std::move(orders_);
  for (auto& log : by_client_) {
    history.operations.insert(history.operations.end(), log.operations.begin(), log.operations.end());
    log.operations.clear();
    log.operations.shrink_to_fit();
  }
  return history;
}

}  // namespace juchu::proof
