#ifndef SERVICES_PAYMENT_STORAGE_CARD_BATCH_H_
#define SERVICES_PAYMENT_STORAGE_CARD_BATCH_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/ids/order_number.h"
#include "common/mysql/transaction.h"
#include "services/payment/storage/card_rows.h"
#include "services/payment/storage/screening_rows.h"

namespace juchu::payment {

// Cards that one transaction changes: locked, changed, brought to their next step, written with the requests and the
// news that follow. A number of statements that does not grow with the cards.
class CardBatch {
 public:
  CardBatch(mysql::Transaction& transaction, absl::string_view tenant, OrderNumberGenerator& request_ids,
            absl::Time now)
      : transaction_(transaction), tenant_(tenant), request_ids_(request_ids), now_(now) {}

  absl::Status Lock(const std::set<std::string>& order_numbers);
  // A locked one.
  CardRow& at(const std::string& order_number) { return after_.at(order_number); }

  // What is told of it.
  v1::PaymentFacts Facts(const std::string& order_number) const {
    return FactsOf(order_number, after_.at(order_number), screenings_.at(order_number));
  }

  // Brings it to its next step: a request is taken back or opened. `asked` as in Need.
  void Advance(const std::string& order_number, bool asked);

  // Writes all; news of changed facts are due at `news_time`. ALREADY_EXISTS when another writer made one of them
  // first.
  absl::Status Write(absl::Time news_time);

 private:
  mysql::Transaction& transaction_;
  const absl::string_view tenant_;
  OrderNumberGenerator& request_ids_;
  const absl::Time now_;
  CardRowMap before_;
  CardRowMap after_;
  // Not changed here; a part of what is told of the orders.
  ScreeningRowMap screenings_;
  std::vector<std::string> withdrawn_;
  std::vector<mysql::Params> opened_;
  std::set<std::string> shops_;
};

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_CARD_BATCH_H_
