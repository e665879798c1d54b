#include "services/gateway/intake/csv_reader.h"

#include <algorithm>

#include "absl/strings/str_replace.h"

namespace juchu::gateway {
namespace {

bool IsLineEnd(char byte) { return byte == '\r' || byte == '\n'; }

}  // namespace

CsvReader::CsvReader(absl::string_view bytes, std::size_t begin, int line)
    : bytes_(bytes), position_(begin), line_(line) {}

bool CsvReader::AtLineEnd() const { return IsLineEnd(bytes_[position_]); }

void CsvReader::SkipLineEnd() {
  const bool carriage_return = bytes_[position_] == '\r';
  ++position_;
  if (carriage_return && position_ < bytes_.size() && bytes_[position_] == '\n') ++position_;
  ++line_;
}

void CsvReader::Add(CsvField field, CsvRecord& record) {
  if (record.fields.size() < kMaxCsvColumns) {
    record.fields.push_back(field);
  } else if (record.fault == CsvFault::kNone) {
    record.fault = CsvFault::kTooManyColumns;
    record.fault_line = line_;
  }
}

void CsvReader::FailQuoted(CsvFault fault, FieldStart start, CsvRecord& record) {
  record.fault = fault;
  record.fault_line = start.line;
  position_ = start.offset;
  line_ = start.line;
  while (position_ < bytes_.size() && !AtLineEnd()) ++position_;
  record.terminated = position_ < bytes_.size();
  if (record.terminated) SkipLineEnd();
}

bool CsvReader::ReadQuotedField(CsvRecord& record) {
  const FieldStart start{position_, line_};
  ++position_;
  const std::size_t begin = position_;
  while (true) {
    if (position_ == bytes_.size()) {
      FailQuoted(CsvFault::kQuoteNotClosed, start, record);
      return false;
    }
    if (position_ - begin > kMaxCsvFieldBytes) {
      FailQuoted(CsvFault::kFieldTooLong, start, record);
      return false;
    }
    if (bytes_[position_] == '"') {
      const bool doubled = position_ + 1 < bytes_.size() && bytes_[position_ + 1] == '"';
      if (!doubled) break;
      position_ += 2;
    } else if (AtLineEnd()) {
      SkipLineEnd();
    } else {
      ++position_;
    }
  }
  const absl::string_view content = bytes_.substr(begin, position_ - begin);
  ++position_;
  if (position_ < bytes_.size() && bytes_[position_] != ',' && !AtLineEnd()) {
    FailQuoted(CsvFault::kTextAfterQuote, start, record);
    return false;
  }
  Add(CsvField{content, true}, record);
  return true;
}

bool CsvReader::ReadPlainField(CsvRecord& record) {
  const std::size_t begin = position_;
  const auto* const end = std::find_if(bytes_.begin() + static_cast<std::ptrdiff_t>(begin), bytes_.end(),
                                       [](char byte) { return byte == ',' || IsLineEnd(byte); });
  position_ = static_cast<std::size_t>(end - bytes_.begin());
  if (position_ - begin > kMaxCsvFieldBytes) {
    record.fault = CsvFault::kFieldTooLong;
    record.fault_line = line_;
    while (position_ < bytes_.size() && !AtLineEnd()) ++position_;
    record.terminated = position_ < bytes_.size();
    if (record.terminated) SkipLineEnd();
    return false;
  }
  Add(CsvField{bytes_.substr(begin, position_ - begin), false}, record);
  return true;
}

bool CsvReader::Next(CsvRecord& record) {
  if (position_ >= bytes_.size()) return false;
  record.begin = position_;
  record.line = line_;
  record.fields.clear();
  record.fault = CsvFault::kNone;
  record.fault_line = 0;
  record.terminated = true;
  while (true) {
    const bool quoted = position_ < bytes_.size() && bytes_[position_] == '"';
    if (!(quoted ? ReadQuotedField(record) : ReadPlainField(record))) break;
    if (position_ == bytes_.size()) {
      record.terminated = false;
      break;
    }
    if (AtLineEnd()) {
      SkipLineEnd();
      break;
    }
    ++position_;  // The comma.
  }
  record.end = position_;
  return true;
}

std::string UnescapeQuotes(absl::string_view text) { return absl::StrReplaceAll(text, {{"\"\"", "\""}}); }

}  // namespace juchu::gateway
