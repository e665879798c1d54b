#include "services/gateway/app/order_need.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/time/timestamps.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::order::v1;
using Need = inventory::v1::AllocateOrdersRequest::Need;

// A product is found by its code without the space that a file may bring along; a code of nothing else is nobody's.
std::string CodeOf(const pb::Item& item) {
  const absl::string_view code = absl::StripAsciiWhitespace(item.product_code());
  return code.empty() ? "-" : std::string(code);
}

std::map<std::string, int64_t> PiecesOf(const pb::Order& order) {
  std::map<std::string, int64_t> pieces;
  for (const auto& delivery : order.deliveries()) {
    for (const auto& item : delivery.items()) pieces[CodeOf(item)] += item.quantity();
  }
  return pieces;
}

// The first day on which something of it is to be shipped; an order without one comes behind all that have one.
absl::CivilDay FirstShipDay(const pb::Order& order) {
  absl::CivilDay first(9999, 1, 1);
  for (const auto& delivery : order.deliveries()) {
    if (!delivery.has_ship_date()) continue;
    const auto& date = delivery.ship_date();
    first = std::min(first, absl::CivilDay(date.year(), date.month(), date.day()));
  }
  return first;
}

// One time that sorts as the setting says. By ship date: the day, and within the day the order time, which is pressed
// into it: the microseconds of a hundred years are 36,525 times those of a day.
absl::Time PriorityOf(const pb::Order& order, pb::AllocationOrder setting) {
  const int64_t order_time_us = MicrosFromTimestamp(order.order_time());
  if (setting != pb::BY_SHIP_DATE) return absl::FromUnixMicros(order_time_us);
  const int64_t within = std::clamp<int64_t>(order_time_us / 36'525, 0, int64_t{86'400'000'000} - 1);
  return absl::FromCivil(FirstShipDay(order), absl::UTCTimeZone()) + absl::Microseconds(within);
}

}  // namespace

Need NeedOf(const pb::Order& order, const pb::Configuration& configuration) {
  Need need = NoNeedOf(order);
  need.set_forced(order.forced_allocation());
  need.set_all_or_nothing(configuration.settings().allocate_all_or_nothing());
  *need.mutable_priority_time() = TimestampFromTime(PriorityOf(order, configuration.settings().allocation_order()));
  for (const auto& delivery : order.deliveries()) {
    for (const auto& item : delivery.items()) {
      auto& line = *need.add_lines();
      line.set_line(absl::StrCat(delivery.delivery_number(), "-", item.line_number()));
      line.set_product_code(CodeOf(item));
      line.set_quantity(item.quantity());
    }
  }
  return need;
}

Need NoNeedOf(const pb::Order& order) {
  Need need;
  need.set_order_number(order.order_number());
  need.set_order_version(order.version());
  *need.mutable_priority_time() = order.order_time();
  return need;
}

bool NeedsMore(const pb::Order& before, const pb::Order& after) {
  const auto had = PiecesOf(before);
  for (const auto& [code, pieces] : PiecesOf(after)) {
    const auto it = had.find(code);
    if (pieces > (it == had.end() ? 0 : it->second)) return true;
  }
  return false;
}

}  // namespace juchu::gateway
