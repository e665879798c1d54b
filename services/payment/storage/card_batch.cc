#include "services/payment/storage/card_batch.h"

#include <utility>

#include "common/mysql/row_writer.h"
#include "common/status/status_macros.h"

namespace juchu::payment {
namespace {

constexpr char kWithdraw[] =
    "UPDATE card_requests SET state = 6, open_mark = NULL, end_time_us = ? WHERE tenant_id = ? AND request_id IN (";
constexpr char kOpen[] =
    "INSERT INTO card_requests (tenant_id, request_id, order_number, shop_id, shop_order_number, operation, "
    "amount_yen, "
    "state, open_mark, asks_first, create_time_us, due_time_us) VALUES ";
static_assert(v1::REQUEST_WITHDRAWN == 6);

}  // namespace

absl::Status CardBatch::Lock(const std::set<std::string>& order_numbers) {
  JUCHU_ASSIGN_OR_RETURN(before_, SelectCards(transaction_, tenant_, order_numbers, /*lock=*/true));
  // After the cards, as all who lock both: what is told of an order has one version over both.
  JUCHU_ASSIGN_OR_RETURN(screenings_, SelectScreenings(transaction_, tenant_, order_numbers, /*lock=*/true));
  after_ = before_;
  return absl::OkStatus();
}

void CardBatch::Advance(const std::string& order_number, bool asked) {
  CardRow& row = after_.at(order_number);
  const NextStep step = NextOf(row.card, asked);
  if (step.withdraw) {
    withdrawn_.push_back(std::exchange(row.open_request_id, ""));
    row.card.open.reset();
  }
  if (step.operation != v1::CARD_OPERATION_UNSPECIFIED) {
    row.card.open = OpenRequest{step.operation, row.card.amount_yen, true};
    row.open_request_id = request_ids_.Next();
    opened_.push_back({tenant_, row.open_request_id, order_number, row.shop_id, row.shop_order_number,
                       static_cast<int64_t>(step.operation), row.card.amount_yen,
                       static_cast<int64_t>(v1::REQUEST_WAITING), 1, row.card.unclear, now_, now_});
    shops_.insert(row.shop_id);
  }
  if (row.card.failed == v1::CARD_OPERATION_UNSPECIFIED) {
    row.error_code.clear();
    row.error_message.clear();
  }
  const v1::CardState state = StateOf(row.card);
  const CardRow& before = before_.at(order_number);
  if (before.facts_version == 0 || state != before.state || row.error_code != before.error_code ||
      row.error_message != before.error_message) {
    row.facts_version = before.facts_version + 1;
  }
  if (state != row.state) {
    row.state = state;
    row.state_time_us = absl::ToUnixMicros(now_);
  }
}

absl::Status CardBatch::Write(absl::Time news_time) {
  JUCHU_RETURN_IF_ERROR(WriteCards(transaction_, tenant_, before_, after_));
  if (!withdrawn_.empty()) {
    mysql::Params params = {now_, tenant_};
    params.insert(params.end(), withdrawn_.begin(), withdrawn_.end());
    JUCHU_ASSIGN_OR_RETURN(const std::string sql, mysql::RepeatRows(kWithdraw, "?", withdrawn_.size(), ")"));
    JUCHU_RETURN_IF_ERROR(transaction_.Execute(sql, params).status());
  }
  mysql::RowWriter requests(transaction_, kOpen, mysql::RowPlaceholders(12));
  for (auto& row : opened_) JUCHU_RETURN_IF_ERROR(requests.Add(std::move(row)));
  JUCHU_RETURN_IF_ERROR(requests.Flush());
  JUCHU_RETURN_IF_ERROR(WakeShops(transaction_, tenant_, shops_, now_));
  std::vector<QueuedChange> news;
  for (const auto& [number, row] : after_) {
    if (row.facts_version != before_.at(number).facts_version) {
      news.push_back({number, "", news_time, Facts(number).version()});
    }
  }
  return QueueChanges(transaction_, kPaymentChanges, tenant_, news, now_);
}

}  // namespace juchu::payment
