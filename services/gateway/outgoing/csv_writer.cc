#include "services/gateway/outgoing/csv_writer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace juchu::gateway {
namespace {

constexpr absl::string_view kUtf8Bom = "\xEF\xBB\xBF";
constexpr char kToBeQuoted[] = ",\"\r\n";
constexpr std::array<absl::string_view, 10> kFormulaStarts = {"=",  "+",      "-",      "@",      "\t",
                                                              "\r", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};

// Digits with a sign before them and perhaps a fraction behind them.
bool IsSignedNumber(absl::string_view text) {
  if (text.size() < 2 || (text[0] != '-' && text[0] != '+')) return false;
  const auto all_digits = [](absl::string_view digits) {
    return !digits.empty() && std::all_of(digits.begin(), digits.end(),
                                          [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  };
  text.remove_prefix(1);
  const std::size_t point = text.find('.');
  return all_digits(text.substr(0, point)) && (point == absl::string_view::npos || all_digits(text.substr(point + 1)));
}

}  // namespace

void CsvWriter::AddRow(absl::Span<const std::string> cells) {
  const bool blank = cells.size() == 1 && cells[0].empty();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) rows_.push_back(',');
    const bool needed = blank || cells[i].find_first_of(kToBeQuoted) != std::string::npos;
    AppendCell(cells[i], needed || format_.quoting == CsvQuoting::kAll);
  }
  absl::StrAppend(&rows_, format_.line_end == CsvLineEnd::kCrLf ? "\r\n" : "\n");
}

std::string CsvWriter::Take() {
  std::string rows = std::exchange(rows_, std::string());
  return format_.byte_order_mark ? absl::StrCat(kUtf8Bom, rows) : rows;
}

void CsvWriter::AppendCell(absl::string_view cell, bool quoted) {
  if (!quoted) {
    absl::StrAppend(&rows_, cell);
    return;
  }
  rows_.push_back('"');
  for (const char c : cell) {
    if (c == '"') rows_.push_back('"');
    rows_.push_back(c);
  }
  rows_.push_back('"');
}

bool IsSpreadsheetFormula(absl::string_view text) {
  return !IsSignedNumber(text) &&
         std::any_of(kFormulaStarts.begin(), kFormulaStarts.end(),
                     [text](absl::string_view start) { return absl::StartsWith(text, start); });
}

}  // namespace juchu::gateway
