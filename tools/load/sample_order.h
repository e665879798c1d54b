#ifndef TOOLS_LOAD_SAMPLE_ORDER_H_
#define TOOLS_LOAD_SAMPLE_ORDER_H_

#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"
#include "juchu/order/v1/order.pb.h"

namespace juchu::load {

// What the sample orders have in common, for loading them and for asking for them again.
inline constexpr char kShopId[] = "load";
inline constexpr int kOrderTags = 100;
inline constexpr int kManagementCategories = 20;
inline constexpr int kOrdersPerDay = 1440;

// "LOAD-000000042".
std::string ShopOrderNumber(int64_t index);
// "tag-07", "category-07".
std::string OrderTagId(int64_t number);
std::string ManagementCategoryId(int64_t number);
// The day of the order; orders come one a minute from 2024-01-01 on, Japanese time.
absl::CivilDay OrderDay(int64_t index);

// The order number `index` of the load, always the same: one delivery with one to three items, dates two and three days
// after the order, every tenth with an order tag, every second with a management category, one of fifty cancelled;
// statuses as a working shop has them, most orders done.
order::v1::Order SampleOrder(int64_t index);

}  // namespace juchu::load

#endif  // TOOLS_LOAD_SAMPLE_ORDER_H_
