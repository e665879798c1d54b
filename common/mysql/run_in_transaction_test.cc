#include "common/mysql/run_in_transaction.h"

#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/mysql/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/testing/fake_clock.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::mysql {
namespace {

using ::juchu::testing::FakeClock;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::IsOkAndHolds;
using ::juchu::testing::MariaDbInstance;
using ::juchu::testing::ScopedDatabase;
using ::juchu::testing::SharedMariaDb;
using ::juchu::testing::StatusIs;
using ::testing::ElementsAre;

constexpr absl::Time kNoDeadline = absl::InfiniteFuture();

static_assert(!std::is_copy_constructible_v<Transaction> && !std::is_move_constructible_v<Transaction>);

class RunInTransactionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(database_, ScopedDatabase::Create(SharedMariaDb()));
    Options options = database_->options();
    options.lock_wait_timeout = absl::Seconds(1);
    JUCHU_ASSERT_OK_AND_ASSIGN(pool_, Pool::Create(options, clock_));
    ASSERT_THAT(database_->RootSql("CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL);"
                                   "INSERT INTO t VALUES (1, 0), (2, 0)"),
                IsOk());
    policy_.sleep = [this](absl::Duration duration) { slept_.push_back(duration); };
    policy_.random = [] { return 0.5; };
  }

  // The number of the server's session that runs `transaction`.
  static absl::StatusOr<uint64_t> SessionOf(Transaction& transaction) {
    JUCHU_ASSIGN_OR_RETURN(Rows rows, transaction.Query("SELECT CONNECTION_ID()"));
    return rows.front().UInt64(0);
  }

  absl::Status KillSessionOf(Transaction& transaction) {
    JUCHU_ASSIGN_OR_RETURN(uint64_t id, SessionOf(transaction));
    return database_->KillSession(id);
  }

  std::string Content() { return database_->RootSql("SELECT id, v FROM t ORDER BY id").value_or("error"); }

  FakeClock clock_;
  std::unique_ptr<ScopedDatabase> database_;
  std::unique_ptr<Pool> pool_;
  TransactionPolicy policy_;
  std::vector<absl::Duration> slept_;
};

TEST_F(RunInTransactionTest, CommitsWhenTheFunctionIsOk) {
  ASSERT_THAT(RunInTransaction(*pool_, kNoDeadline,
                               [](Transaction& transaction) {
                                 return transaction.Execute("UPDATE t SET v = ? WHERE id = ?", {5, 1}).status();
                               }),
              IsOk());
  EXPECT_EQ(Content(), "1\t5\n2\t0\n");
}

TEST_F(RunInTransactionTest, ReturnsTheValueOfTheFunction) {
  EXPECT_THAT(RunInTransaction(*pool_, kNoDeadline,
                               [](Transaction& transaction) -> absl::StatusOr<int64_t> {
                                 return transaction.Execute("UPDATE t SET v = v + 1");
                               }),
              IsOkAndHolds(2));
  auto text = RunInTransaction(*pool_, kNoDeadline, [](Transaction&) -> absl::StatusOr<std::unique_ptr<int>> {
    return std::make_unique<int>(3);
  });
  ASSERT_THAT(text, IsOk());
  EXPECT_EQ(**text, 3);
}

TEST_F(RunInTransactionTest, RollsBackAndReturnsTheErrorOfTheFunction) {
  int runs = 0;
  absl::Status status = RunInTransaction(
      *pool_, kNoDeadline,
      [&](Transaction& transaction) -> absl::Status {
        ++runs;
        JUCHU_RETURN_IF_ERROR(transaction.Execute("UPDATE t SET v = 9").status());
        return FailedPrecondition("ORDER_CANCELED", "the order was canceled");
      },
      policy_);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("ORDER_CANCELED")));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(Content(), "1\t0\n2\t0\n");
  EXPECT_EQ(pool_->stats().rollbacks, 1);
  EXPECT_EQ(pool_->stats().commits, 0);
}

TEST_F(RunInTransactionTest, DuplicateKeyIsNoReasonToGiveUp) {
  absl::Status status = RunInTransaction(*pool_, kNoDeadline, [](Transaction& transaction) -> absl::Status {
    absl::StatusOr<int64_t> inserted = transaction.Execute("INSERT INTO t VALUES (?, ?)", {1, 9});
    EXPECT_TRUE(IsDuplicateKey(inserted.status(), "PRIMARY"));
    return transaction.Execute("INSERT INTO t VALUES (?, ?)", {3, 3}).status();
  });
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(Content(), "1\t0\n2\t0\n3\t3\n");
}

TEST_F(RunInTransactionTest, CountsEveryStatement) {
  auto work = [](Transaction& transaction) -> absl::Status {
    JUCHU_RETURN_IF_ERROR(transaction.Query("SELECT v FROM t WHERE id = ? FOR UPDATE", {1}).status());
    return transaction.Execute("UPDATE t SET v = v + ? WHERE id = ?", {1, 1}).status();
  };
  ASSERT_THAT(RunInTransaction(*pool_, kNoDeadline, work), IsOk());
  const PoolStats warm = pool_->stats();
  ASSERT_THAT(RunInTransaction(*pool_, kNoDeadline, work), IsOk());
  const PoolStats after = pool_->stats();
  EXPECT_EQ(after.statements - warm.statements, 2);
  EXPECT_EQ(after.prepares - warm.prepares, 0);
  EXPECT_EQ(after.transactions - warm.transactions, 1);
  EXPECT_EQ(after.commits - warm.commits, 1);
  EXPECT_EQ(after.rollbacks - warm.rollbacks, 0);
  EXPECT_EQ(after.reruns - warm.reruns, 0);
}

TEST_F(RunInTransactionTest, DeadlockRerunsTheVictim) {
  // Both hold one row before either asks for the other's.
  std::latch both_hold(2);
  auto add = [&](int first, int second) {
    bool first_run = true;
    return RunInTransaction(*pool_, kNoDeadline, [&](Transaction& transaction) -> absl::Status {
      JUCHU_RETURN_IF_ERROR(transaction.Execute("UPDATE t SET v = v + 1 WHERE id = ?", {first}).status());
      if (std::exchange(first_run, false)) both_hold.arrive_and_wait();
      return transaction.Execute("UPDATE t SET v = v + 1 WHERE id = ?", {second}).status();
    });
  };
  absl::Status other;
  std::thread thread([&] { other = add(2, 1); });
  absl::Status one = add(1, 2);
  thread.join();
  EXPECT_THAT(one, IsOk());
  EXPECT_THAT(other, IsOk());
  EXPECT_EQ(Content(), "1\t2\n2\t2\n");
  EXPECT_GE(pool_->stats().reruns, 1);
  EXPECT_EQ(pool_->stats().commits, 2);
}

TEST_F(RunInTransactionTest, LockWaitTimeoutRollsBackEverything) {
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease holder, pool_->Acquire(kNoDeadline));
  ASSERT_THAT(holder->Begin(false), IsOk());
  ASSERT_THAT(holder->Execute("UPDATE t SET v = 7 WHERE id = 2"), IsOk());
  policy_.max_runs = 2;
  int runs = 0;
  absl::Status status = RunInTransaction(
      *pool_, kNoDeadline,
      [&](Transaction& transaction) -> absl::Status {
        ++runs;
        JUCHU_RETURN_IF_ERROR(transaction.Execute("UPDATE t SET v = v + 1 WHERE id = ?", {1}).status());
        return transaction.Execute("UPDATE t SET v = v + 1 WHERE id = ?", {2}).status();
      },
      policy_);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted, HasReason("TRANSACTION_CONFLICT")));
  EXPECT_EQ(ErrnoOf(status), 1205);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(Content(), "1\t0\n2\t0\n");
}

TEST_F(RunInTransactionTest, OverlookedConflictCannotCommitTheTail) {
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease holder, pool_->Acquire(kNoDeadline));
  ASSERT_THAT(holder->Begin(false), IsOk());
  ASSERT_THAT(holder->Execute("UPDATE t SET v = 7 WHERE id = 2"), IsOk());
  policy_.max_runs = 1;
  absl::Status status = RunInTransaction(
      *pool_, kNoDeadline,
      [&](Transaction& transaction) -> absl::Status {
        transaction.Execute("UPDATE t SET v = 1 WHERE id = ?", {2}).status().IgnoreError();
        EXPECT_THAT(transaction.Execute("UPDATE t SET v = 1 WHERE id = ?", {1}), HasReason("TRANSACTION_CONFLICT"));
        return absl::OkStatus();
      },
      policy_);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(Content(), "1\t0\n2\t0\n");
}

TEST_F(RunInTransactionTest, SessionKilledBeforeCommitRerunsOnANewConnection) {
  int runs = 0;
  std::vector<uint64_t> sessions;
  absl::Status status = RunInTransaction(
      *pool_, kNoDeadline,
      [&](Transaction& transaction) -> absl::Status {
        JUCHU_ASSIGN_OR_RETURN(uint64_t session, SessionOf(transaction));
        sessions.push_back(session);
        JUCHU_RETURN_IF_ERROR(transaction.Execute("UPDATE t SET v = v + 1 WHERE id = ?", {1}).status());
        if (++runs == 1) JUCHU_RETURN_IF_ERROR(KillSessionOf(transaction));
        return transaction.Execute("UPDATE t SET v = v + 1 WHERE id = ?", {2}).status();
      },
      policy_);
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(runs, 2);
  EXPECT_NE(sessions[0], sessions[1]);
  EXPECT_EQ(Content(), "1\t1\n2\t1\n");
  EXPECT_EQ(pool_->stats().discarded, 1);
}

TEST_F(RunInTransactionTest, SessionKilledAtRestRerunsAtBegin) {
  uint64_t id = 0;
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool_->Acquire(kNoDeadline));
    id = lease->id();
  }
  ASSERT_THAT(database_->KillSession(id), IsOk());
  EXPECT_THAT(RunInTransaction(
                  *pool_, kNoDeadline,
                  [](Transaction& transaction) { return transaction.Execute("UPDATE t SET v = 1").status(); }, policy_),
              IsOk());
  EXPECT_EQ(pool_->stats().reruns, 1);
}

TEST_F(RunInTransactionTest, CommitOnAKilledSessionIsUnknownAndNotRerun) {
  int runs = 0;
  absl::Status status = RunInTransaction(
      *pool_, kNoDeadline,
      [&](Transaction& transaction) -> absl::Status {
        ++runs;
        JUCHU_RETURN_IF_ERROR(transaction.Execute("UPDATE t SET v = v + 1 WHERE id = ?", {1}).status());
        return KillSessionOf(transaction);
      },
      policy_);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnknown, HasReason("COMMIT_OUTCOME_UNKNOWN")));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(pool_->stats().unknown_commits, 1);
  EXPECT_EQ(pool_->stats().commits, 0);
  EXPECT_EQ(pool_->stats().discarded, 1);
  EXPECT_EQ(Content(), "1\t0\n2\t0\n");
}

TEST_F(RunInTransactionTest, ServerKilledAtCommitIsUnknownAndTheDatabaseTells) {
  JUCHU_ASSERT_OK_AND_ASSIGN(std::unique_ptr<MariaDbInstance> server, MariaDbInstance::Start());
  JUCHU_ASSERT_OK_AND_ASSIGN(std::unique_ptr<ScopedDatabase> database, ScopedDatabase::Create(*server));
  JUCHU_ASSERT_OK_AND_ASSIGN(std::unique_ptr<Pool> pool, Pool::Create(database->options(), clock_));
  ASSERT_THAT(database->RootSql("CREATE TABLE t (id INT PRIMARY KEY)"), IsOk());
  auto insert = [&](int id) {
    return RunInTransaction(*pool, kNoDeadline, [&](Transaction& transaction) {
      return transaction.Execute("INSERT INTO t VALUES (?)", {id}).status();
    });
  };
  ASSERT_THAT(insert(1), IsOk());
  EXPECT_THAT(RunInTransaction(*pool, kNoDeadline,
                               [&](Transaction& transaction) {
                                 absl::Status status = transaction.Execute("INSERT INTO t VALUES (?)", {2}).status();
                                 server->Kill();
                                 return status;
                               }),
              HasReason("COMMIT_OUTCOME_UNKNOWN"));
  ASSERT_THAT(server->Restart(), IsOk());
  EXPECT_THAT(insert(3), IsOk());
  EXPECT_THAT(database->RootSql("SELECT id FROM t ORDER BY id"), IsOkAndHolds("1\n3\n"));
}

TEST_F(RunInTransactionTest, BacksOffLongerEachTimeAndStopsAfterFourRuns) {
  int runs = 0;
  absl::Status status = RunInTransaction(
      *pool_, kNoDeadline,
      [&](Transaction& transaction) -> absl::Status {
        ++runs;
        // A conflict without another transaction: the server raises the same errno.
        return transaction.Execute("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213").status();
      },
      policy_);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted, HasReason("TRANSACTION_CONFLICT")));
  EXPECT_EQ(runs, 4);
  EXPECT_THAT(slept_, ElementsAre(absl::Microseconds(2500), absl::Milliseconds(5), absl::Milliseconds(10)));
}

TEST_F(RunInTransactionTest, SnapshotConflictReruns) {
  int runs = 0;
  absl::Status status = RunInTransaction(
      *pool_, kNoDeadline,
      [&](Transaction& transaction) -> absl::Status {
        if (++runs > 1) return absl::OkStatus();
        return transaction.Execute("SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1020").status();
      },
      policy_);
  EXPECT_THAT(status, IsOk());
  EXPECT_EQ(runs, 2);
}

TEST_F(RunInTransactionTest, DoesNotRerunBeyondTheDeadline) {
  int runs = 0;
  absl::Status status = RunInTransaction(
      *pool_, clock_.Now() + absl::Milliseconds(2),
      [&](Transaction& transaction) -> absl::Status {
        ++runs;
        return transaction.Execute("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213").status();
      },
      policy_);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(runs, 1);
}

TEST_F(RunInTransactionTest, PassedDeadlineRollsBackBeforeCommit) {
  absl::Status status =
      RunInTransaction(*pool_, clock_.Now() + absl::Seconds(1), [&](Transaction& transaction) -> absl::Status {
        JUCHU_RETURN_IF_ERROR(transaction.Execute("UPDATE t SET v = 9").status());
        clock_.Advance(absl::Seconds(1));
        EXPECT_THAT(transaction.Execute("UPDATE t SET v = 8"), HasReason("DEADLINE_PASSED"));
        return absl::OkStatus();
      });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDeadlineExceeded, HasReason("DEADLINE_PASSED")));
  EXPECT_EQ(Content(), "1\t0\n2\t0\n");
}

TEST_F(RunInTransactionTest, PassedDeadlineDoesNotReachTheDatabase) {
  const PoolStats before = pool_->stats();
  EXPECT_THAT(RunInTransaction(*pool_, clock_.Now(), [](Transaction&) { return absl::OkStatus(); }),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(pool_->stats().transactions, before.transactions);
}

TEST_F(RunInTransactionTest, ReadSnapshotSeesOneMomentAndCannotWrite) {
  TransactionPolicy policy;
  policy.kind = TransactionKind::kReadSnapshot;
  EXPECT_THAT(RunInTransaction(
                  *pool_, kNoDeadline,
                  [&](Transaction& transaction) -> absl::Status {
                    JUCHU_ASSIGN_OR_RETURN(Rows before, transaction.Query("SELECT v FROM t WHERE id = ?", {1}));
                    EXPECT_THAT(database_->RootSql("UPDATE t SET v = 99"), IsOk());
                    JUCHU_ASSIGN_OR_RETURN(Rows after, transaction.Query("SELECT v FROM t WHERE id = ?", {2}));
                    EXPECT_EQ(before.front().Int64(0), 0);
                    EXPECT_EQ(after.front().Int64(0), 0);
                    EXPECT_THAT(transaction.Execute("UPDATE t SET v = 1"), StatusIs(absl::StatusCode::kInternal));
                    return absl::OkStatus();
                  },
                  policy),
              IsOk());
  // The next transaction on the same connection is an ordinary one again.
  EXPECT_THAT(RunInTransaction(*pool_, kNoDeadline,
                               [](Transaction& transaction) -> absl::Status {
                                 JUCHU_ASSIGN_OR_RETURN(Rows rows, transaction.Query("SELECT @@tx_isolation"));
                                 EXPECT_EQ(rows.front().String(0), "READ-COMMITTED");
                                 return transaction.Execute("UPDATE t SET v = 1").status();
                               }),
              IsOk());
}

}  // namespace
}  // namespace juchu::mysql
