#ifndef SERVICES_GATEWAY_APP_PAYMENT_BALANCE_H_
#define SERVICES_GATEWAY_APP_PAYMENT_BALANCE_H_

#include <optional>
#include <string>

#include "juchu/order/v1/order.pb.h"

namespace juchu::gateway {

// How the amount that an order has received (入金額) stands to its total. Nothing of it is stored: it follows both as
// they are. Pure; an order of the BASIC view is enough.

// nullopt while no amount is recorded.
std::optional<order::v1::PaymentBalance> BalanceOf(const order::v1::Order& order);

// Completes an order that goes out in an answer.
void ShowBalance(order::v1::Order& order);

// "3000 of 5000 yen have been received (一部入金): 2000 yen are missing"; "" while no amount is recorded.
std::string BalanceText(const order::v1::Order& order);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_PAYMENT_BALANCE_H_
