#ifndef COMMON_MYSQL_JSON_ROWS_H_
#define COMMON_MYSQL_JSON_ROWS_H_

#include <cstddef>
#include <string>

#include "common/mysql/value.h"

namespace juchu::mysql {

// From so many rows on, one text that JSON_TABLE reads costs the server less than a list of placeholders: of a list it
// builds a range for each entry, and compares each with others, before it reads a row. For fewer rows JSON_TABLE's own
// table costs more than that.
inline constexpr size_t kManyRows = 32;

// Rows of `columns` values each, as the one parameter of JSON_TABLE: "[[1,"a"],[2,null]]". The values are numbers, NULL
// and UTF-8 text; `values` holds whole rows. For
//   JSON_TABLE(?, '$[*]' COLUMNS (a BIGINT PATH '$[0]', b CHAR(16) … PATH '$[1]')) k
std::string JsonRows(const Params& values, size_t columns);

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_JSON_ROWS_H_
