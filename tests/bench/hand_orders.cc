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
constexpr char kUpdate[] =
    "UPDATE orders SET status = ?, version = version + 1, update_time_us = ? "
    "WHERE tenant_id = ? AND order_number = ? AND version = ?";
constexpr char kInsertHistory[] =
    "INSERT INTO order_history (tenant_id, order_number, version, status_after, time_us, entry) VALUES ";
constexpr char kInsertOutbox[] = "INSERT INTO outbox (tenant_id, order_number, version, request_id, message) VALUES ";
constexpr char kRead[] = "SELECT order_number, version FROM orders WHERE tenant_id = ? AND order_number IN (";
constexpr char kUpdateBatch[] =
    "UPDATE orders SET status = ?, version = version + 1, update_time_us = ? "
    "WHERE tenant_id = ? AND order_number IN (";

// As much as a small history entry or message holds.
const sql::SQLString& Payload() {
  static const auto* const payload = new sql::SQLString(std::string(100, 'x'));
  return *payload;
}

void BindHistory(sql::PreparedStatement& statement, int row, const sql::SQLString& order_number, int64_t version,
                 int status, int64_t now) {
  unsigned int at = static_cast<unsigned int>(row) * 6;
  statement.setString(++at, kTenant);
  statement.setString(++at, order_number);
  statement.setInt64(++at, version);
  statement.setInt(++at, status);
  statement.setInt64(++at, now);
  statement.setString(++at, Payload());
}

void BindOutbox(sql::PreparedStatement& statement, int row, const sql::SQLString& order_number, int64_t version,
                const sql::SQLString& request_id) {
  unsigned int at = static_cast<unsigned int>(row) * 5;
  statement.setString(++at, kTenant);
  statement.setString(++at, order_number);
  statement.setInt64(++at, version);
  statement.setString(++at, request_id);
  statement.setString(++at, Payload());
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
      update_(connection_.Prepare(kUpdate)),
      update_batch_(connection_.Prepare(Repeat(kUpdateBatch, "?", kBatch, ")"))) {
  PreparedFor(1);
}

HandOrders::Prepared& HandOrders::PreparedFor(int rows) {
  Prepared& prepared = prepared_[rows];
  if (prepared.read == nullptr) {
    prepared.read = connection_.Prepare(Repeat(kRead, "?", rows, ") FOR UPDATE"));
    prepared.history = connection_.Prepare(Repeat(kInsertHistory, "(?,?,?,?,?,?)", rows));
    prepared.outbox = connection_.Prepare(Repeat(kInsertOutbox, "(?,?,?,?,?)", rows));
  }
  return prepared;
}

bool HandOrders::Update(const std::string& order_number, int64_t version, int status, int64_t now) {
  update_->setInt(1, status);
  update_->setInt64(2, now);
  update_->setString(3, kTenant);
  update_->setString(4, order_number);
  update_->setInt64(5, version);
  return update_->executeUpdate() == 1;
}

bool HandOrders::ChangeKnown(const HandChange& change, int64_t version) {
  const int64_t now = NowMicros();
  if (!Update(change.order_number, version, change.status, now)) return false;
  Prepared& prepared = PreparedFor(1);
  BindHistory(*prepared.history, 0, change.order_number, version + 1, change.status, now);
  prepared.history->executeUpdate();
  BindOutbox(*prepared.outbox, 0, change.order_number, version + 1, change.request_id);
  prepared.outbox->executeUpdate();
  return true;
}

int64_t HandOrders::Change(const HandChange& change) {
  sql::PreparedStatement& read = *PreparedFor(1).read;
  read.setString(1, kTenant);
  read.setString(2, change.order_number);
  const std::unique_ptr<sql::ResultSet> row(read.executeQuery());
  if (!row->next()) return 0;
  const int64_t version = row->getInt64(2);
  return ChangeKnown(change, version) ? version + 1 : 0;
}

std::vector<int64_t> HandOrders::ChangeTogether(const std::vector<HandChange>& changes) {
  const int64_t now = NowMicros();
  const int rows = static_cast<int>(changes.size());
  Prepared& prepared = PreparedFor(rows);
  prepared.read->setString(1, kTenant);
  for (int i = 0; i < rows; ++i) {
    prepared.read->setString(static_cast<unsigned int>(i) + 2, changes[static_cast<size_t>(i)].order_number);
  }
  const std::unique_ptr<sql::ResultSet> found(prepared.read->executeQuery());
  std::map<std::string, int64_t> versions;
  while (found->next()) versions[found->getString(1).asStdString()] = found->getInt64(2);
  std::vector<int64_t> after(changes.size());
  if (versions.size() != changes.size()) return after;
  for (int i = 0; i < rows; ++i) {
    const HandChange& change = changes[static_cast<size_t>(i)];
    const int64_t version = versions[change.order_number];
    Update(change.order_number, version, change.status, now);
    BindHistory(*prepared.history, i, change.order_number, version + 1, change.status, now);
    BindOutbox(*prepared.outbox, i, change.order_number, version + 1, change.request_id);
    after[static_cast<size_t>(i)] = version + 1;
  }
  prepared.history->executeUpdate();
  prepared.outbox->executeUpdate();
  return after;
}

std::vector<int64_t> HandOrders::ChangeBatch(const std::vector<std::string>& order_numbers, int status,
                                             const std::string& request_id) {
  const int64_t now = NowMicros();
  Prepared& prepared = PreparedFor(kBatch);
  update_batch_->setInt(1, status);
  update_batch_->setInt64(2, now);
  update_batch_->setString(3, kTenant);
  prepared.read->setString(1, kTenant);
  for (unsigned int i = 0; i < kBatch; ++i) {
    const sql::SQLString number = order_numbers[i];
    prepared.read->setString(i + 2, number);
    update_batch_->setString(i + 4, number);
  }
  const std::unique_ptr<sql::ResultSet> found(prepared.read->executeQuery());
  update_batch_->executeUpdate();
  std::vector<int64_t> versions;
  for (int i = 0; found->next(); ++i) {
    const sql::SQLString number = found->getString(1);
    const int64_t version = found->getInt64(2) + 1;
    BindHistory(*prepared.history, i, number, version, status, now);
    BindOutbox(*prepared.outbox, i, number, version, request_id);
    versions.push_back(version);
  }
  prepared.history->executeUpdate();
  prepared.outbox->executeUpdate();
  return versions;
}

std::vector<int64_t> HandOrders::Versions() {
  const auto rows = connection_.Query("SELECT version FROM orders WHERE tenant_id = 'bench' ORDER BY order_number");
  std::vector<int64_t> versions;
  while (rows->next()) versions.push_back(rows->getInt64(1));
  connection_.Commit();
  return versions;
}

}  // namespace juchu::bench
