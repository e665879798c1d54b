#ifndef COMMON_MYSQL_RUN_IN_TRANSACTION_H_
#define COMMON_MYSQL_RUN_IN_TRANSACTION_H_

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/mysql/pool.h"
#include "common/mysql/transaction.h"

namespace juchu::mysql {

// How RunInTransaction begins and reruns.
struct TransactionPolicy {
  TransactionKind kind = TransactionKind::kReadWrite;
  // Runs of the function in all, at least 1.
  int max_runs = 4;
  // Before rerun n the wait is random between 0 and first_backoff * 2^(n-1), at most max_backoff.
  absl::Duration first_backoff = absl::Milliseconds(5);
  absl::Duration max_backoff = absl::Milliseconds(100);
  // Waits; absl::SleepFor when empty.
  std::function<void(absl::Duration)> sleep;
  // A random number in [0, 1); absl::BitGen when empty.
  std::function<double()> random;
};

namespace internal {

absl::Status RunInTransaction(Pool& pool, absl::Time deadline, const TransactionPolicy& policy,
                              absl::FunctionRef<absl::Status(Transaction&)> fn);

template <typename T>
struct IsStatusOr : std::false_type {};
template <typename T>
struct IsStatusOr<absl::StatusOr<T>> : std::true_type {};

}  // namespace internal

// Runs `fn` in a transaction on a connection of `pool` and commits when it returns OK, else rolls back. `fn` takes a
// Transaction& and returns absl::Status or absl::StatusOr<T>; the result is of the same type.
//
// `fn` may run several times, so it makes no RPC, does not sleep, and changes nothing outside except what it assigns
// anew in each run. It reruns after a conflict (errno 1213, 1205, 1020; after an explicit ROLLBACK, since 1205 keeps
// the first half) and, on a new connection, after the connection was lost before COMMIT was sent; at most
// policy.max_runs times within `deadline`.
//
// Errors: what `fn` returned; the errors of Pool::Acquire; ABORTED/TRANSACTION_CONFLICT or
// UNAVAILABLE/DATABASE_UNAVAILABLE when the runs or the time ran out; UNKNOWN/COMMIT_OUTCOME_UNKNOWN when COMMIT was
// sent and no answer came: it may or may not be committed, and only the caller's request log can tell.
template <typename Fn>
auto RunInTransaction(Pool& pool, absl::Time deadline, Fn&& fn, const TransactionPolicy& policy = {})
    -> std::invoke_result_t<Fn&, Transaction&> {
  using Result = std::invoke_result_t<Fn&, Transaction&>;
  if constexpr (internal::IsStatusOr<Result>::value) {
    std::optional<typename Result::value_type> value;
    absl::Status status =
        internal::RunInTransaction(pool, deadline, policy, [&](Transaction& transaction) -> absl::Status {
          value.reset();
          Result result = fn(transaction);
          if (!result.ok()) return std::move(result).status();
          value.emplace(*std::move(result));
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    return *std::move(value);
  } else {
    static_assert(std::is_same_v<Result, absl::Status>, "fn returns absl::Status or absl::StatusOr<T>");
    return internal::RunInTransaction(pool, deadline, policy, fn);
  }
}

}  // namespace juchu::mysql

#endif  // COMMON_MYSQL_RUN_IN_TRANSACTION_H_
