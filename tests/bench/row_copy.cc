#include "tests/bench/row_copy.h"

#include <cppconn/datatype.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"

namespace juchu::bench {
namespace {

// Rows in one INSERT: a length that comes again and again, so that it is prepared once.
constexpr int kRowsOfInsert = 250;

void AddRows(sql::ResultSet& rows, v1::TableRows& table) {
  sql::ResultSetMetaData& metadata = *rows.getMetaData();
  const unsigned int columns = metadata.getColumnCount();
  while (rows.next()) {
    for (unsigned int i = 1; i <= columns; ++i) {
      const int type = metadata.getColumnType(i);
      if (rows.isNull(i)) {
        table.add_kinds(v1::TableRows::NOTHING);
      } else if (type >= sql::DataType::TINYINT && type <= sql::DataType::BIGINT) {
        table.add_kinds(v1::TableRows::NUMBER);
        table.add_numbers(rows.getInt64(i));
      } else {
        table.add_kinds(v1::TableRows::TEXT);
        table.add_texts(rows.getString(i).asStdString());
      }
    }
  }
}

}  // namespace

RowCopy::RowCopy(const HandDatabase& database, const std::string& schema, const std::string& tenant, int batch)
    : connection_(database) {
  const auto names =
      connection_.Query(absl::StrCat("SELECT table_name, GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM "
                                     "information_schema.columns WHERE table_schema = '",
                                     schema, "' GROUP BY table_name HAVING SUM(column_name = 'order_number') > 0"));
  while (names->next()) tables_.push_back({names->getString(1).asStdString(), names->getString(2).asStdString()});
  for (const auto& table : tables_) {
    connection_.Run(absl::StrCat("CREATE OR REPLACE TABLE copy_", table.name, " LIKE ", schema, ".", table.name));
  }
  const std::vector<std::string> numbers = OrderNumbers(schema, tenant);
  orders_ = static_cast<int>(numbers.size());
  for (size_t first = 0; first < numbers.size(); first += static_cast<size_t>(batch)) {
    const size_t last = std::min(numbers.size(), first + static_cast<size_t>(batch)) - 1;
    v1::InsertRowsRequest& request = batches_.emplace_back();
    for (const auto& table : tables_) {
      const auto rows = connection_.Query(absl::StrCat("SELECT ", table.columns, " FROM ", schema, ".", table.name,
                                                       " WHERE tenant_id = '", tenant, "' AND order_number BETWEEN '",
                                                       numbers[first], "' AND '", numbers[last], "'"));
      if (rows->rowsCount() == 0) continue;
      v1::TableRows& added = *request.add_tables();
      added.set_table(table.name);
      added.set_columns(table.columns);
      AddRows(*rows, added);
    }
  }
  // Nothing of juchu's tables stays locked.
  connection_.Commit();
}

std::vector<std::string> RowCopy::OrderNumbers(const std::string& schema, const std::string& tenant) {
  const auto rows = connection_.Query(absl::StrCat("SELECT order_number FROM ", schema, ".orders WHERE tenant_id = '",
                                                   tenant, "' ORDER BY order_number"));
  std::vector<std::string> numbers;
  while (rows->next()) numbers.push_back(rows->getString(1).asStdString());
  return numbers;
}

void RowCopy::Clear() {
  for (const auto& table : tables_) connection_.Run("TRUNCATE TABLE copy_" + table.name);
}

int64_t RowWriter::Insert(const v1::InsertRowsRequest& request) {
  int64_t inserted = 0;
  for (const auto& table : request.tables()) {
    const int columns = static_cast<int>(std::count(table.columns().begin(), table.columns().end(), ',')) + 1;
    Position at;
    for (int left = table.kinds_size() / columns; left > 0; left -= kRowsOfInsert) {
      inserted += InsertNext(table, columns, std::min(left, kRowsOfInsert), at);
    }
  }
  connection_.Commit();
  return inserted;
}

sql::PreparedStatement& RowWriter::PreparedFor(const v1::TableRows& table, int columns, int rows) {
  auto& statement = inserts_[{table.table(), rows}];
  if (statement == nullptr) {
    const std::string row = Repeat("(", "?", columns, ")");
    const std::string head = absl::StrCat("INSERT INTO copy_", table.table(), " (", table.columns(), ") VALUES ");
    statement = connection_.Prepare(Repeat(head, row, rows));
  }
  return *statement;
}

int RowWriter::InsertNext(const v1::TableRows& table, int columns, int rows, Position& at) {
  sql::PreparedStatement& statement = PreparedFor(table, columns, rows);
  const auto cells = static_cast<unsigned int>(columns * rows);
  for (unsigned int cell = 1; cell <= cells; ++cell) {
    const v1::TableRows::Kind kind = table.kinds(at.kind++);
    if (kind == v1::TableRows::NUMBER) {
      statement.setInt64(cell, table.numbers(at.number++));
    } else if (kind == v1::TableRows::TEXT) {
      statement.setString(cell, table.texts(at.text++));
    } else {
      statement.setNull(cell, sql::DataType::SQLNULL);
    }
  }
  return statement.executeUpdate();
}

}  // namespace juchu::bench
