#include "services/payment/storage/card_store.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/mysql/run_until_it_fits.h"
#include "common/status/status_macros.h"
#include "common/time/timestamps.h"
#include "services/payment/storage/card_batch.h"
#include "services/payment/storage/card_rows.h"
#include "services/payment/storage/screening_rows.h"
#include "services/payment/storage/settings_store.h"

namespace juchu::payment {
namespace {

constexpr char kSelectRequests[] =
    "SELECT request_id, operation, amount_yen, state, create_time_us, send_time_us, end_time_us, company_request_id, "
    "sends, checks, error_code, error_message FROM card_requests WHERE tenant_id = ? AND order_number = ? ORDER BY "
    "request_id DESC LIMIT 20";
// All cards; those with something under way, by that; those with something that may expire, by that.
constexpr char kSearch[] = JUCHU_SELECT_CARDS;
constexpr char kSearchOpen[] = JUCHU_CARD_COLUMNS
    "FROM card_requests r FORCE INDEX (ix_card_requests_open) STRAIGHT_JOIN cards c ON c.tenant_id = r.tenant_id AND "
    "c.order_number = r.order_number WHERE r.tenant_id = ? AND r.open_mark = 1";
constexpr char kSearchHeld[] =
    JUCHU_CARD_COLUMNS "FROM cards c FORCE INDEX (ix_cards_expire_time)" JUCHU_JOIN_OPEN_REQUESTS;
constexpr char kAfterOrder[] = " AND c.order_number > ?";
constexpr char kStuck[] = " AND r.create_time_us < ?";
constexpr char kExpiring[] = " AND c.authorized_yen > 0 AND c.captured_yen = 0 AND c.expire_time_us < ?";
constexpr char kInStates[] = " AND c.state IN (";
constexpr char kSearchTail[] = " ORDER BY c.order_number LIMIT ?";
// Whoever changes facts by a call acts on them next, and acknowledges.
constexpr absl::Duration kFactsGrace = absl::Seconds(10);
constexpr int kMostRuns = 10;

v1::CardRequest RequestOf(const mysql::Row& row) {
  v1::CardRequest request;
  request.set_request_id(row.String(0));
  request.set_operation(static_cast<v1::CardOperation>(row.Int32(1)));
  request.set_amount_yen(row.Int64(2));
  request.set_state(static_cast<v1::CardRequestState>(row.Int32(3)));
  *request.mutable_create_time() = TimestampFromMicros(row.Int64(4));
  if (!row.IsNull(5)) *request.mutable_send_time() = TimestampFromMicros(row.Int64(5));
  if (!row.IsNull(6)) *request.mutable_end_time() = TimestampFromMicros(row.Int64(6));
  request.set_company_request_id(row.Int64(7));
  request.set_sends(row.Int32(8));
  request.set_checks(row.Int32(9));
  request.set_error_code(row.String(10));
  request.set_error_message(row.String(11));
  return request;
}

}  // namespace

absl::StatusOr<v1::SettleCardsResponse> CardStore::Settle(absl::string_view tenant,
                                                          const v1::SettleCardsRequest& request, absl::Time deadline) {
  const auto run = [&](mysql::Transaction& transaction) -> absl::StatusOr<v1::SettleCardsResponse> {
    const absl::Time now = clock_.Now();
    CardBatch batch(transaction, tenant, request_ids_, now);
    std::set<std::string> numbers;
    for (const auto& need : request.needs()) numbers.insert(need.order_number());
    JUCHU_RETURN_IF_ERROR(batch.Lock(numbers));
    v1::SettleCardsResponse response;
    for (const auto& need : request.needs()) {
      CardRow& row = batch.at(need.order_number());
      // Of an order for which nobody has asked for anything there is nothing to keep or to release.
      const bool asks = need.wish() == v1::CARD_HOLD || need.wish() == v1::CARD_CAPTURE;
      // Nor does anything replace what a person has set going since the order became what it is.
      const bool is_asked_for = row.facts_version > 0 && !need.asked() && need.order_version() <= row.asked_version;
      if (row.facts_version == 0 ? asks : need.order_version() >= row.order_version && !is_asked_for) {
        row.shop_id = need.shop_id();
        row.shop_order_number = need.shop_order_number();
        row.order_version = need.order_version();
        const int64_t facts_version = row.facts_version;
        TakeNeed({need.wish(), need.amount_yen(), need.asked()}, IsExpired(row, now), row.card);
        batch.Advance(need.order_number(), need.asked());
        // What is under way or has changed brings the order to another version; where nothing is, it stays what it is.
        const bool leads_on = row.card.open.has_value() || row.facts_version != facts_version;
        if (need.asked() && leads_on) row.asked_version = need.order_version();
      }
    }
    JUCHU_RETURN_IF_ERROR(batch.Write(now + kFactsGrace));
    for (const auto& need : request.needs()) *response.add_facts() = batch.Facts(need.order_number());
    return response;
  };
  auto response = mysql::RunUntilItFits(pool_, deadline, kMostRuns, run);
  if (response.ok()) {
    queued_();
    asked_();
  }
  return response;
}

absl::StatusOr<v1::ReadCardsResponse> CardStore::Read(absl::string_view tenant, const v1::ReadCardsRequest& request,
                                                      absl::Time deadline) {
  const std::set<std::string> numbers(request.order_numbers().begin(), request.order_numbers().end());
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto cards, SelectCards(*connection, tenant, numbers, /*lock=*/false));
  JUCHU_ASSIGN_OR_RETURN(const auto screenings, SelectScreenings(*connection, tenant, numbers, /*lock=*/false));
  v1::ReadCardsResponse response;
  for (const auto& number : request.order_numbers()) {
    const CardRow& row = cards.at(number);
    v1::PaymentFacts facts = FactsOf(number, row, screenings.at(number));
    if (facts.version() == 0) continue;
    if (row.facts_version > 0) {
      auto& payment = *response.add_payments() = PaymentOf(number, row);
      payment.set_facts_version(facts.version());
    }
    *response.add_facts() = std::move(facts);
  }
  if (request.with_queued()) {
    JUCHU_ASSIGN_OR_RETURN(const auto queued, SelectQueued(*connection, kPaymentChanges, tenant, numbers));
    response.mutable_queued_order_numbers()->Add(queued.begin(), queued.end());
  }
  if (!request.with_requests()) return response;
  for (auto& payment : *response.mutable_payments()) {
    JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(kSelectRequests, {tenant, payment.order_number()}));
    for (const auto row : rows) *payment.add_requests() = RequestOf(row);
  }
  return response;
}

absl::StatusOr<v1::SearchCardsResponse> CardStore::Search(absl::string_view tenant,
                                                          const v1::SearchCardsRequest& request, absl::Time deadline) {
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto settings, SelectSettings(*connection, tenant));
  const absl::Time now = clock_.Now();
  std::string sql = request.stuck() ? kSearchOpen : request.expiring() ? kSearchHeld : kSearch;
  mysql::Params params = {tenant, request.after_order_number()};
  sql += kAfterOrder;
  if (request.stuck()) {
    params.emplace_back(now - absl::Seconds(settings.stuck_after_seconds()));
    sql += kStuck;
  }
  if (request.expiring()) {
    params.emplace_back(now + absl::Hours(24 * settings.expiry_warning_days()));
    sql += kExpiring;
  }
  if (!request.states().empty()) {
    for (const int state : request.states()) params.emplace_back(state);
    JUCHU_ASSIGN_OR_RETURN(
        sql, mysql::RepeatRows(absl::StrCat(sql, kInStates), "?", static_cast<size_t>(request.states_size()), ")"));
  }
  params.emplace_back(request.page_size() + 1);
  sql += kSearchTail;
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(sql, params));
  v1::SearchCardsResponse response;
  for (const auto row : rows) {
    if (response.payments_size() == request.page_size()) {
      response.set_more(true);
      break;
    }
    *response.add_payments() = PaymentOf(row.String(0), CardRowOf(row));
  }
  return response;
}

}  // namespace juchu::payment
