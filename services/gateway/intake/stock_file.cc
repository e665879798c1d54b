#include "services/gateway/intake/stock_file.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "services/gateway/intake/card_number_mask.h"
#include "services/gateway/intake/csv_header.h"
#include "services/gateway/intake/csv_reader.h"
#include "services/gateway/intake/field_parser.h"

namespace juchu::gateway {
namespace {

// What the inventory takes.
constexpr std::size_t kMaxCodeCharacters = 100;
constexpr std::size_t kMaxNameCharacters = 255;
constexpr int64_t kMaxQuantity = 999'999'999;

// Indexes in Columns().
enum StockColumn : std::size_t { kProductCode, kProductName, kQuantity };

const std::vector<CsvColumn>& Columns() {
  static const auto* const columns =
      new std::vector<CsvColumn>{{{"商品コード"}, true}, {{"商品名"}, false}, {{"在庫数"}, true}};
  return *columns;
}

// Reads the rows of one file one after the other. `file` and `header` outlive it.
class LineReader {
 public:
  LineReader(absl::string_view file, TextEncoding encoding, const CsvHeader& header, int64_t min_quantity)
      : file_(file), encoding_(encoding), header_(header), min_quantity_(min_quantity) {}

  StockLine Read(const CsvRecord& record);

 private:
  // The column's text; nullopt: it is missing though required, or cannot be read, and a problem was added.
  std::optional<std::string> ReadText(const CsvRecord& record, StockColumn column, StockLine& line) const;
  // The same of a column that is text; "" with a problem.
  std::string ReadValidText(const CsvRecord& record, StockColumn column, std::size_t max_characters,
                            StockLine& line) const;
  void ReadQuantity(const CsvRecord& record, StockLine& line) const;
  void CheckFirst(StockLine& line);

  const absl::string_view file_;
  const TextEncoding encoding_;
  const CsvHeader& header_;
  const int64_t min_quantity_;
  absl::flat_hash_map<std::string, int> line_of_product_;
};

std::optional<std::string> LineReader::ReadText(const CsvRecord& record, StockColumn column, StockLine& line) const {
  const std::optional<std::size_t> position = header_.Find(column);
  if (!position.has_value()) return std::string();
  const std::string& name = header_.NameOf(column);
  std::string text;
  std::optional<IntakeProblem> problem = ReadFieldText(file_, record, record.fields[*position], encoding_, name, text);
  if (!problem.has_value() && text.empty() && Columns()[column].required) problem = MissingValue(record.line, name);
  if (!problem.has_value()) return text;
  line.problems.push_back(*std::move(problem));
  return std::nullopt;
}

std::string LineReader::ReadValidText(const CsvRecord& record, StockColumn column, std::size_t max_characters,
                                      StockLine& line) const {
  const std::optional<std::string> text = ReadText(record, column, line);
  if (!text.has_value()) return "";
  const absl::Status valid = ValidateFieldText(*text, /*lines=*/false, max_characters);
  if (valid.ok()) return *text;
  line.problems.push_back(ValueProblem(record.line, header_.NameOf(column), valid));
  return "";
}

void LineReader::ReadQuantity(const CsvRecord& record, StockLine& line) const {
  const std::optional<std::string> text = ReadText(record, kQuantity, line);
  if (!text.has_value()) return;
  const absl::StatusOr<int64_t> quantity = ParseInteger(*text, min_quantity_, kMaxQuantity);
  if (quantity.ok()) {
    line.quantity = *quantity;
  } else {
    line.problems.push_back(ValueProblem(record.line, header_.NameOf(kQuantity), quantity.status()));
  }
}

void LineReader::CheckFirst(StockLine& line) {
  if (line.product_code.empty()) return;
  const auto [entry, first] = line_of_product_.try_emplace(line.product_code, line.line);
  if (first) return;
  line.problems.push_back(IntakeProblem{line.line, header_.NameOf(kProductCode), "PRODUCT_TWICE",
                                        absl::StrCat("the product stands on line ", entry->second, " already"),
                                        absl::StrCat("keep one line for the product: this one or line ", entry->second,
                                                     ", or their sum where both are meant")});
}

StockLine LineReader::Read(const CsvRecord& record) {
  StockLine line;
  line.line = record.line;
  std::optional<IntakeProblem> problem =
      StructureProblem(record, header_.column_count(), header_.NameAt(record.fields.size()), encoding_);
  if (!problem.has_value()) problem = EncodingProblem(file_, record, encoding_);
  if (problem.has_value()) {
    // Its values may stand in the wrong columns: none of them is taken, not even to say whose line it is.
    line.problems.push_back(*std::move(problem));
    return line;
  }
  line.product_code = ReadValidText(record, kProductCode, kMaxCodeCharacters, line);
  if (const absl::Status refused = RefuseCardNumber(line.product_code); !refused.ok()) {
    line.problems.push_back(ValueProblem(record.line, header_.NameOf(kProductCode), refused));
    line.product_code.clear();
  }
  line.product_name = ReadValidText(record, kProductName, kMaxNameCharacters, line);
  ReadQuantity(record, line);
  CheckFirst(line);
  return line;
}

}  // namespace

absl::StatusOr<StockFile> ReadStockFile(absl::string_view bytes, EncodingHint hint, bool zero_allowed) {
  JUCHU_ASSIGN_OR_RETURN(const CsvStart start, ReadCsvStart(bytes, hint, kStockRows));
  JUCHU_ASSIGN_OR_RETURN(const CsvHeader header, CsvHeader::Create(start.names, Columns()));
  bytes = bytes.substr(0, start.size);
  StockFile file;
  file.encoding = start.choice.encoding;
  file.ignored_columns = header.ignored();
  LineReader reader(bytes, file.encoding, header, zero_allowed ? 0 : 1);
  JUCHU_RETURN_IF_ERROR(ForEachCsvRow(bytes, start, kStockRows,
                                      [&](const CsvRecord& record) { file.lines.push_back(reader.Read(record)); }));
  return file;
}

}  // namespace juchu::gateway
