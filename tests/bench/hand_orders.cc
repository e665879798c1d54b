#include "tests/bench/hand_orders.h"

#include <cppconn/resultset.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

namespace juchu::bench {
namespace {

constexpr char kTenant[] = "bench";

constexpr char kOrders[] =
    "CREATE TABLE orders ("
    " tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " version BIGINT NOT NULL, status TINYINT UNSIGNED NOT NULL, mode TINYINT UNSIGNED NOT NULL,"
    " update_time_us BIGINT NOT NULL, total_yen BIGINT NOT NULL, orderer_name VARCHAR(100) NOT NULL,"
    " PRIMARY KEY (tenant_id, order_number), KEY ix_orders_status (tenant_id, status, order_number)"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
constexpr char kHistory[] =
    "CREATE TABLE order_history ("
    " tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " version BIGINT NOT NULL, status_after TINYINT UNSIGNED NOT NULL, time_us BIGINT NOT NULL,"
    " entry VARBINARY(500) NOT NULL, PRIMARY KEY (tenant_id, order_number, version)"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
constexpr char kOutbox[] =
    "CREATE TABLE outbox ("
    " outbox_id BIGINT NOT NULL AUTO_INCREMENT,"
    " tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " version BIGINT NOT NULL, request_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " message VARBINARY(500) NOT NULL, PRIMARY KEY (outbox_id)"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";

constexpr char kInsertOrders[] =
    "INSERT INTO orders (tenant_id, order_number, version, status, mode, update_time_us, total_yen, orderer_name) "
    "VALUES ";
constexpr char kRead[] = "SELECT version, status FROM orders WHERE tenant_id = ? AND order_number = ? FOR UPDATE";
constexpr char kUpdate[] =
    "UPDATE orders SET status = ?, version = version + 1, update_time_us = ? "
    "WHERE tenant_id = ? AND order_number = ? AND version = ?";
constexpr char kInsertHistory[] =
    "INSERT INTO order_history (tenant_id, order_number, version, status_after, time_us, entry) VALUES ";
constexpr char kInsertOutbox[] = "INSERT INTO outbox (tenant_id, order_number, version, request_id, message) VALUES ";
constexpr char kReadBatch[] = "SELECT order_number, version FROM orders WHERE tenant_id = ? AND order_number IN (";
constexpr char kUpdateBatch[] =
    "UPDATE orders SET status = ?, version = version + 1, update_time_us = ? "
    "WHERE tenant_id = ? AND order_number IN (";

// As much as a small history entry or message holds.
const sql::SQLString& Payload() {
  static const auto* const payload = new sql::SQLString(std::string(100, 'x'));
  return *payload;
}

int64_t NowMicros() { return absl::GetCurrentTimeNanos() / 1000; }

}  // namespace

std::string HandOrders::OrderNumber(int index) { return absl::StrFormat("B%015d", index); }

void HandOrders::MakeTables(HandConnection& connection, int orders) {
  for (const char* table : {kOrders, kHistory, kOutbox}) connection.Run(table);
  for (int first = 0; first < orders; first += kBatch) {
    std::string sql = kInsertOrders;
    for (int i = first; i < first + kBatch && i < orders; ++i) {
      absl::StrAppend(&sql, i == first ? "" : ",", "('", kTenant, "','", OrderNumber(i), "',1,3,2,0,1000,'髙橋 花子')");
    }
    connection.Run(sql);
  }
  connection.Commit();
}

HandOrders::HandOrders(const HandDatabase& database)
    : connection_(database),
      read_(connection_.Prepare(kRead)),
      update_(connection_.Prepare(kUpdate)),
      history_(connection_.Prepare(Repeat(kInsertHistory, "(?,?,?,?,?,?)", 1))),
      outbox_(connection_.Prepare(Repeat(kInsertOutbox, "(?,?,?,?,?)", 1))),
      read_batch_(connection_.Prepare(Repeat(kReadBatch, "?", kBatch, ") FOR UPDATE"))),
      update_batch_(connection_.Prepare(Repeat(kUpdateBatch, "?", kBatch, ")"))),
      history_batch_(connection_.Prepare(Repeat(kInsertHistory, "(?,?,?,?,?,?)", kBatch))),
      outbox_batch_(connection_.Prepare(Repeat(kInsertOutbox, "(?,?,?,?,?)", kBatch))) {}

bool HandOrders::ChangeKnown(const std::string& order_number, int64_t version, int status,
                             const std::string& request_id) {
  const int64_t now = NowMicros();
  update_->setInt(1, status);
  update_->setInt64(2, now);
  update_->setString(3, kTenant);
  update_->setString(4, order_number);
  update_->setInt64(5, version);
  if (update_->executeUpdate() != 1) return false;
  history_->setString(1, kTenant);
  history_->setString(2, order_number);
  history_->setInt64(3, version + 1);
  history_->setInt(4, status);
  history_->setInt64(5, now);
  history_->setString(6, Payload());
  history_->executeUpdate();
  outbox_->setString(1, kTenant);
  outbox_->setString(2, order_number);
  outbox_->setInt64(3, version + 1);
  outbox_->setString(4, request_id);
  outbox_->setString(5, Payload());
  outbox_->executeUpdate();
  return true;
}

int64_t HandOrders::Change(const std::string& order_number, int status, const std::string& request_id) {
  read_->setString(1, kTenant);
  read_->setString(2, order_number);
  const std::unique_ptr<sql::ResultSet> row(read_->executeQuery());
  if (!row->next()) return 0;
  const int64_t version = row->getInt64(1);
  return ChangeKnown(order_number, version, status, request_id) ? version + 1 : 0;
}

std::vector<int64_t> HandOrders::Versions() {
  const auto rows = connection_.Query("SELECT version FROM orders WHERE tenant_id = 'bench' ORDER BY order_number");
  std::vector<int64_t> versions;
  while (rows->next()) versions.push_back(rows->getInt64(1));
  connection_.Commit();
  return versions;
}

void HandOrders::ChangeBatch(int first, int status, const std::string& request_id) {
  const int64_t now = NowMicros();
  std::vector<std::string> numbers;
  for (int i = 0; i < kBatch; ++i) numbers.push_back(OrderNumber(first + i));
  unsigned int at = 0;
  read_batch_->setString(++at, kTenant);
  for (const auto& number : numbers) read_batch_->setString(++at, number);
  const std::unique_ptr<sql::ResultSet> rows(read_batch_->executeQuery());
  at = 0;
  update_batch_->setInt(++at, status);
  update_batch_->setInt64(++at, now);
  update_batch_->setString(++at, kTenant);
  for (const auto& number : numbers) update_batch_->setString(++at, number);
  update_batch_->executeUpdate();
  at = 0;
  unsigned int outbox_at = 0;
  while (rows->next()) {
    const sql::SQLString number = rows->getString(1);
    const int64_t version = rows->getInt64(2) + 1;
    history_batch_->setString(++at, kTenant);
    history_batch_->setString(++at, number);
    history_batch_->setInt64(++at, version);
    history_batch_->setInt(++at, status);
    history_batch_->setInt64(++at, now);
    history_batch_->setString(++at, Payload());
    outbox_batch_->setString(++outbox_at, kTenant);
    outbox_batch_->setString(++outbox_at, number);
    outbox_batch_->setInt64(++outbox_at, version);
    outbox_batch_->setString(++outbox_at, request_id);
    outbox_batch_->setString(++outbox_at, Payload());
  }
  history_batch_->executeUpdate();
  outbox_batch_->executeUpdate();
}

}  // namespace juchu::bench
