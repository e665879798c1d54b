#include "common/mysql/run_in_transaction.h"

#include <algorithm>
#include <thread>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/fault/fault.h"
#include "common/mysql/counters.h"
#include "common/mysql/errors.h"
#include "common/status/error.h"

namespace juchu::mysql::internal {
namespace {

struct Outcome {
  absl::Status status;
  // Nothing of this run is in the database, and another run may succeed.
  bool rerun = false;
};

absl::Status UnknownOutcome(const absl::Status& cause) {
  ErrorMetadata metadata = {{"remedy", "repeat the request with the same request id; it tells what happened"}};
  if (auto error_number = ErrnoOf(cause)) metadata["mysql_errno"] = absl::StrCat(*error_number);
  return MakeError(absl::StatusCode::kUnknown, "COMMIT_OUTCOME_UNKNOWN",
                   "the database did not answer the commit; it may or may not have taken effect", std::move(metadata));
}

Outcome CommitOnce(Transaction& transaction, Pool& pool, TransactionKind kind) {
  // What only read has nothing to lose; its answer is already whole.
  if (kind == TransactionKind::kReadSnapshot) {
    transaction.Commit().IgnoreError();
    return {absl::OkStatus()};
  }
  absl::Status status = transaction.Commit();
  // As the library's commit() does.
  if (fault::IsPlanted("commit-error-ignored")) status = absl::OkStatus();
  if (status.ok()) return {status};
  // A conflict is a definite no (Galera certifies at COMMIT); a passed deadline kept COMMIT from being sent.
  if (IsConflict(ErrnoOf(status).value_or(0))) return {status, true};
  if (!ErrnoOf(status)) return {status};
  ++pool.counters().unknown_commits;
  return {UnknownOutcome(status)};
}

Outcome RunOnce(Pool& pool, absl::Time deadline, TransactionKind kind,
                absl::FunctionRef<absl::Status(Transaction&)> fn) {
  absl::StatusOr<Lease> lease = pool.Acquire(deadline, kind == TransactionKind::kReadWrite);
  if (!lease.ok()) return {std::move(lease).status()};
  Connection& connection = **lease;
  Transaction transaction(connection, pool.clock(), deadline);
  if (absl::Status status = transaction.Begin(kind); !status.ok()) return {status, !transaction.failure().ok()};
  absl::Status status = fn(transaction);
  // A function that overlooked a conflict must not commit the rest of its work.
  if (status.ok()) status = transaction.failure();
#ifdef JUCHU_FAULTS
  if (status.ok() && kind == TransactionKind::kReadWrite && fault::IsPlanted("answer-before-commit")) {
    transaction.Abandon();
    std::thread([lease = *std::move(lease)] {
      absl::SleepFor(absl::Milliseconds(20));
      lease->Commit().IgnoreError();
    }).detach();
    return {absl::OkStatus()};
  }
#endif
  if (status.ok()) return CommitOnce(transaction, pool, kind);
  // The error of the function is the one to tell; a failed rollback discards the connection.
  transaction.Rollback().IgnoreError();
  return {status, !transaction.failure().ok()};
}

absl::Duration Backoff(const TransactionPolicy& policy, int rerun) {
  absl::Duration ceiling = policy.first_backoff;
  for (int i = 1; i < rerun && ceiling < policy.max_backoff; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, policy.max_backoff);
  double random = 0;
  if (policy.random) {
    random = policy.random();
  } else {
    absl::BitGen generator;
    random = absl::Uniform(generator, 0.0, 1.0);
  }
  return ceiling * random;
}

}  // namespace

absl::Status RunInTransaction(Pool& pool, absl::Time deadline, const TransactionPolicy& policy,
                              absl::FunctionRef<absl::Status(Transaction&)> fn) {
  for (int run = 1;; ++run) {
    Outcome outcome = RunOnce(pool, deadline, policy.kind, fn);
    if (!outcome.rerun || run >= policy.max_runs) return outcome.status;
    const absl::Duration backoff = Backoff(policy, run);
    if (pool.clock().Now() + backoff >= deadline) return outcome.status;
    if (policy.sleep) {
      policy.sleep(backoff);
    } else {
      absl::SleepFor(backoff);
    }
    ++pool.counters().reruns;
  }
}

}  // namespace juchu::mysql::internal
