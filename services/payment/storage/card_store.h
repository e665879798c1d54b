#ifndef SERVICES_PAYMENT_STORAGE_CARD_STORE_H_
#define SERVICES_PAYMENT_STORAGE_CARD_STORE_H_

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/ids/order_number.h"
#include "common/mysql/pool.h"
#include "common/time/clock.h"
#include "juchu/payment/v1/payment_service.pb.h"

namespace juchu::payment {

// The cards of orders as the gateway sees them: what they wish, and what is known. Requests have been checked.
// Thread-safe.
class CardStore {
 public:
  // `pool` and `clock` must outlive the store. `queued` is called after a commit that queued news, `asked` after one
  // that wrote down requests to the company.
  CardStore(mysql::Pool& pool, const Clock& clock, std::function<void()> queued, std::function<void()> asked)
      : pool_(pool), clock_(clock), queued_(std::move(queued)), asked_(std::move(asked)), request_ids_(clock) {}

  // As PaymentService.SettleCards.
  absl::StatusOr<v1::SettleCardsResponse> Settle(absl::string_view tenant, const v1::SettleCardsRequest& request,
                                                 absl::Time deadline);
  // As PaymentService.ReadCards and SearchCards.
  absl::StatusOr<v1::ReadCardsResponse> Read(absl::string_view tenant, const v1::ReadCardsRequest& request,
                                             absl::Time deadline);
  absl::StatusOr<v1::SearchCardsResponse> Search(absl::string_view tenant, const v1::SearchCardsRequest& request,
                                                 absl::Time deadline);

 private:
  mysql::Pool& pool_;
  const Clock& clock_;
  const std::function<void()> queued_;
  const std::function<void()> asked_;
  OrderNumberGenerator request_ids_;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_CARD_STORE_H_
