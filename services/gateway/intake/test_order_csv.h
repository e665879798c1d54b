#ifndef SERVICES_GATEWAY_INTAKE_TEST_ORDER_CSV_H_
#define SERVICES_GATEWAY_INTAKE_TEST_ORDER_CSV_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/gateway/intake/generic_order_file.h"

namespace juchu::gateway {

// Values of one row by column name; what is not named has the value of a plain order.
using TestRow = std::map<std::string, std::string>;

// The 41 columns in the order in which shop systems write them.
inline const std::vector<std::string>& TestColumns() {
  static const auto* const columns =
      new std::vector<std::string>{"店舗伝票番号",   "受注日",        "受注郵便番号",
                                   "受注住所１",     "受注住所２",    "受注名",
                                   "受注名カナ",     "受注電話番号",  "受注メールアドレス",
                                   "発送郵便番号",   "発送先住所１",  "発送先住所２",
                                   "発送先名",       "発送先カナ",    "発送電話番号",
                                   "支払方法",       "発送方法",      "商品計",
                                   "税金",           "発送料",        "手数料",
                                   "ポイント",       "その他費用",    "合計金額",
                                   "ギフトフラグ",   "時間帯指定",    "日付指定",
                                   "作業者欄",       "備考",          "商品名",
                                   "商品コード",     "商品価格",      "受注数量",
                                   "商品オプション", "出荷済フラグ",  "顧客区分",
                                   "顧客コード",     "消費税率（%）", "のし",
                                   "ラッピング",     "メッセージ"};
  return *columns;
}

inline std::string TestValue(const std::string& column) {
  static const auto* const values = new TestRow{{"店舗伝票番号", "1001"},
                                                {"受注日", "2026/07/08 09:05:03"},
                                                {"受注郵便番号", "150-0001"},
                                                {"受注住所１", "東京都渋谷区神宮前４－１"},
                                                {"受注名", "髙橋　花子"},
                                                {"受注メールアドレス", "hanako@example.jp"},
                                                {"支払方法", "銀行振込"},
                                                {"商品名", "りんご"},
                                                {"商品コード", "APPLE-1"},
                                                {"商品価格", "1100"},
                                                {"受注数量", "1"}};
  const auto found = values->find(column);
  return found == values->end() ? "" : found->second;
}

inline std::string TestField(const std::string& value) {
  if (!absl::StrContains(value, ',') && !absl::StrContains(value, '"') && !absl::StrContains(value, '\n') &&
      !absl::StrContains(value, '\r')) {
    return value;
  }
  return absl::StrCat("\"", absl::StrReplaceAll(value, {{"\"", "\"\""}}), "\"");
}

inline std::string TestLine(const TestRow& row, const std::vector<std::string>& columns = TestColumns()) {
  std::vector<std::string> fields;
  for (const std::string& column : columns) {
    const auto given = row.find(column);
    fields.push_back(TestField(given == row.end() ? TestValue(column) : given->second));
  }
  return absl::StrCat(absl::StrJoin(fields, ","), "\r\n");
}

inline std::string TestHeader(const std::vector<std::string>& columns = TestColumns()) {
  return absl::StrCat(absl::StrJoin(columns, ","), "\r\n");
}

// A file in UTF-8 with CRLF. Line 1 is the header, row n stands on line n + 2 where no row holds a line break.
inline std::string TestCsv(const std::vector<TestRow>& rows, const std::vector<std::string>& columns = TestColumns()) {
  std::string csv = TestHeader(columns);
  for (const TestRow& row : rows) absl::StrAppend(&csv, TestLine(row, columns));
  return csv;
}

// "line column reason" of each problem.
inline std::vector<std::string> Brief(const std::vector<IntakeProblem>& problems) {
  std::vector<std::string> brief;
  for (const IntakeProblem& problem : problems) {
    brief.push_back(absl::StrCat(problem.line, " ", problem.column, " ", problem.reason));
  }
  return brief;
}

inline std::vector<std::string> Brief(const std::vector<IntakeNote>& notes) {
  std::vector<std::string> brief;
  for (const IntakeNote& note : notes) brief.push_back(note.reason);
  return brief;
}

// An order of a file, with what it holds.
struct ReadResult : IntakeOrder {
  juchu::order::v1::Order order;
};

inline ReadResult ReadOrder(const GenericOrderFile& file, std::size_t index) {
  ReadResult read;
  static_cast<IntakeOrder&>(read) = file.ReadOrder(index, read.order);
  return read;
}

// "number: taken" or "number: refused" of each order.
inline std::vector<std::string> Outcomes(const GenericOrderFile& file) {
  std::vector<std::string> outcomes;
  for (std::size_t i = 0; i < file.order_count(); ++i) {
    const ReadResult order = ReadOrder(file, i);
    outcomes.push_back(absl::StrCat(order.shop_order_number, order.problems.empty() ? ": taken" : ": refused"));
  }
  return outcomes;
}

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_TEST_ORDER_CSV_H_
