#include "tests/bench/hand_stock.h"

#include <cppconn/prepared_statement.h>

#include "absl/strings/str_cat.h"

namespace juchu::bench {
namespace {

constexpr char kTenant[] = "bench";

constexpr char kStocks[] =
    "CREATE TABLE stocks ("
    " tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, product_code VARCHAR(100) NOT NULL,"
    " on_hand BIGINT NOT NULL, allocated BIGINT NOT NULL, PRIMARY KEY (tenant_id, product_code)"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
constexpr char kAllocations[] =
    "CREATE TABLE allocations ("
    " tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " order_number VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, product_code VARCHAR(100) NOT NULL,"
    " allocated BIGINT NOT NULL, PRIMARY KEY (tenant_id, order_number, product_code)"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
constexpr char kInsert[] =
    "INSERT INTO allocations (tenant_id, order_number, product_code, allocated) VALUES (?, ?, ?, 1)";
constexpr char kUpdate[] =
    "UPDATE stocks SET allocated = allocated + 1 WHERE tenant_id = ? AND product_code = ? AND on_hand - allocated >= 1";

}  // namespace

std::string HandStock::ProductCode(int index) { return absl::StrCat("P", index); }

void HandStock::MakeTables(HandConnection& connection, int products) {
  for (const char* table : {kStocks, kAllocations}) connection.Run(table);
  std::string sql = "INSERT INTO stocks (tenant_id, product_code, on_hand, allocated) VALUES ";
  for (int i = 0; i < products; ++i) {
    absl::StrAppend(&sql, i == 0 ? "" : ",", "('", kTenant, "','", ProductCode(i), "',100000000,0)");
  }
  connection.Run(sql);
  connection.Commit();
}

HandStock::HandStock(const HandDatabase& database)
    : connection_(database), insert_(connection_.Prepare(kInsert)), update_(connection_.Prepare(kUpdate)) {}

bool HandStock::Allocate(const std::string& order_number, const std::string& product_code) {
  insert_->setString(1, kTenant);
  insert_->setString(2, order_number);
  insert_->setString(3, product_code);
  insert_->executeUpdate();
  update_->setString(1, kTenant);
  update_->setString(2, product_code);
  const bool done = update_->executeUpdate() == 1;
  connection_.Commit();
  return done;
}

}  // namespace juchu::bench
