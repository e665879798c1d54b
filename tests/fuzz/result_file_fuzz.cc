// A postpay company's file of results in any state: what comes out as a good line says one thing of one order, and
// what is not understood is a person's to look at.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/status/error.h"
#include "services/gateway/intake/csv_file.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/intake/text_decoder.h"
#include "services/gateway/postpay/default_profiles.h"
#include "services/gateway/postpay/result_file.h"
#include "tests/fuzz/card_number_oracle.h"
#include "tests/fuzz/header_mutator.h"
#include "tests/fuzz/require.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

using fuzz::Require;

// One for each column that is read, and two for what other lines say.
constexpr size_t kMaxProblemsPerLine = 8;
constexpr int kMostReadAlone = 8;

pb::LayoutProfile ProfileOf(pb::LayoutKind kind, pb::TextEncoding encoding) {
  pb::LayoutProfile profile = DefaultProfile(kind);
  profile.set_encoding(encoding);
  return profile;
}

bool IsId(absl::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-'; });
}

void CheckShown(absl::string_view text, size_t most) {
  Require(IsStrictUtf8(text) && CountCharacters(text) <= most, "a text is bounded, and UTF-8");
  Require(std::none_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_iscntrl(c); }),
          "a text is one line");
  Require(!fuzz::HoldsCardNumber(text), "no card number is shown");
}

void CheckProblem(const IntakeProblem& problem, int first, int last) {
  Require(problem.line >= first && problem.line <= last, "a problem lies in the file, not before its line");
  Require(!problem.reason.empty() && !problem.message.empty() && !problem.remedy.empty(),
          "a problem has reason, message and remedy");
  Require(std::all_of(problem.message.begin(), problem.message.end(), [](char c) { return c >= 0x20 && c < 0x7F; }),
          "a message holds no value");
}

void CheckGoodLine(const ResultLine& line, const pb::LayoutProfile& profile) {
  Require(IsId(line.shop_transaction_id), "a line names its order");
  // Both default profiles require it.
  Require(IsId(line.transaction_id), "a line names its transaction");
  const auto& words = profile.result_words();
  const bool known =
      std::any_of(words.begin(), words.end(), [&](const auto& word) { return word.result() == line.result; });
  Require(line.unknown_word.empty() ? known : line.result == pb::SCREENED_ON_HOLD,
          "a result is one of the layout's, and of an unknown word on hold");
}

// Good lines say one thing of one order, beside no other line of it.
void CheckAgreement(const std::vector<ResultLine>& lines) {
  std::map<std::string, int> orders;
  std::map<std::string, std::set<std::string>> transactions;
  for (const ResultLine& line : lines) {
    if (!line.shop_transaction_id.empty()) ++orders[line.shop_transaction_id];
    if (!line.transaction_id.empty()) transactions[line.transaction_id].insert(line.shop_transaction_id);
  }
  for (const ResultLine& line : lines) {
    if (!line.problems.empty()) continue;
    Require(orders[line.shop_transaction_id] == 1, "no other line speaks of a good line's order");
    Require(transactions[line.transaction_id].size() == 1, "nor of its transaction for another order");
  }
}

void CheckNotes(const ResultFile& file, int lines) {
  std::map<int, const ResultLine*> by_line;
  for (const ResultLine& line : file.lines) by_line[line.line] = &line;
  std::set<int> unknown;
  int last = 0;
  for (const ResultNote& note : file.notes) {
    Require(note.line >= 2 && note.line <= lines && note.line >= last, "notes rise, and stay inside the file");
    last = note.line;
    Require(!note.message.empty(), "a note says something");
    const auto it = by_line.find(note.line);
    if (note.reason == "LINE_REPEATED") {
      Require(it == by_line.end(), "a line that is passed over is not there");
      continue;
    }
    Require(note.reason == "RESULT_WORD_UNKNOWN", "a note has one of the reasons");
    Require(it != by_line.end() && !it->second->unknown_word.empty(), "a word that is not known is shown");
    unknown.insert(note.line);
  }
  for (const ResultLine& line : file.lines) {
    Require(line.unknown_word.empty() || !line.problems.empty() || unknown.count(line.line) == 1,
            "a person is told of each word that is not known");
  }
}

void CheckFile(const ResultFile& file, absl::string_view bytes, const pb::LayoutProfile& profile) {
  const auto breaks = std::count_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
  const int lines = static_cast<int>(breaks) + 1;
  Require(!file.lines.empty(), "a file has at least one row");
  // Line 1 is the header, or blank before it.
  int last = 1;
  for (const ResultLine& line : file.lines) {
    Require(line.line > last && line.line <= lines, "lines rise, and stay inside the file");
    last = line.line;
    CheckShown(line.unknown_word, 100);
    CheckShown(line.reason, 500);
    CheckShown(line.decided_time, 100);
    if (line.problems.empty()) CheckGoodLine(line, profile);
    Require(line.problems.size() <= kMaxProblemsPerLine, "problems are bounded");
    for (const IntakeProblem& problem : line.problems) CheckProblem(problem, line.line, lines);
  }
  CheckAgreement(file.lines);
  CheckNotes(file, lines);
}

// Of a line read alone. Not its number.
std::string WordsOf(const ResultLine& line) {
  return absl::StrCat(line.shop_transaction_id, "\n", line.transaction_id, "\n", line.result, "\n", line.unknown_word,
                      "\n", line.reason, "\n", line.decided_time, "\n", line.problems.size());
}

// A line that is passed over says, read alone, what one that is kept says. Where there are no quotes, a row is a line.
void CheckRepeated(const ResultFile& file, absl::string_view bytes, pb::LayoutKind kind) {
  if (absl::StrContains(bytes, '"')) return;
  const bool is_utf8 = file.encoding == TextEncoding::kUtf8;
  const auto start = ReadCsvStart(bytes, is_utf8 ? EncodingHint::kUtf8 : EncodingHint::kCp932, kResultRows);
  Require(start.ok(), "a file that can be read has a header");
  const std::string text = absl::StrReplaceAll(bytes, {{"\r\n", "\n"}, {"\r", "\n"}});
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  std::set<std::string> kept;
  for (const ResultLine& line : file.lines) kept.insert(WordsOf(line));
  int checked = 0;
  for (const ResultNote& note : file.notes) {
    if (note.reason != "LINE_REPEATED" || ++checked > kMostReadAlone) continue;
    const auto alone =
        ReadResultFile(ProfileOf(kind, is_utf8 ? pb::UTF_8 : pb::CP932),
                       absl::StrCat(bytes.substr(0, start->rows_begin), lines[static_cast<size_t>(note.line) - 1]));
    Require(alone.ok() && alone->lines.size() == 1, "a line can be read alone");
    // The line that is kept may have been refused since, for its transaction.
    ResultLine refused = alone->lines.front();
    refused.problems.emplace_back();
    Require(kept.count(WordsOf(alone->lines.front())) == 1 || kept.count(WordsOf(refused)) == 1,
            "a line that is passed over says nothing else");
  }
}

// What the file says, whatever its encoding. Not the messages: they name the encoding.
std::string ContentOf(const ResultFile& file) {
  std::string content = absl::StrJoin(file.ignored_columns, ",");
  for (const ResultLine& line : file.lines) {
    absl::StrAppend(&content, "\n", line.line, ":");
    if (line.problems.empty()) {
      absl::StrAppend(&content, line.shop_transaction_id, ",", line.transaction_id, ",", line.result, ",",
                      line.unknown_word, ",", line.reason, ",", line.decided_time);
    }
    for (const IntakeProblem& problem : line.problems) absl::StrAppend(&content, " ", problem.line, problem.reason);
  }
  for (const ResultNote& note : file.notes) absl::StrAppend(&content, "\n", note.line, note.reason);
  return content;
}

// Half-width kana alone may look like UTF-8; such a row is refused in CP932.
bool LooksMixed(const ResultFile& file) {
  return std::any_of(file.lines.begin(), file.lines.end(), [](const ResultLine& line) {
    return !line.problems.empty() && line.problems.front().reason == "ENCODING_MIXED";
  });
}

// The file written by a system that knows only CP932 says the same.
void CheckInCp932(const ResultFile& file, absl::string_view bytes, pb::LayoutKind kind) {
  const auto encoded = EncodeCp932(bytes);
  if (!encoded.ok()) return;
  const auto read = ReadResultFile(ProfileOf(kind, pb::CP932), *encoded);
  Require(read.ok(), "a file that can be read can be read in CP932");
  if (!LooksMixed(*read)) Require(ContentOf(*read) == ContentOf(file), "and says the same");
}

void CheckTwice(absl::string_view bytes, const pb::LayoutProfile& profile) {
  const auto read = ReadResultFile(profile, bytes);
  const auto again = ReadResultFile(profile, bytes);
  // The details of an error come in any order.
  Require(read.status().code() == again.status().code() && read.status().message() == again.status().message(),
          "a file reads the same each time");
  Require(!read.ok() || (read->encoding == again->encoding && ContentOf(*read) == ContentOf(*again)),
          "each line reads the same each time");
}

void CheckBytes(absl::string_view bytes, pb::LayoutKind kind, pb::TextEncoding encoding) {
  const pb::LayoutProfile profile = ProfileOf(kind, encoding);
  const auto read = ReadResultFile(profile, bytes);
  if (!read.ok()) {
    const auto info = GetErrorInfo(read.status());
    Require(info.has_value() && !info->reason.empty() && info->metadata.count("remedy") == 1,
            "a refused file has reason and remedy");
    return;
  }
  CheckFile(*read, bytes, profile);
  CheckRepeated(*read, bytes, kind);
  if (encoding == pb::UTF_8 && IsStrictUtf8(bytes) && !absl::StartsWith(bytes, "\xEF\xBB\xBF")) {
    CheckInCp932(*read, bytes, kind);
  }
}

}  // namespace
}  // namespace juchu::gateway

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  return juchu::fuzz::MutateBehindHeader(data, size, max_size, seed);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes = juchu::fuzz::TextOf(data, size);
  namespace pb = juchu::payment::v1;
  juchu::gateway::CheckTwice(bytes, juchu::gateway::DefaultProfile(pb::NP_RESULT));
  for (const auto kind : {pb::NP_RESULT, pb::GMO_RESULT}) {
    for (const auto encoding : {pb::TEXT_ENCODING_UNSPECIFIED, pb::UTF_8, pb::CP932}) {
      juchu::gateway::CheckBytes(bytes, kind, encoding);
    }
  }
  return 0;
}
