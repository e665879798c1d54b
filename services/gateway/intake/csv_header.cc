#include "services/gateway/intake/csv_header.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/status/error.h"
#include "services/gateway/intake/field_parser.h"

namespace juchu::gateway {
namespace {

std::string ComparableName(absl::string_view name) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(NormalizeWidth(TrimSpaces(name)), {{" ", ""}}));
}

// A column's name as reports show it, at most 300 bytes: a damaged file may have a whole page there, and each line that
// is wrong repeats it.
std::string ShownColumnName(absl::string_view name) {
  constexpr std::size_t kMaxBytes = 300;
  if (name.size() <= kMaxBytes) return std::string(name);
  constexpr absl::string_view kMore = "…";
  std::size_t end = kMaxBytes - kMore.size();
  while ((static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(name.substr(0, end), kMore);
}

absl::Status ColumnDoubled(std::size_t first, std::size_t second, const std::string& name) {
  return MakeError(absl::StatusCode::kInvalidArgument, "COLUMN_DOUBLED",
                   absl::StrCat("the header's columns ", first + 1, " and ", second + 1, " have the same name ", name),
                   {{"column", name}, {"remedy", "remove or rename one of the two columns"}});
}

}  // namespace

absl::StatusOr<CsvHeader> CsvHeader::Create(const std::vector<std::string>& names,
                                            const std::vector<CsvColumn>& columns) {
  CsvHeader header;
  std::map<std::string, std::size_t> known;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    for (const absl::string_view name : columns[column].names) known.emplace(ComparableName(name), column);
    header.column_names_.emplace_back(columns[column].names.front());
  }
  header.positions_.resize(columns.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = header.names_.emplace_back(ShownColumnName(TrimSpaces(names[i])));
    const auto found = known.find(ComparableName(names[i]));
    if (found == known.end()) {
      if (!name.empty()) header.ignored_.push_back(name);
      continue;
    }
    std::optional<std::size_t>& position = header.positions_[found->second];
    if (position.has_value()) return ColumnDoubled(*position, i, name);
    position = i;
    header.column_names_[found->second] = name;
  }
  std::vector<absl::string_view> missing;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    if (columns[column].required && !header.Find(column).has_value()) missing.push_back(columns[column].names.front());
  }
  if (missing.empty()) return header;
  return MakeError(
      absl::StatusCode::kInvalidArgument, "COLUMNS_MISSING",
      absl::StrCat("the header lacks ", absl::StrJoin(missing, ", ")),
      {{"columns", absl::StrJoin(missing, ",")},
       {"remedy", "write the header line with these columns; where it has them, name the file's encoding"}});
}

std::string CsvHeader::NameAt(std::size_t position) const {
  return position < names_.size() ? names_[position] : std::string();
}

}  // namespace juchu::gateway
