#ifndef TESTS_BENCH_HAND_STOCK_H_
#define TESTS_BENCH_HAND_STOCK_H_

#include <memory>
#include <string>

#include "tests/bench/hand_connection.h"

namespace sql {
class PreparedStatement;
}  // namespace sql

namespace juchu::bench {

// Allocations as a program by hand does them at the least without selling a piece twice: the order's row first, then
// the stock on the condition that there is some, then COMMIT, so that a hot product's row is held for one statement and
// the commit. What juchu is held against. Its methods throw what the connector throws. Confined to one thread.
class HandStock {
 public:
  // Makes the tables with so many products, of each more than anybody allocates.
  static void MakeTables(HandConnection& connection, int products);
  static std::string ProductCode(int index);

  explicit HandStock(const HandDatabase& database);

  // One piece of the product for the order, committed. False when there is none.
  bool Allocate(const std::string& order_number, const std::string& product_code);

 private:
  HandConnection connection_;
  std::unique_ptr<sql::PreparedStatement> insert_;
  std::unique_ptr<sql::PreparedStatement> update_;
};

}  // namespace juchu::bench

#endif  // TESTS_BENCH_HAND_STOCK_H_
