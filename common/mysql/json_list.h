#ifndef COMMON_MYSQL_JSON_LIST_H_
#define COMMON_MYSQL_JSON_LIST_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace juchu::mysql {

// From so many rows on, one text that JSON_TABLE reads costs the server less than a list of placeholders: of a list it
// builds a range for each entry, and compares each with others, before it reads a row. For fewer rows JSON_TABLE's own
// table costs more than that.
inline constexpr size_t kManyRows = 32;

// UTF-8 texts as the one parameter of JSON_TABLE: ["a","b"]. For
//   JSON_TABLE(?, '$[*]' COLUMNS (a CHAR(16) … PATH '$')) k
std::string JsonList(absl::Span<const absl::string_view> texts);

// The same for rows of two columns, PATH '$[0]' and '$[1]': [["a","b"],["c","d"]].
using JsonPair = std::pair<absl::string_view, absl::string_view>;
std::string JsonPairs(absl::Span<const JsonPair> pairs);

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_JSON_LIST_H_
