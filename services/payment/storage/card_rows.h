#ifndef SERVICES_PAYMENT_STORAGE_CARD_ROWS_H_
#define SERVICES_PAYMENT_STORAGE_CARD_ROWS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/mysql/statement.h"
#include "common/queue/change_queue.h"
#include "juchu/payment/v1/payment.pb.h"
#include "services/payment/domain/card.h"

// Rows of cards and of what is asked of the company, for use inside a transaction.
namespace juchu::payment {

// News of this service.
inline constexpr ChangeTable kPaymentChanges = {"payment_changes"};

// What is known of an order's card.
struct CardRow {
  std::string shop_id;
  std::string shop_order_number;
  // 0: there is no row yet.
  int64_t facts_version = 0;
  int64_t order_version = 0;
  Card card;
  v1::CardState state = v1::CARD_STATE_UNSPECIFIED;
  int64_t state_time_us = 0;
  std::optional<int64_t> authorize_time_us;
  std::optional<int64_t> expire_time_us;
  std::optional<int64_t> capture_time_us;
  // The version of the order for which a person has last asked for something that was to be done; 0: nobody has.
  int64_t asked_version = 0;
  std::string approval_number;
  std::string transaction_id;
  std::string error_code;
  std::string error_message;
  // Of the open request.
  std::string open_request_id;

  friend bool operator==(const CardRow&, const CardRow&) = default;
};

// The time for which what is held is good is over.
bool IsExpired(const CardRow& row, absl::Time now);

// By order number.
using CardRowMap = std::map<std::string, CardRow>;

// Every order named has its entry, one of which nothing is known with facts version 0. `lock`: until the transaction
// ends, the cards and their open requests, in the order of their numbers.
absl::StatusOr<CardRowMap> SelectCards(mysql::Session& session, absl::string_view tenant,
                                       const std::set<std::string>& numbers, bool lock);

// How a statement begins whose rows CardRowOf reads: the cards "c" of a tenant with their open requests "r".
#define JUCHU_CARD_COLUMNS                                                                                          \
  "SELECT c.order_number, c.shop_id, c.shop_order_number, c.facts_version, c.order_version, c.wish, c.amount_yen, " \
  "c.authorized_yen, c.captured_yen, c.voided, c.failed_operation, c.unclear, c.state, c.state_time_us, "           \
  "c.authorize_time_us, c.expire_time_us, c.capture_time_us, c.approval_number, c.transaction_id, c.error_code, "   \
  "c.error_message, c.asked_version, c.renews, r.request_id, r.operation, r.amount_yen, r.state "
#define JUCHU_JOIN_OPEN_REQUESTS                                                                                 \
  " LEFT JOIN card_requests r ON r.tenant_id = c.tenant_id AND r.order_number = c.order_number AND r.open_mark " \
  "= 1 WHERE c.tenant_id = ?"
#define JUCHU_SELECT_CARDS JUCHU_CARD_COLUMNS "FROM cards c" JUCHU_JOIN_OPEN_REQUESTS
CardRow CardRowOf(const mysql::Row& row);

// Writes what is other than before. ALREADY_EXISTS when another writer made one of them first.
absl::Status WriteCards(mysql::Session& session, absl::string_view tenant, const CardRowMap& before,
                        const CardRowMap& after);

// Lets workers look at these shops from `due_time` on.
absl::Status WakeShops(mysql::Session& session, absl::string_view tenant, const std::set<std::string>& shop_ids,
                       absl::Time due_time);

// The first `most` characters of `text`.
std::string CutText(absl::string_view text, size_t most);

// As others see it; without requests.
v1::CardPayment PaymentOf(absl::string_view order_number, const CardRow& row);

}  // namespace juchu::payment

#endif  // SERVICES_PAYMENT_STORAGE_CARD_ROWS_H_
