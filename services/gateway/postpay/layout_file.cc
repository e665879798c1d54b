#include "services/gateway/postpay/layout_file.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/outgoing/text_encoder.h"
#include "services/gateway/postpay/layout_profile.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

CsvFormat FormatOf(const pb::LayoutProfile& profile) {
  return CsvFormat{.quoting = profile.quoting() == pb::QUOTE_ALL ? CsvQuoting::kAll : CsvQuoting::kMinimal,
                   .line_end = profile.line_end() == pb::LF ? CsvLineEnd::kLf : CsvLineEnd::kCrLf,
                   .byte_order_mark = profile.encoding() == pb::UTF_8_WITH_BOM};
}

bool IsOfGoods(const pb::LayoutColumn& column) {
  const LayoutField* const field = FindField(LayoutUse::kRegistration, column.field());
  return field != nullptr && field->of_goods;
}

std::string ValueOf(const FieldValues& values, const std::string& field) {
  const auto found = values.find(field);
  return found == values.end() ? std::string() : found->second;
}

PostpayProblem TooLong(std::string field, std::size_t length, int32_t max, absl::string_view unit) {
  return PostpayProblem{std::move(field), "TEXT_TOO_LONG",
                        absl::StrCat(length, " ", unit, " where the layout takes ", max), "shorten it in the order"};
}

PostpayProblem CannotEncode(std::string field, const absl::Status& status) {
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  const bool lacking = info.has_value() && info->metadata.contains("characters");
  return PostpayProblem{std::move(field), ReasonOf(status),
                        lacking ? absl::StrCat("holds ", info->metadata.at("characters"), ", which CP932 lacks")
                                : std::string("is not UTF-8"),
                        "write it with other characters in the order"};
}

}  // namespace

LayoutFile::LayoutFile(const pb::LayoutProfile& profile)
    : profile_(profile),
      encoding_(profile.encoding() == pb::CP932 ? TextEncoding::kCp932 : TextEncoding::kUtf8),
      writer_(FormatOf(profile)) {
  std::vector<std::string> headers;
  for (const pb::LayoutColumn& column : profile.columns()) {
    has_goods_ = has_goods_ || IsOfGoods(column);
    goods_in_row_ = std::max(goods_in_row_, static_cast<std::size_t>(column.goods_number()));
    // CheckProfile has seen that it can be encoded.
    headers.push_back(EncodeText(column.header(), encoding_, "header").value_or(""));
  }
  if (profile.header_line()) writer_.AddRow(headers);
}

std::vector<PostpayProblem> LayoutFile::Add(const FileEntry& entry) {
  std::vector<PostpayProblem> problems;
  if (goods_in_row_ > 0 && entry.goods.size() > goods_in_row_) {
    problems.push_back({"goods", "GOODS_TOO_MANY",
                        absl::StrCat(entry.goods.size(), " rows of goods where the layout has ", goods_in_row_),
                        "add columns of goods to the layout, or register the order on the company's screen"});
  }
  const std::size_t row_count = has_goods_ && goods_in_row_ == 0 ? std::max<std::size_t>(entry.goods.size(), 1) : 1;
  std::vector<std::vector<std::string>> rows;
  for (std::size_t row = 0; row < row_count; ++row) rows.push_back(EncodeRow(entry, row, problems));
  if (!problems.empty()) return problems;
  for (const std::vector<std::string>& row : rows) writer_.AddRow(row);
  empty_ = false;
  return problems;
}

std::string LayoutFile::Take() { return empty_ ? std::string() : writer_.Take(); }

std::string LayoutFile::TextOf(const pb::LayoutColumn& column, const FileEntry& entry, std::size_t row) const {
  if (column.has_constant()) return column.constant();
  if (!IsOfGoods(column)) return ValueOf(entry.values, column.field());
  const std::size_t index = goods_in_row_ > 0 ? static_cast<std::size_t>(column.goods_number()) - 1 : row;
  return index < entry.goods.size() ? ValueOf(entry.goods[index], column.field()) : std::string();
}

std::vector<std::string> LayoutFile::EncodeRow(const FileEntry& entry, std::size_t row,
                                               std::vector<PostpayProblem>& problems) const {
  std::vector<std::string> cells;
  for (const pb::LayoutColumn& column : profile_.columns()) {
    std::string field = column.field();
    const bool of_goods = IsOfGoods(column);
    if (of_goods)
      field = GoodsFieldName(goods_in_row_ > 0 ? static_cast<std::size_t>(column.goods_number()) - 1 : row, field);
    // What the order's own columns lack, its first row says.
    std::vector<PostpayProblem> said;
    cells.push_back(EncodeCell(column, field, TextOf(column, entry, row), said));
    if (of_goods || row == 0) std::move(said.begin(), said.end(), std::back_inserter(problems));
  }
  return cells;
}

std::string LayoutFile::EncodeCell(const pb::LayoutColumn& column, const std::string& field, const std::string& text,
                                   std::vector<PostpayProblem>& problems) const {
  if (text.empty() && column.required() && column.has_field()) {
    problems.push_back(
        {field, "VALUE_MISSING", "nothing in a column that the layout requires", "fill it in in the order"});
    return "";
  }
  if (IsSpreadsheetFormula(text)) {
    problems.push_back({field, "CELL_IS_FORMULA", "is a formula for a spreadsheet that opens the file",
                        "begin it with a letter in the order"});
    return "";
  }
  const std::size_t characters = CountCharacters(text);
  if (column.max_characters() > 0 && characters > static_cast<std::size_t>(column.max_characters())) {
    problems.push_back(TooLong(field, characters, column.max_characters(), "characters"));
    return "";
  }
  absl::StatusOr<std::string> encoded = EncodeText(text, encoding_, field);
  if (!encoded.ok()) {
    problems.push_back(CannotEncode(field, encoded.status()));
    return "";
  }
  if (column.max_bytes() > 0 && encoded->size() > static_cast<std::size_t>(column.max_bytes())) {
    problems.push_back(TooLong(field, encoded->size(), column.max_bytes(), "bytes"));
    return "";
  }
  return *std::move(encoded);
}

std::string CellText(absl::string_view text) { return std::string(TrimSpaces(ComposeMarks(text))); }

std::string GoodsFieldName(std::size_t row, absl::string_view field) {
  return absl::StrCat("goods[", row, "].", field);
}

}  // namespace juchu::gateway
