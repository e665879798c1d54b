#include "common/migrate/migrator.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "common/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::migrate {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::IsOkAndHolds;
using ::juchu::testing::ScopedDatabase;
using ::juchu::testing::SharedMariaDb;
using ::juchu::testing::StatusIs;

Migration Make(int number, const std::string& name, std::vector<std::string> statements) {
  return {number, name, std::string(63, 'a') + std::to_string(number), std::move(statements)};
}

std::vector<Migration> TwoMigrations() {
  return {Make(1, "first", {"CREATE TABLE a (id INT PRIMARY KEY)", "INSERT INTO a VALUES (1)"}),
          Make(2, "second", {"ALTER TABLE a ADD COLUMN v INT NOT NULL DEFAULT 7"})};
}

class MigratorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(database_, ScopedDatabase::Create(SharedMariaDb()));
    mysql::Options options = database_->options();
    options.pool_size = 2;
    JUCHU_ASSERT_OK_AND_ASSIGN(pool_, mysql::Pool::Create(options, clock_));
  }

  absl::Time Deadline() const { return clock_.Now() + absl::Seconds(60); }
  absl::StatusOr<int> Up(std::vector<Migration> migrations) {
    return Migrator(*pool_, std::move(migrations)).Up(Deadline());
  }
  absl::Status Verify(std::vector<Migration> migrations) {
    return Migrator(*pool_, std::move(migrations)).Verify(Deadline());
  }

  SystemClock clock_;
  std::unique_ptr<ScopedDatabase> database_;
  std::unique_ptr<mysql::Pool> pool_;
};

TEST_F(MigratorTest, UpFromEmptyAppliesAllInOrder) {
  EXPECT_THAT(Verify(TwoMigrations()), StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("SCHEMA_TOO_OLD")));
  EXPECT_THAT(Up(TwoMigrations()), IsOkAndHolds(2));
  EXPECT_THAT(database_->RootSql("SELECT id, v FROM a"), IsOkAndHolds("1\t7\n"));
  EXPECT_THAT(Verify(TwoMigrations()), IsOk());
}

TEST_F(MigratorTest, UpAgainDoesNothing) {
  ASSERT_THAT(Up(TwoMigrations()), IsOkAndHolds(2));
  EXPECT_THAT(Up(TwoMigrations()), IsOkAndHolds(0));
  EXPECT_THAT(database_->RootSql("SELECT COUNT(*) FROM a"), IsOkAndHolds("1\n"));
}

TEST_F(MigratorTest, UpAppliesOnlyWhatIsNew) {
  std::vector<Migration> first = {TwoMigrations()[0]};
  ASSERT_THAT(Up(first), IsOkAndHolds(1));
  EXPECT_THAT(Up(TwoMigrations()), IsOkAndHolds(1));
  // An older release finds a newer schema and is content.
  EXPECT_THAT(Verify(first), IsOk());
  EXPECT_THAT(Up(first), IsOkAndHolds(0));
}

TEST_F(MigratorTest, ChangedFileStopsEverything) {
  ASSERT_THAT(Up({TwoMigrations()[0]}), IsOk());
  std::vector<Migration> changed = TwoMigrations();
  changed[0].checksum[0] = 'f';
  EXPECT_THAT(Verify(changed), StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("MIGRATION_CHANGED")));
  EXPECT_THAT(Up(changed), HasReason("MIGRATION_CHANGED"));
  EXPECT_THAT(database_->RootSql("SELECT COUNT(*) FROM schema_migrations"), IsOkAndHolds("1\n"));
}

TEST_F(MigratorTest, InterruptedMigrationGoesOnWhereItStopped) {
  std::vector<Migration> broken = TwoMigrations();
  broken[1].statements = {"INSERT INTO a VALUES (2)", "INSERT INTO missing VALUES (1)"};
  absl::StatusOr<int> result = Up(broken);
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("MIGRATION_FAILED")));
  EXPECT_THAT(result, HasMetadata("statement", "2"));
  EXPECT_THAT(Verify(broken), HasReason("SCHEMA_TOO_OLD"));
  EXPECT_THAT(CheckSchemaVersion(*pool_, 2, Deadline()), HasReason("SCHEMA_TOO_OLD"));

  // The cause is removed outside; the statement done already is not repeated (it would meet a duplicate key).
  ASSERT_THAT(database_->RootSql("CREATE TABLE missing (id INT)"), IsOk());
  EXPECT_THAT(Up(broken), IsOkAndHolds(1));
  EXPECT_THAT(database_->RootSql("SELECT COUNT(*) FROM a"), IsOkAndHolds("2\n"));
}

TEST_F(MigratorTest, StateTellsPendingAppliedInterruptedAndNewer) {
  std::vector<Migration> migrations = TwoMigrations();
  migrations[1].statements = {"INSERT INTO a VALUES (2)", "INSERT INTO missing VALUES (1)"};
  ASSERT_THAT(Up(migrations), HasReason("MIGRATION_FAILED"));
  ASSERT_THAT(database_->RootSql("INSERT INTO schema_migrations VALUES (4, 'fourth', REPEAT('b', 64), 1, 5, 6)"),
              IsOk());
  migrations.push_back(Make(3, "third", {"SELECT 1"}));
  JUCHU_ASSERT_OK_AND_ASSIGN(std::vector<MigrationState> states, Migrator(*pool_, migrations).State(Deadline()));
  ASSERT_EQ(states.size(), 4u);
  EXPECT_TRUE(states[0].applied_time.has_value());
  EXPECT_FALSE(states[1].applied_time.has_value());
  EXPECT_EQ(states[1].applied_statements, 1);
  EXPECT_FALSE(states[2].applied_time.has_value());
  EXPECT_TRUE(states[2].in_folder);
  EXPECT_FALSE(states[3].in_folder);
  EXPECT_EQ(states[3].name, "fourth");
  EXPECT_EQ(states[3].applied_time, absl::FromUnixMicros(6));
}

TEST_F(MigratorTest, SeveralAtOnceApplyEachMigrationOnce) {
  std::vector<Migration> migrations;
  for (int i = 1; i <= 5; ++i) {
    migrations.push_back(Make(
        i, "m",
        {"CREATE TABLE t" + std::to_string(i) + " (id INT)", "INSERT INTO t" + std::to_string(i) + " VALUES (1)"}));
  }
  int applied[3] = {};
  std::vector<std::thread> threads;
  for (int& count : applied) {
    threads.emplace_back([&] {
      mysql::Options options = database_->options();
      options.pool_size = 2;
      auto pool = mysql::Pool::Create(options, clock_);
      ASSERT_THAT(pool, IsOk());
      absl::StatusOr<int> result = Migrator(**pool, migrations).Up(Deadline());
      ASSERT_THAT(result, IsOk());
      count = *result;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(applied[0] + applied[1] + applied[2], 5);
  EXPECT_THAT(database_->RootSql("SELECT COUNT(*) FROM t1"), IsOkAndHolds("1\n"));
}

TEST_F(MigratorTest, GivesUpWhenAnotherHoldsTheLock) {
  ASSERT_THAT(Up({TwoMigrations()[0]}), IsOk());
  JUCHU_ASSERT_OK_AND_ASSIGN(std::unique_ptr<mysql::Pool> other, mysql::Pool::Create(database_->options(), clock_));
  JUCHU_ASSERT_OK_AND_ASSIGN(mysql::Lease holder, other->Acquire(Deadline()));
  ASSERT_THAT(holder->Begin(false), IsOk());
  ASSERT_THAT(holder->Query("SELECT id FROM schema_migration_lock WHERE id = 1 FOR UPDATE"), IsOk());
  EXPECT_THAT(Migrator(*pool_, TwoMigrations()).Up(clock_.Now() + absl::Milliseconds(100)),
              StatusIs(absl::StatusCode::kDeadlineExceeded, HasReason("MIGRATION_LOCKED")));
  ASSERT_THAT(holder->Rollback(), IsOk());
  EXPECT_THAT(Up(TwoMigrations()), IsOkAndHolds(1));
}

TEST_F(MigratorTest, CheckSchemaVersionRefusesOlderAndAcceptsNewer) {
  EXPECT_THAT(CheckSchemaVersion(*pool_, 1, Deadline()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasReason("SCHEMA_TOO_OLD")));
  ASSERT_THAT(Up(TwoMigrations()), IsOk());
  EXPECT_THAT(CheckSchemaVersion(*pool_, 1, Deadline()), IsOk());
  EXPECT_THAT(CheckSchemaVersion(*pool_, 2, Deadline()), IsOk());
  EXPECT_THAT(CheckSchemaVersion(*pool_, 3, Deadline()), HasReason("SCHEMA_TOO_OLD"));
}

}  // namespace
}  // namespace juchu::migrate
