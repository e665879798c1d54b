#ifndef TESTS_BENCH_ROW_COPY_H_
#define TESTS_BENCH_ROW_COPY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tests/bench/hand_connection.h"

namespace juchu::bench {

// The rows of one tenant's orders in juchu's tables, kept in memory and inserted by hand into tables of the same make.
// Its methods throw what the connector throws. Confined to one thread.
class RowCopy {
 public:
  // Reads the tenant's rows of `schema` and makes tables like its own in `database`'s schema, each with the prefix
  // "copy_".
  RowCopy(const HandDatabase& database, const std::string& schema, const std::string& tenant);

  int orders() const { return static_cast<int>(order_numbers_.size()); }

  // Empties the copies.
  void Clear();
  // Inserts all rows, `batch` orders a transaction, by as few statements as careful code would.
  void InsertAll(int batch);

 private:
  using Cell = std::variant<std::monostate, int64_t, std::string>;
  using Row = std::vector<Cell>;

  struct Table {
    std::string name;
    std::vector<std::string> columns;
    // By order number.
    std::map<std::string, std::vector<Row>> rows;
    // Multi-row INSERTs by their number of rows.
    std::map<size_t, std::unique_ptr<sql::PreparedStatement>> inserts;
  };

  void ReadTable(const std::string& schema, const std::string& tenant, Table& table);
  void Insert(Table& table, const std::vector<const Row*>& rows, size_t begin, size_t end);

  HandConnection connection_;
  std::vector<Table> tables_;
  std::vector<std::string> order_numbers_;
};

}  // namespace juchu::bench

#endif  // TESTS_BENCH_ROW_COPY_H_
