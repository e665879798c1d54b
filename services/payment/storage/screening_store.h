#ifndef SERVICES_PAYMENT_STORAGE_SCREENING_STORE_H_
#define SERVICES_PAYMENT_STORAGE_SCREENING_STORE_H_

#include <functional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/ids/order_number.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"
#include "juchu/common/v1/types.pb.h"
#include "juchu/payment/v1/postpay_service.pb.h"

namespace juchu::payment {

// The screenings of orders, and the files that have gone out with them: a file is kept in the transaction that says of
// its orders that they are in it. Requests have been checked. Thread-safe.
class ScreeningStore {
 public:
  // `pool` and `clock` must outlive the store. `queued` is called after a commit that queued news.
  ScreeningStore(mysql::Pool& pool, const Clock& clock, std::function<void()> queued)
      : pool_(pool), clock_(clock), queued_(std::move(queued)), file_ids_(clock) {}

  // As the methods of PostpayService; `actor` is who made the file.
  absl::StatusOr<v1::RecordFileResponse> RecordRegistrations(absl::string_view tenant,
                                                             const v1::RecordRegistrationsRequest& request,
                                                             const common::v1::Actor& actor, absl::Time deadline);
  absl::StatusOr<v1::RecordFileResponse> RecordSlips(absl::string_view tenant, const v1::RecordSlipsRequest& request,
                                                     const common::v1::Actor& actor, absl::Time deadline);
  absl::StatusOr<v1::RecordResultsResponse> RecordResults(absl::string_view tenant,
                                                          const v1::RecordResultsRequest& request, absl::Time deadline);
  absl::StatusOr<v1::FindReportedSlipsResponse> FindReportedSlips(absl::string_view tenant,
                                                                  const v1::FindReportedSlipsRequest& request,
                                                                  absl::Time deadline);
  absl::StatusOr<v1::ReadScreeningsResponse> Read(absl::string_view tenant, const v1::ReadScreeningsRequest& request,
                                                  absl::Time deadline);

 private:
  mysql::Pool& pool_;
  const Clock& clock_;
  const std::function<void()> queued_;
  OrderNumberGenerator file_ids_;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_SCREENING_STORE_H_
