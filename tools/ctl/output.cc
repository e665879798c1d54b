#include "tools/ctl/output.h"

#include <google/protobuf/util/json_util.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"

namespace juchu::ctl {
namespace {

int CodePointWidth(UChar32 c) {
  if (c < 0) return 1;
  const auto type = u_charType(c);
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) return 0;
  switch (u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH)) {
    case U_EA_FULLWIDTH:
    case U_EA_WIDE:
      return 2;
    case U_EA_AMBIGUOUS:
      // Japanese terminals draw these (① ～ －) over two columns.
      return c > 0xff ? 2 : 1;
    default:
      return 1;
  }
}

// Calls `fn(code point, bytes)` for each character.
template <typename Fn>
void ForEachCharacter(absl::string_view text, Fn fn) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto length = static_cast<int32_t>(text.size());
  int32_t position = 0;
  while (position < length) {
    const int32_t start = position;
    UChar32 c = 0;
    U8_NEXT(bytes, position, length, c);
    if (!fn(c, text.substr(static_cast<size_t>(start), static_cast<size_t>(position - start)))) return;
  }
}

void AppendPadded(std::string& line, const std::string& cell, int width, bool right) {
  const std::string padding(static_cast<size_t>(std::max(0, width - DisplayWidth(cell))), ' ');
  if (right) {
    line += padding + cell;
  } else {
    line += cell + padding;
  }
}

std::string JsonOf(const google::protobuf::Message& message, bool over_many_lines) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = over_many_lines;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return "{}\n";
  return json.ends_with('\n') ? json : json + "\n";
}

bool progress_shown = false;

}  // namespace

int DisplayWidth(absl::string_view text) {
  int width = 0;
  ForEachCharacter(text, [&](UChar32 c, absl::string_view) {
    width += CodePointWidth(c);
    return true;
  });
  return width;
}

std::string FitWidth(absl::string_view text, int width) {
  std::string flat(text);
  // A control character in an order's text must not reach the operator's terminal.
  for (char& c : flat) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  if (DisplayWidth(flat) <= width) return flat;
  std::string result;
  int used = 0;
  ForEachCharacter(flat, [&](UChar32 c, absl::string_view bytes) {
    const int next = CodePointWidth(c);
    if (used + next > width - 2) return false;
    used += next;
    result.append(bytes.data(), bytes.size());
    return true;
  });
  return absl::StrCat(result, "…");
}

std::string Block(absl::string_view label, absl::string_view value, int max_width) {
  if (value.empty()) return "";
  std::string padded(label);
  padded.append(static_cast<size_t>(std::max(1, 16 - DisplayWidth(label))), ' ');
  return absl::StrCat("  ", padded, FitWidth(value, max_width), "\n");
}

void Table::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = FitWidth(cells[i], columns_[i].max_width);
  rows_.push_back(std::move(cells));
}

std::string Table::Render() const {
  std::vector<int> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    int width = DisplayWidth(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, DisplayWidth(row[i]));
    widths.push_back(width);
  }
  std::string result;
  auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += "  ";
      AppendPadded(line, cells[i], widths[i], columns_[i].right);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    result += line + "\n";
  };
  std::vector<std::string> headings;
  std::vector<std::string> rules;
  for (size_t i = 0; i < columns_.size(); ++i) {
    headings.push_back(columns_[i].heading);
    rules.push_back(std::string(static_cast<size_t>(widths[i]), '-'));
  }
  add_line(headings);
  add_line(rules);
  for (const auto& row : rows_) add_line(row);
  return result;
}

void Print(absl::string_view text) {
  ClearProgress();
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void PrintJson(const google::protobuf::Message& message) { Print(JsonOf(message, false)); }

void PrintJsonToEdit(const google::protobuf::Message& message) { Print(JsonOf(message, true)); }

void ShowProgress(absl::string_view text) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\r\033[K%.*s", static_cast<int>(text.size()), text.data());
  std::fflush(stderr);
  progress_shown = true;
}

void ClearProgress() {
  if (!progress_shown) return;
  std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
  progress_shown = false;
}

}  // namespace juchu::ctl
