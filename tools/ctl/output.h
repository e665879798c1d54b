#ifndef TOOLS_CTL_OUTPUT_H_
#define TOOLS_CTL_OUTPUT_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace juchu::ctl {

// How many terminal columns `text` (UTF-8) takes: 2 for full-width and wide characters, 0 for combining ones.
int DisplayWidth(absl::string_view text);

// `text` cut to `width` columns, with "…" where something was cut; line breaks shown as spaces.
std::string FitWidth(absl::string_view text, int width);

// Wide enough for the longest reason that juchu keeps: 500 full-width characters.
inline constexpr int kWholeReason = 1000;

// One line of what is shown of a thing: "  支払方法        銀行振込"; "" when there is no value.
std::string Block(absl::string_view label, absl::string_view value, int max_width = 200);

// A table whose columns line up on a terminal, Japanese included. Numbers are set to the right.
class Table {
 public:
  struct Column {
    std::string heading;
    bool right = false;
    int max_width = 40;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void AddRow(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // Heading, rule and rows, each line ended.
  std::string Render() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Prints `text` to standard output.
void Print(absl::string_view text);

// Prints one line of JSON; field names as in the contracts, Japanese as it is.
void PrintJson(const google::protobuf::Message& message);
// Prints the same over many lines, for a person who edits it.
void PrintJsonToEdit(const google::protobuf::Message& message);

// Shows `text` on the last line of a terminal's standard error, over the one before; nothing when it is no terminal.
void ShowProgress(absl::string_view text);
// Removes the progress line.
void ClearProgress();

}  // namespace juchu::ctl

#endif  // TOOLS_CTL_OUTPUT_H_
