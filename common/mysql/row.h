#ifndef COMMON_MYSQL_ROW_H_
#define COMMON_MYSQL_ROW_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/mysql/value.h"

namespace juchu::mysql {

// One row of a Rows, read by the position of the column, from 0. A view: valid as long as its Rows.
//
// A statement and the code that reads its rows are written together, and the schema fixes the types. A column that
// does not exist, NULL read as a plain value, text read as a number, or a number that does not fit is therefore a
// mistake of the program: the getters end the process with a message that names the column, as absl::StatusOr does
// when an error is dereferenced. Read a nullable column by the getter that returns an optional.
class Row {
 public:
  Row(const Value* cells, size_t columns) : cells_(cells), columns_(columns) {}

  size_t size() const { return columns_; }
  bool IsNull(size_t column) const;
  // Numbers; DECIMAL without a fraction (the type of SUM) is a number too.
  int64_t Int64(size_t column) const;
  uint64_t UInt64(size_t column) const;
  // A number that must fit in 32 bits.
  int32_t Int32(size_t column) const;
  // A number; anything but 0 is true.
  bool Bool(size_t column) const;
  // Text or bytes, exactly as stored. The reference is valid as long as the Rows.
  const std::string& String(size_t column) const;
  // A *_time_us column.
  absl::Time TimeMicros(size_t column) const;

  std::optional<int64_t> OptionalInt64(size_t column) const;
  std::optional<uint64_t> OptionalUInt64(size_t column) const;
  std::optional<int32_t> OptionalInt32(size_t column) const;
  std::optional<std::string> OptionalString(size_t column) const;
  std::optional<absl::Time> OptionalTimeMicros(size_t column) const;

 private:
  const Value& Cell(size_t column) const;

  const Value* cells_;
  size_t columns_;
};

// All rows a statement returned, in memory: the result set on the server is closed when a caller sees them.
class Rows {
 public:
  Rows() = default;
  // `cells` holds the rows one after the other; its size is a multiple of `columns`.
  Rows(size_t columns, std::vector<Value> cells) : columns_(columns), cells_(std::move(cells)) {}

  class Iterator {
   public:
    Iterator(const Rows* rows, size_t index) : rows_(rows), index_(index) {}
    Row operator*() const { return (*rows_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    const Rows* rows_;
    size_t index_;
  };

  size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  bool empty() const { return cells_.empty(); }
  // Ends the process when there is no such row.
  Row operator[](size_t index) const;
  Row front() const { return (*this)[0]; }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  size_t columns_ = 0;
  std::vector<Value> cells_;
};

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_ROW_H_
