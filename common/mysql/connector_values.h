#ifndef COMMON_MYSQL_CONNECTOR_VALUES_H_
#define COMMON_MYSQL_CONNECTOR_VALUES_H_

#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>

#include "common/mysql/row.h"
#include "common/mysql/value.h"

// Within common/mysql: values between us and the library, whose errors are its exceptions.
namespace juchu::mysql {

// All rows that are left.
Rows ReadRows(sql::ResultSet& result);

// Returns false when the statement must not be used again with other values: the library remembers "unsigned" for a
// placeholder and would send a later negative number as a huge one.
bool Bind(sql::PreparedStatement& statement, const Params& params);

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_CONNECTOR_VALUES_H_
