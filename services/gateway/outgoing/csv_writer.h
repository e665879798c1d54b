#ifndef SERVICES_GATEWAY_OUTGOING_CSV_WRITER_H_
#define SERVICES_GATEWAY_OUTGOING_CSV_WRITER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace juchu::gateway {

// Which cells stand between quotes.
enum class CsvQuoting {
  // Those that hold a comma, a quote or a line break.
  kMinimal,
  kAll,
};

enum class CsvLineEnd { kCrLf, kLf };

struct CsvFormat {
  CsvQuoting quoting = CsvQuoting::kMinimal;
  CsvLineEnd line_end = CsvLineEnd::kCrLf;
  // UTF-8's byte order mark before the first row.
  bool byte_order_mark = false;
};

// Writes rows after RFC 4180; every row ends with a line end. Cells are bytes in the file's encoding, UTF-8 or CP932:
// in both a comma, a quote or a line break is never part of another character. Confined to one thread.
class CsvWriter {
 public:
  explicit CsvWriter(const CsvFormat& format) : format_(format) {}

  // Appends a row. A row of one empty cell is written as "" between quotes: a blank line would be no row.
  void AddRow(absl::Span<const std::string> cells);

  // What was written, with the byte order mark where the format has one; the writer is empty after it.
  std::string Take();

 private:
  void AppendCell(absl::string_view cell, bool quoted);

  const CsvFormat format_;
  std::string rows_;
};

// Whether a spreadsheet takes a cell with this text, UTF-8, for a formula when it opens the file: it begins with
// = + - @, a tab or a carriage return, or with the full-width ＝ ＋ － ＠, which Japanese spreadsheets take for the
// same. A number with a sign (-120) is none. Such a cell goes out only where the target takes a prefix that disarms it;
// else its row is to be refused.
bool IsSpreadsheetFormula(absl::string_view text);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_OUTGOING_CSV_WRITER_H_
