#ifndef TESTS_PROOF_HISTORY_H_
#define TESTS_PROOF_HISTORY_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "juchu/order/v1/order.pb.h"

// What clients did and what they were told: the one input of the checkers, which know no more than this.
namespace juchu::proof {

enum class Ask : uint8_t { kRead, kChangeStatus, kChangeMode, kSavePaymentMethod, kSetPrepayment, kCancel };

enum class End : uint8_t {
  kOk,
  // Certainly not done, now or later; see Failure.
  kFailed,
  // No answer, UNAVAILABLE, COMMIT_OUTCOME_UNKNOWN: done, or done later, or never.
  kUnknown,
};

enum class Failure : uint8_t {
  kNone,
  // ORDER_VERSION_STALE.
  kStale,
  // OPERATION_NOT_IN_STATUS.
  kNotInStatus,
  // Refused whatever the order is like: overload, contention.
  kRefused,
};

// An order as far as the workload's operations change it.
struct OrderView {
  int64_t version = 0;
  order::v1::Status status = order::v1::STATUS_UNSPECIFIED;
  order::v1::TransitionMode mode = order::v1::TRANSITION_MODE_UNSPECIFIED;
  bool paid = false;
  // Seconds; 0: none.
  int64_t paid_time = 0;
  // Which of the tenant's two prepaid methods.
  int32_t payment_method = 0;

  friend bool operator==(const OrderView&, const OrderView&) = default;
};

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// One operation on one order. What is asked of several orders at once is one of these for each.
struct Operation {
  int32_t client = 0;
  // Of History::orders.
  int32_t order = 0;
  // Monotonic, of one clock for all clients. The end is kNever when it is unknown.
  int64_t invoke_ns = 0;
  int64_t return_ns = kNever;
  // Stands in the change's reason (TokenText), so that it is found again in the order's history; 0 for a read.
  int64_t token = 0;

  Ask ask = Ask::kRead;
  End end = End::kUnknown;
  Failure failure = Failure::kNone;
  // Asked of all orders of a crowd at once, by a bulk update.
  bool crowd = false;
  // Of what is asked: those that `ask` needs; a version of 0 names none.
  OrderView asked;
  // Of an answer: version, status and mode; of a read or a save everything.
  OrderView answer;
  // Whether the answer says that anything changed.
  bool changed = false;
  // The same request again after it had been answered: it must have no effect and get the first answer.
  bool repeat = false;
};

struct OrderName {
  std::string tenant;
  std::string number;
};

struct History {
  std::vector<OrderName> orders;
  std::vector<Operation> operations;
};

// Something that must not be, in plain words.
struct Finding {
  // Which check found it: "linearizability", "version chain", "repeat", "answers", "tenancy", "audit".
  std::string check;
  std::string text;
};

// "proof #17": the reason that a change with this token gives, and back; 0 for a reason that is none of ours.
std::string TokenText(int64_t token);
int64_t TokenOf(const std::string& reason);

// "version 3, AWAITING_PAYMENT, AUTO, unpaid".
std::string Describe(const OrderView& view);
// "client 2 moved it to SHIPPED (#17, 1.204 s to 1.207 s): answered version 4, SHIPPED, MANUAL".
std::string Describe(const Operation& operation);
// "tenant alpha, order 06A1…".
std::string Describe(const OrderName& order);

// Takes operations down. Each client writes to a list of its own, so that recording costs the clients nothing.
class Recorder {
 public:
  explicit Recorder(int clients) : by_client_(static_cast<size_t>(clients)) {}

  // Nanoseconds of the one clock.
  static int64_t Now();

  // The order's place in History::orders. Thread-safe.
  int32_t AddOrder(OrderName order) ABSL_LOCKS_EXCLUDED(mutex_);
  // Called by one thread for each client.
  void Add(const Operation& operation) {
    by_client_[static_cast<size_t>(operation.client)].operations.push_back(operation);
  }

  // Everything recorded. Only when no client adds any more.
  History Take() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // A cache line for each, because threads write next to each other.
  struct alignas(64) ClientLog {
    std::vector<Operation> operations;
  };

  std::vector<ClientLog> by_client_;
  absl::Mutex mutex_;
  std::vector<OrderName> orders_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace juchu::proof

#endif  // TESTS_PROOF_HISTORY_H_
