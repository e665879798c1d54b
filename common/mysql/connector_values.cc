#include "common/mysql/connector_values.h"

#include <cppconn/datatype.h>
#include <cppconn/resultset_metadata.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace juchu::mysql {
namespace {

enum class ColumnKind { kSigned, kUnsigned, kBytes };

ColumnKind KindOf(sql::ResultSetMetaData& metadata, unsigned int column) {
  switch (metadata.getColumnType(column)) {
    case sql::DataType::TINYINT:
    case sql::DataType::SMALLINT:
    case sql::DataType::MEDIUMINT:
    case sql::DataType::INTEGER:
    case sql::DataType::BIGINT:
    case sql::DataType::YEAR:
      return metadata.isSigned(column) ? ColumnKind::kSigned : ColumnKind::kUnsigned;
    default:
      return ColumnKind::kBytes;
  }
}

Value ReadCell(const sql::ResultSet& result, unsigned int column, ColumnKind kind) {
  if (result.isNull(column)) return Value();
  switch (kind) {
    case ColumnKind::kSigned:
      return Value(result.getInt64(column));
    case ColumnKind::kUnsigned:
      return Value(result.getUInt64(column));
    case ColumnKind::kBytes:
      break;
  }
  return Value(result.getString(column).asStdString());
}

}  // namespace

Rows ReadRows(sql::ResultSet& result) {
  sql::ResultSetMetaData& metadata = *result.getMetaData();
  const unsigned int columns = metadata.getColumnCount();
  std::vector<ColumnKind> kinds;
  kinds.reserve(columns);
  for (unsigned int i = 1; i <= columns; ++i) kinds.push_back(KindOf(metadata, i));
  std::vector<Value> cells;
  cells.reserve(result.rowsCount() * columns);
  while (result.next()) {
    for (unsigned int i = 1; i <= columns; ++i) cells.push_back(ReadCell(result, i, kinds[i - 1]));
  }
  return Rows(columns, std::move(cells));
}

bool Bind(sql::PreparedStatement& statement, const Params& params) {
  bool reusable = true;
  for (unsigned int i = 0; i < params.size(); ++i) {
    const Value::Data& data = params[i].data();
    if (const auto* number = std::get_if<int64_t>(&data)) {
      statement.setInt64(i + 1, *number);
    } else if (const auto* unsigned_number = std::get_if<uint64_t>(&data)) {
      if (*unsigned_number <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
        statement.setInt64(i + 1, static_cast<int64_t>(*unsigned_number));
      } else {
        statement.setUInt64(i + 1, *unsigned_number);
        reusable = false;
      }
    } else if (const auto* bytes = std::get_if<std::string>(&data)) {
      statement.setString(i + 1, sql::SQLString(*bytes));
    } else {
      statement.setNull(i + 1, sql::DataType::SQLNULL);
    }
  }
  return reusable;
}

}  // namespace juchu::mysql
