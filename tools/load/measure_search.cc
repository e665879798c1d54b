#include "tools/load/measure_search.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "services/order/storage/order_search.h"
#include "tools/load/sample_order.h"

namespace juchu::load {
namespace {

namespace pb = ::juchu::order::v1;

constexpr int kPage = 50;
constexpr absl::Duration kLimit = absl::Seconds(60);

void SetDay(absl::CivilDay day, common::v1::Date& date) {
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
}

void SetDays(absl::CivilDay day, common::v1::DateRange& range) {
  SetDay(day, *range.mutable_start_date());
  SetDay(day + 1, *range.mutable_end_date());
}

// One day of the middle of the load, by a time.
void SetDayTimes(int64_t orders, common::v1::TimeRange& range) {
  const int64_t start = SampleOrder(orders / 2).order_time().seconds();
  range.mutable_start_time()->set_seconds(start);
  range.mutable_end_time()->set_seconds(start + 24 * 3600);
}

std::vector<SearchKey> TenKeys(int64_t orders, const std::vector<std::string>& order_numbers) {
  const absl::CivilDay day = OrderDay(orders / 2);
  std::vector<SearchKey> keys;
  const auto add = [&keys](const char* name) -> pb::OrderQuery& {
    auto& request = keys.emplace_back(SearchKey{name, {}}).request;
    request.set_sort(pb::ORDER_TIME_DESC);
    request.set_page_size(kPage);
    request.set_view(pb::ORDER_VIEW_BASIC);
    return *request.mutable_query();
  };
  add("order number (50 of them)").mutable_order_numbers()->Assign(order_numbers.begin(), order_numbers.end());
  auto& by_shop = add("shop order number (50 of them)");
  for (int64_t i = 0; i < kPage; ++i) by_shop.add_shop_order_numbers(ShopOrderNumber(orders / 50 * i));
  SetDayTimes(orders, *add("order time, a day").mutable_order_time());
  SetDayTimes(orders, *add("cancel time, a day").mutable_cancel_time());
  add("status").add_statuses(pb::AWAITING_SHIPMENT);
  SetDays(day, *add("ship date, a day").mutable_ship_date());
  SetDays(day, *add("confirmed ship date, a day").mutable_ship_confirmed_date());
  SetDays(day, *add("delivery date, a day").mutable_delivery_date());
  add("management category").add_management_category_ids(ManagementCategoryId(3));
  add("order tag").add_order_tag_ids(OrderTagId(3));
  return keys;
}

absl::Time Deadline(const mysql::Pool& pool) { return pool.clock().Now() + kLimit; }

// Numbers of orders spread over the load.
absl::StatusOr<std::vector<std::string>> SomeOrderNumbers(mysql::Pool& pool, const std::string& tenant,
                                                          int64_t orders) {
  pb::SearchOrdersRequest request;
  for (int64_t i = 0; i < kPage; ++i) request.mutable_query()->add_shop_order_numbers(ShopOrderNumber(orders / 50 * i));
  request.set_page_size(kPage);
  pb::SearchOrdersResponse response;
  JUCHU_RETURN_IF_ERROR(order::OrderSearch(pool).Search(tenant, request, Deadline(pool), response));
  std::vector<std::string> numbers;
  for (const auto& order : response.orders()) numbers.push_back(order.order_number());
  if (numbers.size() == static_cast<size_t>(kPage)) return numbers;
  return absl::FailedPreconditionError(
      absl::StrCat("tenant ", tenant, " has not the ", orders, " sample orders; run juchu-load orders first"));
}

// Milliseconds that `run` takes.
absl::StatusOr<double> TimeOf(const Clock& clock, const std::function<absl::Status()>& run) {
  const absl::Time start = clock.Now();
  JUCHU_RETURN_IF_ERROR(run());
  return absl::ToDoubleMilliseconds(clock.Now() - start);
}

double Median(std::vector<double>& times) {
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

class Measurement {
 public:
  Measurement(mysql::Pool& pool, std::string tenant, const SearchCalls& calls)
      : pool_(pool), search_(pool), tenant_(std::move(tenant)), calls_(calls) {}

  absl::Status InProcess(const pb::SearchOrdersRequest& request, int* found) {
    pb::SearchOrdersResponse response;
    JUCHU_RETURN_IF_ERROR(search_.Search(tenant_, request, Deadline(pool_), response));
    *found = response.orders_size();
    return absl::OkStatus();
  }

  absl::StatusOr<SearchTimes> Measure(const SearchKey& key, int repeat) {
    std::vector<double> times[4];
    SearchTimes result{key.name};
    for (int round = 0; round <= repeat; ++round) {
      JUCHU_ASSIGN_OR_RETURN(const double hand,
                             TimeOf(pool_.clock(), [&] { return SearchByHand(pool_, tenant_, key.request); }));
      JUCHU_ASSIGN_OR_RETURN(const double service,
                             TimeOf(pool_.clock(), [&] { return InProcess(key.request, &result.found); }));
      double network = 0;
      if (calls_.over_gateway) {
        JUCHU_ASSIGN_OR_RETURN(network,
                               TimeOf(pool_.clock(), [&] { return calls_.over_gateway(OverGateway(key.request)); }));
      }
      double echo = 0;
      if (calls_.echo) {
        JUCHU_ASSIGN_OR_RETURN(echo, TimeOf(pool_.clock(), calls_.echo));
      }
      if (round == 0) continue;  // The first round fills caches.
      times[0].push_back(hand);
      times[1].push_back(service);
      times[2].push_back(network);
      times[3].push_back(echo);
    }
    result.by_hand_ms = Median(times[0]);
    result.in_process_ms = Median(times[1]);
    result.over_gateway_ms = Median(times[2]);
    result.echo_ms = Median(times[3]);
    return result;
  }

 private:
  mysql::Pool& pool_;
  order::OrderSearch search_;
  const std::string tenant_;
  const SearchCalls& calls_;
};

}  // namespace

absl::StatusOr<std::vector<SearchKey>> TenSearches(mysql::Pool& pool, const std::string& tenant, int64_t orders) {
  JUCHU_ASSIGN_OR_RETURN(const auto numbers, SomeOrderNumbers(pool, tenant, orders));
  return TenKeys(orders, numbers);
}

gateway::v1::SearchOrdersRequest OverGateway(const pb::SearchOrdersRequest& request) {
  gateway::v1::SearchOrdersRequest outer;
  *outer.mutable_query() = request.query();
  outer.set_sort(request.sort());
  outer.set_page_size(request.page_size());
  return outer;
}

absl::Status SearchByHand(mysql::Pool& pool, const std::string& tenant, const pb::SearchOrdersRequest& request) {
  JUCHU_ASSIGN_OR_RETURN(const auto statement, order::PageStatement(tenant, request));
  JUCHU_ASSIGN_OR_RETURN(auto lease, pool.Acquire(Deadline(pool)));
  return lease->Query(statement.sql, statement.params).status();
}

absl::StatusOr<std::vector<SearchTimes>> MeasureSearch(mysql::Pool& pool, const std::string& tenant, int64_t orders,
                                                       int repeat, const SearchCalls& calls) {
  JUCHU_ASSIGN_OR_RETURN(const auto keys, TenSearches(pool, tenant, orders));
  Measurement measurement(pool, tenant, calls);
  std::vector<SearchTimes> all;
  for (const SearchKey& key : keys) {
    JUCHU_ASSIGN_OR_RETURN(const auto times, measurement.Measure(key, repeat));
    all.push_back(times);
  }
  return all;
}

void PrintSearchTimes(const std::vector<SearchTimes>& times, int64_t orders, int repeat) {
  std::printf("median of %d, ms; %lld orders, page of %d, newest first\n", repeat, static_cast<long long>(orders),
              kPage);
  std::printf("%-32s %6s %12s %12s %12s\n", "key", "found", "SQL by hand", "in process", "over gateway");
  for (const auto& key : times) {
    std::printf("%-32s %6d %12.2f %12.2f", key.key, key.found, key.by_hand_ms, key.in_process_ms);
    if (key.over_gateway_ms > 0) std::printf(" %12.2f", key.over_gateway_ms);
    std::printf("\n");
  }
}

}  // namespace juchu::load
