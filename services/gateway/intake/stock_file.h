#ifndef SERVICES_GATEWAY_INTAKE_STOCK_FILE_H_
#define SERVICES_GATEWAY_INTAKE_STOCK_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/gateway/intake/csv_file.h"
#include "services/gateway/intake/intake_types.h"
#include "services/gateway/intake/text_decoder.h"

namespace juchu::gateway {

// For the IntakeFileBuffer that collects a stock CSV.
inline constexpr CsvRowKind kStockRows{"product", "lines"};

// One line of a stock CSV: one product.
struct StockLine {
  // Line on which it begins, as a text editor counts; the file's first is 1.
  int line = 0;
  // 1 to 100 characters. "" when it could not be read; there is a problem then.
  std::string product_code;
  // 1 to 255 characters; "" when the file does not say it, or it could not be read.
  std::string product_name;
  // 在庫数 in pieces; only without problems.
  int64_t quantity = 0;
  // Every reason to refuse the line. Empty: the line is whole. At most one for each column, and one for the line.
  std::vector<IntakeProblem> problems;
};

// A stock CSV.
struct StockFile {
  TextEncoding encoding = TextEncoding::kUtf8;
  // Names of the columns that were not used, in the file's order; nameless ones left out.
  std::vector<std::string> ignored_columns;
  // Rows after the header in the file's order, blank ones left out; at least one, at most kMaxIntakeRows.
  std::vector<StockLine> lines;
};

// Reads a whole stock CSV: 商品コード and 在庫数, and 商品名 where it has it, in any order. 在庫数 is 1 to 999,999,999,
// with `zero_allowed` (a count, where nothing may be left) also 0. INVALID_ARGUMENT: FILE_EMPTY (no bytes, or no row
// after the header), FILE_TOO_LARGE, FILE_NOT_TEXT (a ZIP or Excel file, gzip, UTF-16), HEADER_UNREADABLE,
// COLUMNS_MISSING, COLUMN_DOUBLED, TOO_MANY_ROWS. Then nothing of the file is to be applied.
//
// A line that is wrong refuses itself only. A product that comes a second time refuses the later line (PRODUCT_TWICE),
// also where the first is refused for something else: which of the two is meant, nobody can tell.
absl::StatusOr<StockFile> ReadStockFile(absl::string_view bytes, EncodingHint hint, bool zero_allowed);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_STOCK_FILE_H_
