#include "common/migrate/migrations.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::migrate {
namespace {

namespace fs = std::filesystem;

std::string Sha256(absl::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

absl::Status WrongText(absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "MIGRATION_TEXT", problem);
}

absl::Status WrongFile(absl::string_view file, absl::string_view problem, absl::string_view remedy) {
  return InvalidField("MIGRATION_FILE", file, problem, remedy);
}

// Walks over SQL text piece by piece: quoted text, comments, and single characters between them.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  bool done() const { return position_ >= text_.size(); }
  size_t position() const { return position_; }

  enum class Piece { kQuoted, kComment, kSpace, kSemicolon, kOther };

  absl::StatusOr<Piece> Next() {
    const absl::string_view rest = text_.substr(position_);
    const char c = rest.front();
    if (c == '\'' || c == '"' || c == '`') {
      JUCHU_RETURN_IF_ERROR(SkipQuoted(c));
      return Piece::kQuoted;
    }
    // As the server sees it, "--" opens a comment only before a space or at the end of a line.
    const bool dashes = absl::StartsWith(rest, "--") && (rest.size() == 2 || absl::ascii_isspace(rest[2]));
    if (c == '#' || dashes) {
      position_ = std::min(text_.find('\n', position_), text_.size());
      return Piece::kComment;
    }
    if (absl::StartsWith(rest, "/*")) {
      const size_t end = rest.find("*/", 2);
      if (end == absl::string_view::npos) return WrongText("a comment is not closed");
      // An executable comment (/*! or /*M!) is part of the statement.
      const bool executable = absl::StartsWith(rest, "/*!") || absl::StartsWith(rest, "/*M!");
      position_ += end + 2;
      return executable ? Piece::kOther : Piece::kComment;
    }
    ++position_;
    if (c == ';') return Piece::kSemicolon;
    return absl::ascii_isspace(c) ? Piece::kSpace : Piece::kOther;
  }

  // True when nothing but spaces and a comment stands before the end of the line.
  bool AtEndOfLine() const {
    absl::string_view line = text_.substr(position_);
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('\n')));
    return line.empty() || absl::StartsWith(line, "--") || absl::StartsWith(line, "#") || absl::StartsWith(line, "/*");
  }

 private:
  absl::Status SkipQuoted(char quote) {
    for (size_t i = position_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\' && quote != '`') {
        ++i;
      } else if (text_[i] == quote) {
        // A doubled quote is seen as two quoted texts side by side, which ends at the same place.
        position_ = i + 1;
        return absl::OkStatus();
      }
    }
    return WrongText("a quote is not closed");
  }

  absl::string_view text_;
  size_t position_ = 0;
};

absl::StatusOr<Migration> ReadMigration(const fs::path& path) {
  const std::string file = path.filename().string();
  const std::string stem = path.stem().string();
  Migration migration;
  if (stem.size() < 6 || stem[4] != '_' || !std::all_of(stem.begin(), stem.begin() + 4, absl::ascii_isdigit) ||
      !absl::SimpleAtoi(absl::string_view(stem).substr(0, 4), &migration.number) || migration.number == 0 ||
      !std::all_of(stem.begin() + 5, stem.end(),
                   [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_'; })) {
    return WrongFile(file, "is not named NNNN_name.sql", "use four digits from 0001 and a lower_case name");
  }
  migration.name = stem.substr(5);
  std::ifstream input(path, std::ios::binary);
  std::stringstream text;
  text << input.rdbuf();
  if (!input) return WrongFile(file, "cannot be read", "check its permissions");
  migration.checksum = Sha256(text.str());
  absl::StatusOr<std::vector<std::string>> statements = SplitStatements(text.str());
  if (!statements.ok()) {
    return WrongFile(file, statements.status().message(), "end every statement with ';' at the end of a line");
  }
  if (statements->empty()) return WrongFile(file, "holds no statement", "remove it or write its statements");
  migration.statements = *std::move(statements);
  return migration;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SplitStatements(absl::string_view text) {
  std::vector<std::string> statements;
  Scanner scanner(text);
  size_t start = 0;
  bool has_statement = false;
  while (!scanner.done()) {
    const size_t before = scanner.position();
    JUCHU_ASSIGN_OR_RETURN(Scanner::Piece piece, scanner.Next());
    if (piece == Scanner::Piece::kSemicolon && scanner.AtEndOfLine()) {
      if (!has_statement) return WrongText("a ';' ends nothing");
      statements.emplace_back(absl::StripAsciiWhitespace(text.substr(start, before - start)));
      start = scanner.position();
      has_statement = false;
    } else if (piece != Scanner::Piece::kComment && piece != Scanner::Piece::kSpace) {
      has_statement = true;
    }
  }
  if (has_statement) return WrongText("the last statement is not ended by ';'");
  return statements;
}

absl::StatusOr<std::vector<Migration>> ReadMigrations(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".sql") files.push_back(entry.path());
  }
  if (error || files.empty()) {
    return NotFound("MIGRATIONS_FOLDER",
                    absl::StrCat("no migrations in ", folder, error ? absl::StrCat(": ", error.message()) : ""),
                    {{"remedy", "name a folder that holds NNNN_name.sql files"}});
  }
  std::sort(files.begin(), files.end());
  std::vector<Migration> migrations;
  for (const fs::path& file : files) {
    JUCHU_ASSIGN_OR_RETURN(Migration migration, ReadMigration(file));
    if (migration.number != static_cast<int>(migrations.size()) + 1) {
      return WrongFile(file.filename().string(), "is out of sequence", "number the files from 0001 without gaps");
    }
    migrations.push_back(std::move(migration));
  }
  return migrations;
}

}  // namespace juchu::migrate
