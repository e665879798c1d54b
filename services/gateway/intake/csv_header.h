#ifndef SERVICES_GATEWAY_INTAKE_CSV_HEADER_H_
#define SERVICES_GATEWAY_INTAKE_CSV_HEADER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace juchu::gateway {

// A column that a kind of file knows.
struct CsvColumn {
  // Spellings of its name, the usual one first; at least one. They are compared in NFKC, without spaces and in lower
  // case, so full- and half-width digits, letters and signs are the same.
  std::vector<absl::string_view> names;
  // Whether the header must have it.
  bool required = false;
};

// Where the columns of one file stand.
class CsvHeader {
 public:
  // Reads the header's names. INVALID_ARGUMENT: COLUMNS_MISSING (metadata "columns" names them all) and COLUMN_DOUBLED
  // when two columns mean the same.
  static absl::StatusOr<CsvHeader> Create(const std::vector<std::string>& names, const std::vector<CsvColumn>& columns);

  // Index in each record of `columns[column]`; nullopt: the file has no such column.
  std::optional<std::size_t> Find(std::size_t column) const { return positions_[column]; }
  // The name of `columns[column]` as the file has it, or the usual one where the file has no such column.
  const std::string& NameOf(std::size_t column) const { return column_names_[column]; }
  // The name of the column at `position`; "" beyond the last. As every name here, cut after 300 bytes.
  std::string NameAt(std::size_t position) const;
  std::size_t column_count() const { return names_.size(); }
  // Names of the columns that mean nothing to us, in the file's order; nameless ones left out.
  const std::vector<std::string>& ignored() const { return ignored_; }

 private:
  // By position in the file.
  std::vector<std::string> names_;
  // Both by index in `columns`.
  std::vector<std::optional<std::size_t>> positions_;
  std::vector<std::string> column_names_;
  std::vector<std::string> ignored_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_CSV_HEADER_H_
