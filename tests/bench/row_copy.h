#ifndef TESTS_BENCH_ROW_COPY_H_
#define TESTS_BENCH_ROW_COPY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/hand_connection.h"
#include "tests/bench/two_hop.pb.h"

namespace juchu::bench {

// The rows of one tenant's orders in juchu's tables, kept in memory, and tables of the same make to insert them into.
// Its methods throw what the connector throws. Made and cleared by one thread; the batches may be read by many.
class RowCopy {
 public:
  // Reads the tenant's rows of `schema` in batches of `batch` orders, and makes empty tables like its own in
  // `database`'s schema, each with the prefix "copy_".
  RowCopy(const HandDatabase& database, const std::string& schema, const std::string& tenant, int batch);

  int orders() const { return orders_; }
  // In the order of the orders' numbers; the last may hold fewer orders.
  const std::vector<v1::InsertRowsRequest>& batches() const { return batches_; }

  // Empties the copies.
  void Clear();

 private:
  struct Table {
    std::string name;
    // With commas.
    std::string columns;
  };

  std::vector<std::string> OrderNumbers(const std::string& schema, const std::string& tenant);

  HandConnection connection_;
  std::vector<Table> tables_;
  int orders_ = 0;
  std::vector<v1::InsertRowsRequest> batches_;
};

// Inserts rows into the copies as a program by hand does it. Its methods throw what the connector throws. Confined to
// one thread.
class RowWriter {
 public:
  explicit RowWriter(const HandDatabase& database) : connection_(database) {}

  // In one transaction, by as few statements as careful code would. Returns how many rows that were.
  int64_t Insert(const v1::InsertRowsRequest& request);

 private:
  // Where the next cell of a table's rows is.
  struct Position {
    int kind = 0;
    int number = 0;
    int text = 0;
  };

  sql::PreparedStatement& PreparedFor(const v1::TableRows& table, int columns, int rows);
  // Inserts the next `rows` rows.
  int InsertNext(const v1::TableRows& table, int columns, int rows, Position& at);

  HandConnection connection_;
  // Multi-row INSERTs by table and number of rows.
  std::map<std::pair<std::string, int>, std::unique_ptr<sql::PreparedStatement>> inserts_;
};

}  // namespace juchu::bench

#endif  // TESTS_BENCH_ROW_COPY_H_
