#ifndef SERVICES_ORDER_STORAGE_ORDER_READER_H_
#define SERVICES_ORDER_STORAGE_ORDER_READER_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/mysql/pool.h"
#include "juchu/order/v1/order_service.pb.h"

namespace juchu::order {

using OrdersByNumber = absl::flat_hash_map<std::string, v1::Order>;

// Reads orders and their history. Thread-safe.
class OrderReader {
 public:
  explicit OrderReader(mysql::Pool& pool) : pool_(pool) {}

  // As OrderService.LoadOrders. NOT_FOUND/TENANT_NOT_FOUND. One statement for the
  // BASIC view, three for FULL, whatever the number of orders; one more when the caller does not know the
  // configuration.
  absl::StatusOr<v1::LoadOrdersResponse> Load(absl::string_view tenant, const v1::LoadOrdersRequest& request,
                                              absl::Time deadline);
  absl::StatusOr<v1::FindOrdersResponse> Find(absl::string_view tenant, const v1::FindOrdersRequest& request,
                                              absl::Time deadline);
  absl::StatusOr<v1::ListOrderHistoryResponse> History(absl::string_view tenant,
                                                       const v1::ListOrderHistoryRequest& request, absl::Time deadline);

  // Adds to BASIC orders what has no column. One statement.
  static absl::Status AddDocuments(mysql::Session& session, absl::string_view tenant,
                                   absl::Span<v1::Order* const> orders);
  // Completes BASIC orders to the FULL view: documents and the origins of the state tags. Two statements.
  static absl::Status Complete(mysql::Session& session, absl::string_view tenant, absl::Span<v1::Order* const> orders);

 private:
  // When its version is not the one that the caller knows.
  static absl::Status AddConfiguration(mysql::Session& session, absl::string_view tenant, int64_t known_version,
                                       v1::LoadOrdersResponse& response);

  mysql::Pool& pool_;
};

}  // namespace juchu::order

#endif  // SERVICES_ORDER_STORAGE_ORDER_READER_H_
