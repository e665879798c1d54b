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

struct Key {
  const char* name;
  pb::OrderQuery query;
};

std::vector<Key> TenKeys(int64_t orders, const std::vector<std::string>& order_numbers) {
  const absl::CivilDay day = OrderDay(orders / 2);
  std::vector<Key> keys;
  keys.push_back({"order number (50 of them)", {}});
  for (const auto& number : order_numbers) keys.back().query.add_order_numbers(number);
  keys.push_back({"shop order number (50 of them)", {}});
  for (int64_t i = 0; i < kPage; ++i) keys.back().query.add_shop_order_numbers(ShopOrderNumber(orders / 50 * i));
  keys.push_back({"order time, a day", {}});
  SetDayTimes(orders, *keys.back().query.mutable_order_time());
  keys.push_back({"cancel time, a day", {}});
  SetDayTimes(orders, *keys.back().query.mutable_cancel_time());
  keys.push_back({"status", {}});
  keys.back().query.add_statuses(pb::AWAITING_SHIPMENT);
  keys.push_back({"ship date, a day", {}});
  SetDays(day, *keys.back().query.mutable_ship_date());
  keys.push_back({"confirmed ship date, a day", {}});
  SetDays(day, *keys.back().query.mutable_ship_confirmed_date());
  keys.push_back({"delivery date, a day", {}});
  SetDays(day, *keys.back().query.mutable_delivery_date());
  keys.push_back({"management category", {}});
  keys.back().query.add_management_category_ids(ManagementCategoryId(3));
  keys.push_back({"order tag", {}});
  keys.back().query.add_order_tag_ids(OrderTagId(3));
  return keys;
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

  absl::Status ByHand(const pb::SearchOrdersRequest& request) {
    JUCHU_ASSIGN_OR_RETURN(const auto statement, order::PageStatement(tenant_, request));
    JUCHU_ASSIGN_OR_RETURN(auto lease, pool_.Acquire(Deadline()));
    return lease->Query(statement.sql, statement.params).status();
  }

  absl::Status InProcess(const pb::SearchOrdersRequest& request, int* found) {
    pb::SearchOrdersResponse response;
    JUCHU_RETURN_IF_ERROR(search_.Search(tenant_, request, Deadline(), response));
    *found = response.orders_size();
    return absl::OkStatus();
  }

  absl::Status OverTheNetwork(const pb::SearchOrdersRequest& request) {
    gateway::v1::SearchOrdersRequest outer;
    *outer.mutable_query() = request.query();
    outer.set_sort(request.sort());
    outer.set_page_size(request.page_size());
    return calls_.over_gateway(outer);
  }

  absl::StatusOr<SearchTimes> Measure(const Key& key, int repeat) {
    pb::SearchOrdersRequest request;
    *request.mutable_query() = key.query;
    request.set_sort(pb::ORDER_TIME_DESC);
    request.set_page_size(kPage);
    request.set_view(pb::ORDER_VIEW_BASIC);
    std::vector<double> times[4];
    SearchTimes result{key.name};
    for (int round = 0; round <= repeat; ++round) {
      JUCHU_ASSIGN_OR_RETURN(const double hand, TimeOf(pool_.clock(), [&] { return ByHand(request); }));
      JUCHU_ASSIGN_OR_RETURN(const double service,
                             TimeOf(pool_.clock(), [&] { return InProcess(request, &result.found); }));
      double network = 0;
      if (calls_.over_gateway) {
        JUCHU_ASSIGN_OR_RETURN(network, TimeOf(pool_.clock(), [&] { return OverTheNetwork(request); }));
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

  // Numbers of orders spread over the load.
  absl::StatusOr<std::vector<std::string>> SomeOrderNumbers(int64_t orders) {
    pb::SearchOrdersRequest request;
    for (int64_t i = 0; i < kPage; ++i)
      request.mutable_query()->add_shop_order_numbers(ShopOrderNumber(orders / 50 * i));
    request.set_page_size(kPage);
    pb::SearchOrdersResponse response;
    JUCHU_RETURN_IF_ERROR(search_.Search(tenant_, request, Deadline(), response));
    std::vector<std::string> numbers;
    for (const auto& order : response.orders()) numbers.push_back(order.order_number());
    if (numbers.size() == static_cast<size_t>(kPage)) return numbers;
    return absl::FailedPreconditionError(
        absl::StrCat("tenant ", tenant_, " has not the ", orders, " sample orders; run juchu-load orders first"));
  }

 private:
  absl::Time Deadline() const { return pool_.clock().Now() + kLimit; }

  mysql::Pool& pool_;
  order::OrderSearch search_;
  const std::string tenant_;
  const SearchCalls& calls_;
};

}  // namespace

absl::StatusOr<std::vector<SearchTimes>> MeasureSearch(mysql::Pool& pool, const std::string& tenant, int64_t orders,
                                                       int repeat, const SearchCalls& calls) {
  Measurement measurement(pool, tenant, calls);
  JUCHU_ASSIGN_OR_RETURN(const auto numbers, measurement.SomeOrderNumbers(orders));
  std::vector<SearchTimes> all;
  for (const Key& key : TenKeys(orders, numbers)) {
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
