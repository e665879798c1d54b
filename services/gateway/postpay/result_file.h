#ifndef SERVICES_GATEWAY_POSTPAY_RESULT_FILE_H_
#define SERVICES_GATEWAY_POSTPAY_RESULT_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "juchu/payment/v1/layout.pb.h"
#include "services/gateway/intake/csv_file.h"
#include "services/gateway/intake/intake_types.h"
#include "services/gateway/intake/text_decoder.h"

namespace juchu::gateway {

// For the IntakeFileBuffer that collects a file of results.
inline constexpr CsvRowKind kResultRows{"screening result", "lines"};

// One line of a file of results: what the company decided about one order.
struct ResultLine {
  // Line on which it begins, as a text editor counts; the file's first is 1.
  int line = 0;
  // What the order was registered as: its order number. "" when it could not be read; there is a problem then.
  std::string shop_transaction_id;
  // The company's number for it, as IsTransactionId; "" when the file does not say it.
  std::string transaction_id;
  // Only without problems.
  juchu::payment::v1::ScreeningResult result = juchu::payment::v1::SCREENING_RESULT_UNSPECIFIED;
  // The word of the result, at most 100 characters, when the profile does not know it: `result` is SCREENED_ON_HOLD and
  // a person has to look. "" else.
  std::string unknown_word;
  // Why, at most 500 characters, one line, "" when the file does not say it. Codes have the profile's text behind them:
  // "RE001 金額超過".
  std::string reason;
  // When, as the file writes it, at most 100 characters, one line.
  std::string decided_time;
  // Every reason to refuse the line. Empty: the line is whole.
  std::vector<IntakeProblem> problems;
};

// What an operator should know of a line though it was not refused for it.
struct ResultNote {
  int line = 0;
  // For programs: LINE_REPEATED, RESULT_WORD_UNKNOWN.
  std::string reason;
  std::string message;
};

// A file of results (与信結果, 審査結果).
struct ResultFile {
  TextEncoding encoding = TextEncoding::kUtf8;
  // Names of the columns that were not used, in the file's order; nameless ones left out.
  std::vector<std::string> ignored_columns;
  // Rows after the header in the file's order, without blank ones and those that say again what one before them said.
  std::vector<ResultLine> lines;
  std::vector<ResultNote> notes;
};

// Reads a whole file of results by the profile: columns by their headers in any order; UTF-8 with or without byte order
// mark, or CP932, as the profile says or else the bytes; any line end; values that a spreadsheet wrote as ="0012" or
// '0012. INVALID_ARGUMENT as CheckProfileFor(LayoutUse::kResult), and FILE_EMPTY, FILE_TOO_LARGE, FILE_NOT_TEXT,
// HEADER_UNREADABLE, COLUMNS_MISSING, COLUMN_DOUBLED, TOO_MANY_ROWS: then nothing of the file is to be applied.
//
// A line that is wrong refuses itself only: the reasons of the intake's README for lines and texts,
// TRANSACTION_ID_INVALID, and where lines contradict each other, each of them: RESULT_TWICE (the same order with
// another result, reason, time or transaction, or beside a line that is refused) and TRANSACTION_ID_TWICE (the same
// transaction for several orders). Which of them is meant, nobody can tell.
absl::StatusOr<ResultFile> ReadResultFile(const juchu::payment::v1::LayoutProfile& profile, absl::string_view bytes);

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_POSTPAY_RESULT_FILE_H_
