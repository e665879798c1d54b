#include "services/gateway/intake/generic_order_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/gateway/intake/csv_reader.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/order_builder.h"

namespace juchu::gateway {
namespace {

constexpr int kMaxItemsPerOrder = 100;

absl::Status FileError(absl::string_view reason, absl::string_view message, absl::string_view remedy) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason, message, {{"remedy", std::string(remedy)}});
}

absl::Status TooLarge() {
  return FileError("FILE_TOO_LARGE", absl::StrCat("the file is larger than ", kMaxIntakeFileBytes, " bytes"),
                   "split it between two orders, each part with the header line");
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

std::string FieldText(const CsvField& field, TextEncoding encoding) {
  const std::string text = DecodeText(field.bytes, encoding).text;
  return std::string(TrimSpaces(field.quoted ? UnescapeQuotes(text) : text));
}

bool IsBlank(const CsvRecord& record) {
  return record.fault == CsvFault::kNone &&
         std::all_of(record.fields.begin(), record.fields.end(),
                     [](const CsvField& field) { return TrimSpaces(field.bytes).empty(); });
}

// What keeps a record from being split into the header's columns; nullopt: nothing.
std::optional<IntakeProblem> StructureProblem(const CsvRecord& record, const HeaderMap& header) {
  const std::string column = header.NameAt(record.fields.size());
  switch (record.fault) {
    case CsvFault::kNone:
      break;
    case CsvFault::kQuoteNotClosed:
      return IntakeProblem{record.fault_line, column, "QUOTE_NOT_CLOSED", "the quote that opens here is never closed",
                           "close the quote; a quote inside a text is written twice"};
    case CsvFault::kTextAfterQuote:
      return IntakeProblem{record.fault_line, column, "QUOTE_MISPLACED",
                           "something other than a comma follows the quote that closes the field beginning here",
                           "close the quote at the field's end; a quote inside a text is written twice"};
    case CsvFault::kFieldTooLong:
      return IntakeProblem{record.fault_line, column, "FIELD_TOO_LONG",
                           absl::StrCat("longer than ", kMaxCsvFieldBytes, " bytes, or a quote that is never closed"),
                           "shorten the text or close the quote"};
    case CsvFault::kTooManyColumns:
      return IntakeProblem{record.line, "", "COLUMNS_EXCESS", absl::StrCat("more than ", kMaxCsvColumns, " columns"),
                           "remove the columns beyond the header's"};
  }
  if (record.fields.size() < header.column_count()) {
    return IntakeProblem{record.line, column, "COLUMNS_SHORT",
                         absl::StrCat(record.fields.size(), " columns where the header has ", header.column_count()),
                         record.terminated ? "write every column, also an empty one"
                                           : "the file seems to be cut off here: send the whole file"};
  }
  // Spreadsheets leave empty columns at the end.
  for (std::size_t i = header.column_count(); i < record.fields.size(); ++i) {
    if (TrimSpaces(record.fields[i].bytes).empty()) continue;
    return IntakeProblem{record.line, "", "COLUMNS_EXCESS",
                         absl::StrCat(record.fields.size(), " columns where the header has ", header.column_count()),
                         "put a text that holds a comma between quotes"};
  }
  return std::nullopt;
}

void AddCapped(IntakeProblem problem, std::vector<IntakeProblem>& problems) {
  if (problems.size() < static_cast<std::size_t>(kMaxProblemsPerOrder)) problems.push_back(std::move(problem));
}

}  // namespace

absl::Status IntakeFileBuffer::Append(absl::string_view piece) {
  if (piece.size() > kMaxIntakeFileBytes - bytes_.size()) return TooLarge();
  bytes_.append(piece.data(), piece.size());
  return absl::OkStatus();
}

std::string IntakeFileBuffer::Take() { return std::exchange(bytes_, std::string()); }

// Finds the rows of each order in one pass, and which orders an unreadable row may belong to.
class GenericOrderFile::Indexer {
 public:
  explicit Indexer(GenericOrderFile& file) : file_(file) {}

  // False: more rows than kMaxIntakeRows.
  bool Add(const CsvRecord& record);
  // After the last row.
  void Finish();

 private:
  // A row whose order is not known: it may belong to the order before or after it.
  struct Doubt {
    int line;
    // Its columns are known, so it belongs to a neighbour only where the orderer is the same.
    bool sound;
    std::size_t orderer;
  };
  // Bytes that could not be split into fields: they may hold more than one row.
  struct Unreadable {
    std::size_t begin;
    std::size_t end;
    int line;
    std::string shop_order_number;
  };

  std::optional<std::string> ShopOrderNumber(const CsvRecord& record) const;
  // Tells orderers of neighbouring rows apart: when and in whose name the order was made.
  std::size_t OrdererOf(const CsvRecord& record) const;
  std::size_t FindOrAdd(const std::string& shop_order_number);
  void AddSound(const CsvRecord& record, std::size_t order);
  void AddUnassigned(const CsvRecord& record, std::optional<IntakeProblem> problem);
  void MarkIncomplete(std::size_t order, int line);

  GenericOrderFile& file_;
  absl::flat_hash_map<std::string, std::size_t> order_by_number_;
  std::vector<Unreadable> unreadable_;
  // Unassigned rows since the last row of a known order.
  std::vector<Doubt> doubts_;
  // The last row of a known order, sound or not.
  std::optional<std::size_t> last_order_;
  std::size_t last_orderer_ = 0;
};

std::optional<std::string> GenericOrderFile::Indexer::ShopOrderNumber(const CsvRecord& record) const {
  const std::size_t position = *file_.header_.Find(OrderField::kShopOrderNumber);
  if (position >= record.fields.size()) return std::nullopt;
  // The last field of a file that is cut off may be the beginning of another order's number.
  const bool maybe_cut = !record.terminated && record.fault == CsvFault::kNone &&
                         position + 1 == record.fields.size() && record.fields.size() < file_.header_.column_count();
  if (maybe_cut) return std::nullopt;
  std::string number = FieldText(record.fields[position], file_.encoding());
  if (!ValidateShopOrderNumber(number).ok()) return std::nullopt;
  return number;
}

std::size_t GenericOrderFile::Indexer::OrdererOf(const CsvRecord& record) const {
  const auto bytes_of = [&](OrderField field) {
    const std::size_t position = *file_.header_.Find(field);
    return position < record.fields.size() ? record.fields[position].bytes : absl::string_view();
  };
  return absl::HashOf(bytes_of(OrderField::kOrderTime), bytes_of(OrderField::kOrdererName));
}

std::size_t GenericOrderFile::Indexer::FindOrAdd(const std::string& shop_order_number) {
  const auto [entry, added] = order_by_number_.try_emplace(shop_order_number, file_.orders_.size());
  if (added) file_.orders_.push_back(OrderRows{shop_order_number, {}, {}, {}, {}});
  return entry->second;
}

void GenericOrderFile::Indexer::MarkIncomplete(std::size_t order, int line) {
  AddCapped(IntakeProblem{line, "", "ORDER_MAY_BE_INCOMPLETE",
                          absl::StrCat("line ", line, " cannot be read and may belong to this order"),
                          absl::StrCat("correct line ", line, " and send the file again")},
            file_.orders_[order].problems);
}

void GenericOrderFile::Indexer::AddUnassigned(const CsvRecord& record, std::optional<IntakeProblem> problem) {
  const Doubt doubt{record.line, !problem.has_value(), OrdererOf(record)};
  if (!problem.has_value()) {
    problem =
        IntakeProblem{record.line, file_.header_.NameOf(OrderField::kShopOrderNumber), "SHOP_ORDER_NUMBER_INVALID",
                      "no shop order number", "write 1 to 30 letters, digits and hyphens"};
  }
  if (file_.problems_.size() < static_cast<std::size_t>(kMaxFileProblems)) {
    file_.problems_.push_back(*std::move(problem));
  } else {
    ++file_.problems_left_out_;
  }
  if (last_order_.has_value() && (!doubt.sound || doubt.orderer == last_orderer_)) {
    MarkIncomplete(*last_order_, doubt.line);
  }
  doubts_.push_back(doubt);
}

bool GenericOrderFile::Indexer::Add(const CsvRecord& record) {
  if (++file_.row_count_ > kMaxIntakeRows) return false;
  std::optional<IntakeProblem> problem = StructureProblem(record, file_.header_);
  const std::optional<std::string> number = ShopOrderNumber(record);
  if (record.fault != CsvFault::kNone && record.fault != CsvFault::kTooManyColumns) {
    unreadable_.push_back(Unreadable{record.begin, record.end, record.line, number.value_or("")});
  }
  if (!number.has_value()) {
    AddUnassigned(record, std::move(problem));
    return true;
  }
  const std::size_t order = FindOrAdd(*number);
  const std::size_t orderer = OrdererOf(record);
  for (const Doubt& doubt : doubts_) {
    if (order != last_order_ && (!doubt.sound || doubt.orderer == orderer)) MarkIncomplete(order, doubt.line);
  }
  doubts_.clear();
  last_order_ = order;
  last_orderer_ = orderer;
  OrderRows& rows = file_.orders_[order];
  rows.lines.push_back(record.line);
  if (problem.has_value()) {
    AddCapped(*std::move(problem), rows.problems);
    // Two rows that lost the line end between them: the next order's first row may be in here.
    if (record.fields.size() + 1 >= 2 * file_.header_.column_count()) {
      doubts_.push_back(Doubt{record.line, false, orderer});
    }
    return true;
  }
  rows.rows.push_back(RowPlace{record.begin, record.line});
  if (!record.terminated) {
    rows.notes.push_back({"LAST_LINE_NOT_ENDED", "the file's last line has no line end: check that the file is whole"});
  }
  return true;
}

void GenericOrderFile::Indexer::Finish() {
  for (const Unreadable& part : unreadable_) {
    const absl::string_view bytes = absl::string_view(file_.bytes_).substr(part.begin, part.end - part.begin);
    for (const absl::string_view token : absl::StrSplit(bytes, absl::ByAnyChar(",\"\r\n"))) {
      if (token == part.shop_order_number) continue;
      const auto found = order_by_number_.find(TrimSpaces(token));
      if (found != order_by_number_.end()) MarkIncomplete(found->second, part.line);
    }
  }
}

absl::StatusOr<GenericOrderFile> GenericOrderFile::Read(std::string bytes, EncodingHint hint) {
  if (bytes.size() > kMaxIntakeFileBytes) return TooLarge();
  JUCHU_RETURN_IF_ERROR(CheckIsText(bytes));
  // The end mark of CP/M and DOS, which some systems still write.
  if (absl::EndsWith(bytes, "\x1A")) bytes.pop_back();
  const EncodingChoice choice = ChooseEncoding(bytes, hint);

  CsvRecord record;
  CsvReader header_reader(bytes, choice.bom_size);
  do {
    if (!header_reader.Next(record)) {
      return FileError("FILE_EMPTY", "the file is empty", "send a file with a header line and one row for each item");
    }
  } while (IsBlank(record));
  if (record.fault != CsvFault::kNone) {
    return FileError("HEADER_UNREADABLE",
                     absl::StrCat("line ", record.fault_line, ": the header cannot be split into at most ",
                                  kMaxCsvColumns, " column names"),
                     "correct the quotes and commas of the header line");
  }
  std::vector<std::string> names;
  for (const CsvField& field : record.fields) names.push_back(FieldText(field, choice.encoding));
  JUCHU_ASSIGN_OR_RETURN(HeaderMap header, HeaderMap::Create(std::move(names)));

  const std::size_t rows_begin = record.end;
  const int rows_line = header_reader.line();
  GenericOrderFile file(std::move(bytes), choice, std::move(header));
  Indexer indexer(file);
  CsvReader reader(file.bytes_, rows_begin, rows_line);
  while (reader.Next(record)) {
    if (IsBlank(record)) continue;
    if (!indexer.Add(record)) {
      return FileError("TOO_MANY_ROWS", absl::StrCat("the file has more than ", kMaxIntakeRows, " rows"),
                       "split it between two orders, each part with the header line");
    }
  }
  if (file.row_count_ == 0) {
    return FileError("FILE_EMPTY", "the file has a header and no row", "send a file with one row for each item");
  }
  indexer.Finish();
  return file;
}

IntakeOrder GenericOrderFile::ReadOrder(std::size_t index) const {
  const OrderRows& rows = orders_[index];
  IntakeOrder order;
  order.shop_order_number = rows.shop_order_number;
  order.lines = rows.lines;
  order.problems = rows.problems;
  order.notes = rows.notes;
  OrderBuilder builder(bytes_, choice_.encoding, header_, order);
  CsvRecord record;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (i == static_cast<std::size_t>(kMaxItemsPerOrder)) {
      AddCapped(IntakeProblem{rows.rows[i].line, header_.NameOf(OrderField::kShopOrderNumber), "TOO_MANY_ITEMS",
                              absl::StrCat("the order has ", rows.rows.size(), " items, more than ", kMaxItemsPerOrder),
                              "split the order"},
                order.problems);
      break;
    }
    CsvReader reader(bytes_, rows.rows[i].begin, rows.rows[i].line);
    if (reader.Next(record)) builder.AddRow(record);
  }
  builder.Finish();
  return order;
}

}  // namespace juchu::gateway
