#include "services/gateway/intake/csv_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/intake/field_parser.h"

namespace juchu::gateway {
namespace {

absl::Status FileError(absl::string_view reason, absl::string_view message, absl::string_view remedy) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, message, {{"remedy", std::string(remedy)}});
}

std::string SplitIt(const CsvRowKind& kind) {
  return absl::StrCat("split it between two ", kind.split_between, ", each part with the header line");
}

absl::Status TooLarge(const CsvRowKind& kind) {
  return FileError("FILE_TOO_LARGE", absl::StrCat("the file is larger than ", kMaxIntakeFileBytes, " bytes"),
                   SplitIt(kind));
}

// Refuses what is no text at all, so that the answer is not a riddle about missing columns.
absl::Status CheckIsText(absl::string_view bytes) {
  if (absl::StartsWith(bytes, "PK\x03\x04") || absl::StartsWith(bytes, "\x1F\x8B") ||
      absl::StartsWith(bytes, "\xD0\xCF\x11\xE0")) {
    return FileError("FILE_NOT_TEXT", "the file is an Excel workbook or compressed", "send it as CSV, not compressed");
  }
  if (absl::StartsWith(bytes, "\xFF\xFE") || absl::StartsWith(bytes, "\xFE\xFF")) {
    return FileError("FILE_NOT_TEXT", "the file is in UTF-16", "write it in UTF-8 or CP932 (Shift_JIS)");
  }
  return absl::OkStatus();
}

// Spaces are those of the encoding: a full-width one is two bytes in CP932.
bool IsBlank(const CsvRecord& record, TextEncoding encoding) {
  return record.fault == CsvFault::kNone &&
         std::all_of(record.fields.begin(), record.fields.end(),
                     [encoding](const CsvField& field) { return FieldText(field, encoding).empty(); });
}

// Line and byte (from 1) of an offset in `file`, counted from the beginning of the record on `line` at `begin`.
std::pair<int, std::size_t> PlaceOf(absl::string_view file, std::size_t begin, int line, std::size_t offset) {
  std::size_t line_begin = begin;
  for (std::size_t i = begin; i < offset; ++i) {
    if (file[i] != '\n' && file[i] != '\r') continue;
    if (file[i] == '\r' && file[i + 1] == '\n') ++i;
    ++line;
    line_begin = i + 1;
  }
  return {line, offset - line_begin + 1};
}

// Whether a record of a CP932 file is in UTF-8: beyond ASCII, well-formed throughout, and with a sequence of three
// bytes or more. Japanese text in CP932 is not, because the commonest kanji begin with bytes that begin nothing in
// UTF-8; half-width kana alone may look like sequences of two.
bool LooksLikeUtf8(absl::string_view bytes) {
  const bool long_sequence =
      std::any_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE0; });
  return long_sequence && IsStrictUtf8(bytes);
}

std::string TextOf(const CsvField& field, const DecodedText& decoded) {
  return NormalizeLineEnds(field.quoted ? TrimSpaces(UnescapeQuotes(decoded.text)) : TrimSpaces(decoded.text));
}

std::string RemedyOf(const absl::Status& status) {
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  if (!info.has_value()) return "";
  const auto remedy = info->metadata.find("remedy");
  return remedy == info->metadata.end() ? "" : remedy->second;
}

}  // namespace

absl::Status IntakeFileBuffer::Append(absl::string_view piece) {
  if (piece.size() > kMaxIntakeFileBytes - bytes_.size()) return TooLarge(kind_);
  bytes_.append(piece.data(), piece.size());
  return absl::OkStatus();
}

std::string IntakeFileBuffer::Take() { return std::exchange(bytes_, std::string()); }

absl::StatusOr<CsvStart> ReadCsvStart(absl::string_view bytes, EncodingHint hint, const CsvRowKind& kind) {
  if (bytes.size() > kMaxIntakeFileBytes) return TooLarge(kind);
  JUCHU_RETURN_IF_ERROR(CheckIsText(bytes));
  if (absl::EndsWith(bytes, "\x1A")) bytes.remove_suffix(1);
  CsvStart start;
  start.size = bytes.size();
  start.choice = ChooseEncoding(bytes, hint);
  CsvRecord record;
  CsvReader reader(bytes, start.choice.bom_size);
  do {
    if (!reader.Next(record)) {
      return FileError("FILE_EMPTY", "the file is empty",
                       absl::StrCat("send a file with a header line and one row for each ", kind.one_for_each));
    }
  } while (IsBlank(record, start.choice.encoding));
  if (record.fault != CsvFault::kNone) {
    return FileError("HEADER_UNREADABLE",
                     absl::StrCat("line ", record.fault_line, ": the header cannot be split into at most ",
                                  kMaxCsvColumns, " column names"),
                     "correct the quotes and commas of the header line");
  }
  for (const CsvField& field : record.fields) start.names.push_back(FieldText(field, start.choice.encoding));
  start.rows_begin = record.end;
  start.rows_line = reader.line();
  return start;
}

absl::Status ForEachCsvRow(absl::string_view bytes, const CsvStart& start, const CsvRowKind& kind,
                           absl::FunctionRef<void(const CsvRecord&)> row) {
  int count = 0;
  CsvRecord record;
  CsvReader reader(bytes, start.rows_begin, start.rows_line);
  while (reader.Next(record)) {
    if (IsBlank(record, start.choice.encoding)) continue;
    if (++count > kMaxIntakeRows) {
      return FileError("TOO_MANY_ROWS", absl::StrCat("the file has more than ", kMaxIntakeRows, " rows"),
                       SplitIt(kind));
    }
    row(record);
  }
  if (count > 0) return absl::OkStatus();
  return FileError("FILE_EMPTY", "the file has a header and no row",
                   absl::StrCat("send a file with one row for each ", kind.one_for_each));
}

std::optional<IntakeProblem> StructureProblem(const CsvRecord& record, std::size_t column_count, std::string column,
                                              TextEncoding encoding) {
  switch (record.fault) {
    case CsvFault::kNone:
      break;
    case CsvFault::kQuoteNotClosed:
      return IntakeProblem{record.fault_line, std::move(column), "QUOTE_NOT_CLOSED",
                           "the quote that opens here is never closed",
                           "close the quote; a quote inside a text is written twice"};
    case CsvFault::kTextAfterQuote:
      return IntakeProblem{record.fault_line, std::move(column), "QUOTE_MISPLACED",
                           "something other than a comma follows the quote that closes the field beginning here",
                           "close the quote at the field's end; a quote inside a text is written twice"};
    case CsvFault::kFieldTooLong:
      return IntakeProblem{record.fault_line, std::move(column), "FIELD_TOO_LONG",
                           absl::StrCat("longer than ", kMaxCsvFieldBytes, " bytes, or a quote that is never closed"),
                           "shorten the text or close the quote"};
    case CsvFault::kTooManyColumns:
      return IntakeProblem{record.line, "", "COLUMNS_EXCESS", absl::StrCat("more than ", kMaxCsvColumns, " columns"),
                           "remove the columns beyond the header's"};
  }
  if (record.fields.size() < column_count) {
    return IntakeProblem{record.line, std::move(column), "COLUMNS_SHORT",
                         absl::StrCat(record.fields.size(), " columns where the header has ", column_count),
                         record.terminated ? "write every column, also an empty one"
                                           : "the file seems to be cut off here: send the whole file"};
  }
  // Spreadsheets leave empty columns at the end.
  for (std::size_t i = column_count; i < record.fields.size(); ++i) {
    if (FieldText(record.fields[i], encoding).empty()) continue;
    return IntakeProblem{record.line, "", "COLUMNS_EXCESS",
                         absl::StrCat(record.fields.size(), " columns where the header has ", column_count),
                         "put a text that holds a comma between quotes"};
  }
  return std::nullopt;
}

std::optional<IntakeProblem> EncodingProblem(absl::string_view file, const CsvRecord& record, TextEncoding encoding) {
  const absl::string_view bytes = file.substr(record.begin, record.end - record.begin);
  if (encoding != TextEncoding::kCp932 || !LooksLikeUtf8(bytes)) return std::nullopt;
  return IntakeProblem{record.line, "", "ENCODING_MIXED", "the line is UTF-8 in a file of CP932",
                       "write the whole file in one encoding"};
}

std::string FieldText(const CsvField& field, TextEncoding encoding) {
  return TextOf(field, DecodeText(field.bytes, encoding));
}

std::optional<IntakeProblem> ReadFieldText(absl::string_view file, const CsvRecord& record, const CsvField& field,
                                           TextEncoding encoding, const std::string& column, std::string& text) {
  const DecodedText decoded = DecodeText(field.bytes, encoding);
  if (!decoded.first_bad_byte.has_value()) {
    text = TextOf(field, decoded);
    return std::nullopt;
  }
  const auto offset = static_cast<std::size_t>(field.bytes.data() - file.data()) + *decoded.first_bad_byte;
  const auto [line, byte] = PlaceOf(file, record.begin, record.line, offset);
  return IntakeProblem{
      line, column, "UNDECODABLE_BYTES",
      absl::StrCat("byte ", byte, " of the line is not ", encoding == TextEncoding::kUtf8 ? "UTF-8" : "CP932"),
      "correct the text, or name the file's encoding"};
}

IntakeProblem MissingValue(int line, std::string column) {
  return IntakeProblem{line, std::move(column), "VALUE_MISSING", "nothing in a column that is required", "fill it in"};
}

IntakeProblem ValueProblem(int line, std::string column, const absl::Status& status) {
  return IntakeProblem{line, std::move(column), ReasonOf(status), std::string(status.message()), RemedyOf(status)};
}

absl::Status ValidateFieldText(absl::string_view text, bool lines, std::size_t max_characters) {
  JUCHU_RETURN_IF_ERROR(ValidateText(text, lines));
  if (CountCharacters(text) <= max_characters) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "TEXT_TOO_LONG",
                   absl::StrCat("longer than ", max_characters, " characters"), {{"remedy", "shorten it"}});
}

}  // namespace juchu::gateway
