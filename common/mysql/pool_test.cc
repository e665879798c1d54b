#include "common/mysql/pool.h"

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/testing/fake_clock.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::mysql {
namespace {

using ::juchu::testing::FakeClock;
using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::IsOkAndHolds;
using ::juchu::testing::MariaDbInstance;
using ::juchu::testing::ScopedDatabase;
using ::juchu::testing::SharedMariaDb;
using ::juchu::testing::StatusIs;
using ::testing::Not;

constexpr absl::Time kNoDeadline = absl::InfiniteFuture();

class PoolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(database_, ScopedDatabase::Create(SharedMariaDb()));
    options_ = database_->options();
    options_.pool_size = 2;
    options_.acquire_timeout = absl::Milliseconds(20);
  }

  std::unique_ptr<Pool> MakePool() {
    auto pool = Pool::Create(options_, clock_);
    EXPECT_THAT(pool, IsOk());
    return *std::move(pool);
  }

  FakeClock clock_;
  std::unique_ptr<ScopedDatabase> database_;
  Options options_;
};

TEST_F(PoolTest, CreateRefusesWrongOptionsByName) {
  auto refused = [&](const char* field, auto change) {
    Options options = database_->options();
    change(options);
    EXPECT_THAT(Pool::Create(options, clock_),
                StatusIs(absl::StatusCode::kInvalidArgument, HasMetadata("field", field)));
  };
  refused("host", [](Options& options) { options.host = ""; });
  refused("port", [](Options& options) { options.port = 70000; });
  refused("schema", [](Options& options) { options.schema = ""; });
  refused("user", [](Options& options) { options.user = ""; });
  refused("ca_file", [](Options& options) { options.ca_file = ""; });
  refused("cert_file", [](Options& options) { options.key_file = "key.pem"; });
  refused("pool_size", [](Options& options) { options.pool_size = 0; });
  refused("connect_timeout", [](Options& options) { options.connect_timeout = absl::Milliseconds(10); });
  refused("lock_wait_timeout", [](Options& options) { options.lock_wait_timeout = absl::ZeroDuration(); });
  refused("socket_file", [](Options& options) { options.socket_file = "mysqld.sock", options.ca_file = ""; });
  refused("socket_file", [](Options& options) { options.socket_file = "/nowhere/s", options.ca_file = ""; });
  refused("ca_file", [](Options& options) { options.socket_file = SharedMariaDb().socket_file(); });
}

TEST_F(PoolTest, SocketServesWithoutTls) {
  options_.socket_file = SharedMariaDb().socket_file();
  options_.ca_file = "";
  auto pool = MakePool();
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
  JUCHU_ASSERT_OK_AND_ASSIGN(const Rows rows, lease->Query("SHOW SESSION STATUS LIKE 'Ssl_version'"));
  EXPECT_EQ(rows.front().String(1), "");
}

TEST_F(PoolTest, SocketInAFolderOfEverybodyIsRefused) {
  options_.socket_file = "/tmp/s";
  options_.ca_file = "";
  EXPECT_THAT(Pool::Create(options_, clock_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasMetadata("field", "socket_file")));
}

TEST_F(PoolTest, SocketThatNobodyServesIsUnavailable) {
  options_.socket_file = SharedMariaDb().socket_file() + "-none";
  options_.ca_file = "";
  EXPECT_THAT(Pool::Create(options_, clock_), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(PoolTest, CreateFailsWhenTheDatabaseIsNotWhatItShouldBe) {
  options_.ca_file = SharedMariaDb().wrong_ca_file();
  EXPECT_THAT(Pool::Create(options_, clock_),
              StatusIs(absl::StatusCode::kUnavailable, HasReason("DATABASE_TLS_REFUSED")));
}

TEST_F(PoolTest, LendsTheConnectionReturnedLast) {
  std::unique_ptr<Pool> pool = MakePool();
  uint64_t returned_first = 0;
  uint64_t returned_last = 0;
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease last, pool->Acquire(kNoDeadline));
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease first, pool->Acquire(kNoDeadline));
    returned_first = first->id();
    returned_last = last->id();
    EXPECT_EQ(pool->stats().in_use, 2);
    EXPECT_EQ(pool->stats().idle, 0);
  }
  EXPECT_EQ(pool->stats().in_use, 0);
  EXPECT_EQ(pool->stats().idle, 2);
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease again, pool->Acquire(kNoDeadline));
  EXPECT_EQ(again->id(), returned_last);
  EXPECT_NE(again->id(), returned_first);
  EXPECT_EQ(pool->stats().created, 2);
}

TEST_F(PoolTest, RefusesWhenAllAreLent) {
  std::unique_ptr<Pool> pool = MakePool();
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease first, pool->Acquire(kNoDeadline));
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease second, pool->Acquire(kNoDeadline));
  EXPECT_THAT(pool->Acquire(kNoDeadline), StatusIs(absl::StatusCode::kResourceExhausted, HasReason("POOL_EXHAUSTED")));
  EXPECT_EQ(pool->stats().exhausted, 1);
  EXPECT_EQ(pool->stats().waiting, 0);
}

TEST_F(PoolTest, WaiterGetsTheConnectionThatBecomesFree) {
  options_.pool_size = 1;
  options_.acquire_timeout = absl::Seconds(60);
  std::unique_ptr<Pool> pool = MakePool();
  absl::StatusOr<Lease> lease = pool->Acquire(kNoDeadline);
  ASSERT_THAT(lease, IsOk());
  const uint64_t id = (*lease)->id();
  uint64_t waiter_id = 0;
  std::thread waiter([&] {
    auto waited = pool->Acquire(kNoDeadline);
    if (waited.ok()) waiter_id = (*waited)->id();
  });
  while (pool->stats().waiting == 0) std::this_thread::yield();
  lease = absl::CancelledError();
  waiter.join();
  EXPECT_EQ(waiter_id, id);
}

TEST_F(PoolTest, DeadlineShortensTheWait) {
  options_.pool_size = 1;
  options_.acquire_timeout = absl::Hours(1);
  std::unique_ptr<Pool> pool = MakePool();
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
  EXPECT_THAT(pool->Acquire(clock_.Now() + absl::Milliseconds(10)), HasReason("POOL_EXHAUSTED"));
  EXPECT_THAT(pool->Acquire(clock_.Now()), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(PoolTest, BrokenConnectionIsDiscardedAndReplaced) {
  std::unique_ptr<Pool> pool = MakePool();
  uint64_t killed = 0;
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
    killed = lease->id();
    ASSERT_THAT(database_->KillSession(killed), IsOk());
    EXPECT_THAT(lease->Query("SELECT 1"), StatusIs(absl::StatusCode::kUnavailable));
  }
  EXPECT_EQ(pool->stats().discarded, 1);
  EXPECT_EQ(pool->stats().idle, 0);
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
  EXPECT_NE(lease->id(), killed);
  EXPECT_THAT(lease->Query("SELECT 1"), IsOk());
}

TEST_F(PoolTest, LongIdleConnectionIsPingedBeforeItIsLent) {
  std::unique_ptr<Pool> pool = MakePool();
  uint64_t killed = 0;
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
    killed = lease->id();
  }
  ASSERT_THAT(database_->KillSession(killed), IsOk());
  clock_.Advance(options_.idle_check_after);
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
  EXPECT_THAT(lease->Query("SELECT 1"), IsOk());
  EXPECT_EQ(pool->stats().discarded, 1);
}

TEST_F(PoolTest, OneBrokenConnectionMakesTheOthersSuspect) {
  std::unique_ptr<Pool> pool = MakePool();
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease first, pool->Acquire(kNoDeadline));
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease second, pool->Acquire(kNoDeadline));
    ASSERT_THAT(database_->KillSession(first->id()), IsOk());
    ASSERT_THAT(database_->KillSession(second->id()), IsOk());
  }
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
    EXPECT_THAT(lease->Query("SELECT 1"), Not(IsOk()));
  }
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
  EXPECT_THAT(lease->Query("SELECT 1"), IsOk());
}

TEST_F(PoolTest, OldConnectionIsReplaced) {
  std::unique_ptr<Pool> pool = MakePool();
  uint64_t old = 0;
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
    old = lease->id();
  }
  clock_.Advance(options_.max_lifetime);
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
  EXPECT_NE(lease->id(), old);
}

TEST_F(PoolTest, ReturnRollsBackAnOpenTransaction) {
  std::unique_ptr<Pool> pool = MakePool();
  uint64_t id = 0;
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
    id = lease->id();
    ASSERT_THAT(lease->Execute("CREATE TABLE t (a INT)"), IsOk());
    ASSERT_THAT(lease->Begin(false), IsOk());
    ASSERT_THAT(lease->Execute("INSERT INTO t VALUES (1)"), IsOk());
  }
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
  EXPECT_EQ(lease->id(), id);
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, lease->Query("SELECT COUNT(*), @@in_transaction FROM t"));
  EXPECT_EQ(rows.front().Int64(0), 0);
  EXPECT_EQ(rows.front().Int64(1), 0);
}

TEST_F(PoolTest, ComesBackAfterTheServerWasKilled) {
  JUCHU_ASSERT_OK_AND_ASSIGN(std::unique_ptr<MariaDbInstance> server, MariaDbInstance::Start());
  JUCHU_ASSERT_OK_AND_ASSIGN(std::unique_ptr<ScopedDatabase> database, ScopedDatabase::Create(*server));
  JUCHU_ASSERT_OK_AND_ASSIGN(std::unique_ptr<Pool> pool, Pool::Create(database->options(), clock_));
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
    ASSERT_THAT(lease->Execute("CREATE TABLE t (a INT)"), IsOk());
    ASSERT_THAT(lease->Execute("INSERT INTO t VALUES (?)", {7}), IsOk());
  }
  server->Kill();
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
    EXPECT_THAT(lease->Query("SELECT 1"), StatusIs(absl::StatusCode::kUnavailable));
  }
  EXPECT_THAT(pool->Acquire(kNoDeadline), StatusIs(absl::StatusCode::kUnavailable, HasReason("DATABASE_UNAVAILABLE")));
  EXPECT_EQ(pool->stats().in_use, 0);
  ASSERT_THAT(server->Restart(), IsOk());
  JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, lease->Query("SELECT a FROM t"));
  EXPECT_EQ(rows.front().Int64(0), 7);
}

TEST_F(PoolTest, ManyThreadsShareFewConnections) {
  options_.pool_size = 3;
  options_.acquire_timeout = absl::Seconds(60);
  std::unique_ptr<Pool> pool = MakePool();
  {
    JUCHU_ASSERT_OK_AND_ASSIGN(Lease lease, pool->Acquire(kNoDeadline));
    ASSERT_THAT(lease->Execute("CREATE TABLE t (a INT)"), IsOk());
    ASSERT_THAT(lease->Execute("INSERT INTO t VALUES (0)"), IsOk());
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) {
        auto lease = pool->Acquire(kNoDeadline);
        ASSERT_THAT(lease, IsOk());
        ASSERT_THAT((*lease)->Execute("UPDATE t SET a = a + ?", {1}), IsOkAndHolds(1));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(database_->RootSql("SELECT a FROM t"), IsOkAndHolds("160\n"));
  EXPECT_LE(pool->stats().created, 3);
  EXPECT_EQ(pool->stats().in_use, 0);
}

}  // namespace
}  // namespace juchu::mysql
