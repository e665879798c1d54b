// The CSV reader: its records cover the file without a gap, and what it splits can be put together again.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "services/gateway/intake/csv_reader.h"
#include "services/gateway/intake/text_decoder.h"
#include "tests/fuzz/require.h"

namespace juchu::gateway {
namespace {

using fuzz::Require;

std::vector<CsvRecord> ReadAll(absl::string_view bytes, size_t begin = 0, int line = 1) {
  std::vector<CsvRecord> records;
  CsvReader reader(bytes, begin, line);
  CsvRecord record;
  while (reader.Next(record)) records.push_back(record);
  return records;
}

// Lines begun before the end of `bytes`, counted as a text editor does.
int LineAt(absl::string_view bytes, size_t offset) {
  int line = 1;
  for (size_t i = 0; i < offset; ++i) {
    const bool pair = bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if ((bytes[i] == '\n' || bytes[i] == '\r') && !(pair && i + 1 < offset)) ++line;
  }
  return line;
}

// The record's bytes, put together from its fields and without the line end.
std::string Joined(const CsvRecord& record) {
  std::string joined;
  for (size_t i = 0; i < record.fields.size(); ++i) {
    absl::StrAppend(&joined, i == 0 ? "" : ",", record.fields[i].quoted ? "\"" : "", record.fields[i].bytes,
                    record.fields[i].quoted ? "\"" : "");
  }
  return joined;
}

void CheckPlaces(absl::string_view bytes, const std::vector<CsvRecord>& records) {
  size_t expected = 0;
  for (const CsvRecord& record : records) {
    Require(record.begin == expected && record.end > record.begin, "records follow one another");
    Require(record.line == LineAt(bytes, record.begin), "a record knows its line");
    Require(record.fields.size() <= kMaxCsvColumns, "columns are bounded");
    for (const CsvField& field : record.fields) {
      Require(field.bytes.size() <= kMaxCsvFieldBytes, "fields are bounded");
      Require(field.bytes.data() >= bytes.data() + record.begin &&
                  field.bytes.data() + field.bytes.size() <= bytes.data() + record.end,
              "a field lies in its record");
    }
    const absl::string_view whole = bytes.substr(record.begin, record.end - record.begin);
    if (record.fault == CsvFault::kNone) {
      const std::string joined = Joined(record);
      Require(absl::StartsWith(whole, joined), "the fields are what the record holds");
      const absl::string_view rest = whole.substr(joined.size());
      Require(record.terminated ? rest == "\r\n" || rest == "\n" || rest == "\r" : rest.empty(), "and nothing else");
    } else {
      Require(record.fault_line >= record.line, "a fault lies in its record");
    }
    Require(record.terminated || record.end == bytes.size(), "only the last line has no end");
    expected = record.end;
  }
  Require(expected == bytes.size(), "the records cover the file");
}

void Same(const CsvRecord& one, const CsvRecord& other) {
  Require(one.begin == other.begin && one.end == other.end && one.line == other.line && one.fault == other.fault &&
              one.fault_line == other.fault_line && one.terminated == other.terminated &&
              one.fields.size() == other.fields.size(),
          "a record reads the same from where it begins");
  for (size_t i = 0; i < one.fields.size(); ++i) {
    Require(one.fields[i].bytes == other.fields[i].bytes && one.fields[i].quoted == other.fields[i].quoted,
            "field by field");
  }
}

// Orders are read again by the place of their rows.
void CheckRereading(absl::string_view bytes, const std::vector<CsvRecord>& records) {
  if (records.empty()) return;
  const size_t middle = records.size() / 2;
  const std::vector<CsvRecord> again = ReadAll(bytes, records[middle].begin, records[middle].line);
  Require(again.size() == records.size() - middle, "reading goes on from any record");
  for (size_t i = 0; i < again.size(); ++i) Same(records[middle + i], again[i]);
}

// Decoding before splitting gives what splitting before decoding gives: no comma, quote or line end is part of another
// character, and damaged bytes swallow none.
void CheckDecodedSplit(absl::string_view bytes, const std::vector<CsvRecord>& records, TextEncoding encoding) {
  const std::string text = DecodeText(bytes, encoding).text;
  const std::vector<CsvRecord> decoded = ReadAll(text);
  Require(decoded.size() == records.size(), "decoding keeps the records");
  for (size_t i = 0; i < records.size(); ++i) {
    Require(decoded[i].fault == records[i].fault && decoded[i].line == records[i].line &&
                decoded[i].fields.size() == records[i].fields.size(),
            "decoding keeps a record's shape");
    for (size_t j = 0; j < records[i].fields.size(); ++j) {
      Require(DecodeText(records[i].fields[j].bytes, encoding).text == decoded[i].fields[j].bytes,
              "decoding keeps the fields");
    }
  }
}

// What a careful writer makes of the fields is read as the same fields.
void CheckRoundTrip(const std::vector<CsvRecord>& records) {
  std::string written;
  std::vector<std::vector<std::string>> values;
  for (const CsvRecord& record : records) {
    if (record.fields.empty()) continue;
    auto& row = values.emplace_back();
    for (const CsvField& field : record.fields) {
      row.push_back(field.quoted ? UnescapeQuotes(field.bytes) : std::string(field.bytes));
      absl::StrAppend(&written, row.size() == 1 ? "" : ",", "\"", absl::StrReplaceAll(row.back(), {{"\"", "\"\""}}),
                      "\"");
    }
    absl::StrAppend(&written, "\r\n");
  }
  const std::vector<CsvRecord> read = ReadAll(written);
  Require(read.size() == values.size(), "a written file has its records");
  for (size_t i = 0; i < read.size(); ++i) {
    Require(read[i].fields.size() == values[i].size(), "a written record has its fields");
    for (size_t j = 0; j < values[i].size(); ++j) {
      Require(UnescapeQuotes(read[i].fields[j].bytes) == values[i][j], "a written field has its value");
    }
  }
}

}  // namespace
}  // namespace juchu::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes = juchu::fuzz::TextOf(data, size);
  const std::vector<juchu::gateway::CsvRecord> records = juchu::gateway::ReadAll(bytes);
  juchu::gateway::CheckPlaces(bytes, records);
  juchu::gateway::CheckRereading(bytes, records);
  // Decoding makes bytes more; a field's limit counts them.
  if (size * 3 <= juchu::gateway::kMaxCsvFieldBytes) {
    juchu::gateway::CheckDecodedSplit(bytes, records, juchu::gateway::TextEncoding::kUtf8);
    juchu::gateway::CheckDecodedSplit(bytes, records, juchu::gateway::TextEncoding::kCp932);
    juchu::gateway::CheckRoundTrip(records);
  }
  return 0;
}
