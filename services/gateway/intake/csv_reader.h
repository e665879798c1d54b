#ifndef SERVICES_GATEWAY_INTAKE_CSV_READER_H_
#define SERVICES_GATEWAY_INTAKE_CSV_READER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace juchu::gateway {

// Why a record cannot be split into its fields.
enum class CsvFault {
  kNone,
  // A quoted field that the file's end leaves open.
  kQuoteNotClosed,
  // Something other than a comma or a line end follows a closing quote.
  kTextAfterQuote,
  // A field longer than kMaxCsvFieldBytes; where it is quoted, perhaps a quote that was never closed.
  kFieldTooLong,
  // More than kMaxCsvColumns fields.
  kTooManyColumns,
};

inline constexpr std::size_t kMaxCsvFieldBytes = 64 * 1024;
inline constexpr std::size_t kMaxCsvColumns = 200;

// One field: its bytes in the file, undecoded.
struct CsvField {
  // Without the quotes around it; a quote inside a quoted field is still doubled.
  absl::string_view bytes;
  bool quoted = false;
};

// One record and where it stands.
struct CsvRecord {
  // Offset of its first byte, and of the first byte after its line end.
  std::size_t begin = 0;
  std::size_t end = 0;
  // Line of its first byte; the file's first line is 1. Line breaks inside quotes count.
  int line = 1;
  // Every field; with a fault, those before it.
  std::vector<CsvField> fields;
  CsvFault fault = CsvFault::kNone;
  // With a fault: the line on which the faulty field begins. Its column is fields.size().
  int fault_line = 0;
  // Whether a line end follows; false only at the end of the file.
  bool terminated = true;
};

// Splits bytes into records after RFC 4180; line ends are CR LF, CR and LF, mixed as they come. A quote inside an
// unquoted field stands for itself. Works on undecoded bytes: in UTF-8 and in CP932 the comma, the quote and the line
// ends are never part of another character, so damaged text leaves the structure whole.
//
// After a faulty quote, reading goes on at the line after the one on which the faulty field begins: one lost quote
// costs one record and not the rest of the file. The time stays linear: the lines that a faulty field ran over hold
// quotes in pairs only, so none of them, read again as a record's beginning, can run over its own end.
//
// Own code and not libcsv: that library cannot say where an unclosed quote was opened, bounds no field, keeps no
// place to go on from after a malformed record, and drops the line counts of what it skips.
//
// Confined to one thread. `bytes` outlives the reader and every record that it filled.
class CsvReader {
 public:
  // Reads from `begin`, which is the start of line `line`.
  explicit CsvReader(absl::string_view bytes, std::size_t begin = 0, int line = 1);

  // Reads the next record. False at the end of the file, with `record` untouched.
  bool Next(CsvRecord& record);

  // Line of the first byte not yet read.
  int line() const { return line_; }

 private:
  // Where a field begins: where to go on from when its quote turns out to be wrong.
  struct FieldStart {
    std::size_t offset;
    int line;
  };

  bool AtLineEnd() const;
  // Steps over one line end and counts it.
  void SkipLineEnd();
  // Both read one field at position_; false sets the record's fault.
  bool ReadQuotedField(CsvRecord& record);
  bool ReadPlainField(CsvRecord& record);
  void Add(CsvField field, CsvRecord& record);
  void FailQuoted(CsvFault fault, FieldStart start, CsvRecord& record);

  const absl::string_view bytes_;
  std::size_t position_;
  int line_;
};

// The field's text with doubled quotes made single; `text` is the field's decoded bytes.
std::string UnescapeQuotes(absl::string_view text);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_CSV_READER_H_
