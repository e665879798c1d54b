#ifndef SERVICES_INVENTORY_STORAGE_PRODUCT_STORE_H_
#define SERVICES_INVENTORY_STORAGE_PRODUCT_STORE_H_

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"
#include "juchu/inventory/v1/inventory_service.pb.h"

namespace juchu::inventory {

// Products and how they are found. Requests have been checked. Thread-safe.
class ProductStore {
 public:
  // `pool` and `clock` must outlive the store. `queued` is called after a commit that queued news.
  ProductStore(mysql::Pool& pool, const Clock& clock, std::function<void()> queued)
      : pool_(pool), clock_(clock), queued_(std::move(queued)) {}

  // As InventoryService.PutProducts. At most five statements, whatever the number of products.
  absl::StatusOr<v1::PutProductsResponse> Put(absl::string_view tenant, const v1::PutProductsRequest& request,
                                              absl::Time deadline);
  // As InventoryService.SearchProducts. One statement.
  absl::StatusOr<v1::SearchProductsResponse> Search(absl::string_view tenant, const v1::SearchProductsRequest& request,
                                                    absl::Time deadline);

 private:
  mysql::Pool& pool_;
  const Clock& clock_;
  const std::function<void()> queued_;
};

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_STORAGE_PRODUCT_STORE_H_
