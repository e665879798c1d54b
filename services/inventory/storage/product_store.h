#ifndef SERVICES_INVENTORY_STORAGE_PRODUCT_STORE_H_
#define SERVICES_INVENTORY_STORAGE_PRODUCT_STORE_H_

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
  // `pool` and `clock` must outlive the store.
  ProductStore(mysql::Pool& pool, const Clock& clock) : pool_(pool), clock_(clock) {}

  // As InventoryService.PutProducts. At most three statements, whatever the number of products.
  absl::StatusOr<v1::PutProductsResponse> Put(absl::string_view tenant, const v1::PutProductsRequest& request,
                                              absl::Time deadline);
  // As InventoryService.SearchProducts. One statement.
  absl::StatusOr<v1::SearchProductsResponse> Search(absl::string_view tenant, const v1::SearchProductsRequest& request,
                                                    absl::Time deadline);

 private:
  mysql::Pool& pool_;
  const Clock& clock_;
};

}  // namespace juchu::inventory

#endif  // SERVICES_INVENTORY_STORAGE_PRODUCT_STORE_H_
