#ifndef SERVICES_GATEWAY_INTAKE_ORDER_BUILDER_H_
#define SERVICES_GATEWAY_INTAKE_ORDER_BUILDER_H_

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "juchu/order/v1/order.pb.h"
#include "services/gateway/intake/csv_reader.h"
#include "services/gateway/intake/generic_order_layout.h"
#include "services/gateway/intake/intake_types.h"
#include "services/gateway/intake/text_decoder.h"

namespace juchu::gateway {

// One value of a row, read by its column's type.
struct Cell {
  // In one form for each value (digits for a number, masked text): equal values have equal texts. "": empty.
  std::string text;
  // kAmount, kSignedAmount, kUnitPrice, kQuantity, kTaxRate, kFlag.
  int64_t number = 0;
  // kTime, kDate.
  absl::CivilSecond time;
};

// The values of one row, indexed by OrderField. Rows of an order share those that they repeat.
using RowCells = std::array<const Cell*, kOrderFieldCount>;

// Makes one order out of its rows. Used for one order; confined to one thread. What it is made with outlives it.
class OrderBuilder {
 public:
  // `file` is the whole file: records are slices of it.
  OrderBuilder(absl::string_view file, TextEncoding encoding, const HeaderMap& header, IntakeOrder& read,
               juchu::order::v1::Order& document)
      : file_(file), encoding_(encoding), header_(header), read_(read), document_(document) {}

  // Reads one sound record of the order: a field for each column.
  void AddRow(const CsvRecord& record);

  // Fills the order's document when there are no problems.
  void Finish();

 private:
  // Up to kMaxProblemsPerOrder.
  void AddProblem(IntakeProblem problem);
  // Whether the record has the bytes in the column that the order's first row has: then the value is that one's, too.
  bool RepeatsFirst(const CsvRecord& record, const ColumnProfile& column) const;
  // The value of one column, kept in cells_; nullptr: a problem was added.
  const Cell* ReadCell(const CsvRecord& record, const ColumnProfile& column);
  // The field's text, undamaged; nullopt: a problem was added.
  std::optional<std::string> ReadText(const CsvRecord& record, const ColumnProfile& column);
  // Whether the order's columns repeat what its first row says, and the recipient is whole or absent.
  void CheckRow(const RowCells& row, int line);
  void SetDocument();
  void AddItems();
  void AddNotes();

  const absl::string_view file_;
  const TextEncoding encoding_;
  const HeaderMap& header_;
  IntakeOrder& read_;
  juchu::order::v1::Order& document_;
  std::deque<Cell> cells_;
  std::vector<RowCells> rows_;
  // The record of rows_.front().
  CsvRecord first_;
  bool card_number_masked_ = false;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_ORDER_BUILDER_H_
