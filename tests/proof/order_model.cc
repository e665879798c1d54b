#include "tests/proof/order_model.h"

namespace juchu::proof {
namespace {

namespace pb = ::juchu::order::v1;

bool IsTerminal(pb::Status status) { return status == pb::COMPLETED || status == pb::CANCELLED; }

// An AUTO order goes on until something is missing. 未確認 is left by hand only; allocation, instruction and shipment
// never come, because nobody reports them; the tracking number of an own site's order concerns no mall; 後払入金待 does
// not concern a prepaid order, so one that was put there goes on.
void RunOn(OrderView& order) {
  while (order.mode == pb::AUTO) {
    switch (order.status) {
      case pb::AWAITING_CONFIRMATION:
        order.status = pb::AWAITING_PAYMENT;
        break;
      case pb::AWAITING_PAYMENT:
        if (!order.paid) return;
        order.status = pb::AWAITING_ALLOCATION;
        break;
      case pb::SHIPPED:
      case pb::AWAITING_POSTPAYMENT:
        order.status = pb::COMPLETED;
        break;
      default:
        return;
    }
  }
}

// A change of status by hand turns AUTO off.
void MoveByHand(OrderView& order, pb::Status status) {
  if (order.status == status) return;
  order.status = status;
  order.mode = pb::MANUAL;
}

Failure Apply(const Operation& operation, OrderView& order) {
  const auto& asked = operation.asked;
  switch (operation.ask) {
    case Ask::kRead:
      return Failure::kNone;
    case Ask::kChangeStatus:
      MoveByHand(order, asked.status);
      return Failure::kNone;
    case Ask::kCancel:
      MoveByHand(order, pb::CANCELLED);
      return Failure::kNone;
    case Ask::kChangeMode:
      if (asked.mode == order.mode) return Failure::kNone;
      if (IsTerminal(order.status)) return Failure::kNotInStatus;
      order.mode = asked.mode;
      return Failure::kNone;
    case Ask::kSavePaymentMethod:
      if (asked.payment_method == order.payment_method) return Failure::kNone;
      if (IsTerminal(order.status)) return Failure::kNotInStatus;
      // A changed payment method turns AUTO off.
      order.payment_method = asked.payment_method;
      order.mode = pb::MANUAL;
      return Failure::kNone;
    case Ask::kSetPrepayment:
      if (IsTerminal(order.status)) return Failure::kNotInStatus;
      order.paid = asked.paid;
      if (asked.paid_time != 0) order.paid_time = asked.paid_time;
      return Failure::kNone;
  }
  return Failure::kNone;
}

bool SameAnswer(const Operation& operation, const Expected& expected) {
  const auto& answer = operation.answer;
  const auto& after = expected.after;
  if (operation.ask == Ask::kRead) return answer == after;
  if (operation.changed != expected.changed) return false;
  if (operation.ask == Ask::kSavePaymentMethod) return answer == after;
  return answer.version == after.version && answer.status == after.status && answer.mode == after.mode;
}

}  // namespace

OrderView NewOrder() {
  OrderView order;
  order.version = 1;
  order.status = pb::AWAITING_CONFIRMATION;
  order.mode = pb::AUTO;
  RunOn(order);
  return order;
}

Expected Step(const OrderView& before, const Operation& operation) {
  Expected expected;
  expected.after = before;
  if (operation.asked.version != 0 && operation.asked.version != before.version) {
    expected.failure = Failure::kStale;
    return expected;
  }
  expected.failure = Apply(operation, expected.after);
  if (expected.failure != Failure::kNone) {
    expected.after = before;
    return expected;
  }
  if (operation.ask != Ask::kRead) RunOn(expected.after);
  expected.changed = !(expected.after == before);
  if (expected.changed) ++expected.after.version;
  return expected;
}

bool Explains(const OrderView& before, const Operation& operation, OrderView& after) {
  const Expected expected = Step(before, operation);
  after = expected.after;
  switch (operation.end) {
    case End::kUnknown:
      return true;
    case End::kFailed:
      return expected.failure == operation.failure;
    case End::kOk:
      return expected.failure == Failure::kNone && SameAnswer(operation, expected);
  }
  return false;
}

}  // namespace juchu::proof
