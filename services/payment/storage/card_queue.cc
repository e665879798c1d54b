#include "services/payment/storage/card_queue.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "common/ids/uuid.h"
#include "common/mysql/run_in_transaction.h"
#include "common/status/status_macros.h"
#include "services/payment/storage/card_batch.h"
#include "services/payment/storage/card_rows.h"
#include "services/payment/storage/settings_store.h"

namespace juchu::payment {
namespace {

// Over all tenants: a worker goes on under each shop's own tenant. What is due later than anybody puts off was written
// by a clock that was ahead, and so was a lease that ends later than any does.
constexpr char kFindShops[] =
    "SELECT s.tenant_id, s.shop_id, COALESCE(p.card_send_interval_seconds, 600) FROM card_shops s LEFT JOIN "
    "payment_settings p ON p.tenant_id = s.tenant_id WHERE s.due_time_us IS NOT NULL AND (s.due_time_us <= ? OR "
    "s.due_time_us > ? + 1000000 * GREATEST(COALESCE(p.card_send_interval_seconds, 600), 780)) AND (s.lease_end_us <= "
    "? OR s.lease_end_us > ?) ORDER BY s.due_time_us LIMIT 20";
// When kFindShops finds the first one. What a clock that was ahead has written is no reason to wait, there and here.
constexpr char kFirstShopTime[] =
    "SELECT MIN(GREATEST(IF(s.due_time_us > ? + 1000000 * GREATEST(COALESCE(p.card_send_interval_seconds, 600), 780), "
    "0, s.due_time_us), IF(s.lease_end_us > ?, 0, s.lease_end_us))) FROM card_shops s LEFT JOIN payment_settings p ON "
    "p.tenant_id = s.tenant_id WHERE s.due_time_us IS NOT NULL";
// Found without a lock: another worker may have been there meanwhile, or be there now.
constexpr char kLockFoundShop[] =
    "SELECT next_send_time_us, failures FROM card_shops WHERE tenant_id = ? AND shop_id = ? AND due_time_us IS NOT "
    "NULL AND (lease_end_us <= ? OR lease_end_us > ?) FOR UPDATE SKIP LOCKED";
constexpr char kTakeShop[] =
    "UPDATE card_shops SET lease_token = ?, lease_end_us = ? WHERE tenant_id = ? AND shop_id = ?";
constexpr char kLockShop[] =
    "SELECT next_send_time_us, failures FROM card_shops WHERE tenant_id = ? AND shop_id = ? AND lease_token = ? FOR "
    "UPDATE";
constexpr char kNextDue[] =
    "SELECT state, MIN(due_time_us) FROM card_requests WHERE tenant_id = ? AND shop_id = ? AND open_mark = 1 GROUP BY "
    "state";
constexpr char kEndTurn[] =
    "UPDATE card_shops SET lease_token = '', lease_end_us = 0, due_time_us = ?, next_send_time_us = ?, failures = ? "
    "WHERE tenant_id = ? AND shop_id = ?";

// Where the company is asked first, it is asked since the order's card was first asked for.
#define JUCHU_SELECT_REQUESTS                                                                                        \
  "SELECT request_id, order_number, shop_order_number, operation, amount_yen, state, asks_first, "                   \
  "company_request_id, create_time_us, first_send_time_us, send_time_us, sends, checks, error_code, error_message, " \
  "IF(asks_first = 1, (SELECT MIN(o.create_time_us) FROM card_requests o WHERE o.tenant_id = "                       \
  "card_requests.tenant_id AND o.order_number = card_requests.order_number), create_time_us) FROM card_requests "    \
  "WHERE tenant_id = ? AND shop_id = ? AND open_mark = 1"
constexpr char kSelectWaiting[] = JUCHU_SELECT_REQUESTS
    " AND state = 1 AND operation = ? AND asks_first = ? AND (due_time_us <= ? OR due_time_us > ?) ORDER BY "
    "due_time_us, request_id LIMIT ?";
constexpr char kSelectDue[] =
    JUCHU_SELECT_REQUESTS " AND state IN (2, 3) AND (due_time_us <= ? OR due_time_us > ?) ORDER BY due_time_us LIMIT ?";
constexpr char kLockToSend[] =
    JUCHU_SELECT_REQUESTS " AND (state = 1 OR (state = 2 AND company_request_id = ?)) AND request_id IN (";
constexpr char kLockToSendTail[] = ") ORDER BY request_id FOR UPDATE";
#undef JUCHU_SELECT_REQUESTS
constexpr char kSelectLost[] =
    "SELECT order_number, company_request_id FROM card_requests WHERE tenant_id = ? AND state = 7 AND "
    "company_request_id > 0 AND order_number IN (";
constexpr char kBeginSending[] =
    "UPDATE card_requests SET state = 2, company_request_id = ?, first_send_time_us = "
    "LEAST(COALESCE(first_send_time_us, ?), ?), send_time_us = ?, sends = sends + 1, checks = 0, due_time_us = ?, "
    "error_code = '', error_message = '' WHERE "
    "tenant_id = ? AND open_mark = 1 AND request_id IN (";
constexpr char kMarkSent[] =
    "UPDATE card_requests SET state = 3, due_time_us = ? WHERE tenant_id = ? AND open_mark = 1 AND state = 2 AND "
    "request_id IN (";
constexpr char kReturnToWaiting[] =
    "UPDATE card_requests SET state = 1, company_request_id = 0, first_send_time_us = NULL, send_time_us = NULL, sends "
    "= 0, due_time_us = ?, error_code = ?, error_message = ? WHERE company_request_id = ? AND sends = 1 AND tenant_id "
    "= ? AND "
    "open_mark = 1 AND state = 2 AND request_id IN (";
constexpr char kPutOff[] =
    "UPDATE card_requests SET due_time_us = ?, checks = checks + 1, error_code = IF(? = '', error_code, ?), "
    "error_message = IF(? = '', error_message, ?) WHERE tenant_id = ? AND open_mark = 1 AND request_id IN (";
constexpr char kLetBeSent[] =
    "UPDATE card_requests SET asks_first = 0, asked_first = 1 WHERE tenant_id = ? AND open_mark = 1 AND state = 1 AND "
    "request_id IN (";
constexpr char kEnd[] =
    "UPDATE card_requests SET state = ?, open_mark = NULL, end_time_us = ?, error_code = ?, error_message = ? WHERE "
    "tenant_id = ? AND open_mark = 1 AND request_id IN (";
static_assert(v1::REQUEST_WAITING == 1 && v1::REQUEST_SENDING == 2 && v1::REQUEST_SENT == 3 && v1::REQUEST_LOST == 7);

// Nobody puts a request off for longer.
constexpr absl::Duration kFarthest = absl::Minutes(13);
constexpr absl::Duration kFirstPause = absl::Seconds(2);
constexpr absl::Duration kLongestPause = absl::Minutes(10);
constexpr size_t kMostCode = 50;
constexpr size_t kMostMessage = 400;

QueuedRequest RequestOf(const mysql::Row& row) {
  QueuedRequest request;
  request.request_id = row.String(0);
  request.order_number = row.String(1);
  request.shop_order_number = row.String(2);
  request.operation = static_cast<v1::CardOperation>(row.Int32(3));
  request.amount_yen = row.Int64(4);
  request.state = static_cast<v1::CardRequestState>(row.Int32(5));
  request.asks_first = row.Bool(6);
  request.company_request_id = row.Int64(7);
  request.create_time = row.TimeMicros(8);
  request.first_send_time = row.OptionalTimeMicros(9).value_or(request.create_time);
  request.send_time = row.OptionalTimeMicros(10).value_or(request.create_time);
  request.sends = row.Int32(11);
  request.checks = row.Int32(12);
  request.error_code = row.String(13);
  request.error_message = row.String(14);
  request.history_begin = row.TimeMicros(15);
  return request;
}

std::vector<QueuedRequest> RequestsOf(const mysql::Rows& rows) {
  std::vector<QueuedRequest> requests;
  for (const auto row : rows) requests.push_back(RequestOf(row));
  return requests;
}

absl::Duration PauseAfter(int failures) {
  return std::min(kFirstPause * (int64_t{1} << std::min(failures, 10)), kLongestPause);
}

v1::CardRequestState StateAfter(Ending ending) {
  switch (ending) {
    case Ending::kDone:
      return v1::REQUEST_DONE;
    case Ending::kRefused:
      return v1::REQUEST_REFUSED;
    case Ending::kGone:
      return v1::REQUEST_GONE;
    case Ending::kLost:
      return v1::REQUEST_LOST;
  }
  return v1::REQUEST_LOST;
}

// What the ending means for this card.
Ending MeaningOf(const RequestEnding& ending, const CardRow& row, absl::Time now) {
  const bool is_gone = ending.ending == Ending::kRefused && ending.of_order && IsExpired(row, now) &&
                       ending.request.operation == v1::VOID_AUTHORIZATION;
  return is_gone ? Ending::kGone : ending.ending;
}

// What an ending, which means this, makes of its card.
void TakeRequestEnding(const RequestEnding& ending, Ending meaning, const v1::PaymentSettings& settings, absl::Time now,
                       CardRow& row) {
  const v1::CardOperation operation = ending.request.operation;
  const int64_t authorized_yen =
      ending.ending == Ending::kDone ? ending.request.amount_yen : ending.price_yen.value_or(0);
  TakeEnding(meaning, authorized_yen, row.card);
  row.open_request_id.clear();
  if (operation == v1::AUTHORIZE && row.card.authorized_yen > 0) {
    const absl::Time since = std::min(now, ending.authorize_time.value_or(now));
    row.authorize_time_us = absl::ToUnixMicros(since);
    row.expire_time_us = absl::ToUnixMicros(since + absl::Hours(24 * settings.authorization_valid_days()));
    row.approval_number = CutText(ending.approval_number, 20);
    row.transaction_id = CutText(ending.transaction_id, 50);
  } else if (operation == v1::CAPTURE && ending.ending == Ending::kDone) {
    row.capture_time_us = absl::ToUnixMicros(now);
    row.expire_time_us = std::nullopt;
  }
  if (row.card.authorized_yen == 0) row.authorize_time_us = row.expire_time_us = row.capture_time_us = std::nullopt;
  row.error_code = ending.ending == Ending::kDone ? "" : CutText(ending.code, kMostCode);
  row.error_message = ending.ending == Ending::kDone ? "" : CutText(ending.message, kMostMessage);
}

}  // namespace

absl::StatusOr<std::optional<ShopTurn>> CardQueue::TakeShop(absl::Duration lease, absl::Time deadline) {
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) -> absl::StatusOr<std::optional<ShopTurn>> {
        const absl::Time now = clock_.Now();
        JUCHU_ASSIGN_OR_RETURN(const auto found, transaction.Query(kFindShops, {now, now, now, now + kFarthest}));
        for (const auto shop : found) {
          ShopTurn turn;
          turn.tenant = shop.String(0);
          turn.shop_id = shop.String(1);
          JUCHU_ASSIGN_OR_RETURN(const auto rows,
                                 transaction.Query(kLockFoundShop, {turn.tenant, turn.shop_id, now, now + kFarthest}));
          if (rows.empty()) continue;
          turn.lease_token = NewRequestId();
          turn.lease_end = now + lease;
          const absl::Time next_send = rows.front().TimeMicros(0);
          turn.may_send = next_send <= now || next_send > now + absl::Seconds(shop.Int64(2));
          turn.failures = rows.front().Int32(1);
          JUCHU_RETURN_IF_ERROR(
              transaction.Execute(kTakeShop, {turn.lease_token, turn.lease_end, turn.tenant, turn.shop_id}).status());
          return turn;
        }
        return std::nullopt;
      });
}

absl::StatusOr<std::optional<absl::Time>> CardQueue::NextShopTime(absl::Time deadline) {
  // At rest all others that look do so in transactions: between them a statement outside would cost three.
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) -> absl::StatusOr<std::optional<absl::Time>> {
        const absl::Time now = clock_.Now();
        JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction.Query(kFirstShopTime, {now, now + kFarthest}));
        return rows.front().OptionalTimeMicros(0);
      });
}

absl::Status CardQueue::EndTurn(const ShopTurn& turn, bool sent, bool reached, absl::Time deadline) {
  return mysql::RunInTransaction(pool_, deadline, [&](mysql::Transaction& transaction) -> absl::Status {
    // Whoever writes requests down wakes the shop in the same transaction: before this one, and then it is seen here,
    // or after it.
    JUCHU_ASSIGN_OR_RETURN(const auto shops,
                           transaction.Query(kLockShop, {turn.tenant, turn.shop_id, turn.lease_token}));
    if (shops.empty()) return absl::OkStatus();
    const absl::Time now = clock_.Now();
    absl::Time next_send = shops.front().TimeMicros(0);
    if (sent) {
      JUCHU_ASSIGN_OR_RETURN(const auto settings, SelectSettings(transaction, turn.tenant));
      next_send = now + absl::Seconds(settings.card_send_interval_seconds());
    }
    const int failures = reached ? 0 : shops.front().Int32(1) + 1;
    JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction.Query(kNextDue, {turn.tenant, turn.shop_id}));
    std::optional<absl::Time> due;
    for (const auto row : rows) {
      absl::Time next = row.TimeMicros(1);
      if (row.Int32(0) == v1::REQUEST_WAITING) next = std::max(next, next_send);
      if (!reached) next = std::max(next, now + PauseAfter(failures - 1));
      due = std::min(due.value_or(next), next);
    }
    return transaction.Execute(kEndTurn, {due, next_send, failures, turn.tenant, turn.shop_id}).status();
  });
}

absl::StatusOr<std::vector<QueuedRequest>> CardQueue::Waiting(const ShopTurn& turn, v1::CardOperation operation,
                                                              bool asks_first, int most, absl::Time deadline) {
  const absl::Time now = clock_.Now();
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto rows,
                         connection->Query(kSelectWaiting, {turn.tenant, turn.shop_id, static_cast<int64_t>(operation),
                                                            asks_first, now, now + kFarthest, most}));
  return RequestsOf(rows);
}

absl::StatusOr<std::vector<QueuedRequest>> CardQueue::Due(const ShopTurn& turn, int most, absl::Time deadline) {
  const absl::Time now = clock_.Now();
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto rows,
                         connection->Query(kSelectDue, {turn.tenant, turn.shop_id, now, now + kFarthest, most}));
  return RequestsOf(rows);
}

absl::StatusOr<std::vector<QueuedRequest>> CardQueue::BeginSending(const ShopTurn& turn, int64_t company_request_id,
                                                                   const std::vector<QueuedRequest>& requests,
                                                                   absl::Time check_time, absl::Time deadline) {
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) -> absl::StatusOr<std::vector<QueuedRequest>> {
        mysql::Params keys = {turn.tenant, turn.shop_id, company_request_id};
        for (const auto& request : requests) keys.emplace_back(request.request_id);
        JUCHU_ASSIGN_OR_RETURN(const std::string lock,
                               mysql::RepeatRows(kLockToSend, "?", requests.size(), kLockToSendTail));
        JUCHU_ASSIGN_OR_RETURN(const auto rows, transaction.Query(lock, keys));
        auto locked = RequestsOf(rows);
        if (locked.empty()) return locked;
        const absl::Time now = clock_.Now();
        mysql::Params params = {company_request_id, now, now, now, check_time, turn.tenant};
        for (auto& request : locked) {
          params.emplace_back(request.request_id);
          request.state = v1::REQUEST_SENDING;
          request.company_request_id = company_request_id;
          request.send_time = now;
          request.checks = 0;
        }
        JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kBeginSending, "?", locked.size(), ")"));
        JUCHU_RETURN_IF_ERROR(transaction.Execute(sql, params).status());
        return locked;
      });
}

absl::Status CardQueue::Update(absl::string_view head, mysql::Params params, const ShopTurn& turn,
                               const std::vector<QueuedRequest>& requests, absl::Time deadline) {
  if (requests.empty()) return absl::OkStatus();
  params.emplace_back(turn.tenant);
  for (const auto& request : requests) params.emplace_back(request.request_id);
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(head, "?", requests.size(), ")"));
  return mysql::RunInTransaction(
      pool_, deadline, [&](mysql::Transaction& transaction) { return transaction.Execute(sql, params).status(); });
}

absl::Status CardQueue::MarkSent(const ShopTurn& turn, const std::vector<QueuedRequest>& requests,
                                 absl::Time check_time, absl::Time deadline) {
  return Update(kMarkSent, {check_time}, turn, requests, deadline);
}

absl::Status CardQueue::ReturnToWaiting(const ShopTurn& turn, const std::vector<QueuedRequest>& requests,
                                        absl::Time due_time, const std::string& code, const std::string& message,
                                        absl::Time deadline) {
  if (requests.empty()) return absl::OkStatus();
  return Update(
      kReturnToWaiting,
      {due_time, CutText(code, kMostCode), CutText(message, kMostMessage), requests.front().company_request_id}, turn,
      requests, deadline);
}

absl::Status CardQueue::PutOff(const ShopTurn& turn, const std::vector<QueuedRequest>& requests, absl::Time check_time,
                               const std::string& code, const std::string& message, absl::Time deadline) {
  const std::string short_code = CutText(code, kMostCode);
  const std::string short_message = CutText(message, kMostMessage);
  return Update(kPutOff, {check_time, short_code, short_code, short_code, short_message}, turn, requests, deadline);
}

absl::StatusOr<std::map<std::string, std::vector<int64_t>>> CardQueue::LostNumbers(
    const ShopTurn& turn, const std::vector<QueuedRequest>& requests, absl::Time deadline) {
  std::map<std::string, std::vector<int64_t>> numbers;
  if (requests.empty()) return numbers;
  mysql::Params params = {turn.tenant};
  for (const auto& request : requests) params.emplace_back(request.order_number);
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kSelectLost, "?", requests.size(), ")"));
  JUCHU_ASSIGN_OR_RETURN(auto connection, pool_.Acquire(deadline));
  JUCHU_ASSIGN_OR_RETURN(const auto rows, connection->Query(sql, params));
  for (const auto row : rows) numbers[row.String(0)].push_back(row.Int64(1));
  return numbers;
}

absl::Status CardQueue::LetBeSent(const ShopTurn& turn, const std::vector<QueuedRequest>& requests,
                                  absl::Time deadline) {
  return Update(kLetBeSent, {}, turn, requests, deadline);
}

absl::Status CardQueue::End(const ShopTurn& turn, const std::vector<RequestEnding>& endings, absl::Time deadline) {
  if (endings.empty()) return absl::OkStatus();
  const auto run = [&](mysql::Transaction& transaction) -> absl::Status {
    const absl::Time now = clock_.Now();
    CardBatch batch(transaction, turn.tenant, request_ids_, now);
    std::set<std::string> numbers;
    for (const auto& ending : endings) numbers.insert(ending.request.order_number);
    JUCHU_RETURN_IF_ERROR(batch.Lock(numbers));
    JUCHU_ASSIGN_OR_RETURN(const auto settings, SelectSettings(transaction, turn.tenant));
    // Those that end alike end together.
    std::map<std::tuple<v1::CardRequestState, std::string, std::string>, std::vector<std::string>> ended;
    std::vector<std::string> advanced;
    for (const auto& ending : endings) {
      CardRow& row = batch.at(ending.request.order_number);
      if (row.open_request_id != ending.request.request_id) continue;
      const Ending meaning = MeaningOf(ending, row, now);
      TakeRequestEnding(ending, meaning, settings, now, row);
      ended[{StateAfter(meaning), row.error_code, row.error_message}].push_back(ending.request.request_id);
      advanced.push_back(ending.request.order_number);
    }
    for (const auto& [how, ids] : ended) {
      const auto& [state, code, message] = how;
      mysql::Params params = {static_cast<int64_t>(state), now, code, message, turn.tenant};
      params.insert(params.end(), ids.begin(), ids.end());
      JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kEnd, "?", ids.size(), ")"));
      JUCHU_RETURN_IF_ERROR(transaction.Execute(sql, params).status());
    }
    // Only now: of a card one request is open at a time.
    for (const auto& number : advanced) batch.Advance(number, /*asked=*/false);
    return batch.Write(now);
  };
  const absl::Status status = mysql::RunInTransaction(pool_, deadline, run);
  if (status.ok()) queued_();
  return status;
}

int64_t CardQueue::news() {
  absl::MutexLock lock(&mutex_);
  return news_;
}

bool CardQueue::Wait(int64_t seen, absl::Duration limit) {
  const auto has_news = [this, seen]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopped_ || news_ != seen; };
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&has_news), limit);
  return !stopped_;
}

void CardQueue::Notify() {
  absl::MutexLock lock(&mutex_);
  ++news_;
}

void CardQueue::Stop() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
}

}  // namespace juchu::payment
