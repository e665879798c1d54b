#include "services/gateway/postpay/result_file.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "services/gateway/intake/card_number_mask.h"
#include "services/gateway/intake/csv_header.h"
#include "services/gateway/intake/field_parser.h"
#include "services/gateway/postpay/postpay_rules.h"
#include "services/gateway/postpay/profile_check.h"
#include "services/gateway/postpay/result_text.h"

namespace juchu::gateway {
namespace {

namespace pb = ::juchu::payment::v1;

constexpr std::size_t kMaxReasonCharacters = 500;
constexpr std::size_t kMaxWordCharacters = 100;

std::vector<CsvColumn> ColumnsOf(const pb::LayoutProfile& profile) {
  std::vector<CsvColumn> columns;
  for (const pb::LayoutColumn& column : profile.columns()) {
    const LayoutField* const field = FindField(LayoutUse::kResult, column.field());
    CsvColumn& known = columns.emplace_back();
    known.names.emplace_back(column.header());
    known.names.insert(known.names.end(), column.aliases().begin(), column.aliases().end());
    known.required = column.required() || (field != nullptr && field->needed);
  }
  return columns;
}

EncodingHint HintOf(const pb::LayoutProfile& profile) {
  switch (profile.encoding()) {
    case pb::CP932:
      return EncodingHint::kCp932;
    case pb::UTF_8:
    case pb::UTF_8_WITH_BOM:
      return EncodingHint::kUtf8;
    default:
      return EncodingHint::kAuto;
  }
}

// Reads the rows of one file one after the other. Everything given outlives it.
class LineReader {
 public:
  LineReader(absl::string_view file, TextEncoding encoding, const pb::LayoutProfile& profile,
             const std::vector<CsvColumn>& columns, const CsvHeader& header)
      : file_(file), encoding_(encoding), profile_(profile), columns_(columns), header_(header) {
    for (const pb::ResultWord& word : profile.result_words()) words_[ComparableWord(word.word())] = word.result();
  }

  ResultLine Read(const CsvRecord& record) const {
    ResultLine line;
    line.line = record.line;
    std::optional<IntakeProblem> problem =
        StructureProblem(record, header_.column_count(), header_.NameAt(record.fields.size()), encoding_);
    if (!problem.has_value()) problem = EncodingProblem(file_, record, encoding_);
    if (problem.has_value()) {
      // Its values may stand in the wrong columns: none of them is taken, not even to say whose line it is.
      line.problems.push_back(*std::move(problem));
      return line;
    }
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      const std::optional<std::string> text = ReadText(record, column, line);
      if (text.has_value() && !text->empty()) Take(*text, column, line);
    }
    line.reason = ShownText(line.reason, kMaxReasonCharacters);
    return line;
  }

 private:
  // The column's text; nullopt: it is missing though required, or cannot be read, and a problem was added.
  std::optional<std::string> ReadText(const CsvRecord& record, std::size_t column, ResultLine& line) const {
    const std::optional<std::size_t> position = header_.Find(column);
    if (!position.has_value()) return std::string();
    const std::string& name = header_.NameOf(column);
    std::string text;
    std::optional<IntakeProblem> problem =
        ReadFieldText(file_, record, record.fields[*position], encoding_, name, text);
    text = WithoutSpreadsheetMarks(text);
    if (!problem.has_value() && text.empty() && columns_[column].required) problem = MissingValue(record.line, name);
    if (!problem.has_value()) return text;
    line.problems.push_back(*std::move(problem));
    return std::nullopt;
  }

  void Take(const std::string& text, std::size_t column, ResultLine& line) const {
    const std::string& field = profile_.columns(static_cast<int>(column)).field();
    if (field == "shop_transaction_id") {
      // An order number, which is the same in small letters.
      line.shop_transaction_id = absl::AsciiStrToUpper(ReadId(text, column, line));
    } else if (field == "transaction_id") {
      line.transaction_id = ReadId(text, column, line);
    } else if (field == "result") {
      ReadResult(text, line);
    } else if (field == "reason") {
      absl::StrAppend(&line.reason, line.reason.empty() ? "" : "、", ReasonInWords(profile_, text));
    } else {
      line.decided_time = ShownText(text, kMaxWordCharacters);
    }
  }

  std::string ReadId(const std::string& text, std::size_t column, ResultLine& line) const {
    std::string id = NormalizeWidth(text);
    if (const absl::Status refused = RefuseCardNumber(id); !refused.ok()) {
      line.problems.push_back(ValueProblem(line.line, header_.NameOf(column), refused));
      return "";
    }
    if (IsTransactionId(id)) return id;
    line.problems.push_back(
        {line.line, header_.NameOf(column), "TRANSACTION_ID_INVALID",
         absl::StrCat("not 1 to ", kMaxTransactionId, " letters, digits and hyphens behind a first letter or digit"),
         "write it as the company gave it; a spreadsheet may have made a number of it"});
    return "";
  }

  void ReadResult(const std::string& text, ResultLine& line) const {
    const auto known = words_.find(ComparableWord(text));
    if (known != words_.end()) {
      line.result = known->second;
      return;
    }
    line.result = pb::SCREENED_ON_HOLD;
    line.unknown_word = ShownText(text, kMaxWordCharacters);
  }

  const absl::string_view file_;
  const TextEncoding encoding_;
  const pb::LayoutProfile& profile_;
  const std::vector<CsvColumn>& columns_;
  const CsvHeader& header_;
  // By their comparable form.
  std::map<std::string, pb::ScreeningResult> words_;
};

bool SayTheSame(const ResultLine& a, const ResultLine& b) {
  return a.problems.empty() && b.problems.empty() && a.transaction_id == b.transaction_id && a.result == b.result &&
         a.unknown_word == b.unknown_word && a.reason == b.reason && a.decided_time == b.decided_time;
}

// Lines with the same text in `field`, each group in the file's order; lines without it left out.
std::map<std::string, std::vector<std::size_t>> GroupsBy(std::string ResultLine::*field,
                                                         const std::vector<ResultLine>& lines) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!(lines[i].*field).empty()) groups[lines[i].*field].push_back(i);
  }
  return groups;
}

// Adds the problem to each line of the group, with the number of another one.
void RefuseAll(const std::vector<std::size_t>& group, absl::string_view reason, absl::string_view message,
               std::vector<ResultLine>& lines) {
  for (const std::size_t i : group) {
    const int other = lines[i == group.front() ? group.back() : group.front()].line;
    lines[i].problems.push_back({lines[i].line, "", std::string(reason), absl::StrCat(message, " ", other),
                                 absl::StrCat("keep the right one of this line and line ", other)});
  }
}

// Settles lines about the same order: those that say the same become one, the others are refused.
void SettleRepeatedOrders(ResultFile& file) {
  std::set<std::size_t> repeated;
  for (const auto& [id, group] : GroupsBy(&ResultLine::shop_transaction_id, file.lines)) {
    if (group.size() == 1) continue;
    const ResultLine& first = file.lines[group.front()];
    const bool same =
        std::all_of(group.begin(), group.end(), [&](std::size_t i) { return SayTheSame(first, file.lines[i]); });
    if (!same) {
      RefuseAll(group, "RESULT_TWICE", "the same order stands with something else on line", file.lines);
      continue;
    }
    for (const std::size_t i : group) {
      if (i == group.front()) continue;
      repeated.insert(i);
      file.notes.push_back({file.lines[i].line, "LINE_REPEATED",
                            absl::StrCat("says the same as line ", first.line, " and was passed over")});
    }
  }
  std::vector<ResultLine> kept;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (!repeated.contains(i)) kept.push_back(std::move(file.lines[i]));
  }
  file.lines = std::move(kept);
}

// A transaction belongs to one order.
void RefuseSharedTransactions(ResultFile& file) {
  for (const auto& [id, group] : GroupsBy(&ResultLine::transaction_id, file.lines)) {
    const std::string& order = file.lines[group.front()].shop_transaction_id;
    const bool one_order = std::all_of(group.begin(), group.end(),
                                       [&](std::size_t i) { return file.lines[i].shop_transaction_id == order; });
    if (!one_order) {
      RefuseAll(group, "TRANSACTION_ID_TWICE", "the same transaction stands for another order on line", file.lines);
    }
  }
}

void NoteUnknownWords(ResultFile& file) {
  for (const ResultLine& line : file.lines) {
    if (line.unknown_word.empty() || !line.problems.empty()) continue;
    file.notes.push_back(
        {line.line, "RESULT_WORD_UNKNOWN", "the layout does not know the word of the result; it is taken as on hold"});
  }
  std::stable_sort(file.notes.begin(), file.notes.end(),
                   [](const ResultNote& a, const ResultNote& b) { return a.line < b.line; });
}

}  // namespace

absl::StatusOr<ResultFile> ReadResultFile(const pb::LayoutProfile& profile, absl::string_view bytes) {
  JUCHU_RETURN_IF_ERROR(CheckProfileFor(LayoutUse::kResult, profile));
  const std::vector<CsvColumn> columns = ColumnsOf(profile);
  JUCHU_ASSIGN_OR_RETURN(const CsvStart start, ReadCsvStart(bytes, HintOf(profile), kResultRows));
  JUCHU_ASSIGN_OR_RETURN(const CsvHeader header, CsvHeader::Create(start.names, columns));
  bytes = bytes.substr(0, start.size);
  ResultFile file;
  file.encoding = start.choice.encoding;
  file.ignored_columns = header.ignored();
  const LineReader reader(bytes, file.encoding, profile, columns, header);
  JUCHU_RETURN_IF_ERROR(ForEachCsvRow(bytes, start, kResultRows,
                                      [&](const CsvRecord& record) { file.lines.push_back(reader.Read(record)); }));
  SettleRepeatedOrders(file);
  RefuseSharedTransactions(file);
  NoteUnknownWords(file);
  return file;
}

}  // namespace juchu::gateway
