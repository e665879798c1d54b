// A stock CSV in any state: what comes out as a good line is one that the inventory takes, and each product is there
// once.
#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "common/status/error.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/stock_file.h"
#include "services/inventory/rpc/inventory_requests.h"
#include "tests/fuzz/header_mutator.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/well_formed.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::inventory::v1;

using fuzz::Require;

constexpr int64_t kMaxQuantity = 999'999'999;
// One for each column that is read.
constexpr size_t kMaxProblemsPerLine = 3;

void CheckProblem(const IntakeProblem& problem, int first, int last) {
  Require(problem.line >= first && problem.line <= last, "a problem lies in the file, not before its line");
  Require(!problem.reason.empty() && !problem.message.empty() && !problem.remedy.empty(),
          "a problem has reason, message and remedy");
  Require(std::all_of(problem.message.begin(), problem.message.end(), [](char c) { return c >= 0x20 && c < 0x7F; }),
          "a message holds no value");
}

// What the gateway makes of a good line is what the inventory takes.
void CheckTaken(const StockLine& line, bool zero_allowed) {
  pb::ChangeStockRequest change;
  change.set_request_id("7e7d3b0c-5f0e-4c7e-9a36-000000000001");
  change.set_request_hash(std::string(32, 'h'));
  auto& one = *change.add_changes();
  one.set_product_code(line.product_code);
  one.set_kind(zero_allowed ? pb::COUNTED : pb::RECEIVED);
  one.set_quantity(line.quantity);
  one.set_reason("a stock CSV");
  fuzz::RequireWellFormed(change, inventory::CheckRequest(change));
  if (line.product_name.empty()) return;
  pb::PutProductsRequest put;
  auto& product = *put.add_products();
  product.set_product_code(line.product_code);
  product.set_product_name(line.product_name);
  fuzz::RequireWellFormed(put, inventory::CheckRequest(put));
}

void CheckGoodLine(const StockLine& line, bool zero_allowed) {
  const size_t code = CountCharacters(line.product_code);
  Require(code >= 1 && code <= 100, "a product code has 1 to 100 characters");
  Require(CountCharacters(line.product_name) <= 255, "a product name has at most 255 characters");
  Require(line.quantity >= (zero_allowed ? 0 : 1) && line.quantity <= kMaxQuantity, "a quantity is in range");
  CheckTaken(line, zero_allowed);
}

void CheckFile(const StockFile& file, absl::string_view bytes, bool zero_allowed) {
  const auto breaks = std::count_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
  const int lines = static_cast<int>(breaks) + 1;
  Require(!file.lines.empty(), "a file has at least one row");
  // Line 1 is the header, or blank before it.
  int last = 1;
  std::set<std::string> products;
  for (const StockLine& line : file.lines) {
    Require(line.line > last && line.line <= lines, "lines rise, and stay inside the file");
    last = line.line;
    if (line.problems.empty()) {
      CheckGoodLine(line, zero_allowed);
      Require(products.insert(line.product_code).second, "a product is there once");
      continue;
    }
    Require(line.problems.size() <= kMaxProblemsPerLine, "problems are bounded");
    for (const IntakeProblem& problem : line.problems) CheckProblem(problem, line.line, lines);
  }
}

// What the file says, whatever its encoding. Not the messages: they name the encoding.
std::string ContentOf(const StockFile& file) {
  std::string content = absl::StrJoin(file.ignored_columns, ",");
  for (const StockLine& line : file.lines) {
    absl::StrAppend(&content, "\n", line.line, ":", line.product_code, ",", line.product_name, ",");
    if (line.problems.empty()) absl::StrAppend(&content, line.quantity);
    for (const IntakeProblem& problem : line.problems) absl::StrAppend(&content, " ", problem.line, problem.reason);
  }
  return content;
}

// Half-width kana alone may look like UTF-8; such a row is refused in CP932.
bool LooksMixed(const StockFile& file) {
  return std::any_of(file.lines.begin(), file.lines.end(), [](const StockLine& line) {
    return !line.problems.empty() && line.problems.front().reason == "ENCODING_MIXED";
  });
}

// The file written by a system that knows only CP932 says the same.
void CheckInCp932(const StockFile& file, absl::string_view bytes, bool zero_allowed) {
  const auto encoded = EncodeCp932(bytes);
  if (!encoded.ok()) return;
  const auto read = ReadStockFile(*encoded, EncodingHint::kCp932, zero_allowed);
  Require(read.ok(), "a file that can be read can be read in CP932");
  if (!LooksMixed(*read)) Require(ContentOf(*read) == ContentOf(file), "and says the same");
}

// A file of CP932 written anew in UTF-8 says the same.
void CheckInUtf8(const StockFile& file, absl::string_view bytes, bool zero_allowed) {
  const DecodedText decoded = DecodeText(bytes, TextEncoding::kCp932);
  if (decoded.first_bad_byte.has_value() || LooksMixed(file)) return;
  const auto read = ReadStockFile(decoded.text, EncodingHint::kUtf8, zero_allowed);
  Require(read.ok(), "a file that can be read in CP932 can be read in UTF-8");
  Require(ContentOf(*read) == ContentOf(file), "and says the same");
}

void CheckBytes(absl::string_view bytes, EncodingHint hint, bool zero_allowed) {
  const auto read = ReadStockFile(bytes, hint, zero_allowed);
  const auto again = ReadStockFile(bytes, hint, zero_allowed);
  // The details of an error come in any order.
  Require(read.status().code() == again.status().code() && read.status().message() == again.status().message(),
          "a file reads the same each time");
  if (!read.ok()) {
    const auto info = GetErrorInfo(read.status());
    Require(info.has_value() && !info->reason.empty() && info->metadata.count("remedy") == 1,
            "a refused file has reason and remedy");
    return;
  }
  Require(read->encoding == again->encoding && ContentOf(*read) == ContentOf(*again),
          "each line reads the same each time");
  CheckFile(*read, bytes, zero_allowed);
  if (hint == EncodingHint::kUtf8 && IsStrictUtf8(bytes) && !absl::StartsWith(bytes, "\xEF\xBB\xBF")) {
    CheckInCp932(*read, bytes, zero_allowed);
  }
  if (hint == EncodingHint::kCp932) CheckInUtf8(*read, bytes, zero_allowed);
}

}  // namespace
}  // namespace juchu::gateway

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  return juchu::fuzz::MutateBehindHeader(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes = juchu::fuzz::TextOf(data, size);
  using juchu::gateway::EncodingHint;
  for (const EncodingHint hint : {EncodingHint::kAuto, EncodingHint::kUtf8, EncodingHint::kCp932}) {
    for (const bool zero_allowed : {false, true}) juchu::gateway::CheckBytes(bytes, hint, zero_allowed);
  }
  return 0;
}
