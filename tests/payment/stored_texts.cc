#include "tests/payment/stored_texts.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace juchu::payment {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Lines(testing::ScopedDatabase& database, const std::string& sql) {
  return absl::StrSplit(proof::Must(database.RootSql(sql)), '\n', absl::SkipEmpty());
}

// One query a table: a client program runs for each.
void VisitTable(testing::ScopedDatabase& database, const std::string& name, const std::string& table,
                const std::vector<std::string>& columns, const TextVisitor& visit) {
  // In hexadecimal, so that no byte is lost on the way; numbers in decimal.
  const std::string list = absl::StrJoin(columns, ", ", [](std::string* out, const std::string& column) {
    absl::StrAppend(out, "HEX(CONCAT('', `", column, "`))");
  });
  for (const auto& row : Lines(database, absl::StrCat("SELECT ", list, " FROM `", table, "`"))) {
    const std::vector<std::string> values = absl::StrSplit(row, '\t');
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i] == "NULL") continue;
      visit(absl::StrCat(name, ".", table, ".", columns.at(i)), absl::HexStringToBytes(values[i]));
    }
  }
}

void VisitDatabase(testing::ScopedDatabase& database, const std::string& name, const TextVisitor& visit) {
  std::map<std::string, std::vector<std::string>> tables;
  for (const auto& line :
       Lines(database,
             "SELECT CONCAT(table_name, ' ', column_name) FROM information_schema.columns WHERE table_schema = "
             "DATABASE() ORDER BY table_name, ordinal_position")) {
    const std::vector<std::string> parts = absl::StrSplit(line, ' ');
    tables[parts.at(0)].push_back(parts.at(1));
  }
  for (const auto& [table, columns] : tables) VisitTable(database, name, table, columns, visit);
}

void VisitFile(const fs::path& path, const TextVisitor& visit) {
  std::ifstream file(path, std::ios::binary);
  int number = 0;
  for (std::string line; std::getline(file, line);) visit(absl::StrCat(path.filename().string(), ":", ++number), line);
}

// The regular files that a process holds open for writing.
std::set<fs::path> OpenFiles(pid_t pid) {
  std::set<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(absl::StrCat("/proc/", pid, "/fd"), ignored)) {
    const fs::path target = fs::read_symlink(entry.path(), ignored);
    const auto mode = fs::symlink_status(entry.path(), ignored).permissions();
    if ((mode & fs::perms::owner_write) == fs::perms::none) continue;
    if (fs::is_regular_file(target, ignored)) files.insert(target);
  }
  return files;
}

bool IsOurs(const std::string& process) { return process != "company"; }

}  // namespace

void VisitDatabases(proof::Cluster& cluster, const TextVisitor& visit) {
  VisitDatabase(cluster.database(), "order", visit);
  VisitDatabase(cluster.inventory_database(), "inventory", visit);
  VisitDatabase(cluster.payment_database(), "payment", visit);
}

void VisitFiles(proof::Cluster& cluster, const TextVisitor& visit) {
  const fs::path folder = fs::path(cluster.log_file("gateway")).parent_path();
  std::set<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.insert(entry.path());
  }
  for (const auto& process : cluster.process_names()) {
    if (IsOurs(process)) files.merge(OpenFiles(cluster.process(process).pid()));
  }
  for (const auto& file : files) {
    // Its journal and its log.
    if (absl::StartsWith(file.filename().string(), "company")) continue;
    VisitFile(file, visit);
  }
}

Found Search(proof::Cluster& cluster, const PlantedNumbers& numbers) {
  Found found;
  // Where each stands first in a column or a file.
  std::map<std::pair<std::string, std::string>, std::string> places;
  const auto look = [&](const std::string& where, absl::string_view bytes) {
    for (auto& number : numbers.FindIn(bytes)) {
      places.try_emplace({std::move(number), where.substr(0, where.find(':'))}, where);
    }
  };
  VisitDatabases(cluster, [&](const std::string& where, absl::string_view bytes) {
    look(where, bytes);
    found.masked.merge(numbers.FindMaskedIn(bytes));
  });
  VisitFiles(cluster, look);
  for (const auto& [number, where] : places) absl::StrAppend(&found.numbers, number.first, " -> ", where, "\n");
  return found;
}

}  // namespace juchu::payment
