#include "common/mysql/row_writer.h"

#include <algorithm>
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

size_t BytesOf(const Value& value) {
  const auto* text = std::get_if<std::string>(&value.data());
  return text == nullptr ? 8 : text->size();
}

}  // namespace

std::string RowPlaceholders(size_t columns) {
  return absl::StrCat("(", absl::StrJoin(std::vector<absl::string_view>(columns, "?"), ","), ")");
}

RowWriter::RowWriter(Session& session, absl::string_view head, std::string row, absl::string_view tail)
    : session_(session), head_(head), row_(std::move(row)), tail_(tail) {}

absl::Status RowWriter::Add(Params row) {
  for (const auto& value : row) bytes_ += BytesOf(value);
  const size_t columns = row.size();
  std::move(row.begin(), row.end(), std::back_inserter(params_));
  ++rows_;
  if (rows_ < MaxRows(columns) && bytes_ < kMaxStatementBytes) return absl::OkStatus();
  return Flush();
}

absl::Status RowWriter::Flush() {
  if (rows_ == 0) return absl::OkStatus();
  JUCHU_ASSIGN_OR_RETURN(const std::string sql, RepeatRows(head_, row_, rows_, tail_));
  JUCHU_RETURN_IF_ERROR(session_.Execute(sql, params_).status());
  params_.clear();
  rows_ = 0;
  bytes_ = 0;
  return absl::OkStatus();
}

}  // namespace juchu::mysql
