#ifndef TESTS_STANDIN_RCCS_ORDERS_H_
#define TESTS_STANDIN_RCCS_ORDERS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/standin/rccs_model.h"

namespace juchu::standin {

// What has really happened to the money of one order, whether or not anybody was told.
struct OrderCounts {
  int64_t authorizations = 0;
  int64_t captures = 0;
  int64_t authorization_voids = 0;
  int64_t capture_voids = 0;
  // All captures less what was taken back.
  int64_t captured_yen = 0;
  // The authorization that is held or was captured; 0 once it is void.
  int64_t authorized_yen = 0;
  int card_status = kUntouched;
};

// The orders of all shops and what the operations do to them. Takes any number that can be one for an order of the
// shop, and does not protect the caller: what is asked twice happens twice. Pure: the same requests in the same order
// lead to the same state. Thread-compatible.
class RccsOrders {
 public:
  // Where a piece of work comes from; its transaction id follows from it.
  struct Origin {
    int request_id = 0;
    int index = 0;
    absl::Time at;
  };

  // Carries out one of the four asynchronous operations on one order. An order that refuses is told by the row only.
  OrderRow Do(absl::string_view shop, Operation operation, const OrderWork& work, const Origin& origin);

  // The order's row as it stands. One that nothing has happened to is kUntouched; nothing is returned for what cannot
  // be an order number.
  std::vector<OrderRow> Current(absl::string_view shop, absl::string_view order_number) const;
  // Those that an operation has named, in no order.
  void ForEach(
      absl::FunctionRef<void(const std::string& shop, const OrderRow& row, const OrderCounts& counts)> visit) const;

 private:
  struct Order {
    OrderRow row;
    OrderCounts counts;
    // What a void of the capture takes back.
    int64_t last_capture_yen = 0;
  };

  void Authorize(Order& order, OrderRow& row) const;
  void VoidAuthorization(Order& order, OrderRow& row) const;
  void Capture(Order& order, OrderRow& row) const;
  void VoidCapture(Order& order, OrderRow& row) const;

  // By shop and order number.
  absl::flat_hash_map<std::pair<std::string, std::string>, Order> orders_;
};

}  // namespace juchu::standin

#endif  // TESTS_STANDIN_RCCS_ORDERS_H_
