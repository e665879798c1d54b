#ifndef SERVICES_ORDER_STORAGE_ORDER_SEARCH_H_
#define SERVICES_ORDER_STORAGE_ORDER_SEARCH_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/mysql/value.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

// Finds orders. Thread-safe.
class OrderSearch {
 public:
  explicit OrderSearch(mysql::Pool& pool) : pool_(pool) {}

  // As OrderService.SearchOrders; the request has been checked by CheckSearch, `response` is empty.
  absl::Status Search(absl::string_view tenant, const v1::SearchOrdersRequest& request, absl::Time deadline,
                      v1::SearchOrdersResponse& response);
  absl::StatusOr<v1::SummarizeOrdersResponse> Summarize(absl::string_view tenant, absl::Time deadline);

 private:
  mysql::Pool& pool_;
};

// INVALID_ARGUMENT/SEARCH_KEY_REQUIRED when none of the ten keys is set; /LIST_TOO_LONG, /PAGE_SIZE_INVALID.
absl::Status CheckSearch(const v1::SearchOrdersRequest& request);

// A statement and its parameters.
struct SearchStatement {
  std::string sql;
  mysql::Params params;
};

// The statement that reads one page and one row more, and the one that counts by status and mode. For Search and
// Summarize and for the test that asks the server how it runs them.
absl::StatusOr<SearchStatement> PageStatement(absl::string_view tenant, const v1::SearchOrdersRequest& request);
SearchStatement SummarizeStatement(absl::string_view tenant);

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_ORDER_SEARCH_H_
