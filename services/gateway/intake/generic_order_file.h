#ifndef SERVICES_GATEWAY_INTAKE_GENERIC_ORDER_FILE_H_
#define SERVICES_GATEWAY_INTAKE_GENERIC_ORDER_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "juchu/order/v1/order.pb.h"
#include "services/gateway/intake/csv_file.h"
#include "services/gateway/intake/generic_order_layout.h"
#include "services/gateway/intake/intake_types.h"
#include "services/gateway/intake/text_decoder.h"

namespace juchu::gateway {

inline constexpr int kMaxFileProblems = 1000;

// A 汎用受注CSV. Reading it finds the rows of each order; the orders themselves are read one by one, so that a file
// takes memory for its bytes and an index, whatever its orders are made into.
//
// Rows with the same 店舗伝票番号 are one order wherever in the file they stand. A row that cannot be read makes its
// order refused. Where it does not even show which order it belongs to, the orders beside it are refused too, and
// every order whose number stands in the unreadable bytes: an order is applied whole or not at all. Other orders are
// not touched by it.
//
// Thread-compatible: const methods may be called by many threads at once.
class GenericOrderFile {
 public:
  // Reads a whole file. INVALID_ARGUMENT: FILE_EMPTY (no bytes, or no row after the header), FILE_TOO_LARGE,
  // FILE_NOT_TEXT (a ZIP or Excel file, gzip, UTF-16), HEADER_UNREADABLE, COLUMNS_MISSING, COLUMN_DOUBLED,
  // TOO_MANY_ROWS. Then nothing of the file is to be applied.
  static absl::StatusOr<GenericOrderFile> Read(std::string bytes, EncodingHint hint);

  TextEncoding encoding() const { return choice_.encoding; }
  // Rows after the header, blank lines left out.
  int row_count() const { return row_count_; }
  const std::vector<std::string>& ignored_columns() const { return header_.ignored(); }
  // What is wrong with lines that no order could be found for, at most kMaxFileProblems, and how many more there are.
  const std::vector<IntakeProblem>& problems() const { return problems_; }
  int problems_left_out() const { return problems_left_out_; }

  // Orders in the sequence in which they first appear.
  std::size_t order_count() const { return orders_.size(); }
  // Reads one order into `order`, which is empty; index < order_count(). The same each time. Without problems, `order`
  // has everything that the file says: shop_id and what is output only stays unset, payment_method is the name as it
  // stands in the file.
  IntakeOrder ReadOrder(std::size_t index, juchu::order::v1::Order& order) const;

 private:
  class Indexer;

  struct RowPlace {
    std::size_t begin;
    int line;
  };
  struct OrderRows {
    std::string shop_order_number;
    // Rows that can be split into fields.
    std::vector<RowPlace> rows;
    // Lines of all rows, also of those that cannot.
    std::vector<int> lines;
    std::vector<IntakeProblem> problems;
    std::vector<IntakeNote> notes;
  };

  GenericOrderFile(std::string bytes, EncodingChoice choice, HeaderMap header)
      : bytes_(std::move(bytes)), choice_(choice), header_(std::move(header)) {}

  std::string bytes_;
  EncodingChoice choice_;
  HeaderMap header_;
  int row_count_ = 0;
  std::vector<IntakeProblem> problems_;
  int problems_left_out_ = 0;
  std::vector<OrderRows> orders_;
};

}  // namespace juchu::gateway

#endif  // SERVICES_GATEWAY_INTAKE_GENERIC_ORDER_FILE_H_
