#include "common/mysql/row_writer.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <iterator>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"

namespace juchu::mysql {
namespace {

// A statement is sent before it holds more bytes than this; the server takes 16 MiB at least.
constexpr size_t kMaxStatementBytes = 4 << 20;

// Rows of no more placeholders than this go in one statement, whatever their number.
constexpr size_t kShort = 1024;

size_t BytesOf(const Value& value) {
  const auto* text = std::get_if<std::string>(&value.data());
  return text == nullptr ? 8 : text->size();
}

}  // namespace

std::string RowPlaceholders(size_t columns) {
  return absl::StrCat("(", absl::StrJoin(std::vector<absl::string_view>(columns, "?"), ","), ")");
}

RowWriter::RowWriter(Session& session, absl::string_view head, std::string row, absl::string_view tail)
    : session_(session),
      head_(head),
      row_(std::move(row)),
      tail_(tail),
      columns_(static_cast<size_t>(std::count(row_.begin(), row_.end(), '?'))) {}

absl::Status RowWriter::Add(Params row) {
  std::move(row.begin(), row.end(), std::back_inserter(params_));
  return Added();
}

absl::Status RowWriter::Added() {
  for (size_t i = rows_ * columns_; i < params_.size(); ++i) bytes_ += BytesOf(params_[i]);
  ++rows_;
  if (rows_ < std::bit_floor(kMaxCachedPlaceholders / columns_) && bytes_ < kMaxStatementBytes) return absl::OkStatus();
  return Flush();
}

absl::Status RowWriter::Flush() {
  while (rows_ * columns_ > kShort) JUCHU_RETURN_IF_ERROR(Write(std::bit_floor(rows_)));
  if (rows_ > 0) JUCHU_RETURN_IF_ERROR(Write(rows_));
  bytes_ = 0;
  return absl::OkStatus();
}

absl::Status RowWriter::Write(size_t count) {
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, RepeatRows(head_, row_, count, tail_));
  if (count == rows_) {
    JUCHU_RETURN_IF_ERROR(session_.Execute(sql, params_).status());
    params_.clear();
  } else {
    const auto end = params_.begin() + static_cast<std::ptrdiff_t>(count * columns_);
    const Params first(std::make_move_iterator(params_.begin()), std::make_move_iterator(end));
    params_.erase(params_.begin(), end);
    JUCHU_RETURN_IF_ERROR(session_.Execute(sql, first).status());
  }
  rows_ -= count;
  return absl::OkStatus();
}

}  // namespace juchu::mysql
