#ifndef SERVICES_GATEWAY_APP_ORDER_VALIDATION_H_
#define SERVICES_GATEWAY_APP_ORDER_VALIDATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "juchu/order/v1/configuration.pb.h"
#include "juchu/order/v1/order.pb.h"

namespace juchu::gateway {

// How many order tags an order has at most.
inline constexpr size_t kMaxOrderTags = 50;

// Refuses an amount received (入金額) below 0 or above what an order can cost. Errors: VALUE_OUT_OF_RANGE.
absl::Status CheckReceivedYen(int64_t yen, absl::string_view field);

// Every way in which what a person may save of an order breaks the contract, each INVALID_ARGUMENT with field and
// remedy (an unknown order tag or category: NOT_FOUND). `field` is the order's path in the request: "order",
// "orders[3]". Empty: all is well. Pure.
std::vector<absl::Status> ValidateOrder(const order::v1::Order& order, const order::v1::Configuration& configuration,
                                        absl::string_view field);
// Of an order that is taken in: its shop (an unknown one: NOT_FOUND) and its number there too, which nobody can save
// later.
std::vector<absl::Status> ValidateNewOrder(const order::v1::Order& order, const order::v1::Configuration& configuration,
                                           absl::string_view field);

// Brings an order into the form in which it is kept: hyphens dropped from postal codes and phones, card numbers in
// every free text masked as intake masks them, output-only fields cleared that intake must not bring in, deliveries and
// items numbered.
void NormalizeOrder(order::v1::Order& order);

// Numbers deliveries and items after an edit: those that carry a known number keep it, and keep what the service alone
// writes (tracking number, confirmed date) from `before`; new ones are numbered on.
void RenumberDeliveries(const order::v1::Order& before, order::v1::Order& order);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_APP_ORDER_VALIDATION_H_
