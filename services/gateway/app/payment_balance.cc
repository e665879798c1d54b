#include "services/gateway/app/payment_balance.h"

#include "absl/strings/str_cat.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;

pb::PaymentStanding StandingOf(int64_t difference) {
  if (difference < 0) return pb::PARTLY_PAID;
  return difference == 0 ? pb::PAID_IN_FULL : pb::OVERPAID;
}

}  // namespace

std::optional<pb::PaymentBalance> BalanceOf(const pb::Order& order) {
  if (!order.has_received_yen()) return std::nullopt;
  pb::PaymentBalance balance;
  balance.set_difference_yen(order.received_yen() - order.amounts().total_yen());
  balance.set_standing(StandingOf(balance.difference_yen()));
  return balance;
}

void ShowBalance(pb::Order& order) {
  order.clear_payment_balance();
  if (const auto balance = BalanceOf(order)) *order.mutable_payment_balance() = *balance;
}

std::string BalanceText(const pb::Order& order) {
  const auto balance = BalanceOf(order);
  if (!balance.has_value()) return "";
  const std::string head =
      absl::StrCat(order.received_yen(), " of ", order.amounts().total_yen(), " yen have been received ");
  switch (balance->standing()) {
    case pb::PARTLY_PAID:
      return absl::StrCat(head, "(一部入金): ", -balance->difference_yen(), " yen are missing");
    case pb::OVERPAID:
      return absl::StrCat(head, "(過入金): ", balance->difference_yen(), " yen are too much");
    default:
      return absl::StrCat(head, "(全額入金)");
  }
}

}  // namespace juchu::gateway
