#ifndef COMMON_MYSQL_ROW_WRITER_H_
#define COMMON_MYSQL_ROW_WRITER_H_

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/mysql/statement.h"
#include "common/mysql/value.h"

namespace juchu::mysql {

// "(?,?,?)" for `columns` columns.
std::string RowPlaceholders(size_t columns);

// Gathers rows and writes them by few statements: `head`, the rows, `tail`. The texts must outlive the writer. What has
// been added is written when Flush returns OK; nothing added, nothing written.
//
// To prepare a statement of many rows costs the server as much as to run it, so its lengths are such as come again and
// stay prepared: what is short goes in one statement of its length, what is long in lengths that are powers of two.
class RowWriter {
 public:
  // `row`: the placeholders of one row.
  RowWriter(Session& session, absl::string_view head, std::string row, absl::string_view tail = "");

  // A row's values, one after the other; each becomes a Value in its place.
  template <typename First, typename Second, typename... Others>
  absl::Status Add(First&& first, Second&& second, Others&&... others) {
    params_.emplace_back(std::forward<First>(first));
    params_.emplace_back(std::forward<Second>(second));
    (params_.emplace_back(std::forward<Others>(others)), ...);
    return Added();
  }
  absl::Status Add(Params row);
  absl::Status Flush();

 private:
  // A row has come to the gathered ones.
  absl::Status Added();
  // The first `count` of the gathered rows, in one statement.
  absl::Status Write(size_t count);

  Session& session_;
  const absl::string_view head_;
  const std::string row_;
  const absl::string_view tail_;
  const size_t columns_;
  // Values of the gathered rows, one row after the other.
  Params params_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
};

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_ROW_WRITER_H_
