#ifndef TESTS_BENCH_HAND_ORDERS_H_
#define TESTS_BENCH_HAND_ORDERS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/hand_connection.h"

namespace juchu::bench {

struct HandChange {
  std::string order_number;
  int status = 0;
  std::string request_id;
};

// Changes of orders as a program by hand does them at the least without losing one: small tables of its own (orders,
// history, outbox), prepared statements, one connection. What juchu is held against. Its methods throw what the
// connector throws; nothing commits but Commit. Confined to one thread.
class HandOrders {
 public:
  // Makes the tables with orders 0 to `orders` - 1 at version 1.
  static void MakeTables(HandConnection& connection, int orders);
  static std::string OrderNumber(int index);

  explicit HandOrders(const HandDatabase& database);

  // Update on the condition of `version`, history row, outbox row. False when another was first.
  bool ChangeKnown(const HandChange& change, int64_t version);
  // Read for update, then the same. Returns the new version; 0 when there is no such order.
  int64_t Change(const HandChange& change);
  // The same for several orders, none twice, by statements over all of them but for the update. Returns the new
  // versions; all 0 when one of the orders is not there.
  std::vector<int64_t> ChangeTogether(const std::vector<HandChange>& changes);
  // One status for kBatch orders, by statements over all of them. Returns the new versions, in the order of the
  // numbers.
  std::vector<int64_t> ChangeBatch(const std::vector<std::string>& order_numbers, int status,
                                   const std::string& request_id);
  // Every order's version, by index.
  std::vector<int64_t> Versions();
  void Commit() { connection_.Commit(); }

  static constexpr int kBatch = 500;

 private:
  HandConnection connection_;
  // The statements over `rows` orders.
  struct Prepared {
    std::unique_ptr<sql::PreparedStatement> read;
    std::unique_ptr<sql::PreparedStatement> history;
    std::unique_ptr<sql::PreparedStatement> outbox;
  };
  Prepared& PreparedFor(int rows);
  bool Update(const std::string& order_number, int64_t version, int status, int64_t now);

  std::map<int, Prepared> prepared_;
  std::unique_ptr<sql::PreparedStatement> update_;
  std::unique_ptr<sql::PreparedStatement> update_batch_;
};

}  // namespace juchu::bench

#endif  // TESTS_BENCH_HAND_ORDERS_H_
