#include "tests/bench/row_copy.h"

#include <cppconn/datatype.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace juchu::bench {
namespace {

// Rows in one INSERT: a length that comes again and again, so that it is prepared once.
constexpr size_t kRowsOfInsert = 250;

}  // namespace

RowCopy::RowCopy(const HandDatabase& database, const std::string& schema, const std::string& tenant)
    : connection_(database) {
  const auto names =
      connection_.Query(absl::StrCat("SELECT table_name, GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM "
                                     "information_schema.columns WHERE table_schema = '",
                                     schema, "' GROUP BY table_name HAVING SUM(column_name = 'order_number') > 0"));
  while (names->next()) {
    Table table;
    table.name = names->getString(1).asStdString();
    table.columns.push_back(names->getString(2).asStdString());
    ReadTable(schema, tenant, table);
    connection_.Run(absl::StrCat("CREATE OR REPLACE TABLE copy_", table.name, " LIKE ", schema, ".", table.name));
    if (table.name == "orders") {
      for (const auto& [number, rows] : table.rows) order_numbers_.push_back(number);
    }
    tables_.push_back(std::move(table));
  }
}

void RowCopy::ReadTable(const std::string& schema, const std::string& tenant, Table& table) {
  const auto rows = connection_.Query(absl::StrCat("SELECT order_number, ", table.columns.front(), " FROM ", schema,
                                                   ".", table.name, " WHERE tenant_id = '", tenant, "'"));
  sql::ResultSetMetaData& metadata = *rows->getMetaData();
  const unsigned int columns = metadata.getColumnCount();
  table.columns.assign(columns - 1, "?");
  for (unsigned int i = 2; i <= columns; ++i) table.columns[i - 2] = metadata.getColumnName(i).asStdString();
  while (rows->next()) {
    Row row;
    for (unsigned int i = 2; i <= columns; ++i) {
      const int type = metadata.getColumnType(i);
      if (rows->isNull(i)) {
        row.emplace_back();
      } else if (type >= sql::DataType::TINYINT && type <= sql::DataType::BIGINT) {
        row.emplace_back(rows->getInt64(i));
      } else {
        row.emplace_back(rows->getString(i).asStdString());
      }
    }
    table.rows[rows->getString(1).asStdString()].push_back(std::move(row));
  }
}

void RowCopy::Clear() {
  for (const auto& table : tables_) connection_.Run("TRUNCATE TABLE copy_" + table.name);
}

void RowCopy::InsertAll(int batch) {
  for (size_t first = 0; first < order_numbers_.size(); first += static_cast<size_t>(batch)) {
    const size_t end = std::min(order_numbers_.size(), first + static_cast<size_t>(batch));
    for (auto& table : tables_) {
      std::vector<const Row*> rows;
      for (size_t i = first; i < end; ++i) {
        const auto found = table.rows.find(order_numbers_[i]);
        if (found == table.rows.end()) continue;
        for (const auto& row : found->second) rows.push_back(&row);
      }
      for (size_t at = 0; at < rows.size(); at += kRowsOfInsert) {
        Insert(table, rows, at, std::min(rows.size(), at + kRowsOfInsert));
      }
    }
    connection_.Commit();
  }
}

void RowCopy::Insert(Table& table, const std::vector<const Row*>& rows, size_t begin, size_t end) {
  auto& statement = table.inserts[end - begin];
  if (statement == nullptr) {
    const std::string row = Repeat("(", "?", static_cast<int>(table.columns.size()), ")");
    const std::string head =
        absl::StrCat("INSERT INTO copy_", table.name, " (", absl::StrJoin(table.columns, ","), ") VALUES ");
    statement = connection_.Prepare(Repeat(head, row, static_cast<int>(end - begin)));
  }
  unsigned int at = 0;
  for (size_t i = begin; i < end; ++i) {
    for (const Cell& cell : *rows[i]) {
      ++at;
      if (const auto* number = std::get_if<int64_t>(&cell)) {
        statement->setInt64(at, *number);
      } else if (const auto* text = std::get_if<std::string>(&cell)) {
        statement->setString(at, *text);
      } else {
        statement->setNull(at, sql::DataType::SQLNULL);
      }
    }
  }
  statement->executeUpdate();
}

}  // namespace juchu::bench
