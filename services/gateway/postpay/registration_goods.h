#ifndef SERVICES_GATEWAY_POSTPAY_REGISTRATION_GOODS_H_
#define SERVICES_GATEWAY_POSTPAY_REGISTRATION_GOODS_H_

#include <vector>

#include "juchu/order/v1/order.pb.h"
#include "services/gateway/postpay/postpay_types.h"

namespace juchu::gateway {

// By how much the goods' rows may come to more than the billed amount, for NP.
inline constexpr int kMaxGoodsAboveBilledYen = 3'000;

// The order's rows of goods (goods_name, goods_price, goods_quantity): its items in their order, then 送料, 手数料 and
// その他 where there is such a charge, then 値引 with a negative price for everything that lowers the total (points,
// coupons, a negative charge). NP: the rows come to the billed amount or up to kMaxGoodsAboveBilledYen more. GMO takes
// no negative price, so discounts, also items with a negative price, are left out; its billed amount says what is owed.
//
// Adds to `problems`: VALUE_MISSING, TEXT_TOO_LONG, CONTROL_CHARACTER, CHARACTERS_LOST, AMOUNT_OUT_OF_RANGE,
// GOODS_MISSING, GOODS_BELOW_BILLED, GOODS_ABOVE_BILLED.
std::vector<FieldValues> MakeGoods(PostpayCompany company, const juchu::order::v1::Order& order,
                                   std::vector<PostpayProblem>& problems);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_REGISTRATION_GOODS_H_
