#ifndef TOOLS_LOAD_MEASURE_SEARCH_H_
#define TOOLS_LOAD_MEASURE_SEARCH_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/mysql/pool.h"
#include "juchu/gateway/v1/gateway_service.pb.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::load {

// What is measured beside the statement by hand and the search in this process; what is empty is left out.
struct SearchCalls {
  // One search over the network.
  std::function<absl::Status(const gateway::v1::SearchOrdersRequest&)> over_gateway;
  // A call over as many hops that does nothing.
  std::function<absl::Status()> echo;
};

// One of the ten search keys with a page of 50 by it, as the gateway asks the order service.
struct SearchKey {
  const char* name;
  order::v1::SearchOrdersRequest request;
};

// All ten. The tenant has the `orders` sample orders; FAILED_PRECONDITION when it has not.
absl::StatusOr<std::vector<SearchKey>> TenSearches(mysql::Pool& pool, const std::string& tenant, int64_t orders);

// As a client asks the gateway for it.
gateway::v1::SearchOrdersRequest OverGateway(const order::v1::SearchOrdersRequest& request);

// Sends the very statement of the search by hand.
absl::Status SearchByHand(mysql::Pool& pool, const std::string& tenant, const order::v1::SearchOrdersRequest& request);

// What a page of 50 costs by one of the ten search keys: the median of milliseconds.
struct SearchTimes {
  const char* key;
  // Orders found, at most a page.
  int found = 0;
  // The very statement sent by hand, the order service's search in this process, the gateway over the network.
  double by_hand_ms = 0;
  double in_process_ms = 0;
  double over_gateway_ms = 0;
  double echo_ms = 0;
};

// Measures each of the ten search keys `repeat` times in all ways, which take turns: each finds caches and processors
// as the others have left them. The tenant has the `orders` sample orders.
absl::StatusOr<std::vector<SearchTimes>> MeasureSearch(mysql::Pool& pool, const std::string& tenant, int64_t orders,
                                                       int repeat, const SearchCalls& calls);

// As a table on standard output.
void PrintSearchTimes(const std::vector<SearchTimes>& times, int64_t orders, int repeat);

}  // namespace juchu::load

#endif  // TOOLS_LOAD_MEASURE_SEARCH_H_
