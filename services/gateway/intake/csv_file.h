#ifndef SERVICES_GATEWAY_INTAKE_CSV_FILE_H_
#define SERVICES_GATEWAY_INTAKE_CSV_FILE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/gateway/intake/csv_reader.h"
#include "services/gateway/intake/intake_types.h"
#include "services/gateway/intake/text_decoder.h"

namespace juchu::gateway {

// What the readers of all kinds of files share: the file as a whole, its rows, and the text of one field.

inline constexpr std::size_t kMaxIntakeFileBytes = 20 * 1024 * 1024;
inline constexpr int kMaxIntakeRows = 100'000;

// What a file's rows are, for the messages about the file.
struct CsvRowKind {
  // There is a row for each: "item".
  absl::string_view one_for_each;
  // A file that is too large can be split between two of them: "orders".
  absl::string_view split_between;
};
inline constexpr CsvRowKind kOrderRows{"item", "orders"};

// Collects a file that arrives in pieces. Whether a file is UTF-8 shows only at its end, so the bytes are kept, up to
// kMaxIntakeFileBytes.
class IntakeFileBuffer {
 public:
  explicit IntakeFileBuffer(const CsvRowKind& kind = kOrderRows) : kind_(kind) {}

  // INVALID_ARGUMENT FILE_TOO_LARGE when the file is beyond kMaxIntakeFileBytes; nothing more is kept then.
  absl::Status Append(absl::string_view piece);

  // The file's bytes; the buffer is empty after it.
  std::string Take();

 private:
  CsvRowKind kind_;
  std::string bytes_;
};

// A file up to the end of its header.
struct CsvStart {
  EncodingChoice choice;
  // The header's names, in UTF-8.
  std::vector<std::string> names;
  // Offset and line of the first byte after the header.
  std::size_t rows_begin = 0;
  int rows_line = 1;
  // Bytes of the file without the end mark of CP/M and DOS, which some systems still write.
  std::size_t size = 0;
};

// Reads as far as the header. INVALID_ARGUMENT: FILE_EMPTY, FILE_TOO_LARGE, FILE_NOT_TEXT (a ZIP or Excel file, gzip,
// UTF-16), HEADER_UNREADABLE.
absl::StatusOr<CsvStart> ReadCsvStart(absl::string_view bytes, EncodingHint hint, const CsvRowKind& kind);

// Calls `row` with each record after the header, blank lines left out; `bytes` ends at start.size. INVALID_ARGUMENT:
// TOO_MANY_ROWS (after `row` had the first kMaxIntakeRows) and FILE_EMPTY when there is no row.
absl::Status ForEachCsvRow(absl::string_view bytes, const CsvStart& start, const CsvRowKind& kind,
                           absl::FunctionRef<void(const CsvRecord&)> row);

// What keeps a record from being split into the header's `column_count` columns; nullopt: nothing. `column`: the
// header's name at record.fields.size(). QUOTE_NOT_CLOSED, QUOTE_MISPLACED, FIELD_TOO_LONG, COLUMNS_SHORT,
// COLUMNS_EXCESS.
std::optional<IntakeProblem> StructureProblem(const CsvRecord& record, std::size_t column_count, std::string column,
                                              TextEncoding encoding);

// ENCODING_MIXED when a record of a CP932 file is in UTF-8; nullopt: it is not. `file`: the whole file.
std::optional<IntakeProblem> EncodingProblem(absl::string_view file, const CsvRecord& record, TextEncoding encoding);

// A field's text without the quotes and the spaces around it, line ends as LF. What cannot be decoded stands as U+FFFD.
std::string FieldText(const CsvField& field, TextEncoding encoding);

// Sets `text` to that of one of the record's fields; or says why not: UNDECODABLE_BYTES, with the line of the first
// byte that cannot be decoded. The record is a slice of `file`; `column` is the name of the field's column.
std::optional<IntakeProblem> ReadFieldText(absl::string_view file, const CsvRecord& record, const CsvField& field,
                                           TextEncoding encoding, const std::string& column, std::string& text);

// VALUE_MISSING: nothing in a column that each row fills in.
IntakeProblem MissingValue(int line, std::string column);

// A value's error, made by MakeError with a remedy, as the problem of its place.
IntakeProblem ValueProblem(int line, std::string column, const absl::Status& status);

// Refuses text that is not whole, that misleads, or that is longer than `max_characters`; `lines` as in ValidateText.
// CHARACTERS_LOST, CONTROL_CHARACTER, TEXT_TOO_LONG.
absl::Status ValidateFieldText(absl::string_view text, bool lines, std::size_t max_characters);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_CSV_FILE_H_
