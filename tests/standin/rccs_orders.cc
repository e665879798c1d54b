#include "tests/standin/rccs_orders.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace juchu::standin {
namespace {

constexpr char kNoApproval[] = "0000000";
constexpr char kCardCompanyAgrees[] = "000000";
constexpr char kCardCompanyRefuses[] = "210G55";

Verdict NotAuthorized() { return {"RCCS_E22-301", "オーソリ済みではありません。"}; }
Verdict NotCaptured() { return {"RCCS_E22-501", "売上請求済みではありません。"}; }
Verdict NoSuchOrder() { return {"RCCS_E22-201", "受注番号が存在しません。"}; }

bool CanBeOrderNumber(absl::string_view text) {
  return !text.empty() && text.size() <= 50 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
}

std::string TransactionId(const RccsOrders::Origin& origin) {
  return absl::StrCat(absl::FormatTime("%y%m%d%H%M%S", origin.at, Japan()),
                      absl::StrFormat("%010d%06d0000", origin.request_id, origin.index % 1'000'000));
}

std::string ApprovalNumber(const RccsOrders::Origin& origin) {
  const int64_t mixed = (int64_t{origin.request_id} * 7919 + origin.index) % 9'000'000;
  return absl::StrFormat("%07d", mixed + 1'000'000);
}

bool HoldsMoney(int card_status) {
  return card_status == kAuthorized || card_status == kCaptured || card_status == kCaptureFailed;
}

void Refuse(OrderRow& row, Verdict verdict, int card_status) {
  row.approval_number = kNoApproval;
  row.verdict = std::move(verdict);
  row.card_status = card_status;
}

}  // namespace

OrderRow RccsOrders::Do(absl::string_view shop, Operation operation, const OrderWork& work, const Origin& origin) {
  OrderRow row;
  row.order_number = work.order_number;
  row.approval_number = ApprovalNumber(origin);
  row.ccs_error_code = work.refused ? kCardCompanyRefuses : kCardCompanyAgrees;
  row.registered = origin.at;
  row.transaction_id = TransactionId(origin);
  row.pay_type = work.pay_type;
  row.price = work.price;
  if (work.refused) row.verdict = *work.refused;
  if (!CanBeOrderNumber(work.order_number)) {
    row.ccs_error_code = kCardCompanyAgrees;
    Refuse(row, NoSuchOrder(), kUntouched);
    return row;
  }
  Order& order = orders_[{std::string(shop), work.order_number}];
  order.row.order_number = work.order_number;
  const bool refused = work.refused.has_value();
  if (refused) row.approval_number = kNoApproval;
  if (operation != Operation::kAuthori) {
    row.pay_type = order.row.pay_type;
    row.price = order.counts.authorized_yen;
  }
  switch (operation) {
    case Operation::kAuthori:
      Authorize(order, row);
      break;
    case Operation::kAuthoriCancel:
      VoidAuthorization(order, row);
      break;
    case Operation::kSales:
      Capture(order, row);
      break;
    case Operation::kSalesCancel:
      VoidCapture(order, row);
      break;
    case Operation::kGetRequestId:
    case Operation::kGetResult:
    case Operation::kGetResultAll:
      break;
  }
  return row;
}

// In these four `row` comes with the card company's word in its verdict and leaves as the answer. What fails does not
// touch the money; the order's own row then changes only where no money is held or the capture of held money failed.

void RccsOrders::Authorize(Order& order, OrderRow& row) const {
  const bool agreed = row.verdict.code == Verdict().code;
  row.card_status = agreed ? kAuthorized : kAuthorizationFailed;
  if (agreed) {
    ++order.counts.authorizations;
    order.counts.authorized_yen = row.price;
  }
  if (!agreed && HoldsMoney(order.counts.card_status)) return;
  order.counts.card_status = row.card_status;
  order.row = row;
}

void RccsOrders::VoidAuthorization(Order& order, OrderRow& row) const {
  const int status = order.counts.card_status;
  row.card_status = status;
  if (status != kAuthorized && status != kCaptureFailed) return Refuse(row, NotAuthorized(), status);
  if (row.verdict.code != Verdict().code) return;
  ++order.counts.authorization_voids;
  order.counts.authorized_yen = 0;
  row.approval_number = kNoApproval;
  order.counts.card_status = row.card_status = kAuthorizationVoided;
  order.row = row;
}

void RccsOrders::Capture(Order& order, OrderRow& row) const {
  const int status = order.counts.card_status;
  if (!HoldsMoney(status)) return Refuse(row, NotAuthorized(), kCaptureFailed);
  const bool agreed = row.verdict.code == Verdict().code;
  row.card_status = agreed ? kCaptured : kCaptureFailed;
  if (agreed) {
    ++order.counts.captures;
    order.counts.captured_yen += row.price;
    order.last_capture_yen = row.price;
  }
  if (!agreed && status == kCaptured) return;
  order.counts.card_status = row.card_status;
  order.row = row;
}

void RccsOrders::VoidCapture(Order& order, OrderRow& row) const {
  const int status = order.counts.card_status;
  row.card_status = status;
  if (status != kCaptured) return Refuse(row, NotCaptured(), status);
  if (row.verdict.code != Verdict().code) return;
  ++order.counts.capture_voids;
  order.counts.captured_yen -= order.last_capture_yen;
  order.counts.authorized_yen = 0;
  row.approval_number = kNoApproval;
  order.counts.card_status = row.card_status = kCaptureVoided;
  order.row = row;
}

std::vector<OrderRow> RccsOrders::Current(absl::string_view shop, absl::string_view order_number) const {
  if (!CanBeOrderNumber(order_number)) return {};
  const auto found = orders_.find({std::string(shop), std::string(order_number)});
  if (found != orders_.end()) return {found->second.row};
  OrderRow untouched;
  untouched.order_number = std::string(order_number);
  return {untouched};
}

void RccsOrders::ForEach(
    absl::FunctionRef<void(const std::string& shop, const OrderRow& row, const OrderCounts& counts)> visit) const {
  for (const auto& [key, order] : orders_) visit(key.first, order.row, order.counts);
}

}  // namespace juchu::standin
