#include "services/payment/storage/card_rows.h"

#include <vector>

#include "common/mysql/row_writer.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"

namespace juchu::payment {
namespace {

constexpr char kSelectCards[] = JUCHU_SELECT_CARDS " AND c.order_number IN (";
constexpr char kInsertCards[] =
    "INSERT INTO cards (tenant_id, order_number, shop_id, shop_order_number, facts_version, order_version, wish, "
    "amount_yen, authorized_yen, captured_yen, voided, failed_operation, unclear, state, state_time_us, "
    "authorize_time_us, expire_time_us, capture_time_us, approval_number, transaction_id, error_code, error_message, "
    "asked_version, renews) "
    "VALUES ";
constexpr char kUpdateCards[] =
    " ON DUPLICATE KEY UPDATE shop_id = VALUES(shop_id), shop_order_number = VALUES(shop_order_number), facts_version "
    "= VALUES(facts_version), order_version = VALUES(order_version), wish = VALUES(wish), amount_yen = "
    "VALUES(amount_yen), authorized_yen = VALUES(authorized_yen), captured_yen = VALUES(captured_yen), voided = "
    "VALUES(voided), failed_operation = VALUES(failed_operation), unclear = VALUES(unclear), state = VALUES(state), "
    "state_time_us = VALUES(state_time_us), authorize_time_us = VALUES(authorize_time_us), expire_time_us = "
    "VALUES(expire_time_us), capture_time_us = VALUES(capture_time_us), approval_number = VALUES(approval_number), "
    "transaction_id = VALUES(transaction_id), error_code = VALUES(error_code), error_message = VALUES(error_message), "
    "asked_version = "
    "VALUES(asked_version), renews = VALUES(renews)";
constexpr size_t kCardColumnCount = 24;
constexpr char kWakeShops[] = "INSERT INTO card_shops (tenant_id, shop_id, due_time_us) VALUES ";
constexpr char kWakeKnownShops[] =
    " ON DUPLICATE KEY UPDATE due_time_us = LEAST(COALESCE(due_time_us, VALUES(due_time_us)), VALUES(due_time_us))";

}  // namespace

CardRow CardRowOf(const mysql::Row& row) {
  CardRow result;
  result.shop_id = row.String(1);
  result.shop_order_number = row.String(2);
  result.facts_version = row.Int64(3);
  result.order_version = row.Int64(4);
  result.card.wish = static_cast<v1::CardWish>(row.Int32(5));
  result.card.amount_yen = row.Int64(6);
  result.card.authorized_yen = row.Int64(7);
  result.card.captured_yen = row.Int64(8);
  result.card.voided = row.Bool(9);
  result.card.failed = static_cast<v1::CardOperation>(row.Int32(10));
  result.card.unclear = row.Bool(11);
  result.state = static_cast<v1::CardState>(row.Int32(12));
  result.state_time_us = row.Int64(13);
  result.authorize_time_us = row.OptionalInt64(14);
  result.expire_time_us = row.OptionalInt64(15);
  result.capture_time_us = row.OptionalInt64(16);
  result.approval_number = row.String(17);
  result.transaction_id = row.String(18);
  result.error_code = row.String(19);
  result.error_message = row.String(20);
  result.asked_version = row.Int64(21);
  result.card.renews = row.Bool(22);
  if (!row.IsNull(23)) {
    result.open_request_id = row.String(23);
    result.card.open =
        OpenRequest{static_cast<v1::CardOperation>(row.Int32(24)), row.Int64(25), row.Int32(26) == v1::REQUEST_WAITING};
  }
  return result;
}

bool IsExpired(const CardRow& row, absl::Time now) {
  return row.card.captured_yen == 0 && row.expire_time_us.has_value() && *row.expire_time_us <= absl::ToUnixMicros(now);
}

absl::StatusOr<CardRowMap> SelectCards(mysql::Session& session, absl::string_view tenant,
                                       const std::set<std::string>& numbers, bool lock) {
  CardRowMap cards;
  mysql::Params params = {tenant};
  for (const auto& number : numbers) {
    cards[number];
    params.emplace_back(number);
  }
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kSelectCards, "?", numbers.size(),
                                                                  lock ? ") ORDER BY c.order_number FOR UPDATE"
                                                                       : ") ORDER BY c.order_number"));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, session.Query(sql, params));
  for (const auto row : rows) cards[row.String(0)] = CardRowOf(row);
  return cards;
}

absl::Status WriteCards(mysql::Session& session, absl::string_view tenant, const CardRowMap& before,
                        const CardRowMap& after) {
  // What is new must not be there: two who make it at once know nothing of each other.
  mysql::RowWriter made(session, kInsertCards, mysql::RowPlaceholders(kCardColumnCount));
  mysql::RowWriter changed(session, kInsertCards, mysql::RowPlaceholders(kCardColumnCount), kUpdateCards);
  for (const auto& [number, row] : after) {
    const auto& old = before.at(number);
    if (row == old) continue;
    const Card& card = row.card;
    JUCHU_RETURN_IF_ERROR(
        (old.facts_version == 0 ? made : changed)
            .Add(tenant, number, row.shop_id, row.shop_order_number, row.facts_version, row.order_version,
                 static_cast<int64_t>(card.wish), card.amount_yen, card.authorized_yen, card.captured_yen, card.voided,
                 static_cast<int64_t>(card.failed), card.unclear, static_cast<int64_t>(row.state), row.state_time_us,
                 row.authorize_time_us, row.expire_time_us, row.capture_time_us, row.approval_number,
                 row.transaction_id, row.error_code, row.error_message, row.asked_version, card.renews));
  }
  JUCHU_RETURN_IF_ERROR(made.Flush());
  return changed.Flush();
}

absl::Status WakeShops(mysql::Session& session, absl::string_view tenant, const std::set<std::string>& shop_ids,
                       absl::Time due_time) {
  mysql::RowWriter shops(session, kWakeShops, mysql::RowPlaceholders(3), kWakeKnownShops);
  for (const auto& shop_id : shop_ids) JUCHU_RETURN_IF_ERROR(shops.Add(tenant, shop_id, due_time));
  return shops.Flush();
}

std::string CutText(absl::string_view text, size_t most) {
  size_t end = 0;
  for (size_t characters = 0; end < text.size() && characters < most; ++characters) {
    // A character's first byte, and those that go on with it.
    for (++end; end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++end) {
    }
  }
  return std::string(text.substr(0, end));
}

v1::CardPayment PaymentOf(absl::string_view order_number, const CardRow& row) {
  v1::CardPayment payment;
  payment.set_order_number(std::string(order_number));
  payment.set_shop_id(row.shop_id);
  payment.set_shop_order_number(row.shop_order_number);
  payment.set_state(row.state);
  *payment.mutable_state_time() = TimestampFromMicros(row.state_time_us);
  payment.set_wish(row.card.wish);
  payment.set_amount_yen(row.card.amount_yen);
  payment.set_authorized_yen(row.card.authorized_yen);
  if (row.authorize_time_us.has_value()) {
    *payment.mutable_authorize_time() = TimestampFromMicros(*row.authorize_time_us);
  }
  if (row.expire_time_us.has_value()) *payment.mutable_expire_time() = TimestampFromMicros(*row.expire_time_us);
  payment.set_approval_number(row.approval_number);
  payment.set_transaction_id(row.transaction_id);
  payment.set_captured_yen(row.card.captured_yen);
  if (row.capture_time_us.has_value()) *payment.mutable_capture_time() = TimestampFromMicros(*row.capture_time_us);
  payment.set_failed_operation(row.card.failed);
  payment.set_error_code(row.error_code);
  payment.set_error_message(row.error_message);
  if (row.card.open.has_value()) payment.set_open_operation(row.card.open->operation);
  payment.set_facts_version(row.facts_version);
  return payment;
}

}  // namespace juchu::payment
