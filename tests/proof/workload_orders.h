#ifndef TESTS_PROOF_WORKLOAD_ORDERS_H_
#define TESTS_PROOF_WORKLOAD_ORDERS_H_

#include <string>

#include "juchu/order/v1/order.pb.h"
#include "tests/proof/history.h"

// The orders that a workload takes in, and how it sees them.
namespace juchu::proof {

inline constexpr char kWorkloadShop[] = "shop";
// The two prepaid methods of its tenants, by OrderView::payment_method.
inline constexpr const char* kPaymentMethods[] = {"銀行振込", "郵便振替"};

// Text that each of a tenant's orders carries and that no answer to another tenant may contain.
std::string CanaryOf(const std::string& tenant);

// One of a tenant's orders, as it is taken in.
order::v1::Order OrderOf(const std::string& tenant, const std::string& shop_order_number);

// What the history checkers follow of an order.
OrderView ViewOf(const order::v1::Order& order);

}  // namespace juchu::proof

#endif  // TESTS_PROOF_WORKLOAD_ORDERS_H_
