#include "common/mysql/connection.h"

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/mysql/counters.h"
#include "common/mysql/errors.h"
#include "common/mysql/row_writer.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::mysql {
namespace {

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOk;
using ::juchu::testing::IsOkAndHolds;
using ::juchu::testing::MariaDbInstance;
using ::juchu::testing::ScopedDatabase;
using ::juchu::testing::SharedMariaDb;
using ::juchu::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

class ConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(database_, ScopedDatabase::Create(SharedMariaDb()));
    JUCHU_ASSERT_OK_AND_ASSIGN(connection_, Connection::Open(database_->options(), counters_));
  }

  // The server's own count of a kind of command of our session.
  int64_t ServerCount(const std::string& name) {
    auto rows = connection_->Query(absl::StrCat("SHOW SESSION STATUS LIKE '", name, "'"));
    return rows->front().Int64(1);
  }

  Counters counters_;
  std::unique_ptr<ScopedDatabase> database_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, SessionIsSetUp) {
  JUCHU_ASSERT_OK_AND_ASSIGN(
      Rows rows, connection_->Query("SELECT @@tx_isolation, @@time_zone, @@sql_mode, @@innodb_lock_wait_timeout,"
                                    " @@max_statement_time, @@idle_transaction_timeout, @@character_set_client,"
                                    " @@character_set_results, @@autocommit, DATABASE(), CONNECTION_ID()"));
  Row row = rows.front();
  EXPECT_EQ(row.String(0), "READ-COMMITTED");
  EXPECT_EQ(row.String(1), "+00:00");
  EXPECT_THAT(row.String(2), HasSubstr("STRICT_ALL_TABLES"));
  EXPECT_EQ(row.Int64(3), 2);
  EXPECT_EQ(row.String(4), "10.000000");
  EXPECT_EQ(row.Int64(5), 10);
  EXPECT_EQ(row.String(6), "utf8mb4");
  EXPECT_EQ(row.String(7), "utf8mb4");
  EXPECT_EQ(row.Int64(8), 1);
  EXPECT_EQ(row.String(9), database_->name());
  EXPECT_EQ(row.UInt64(10), connection_->id());
}

TEST_F(ConnectionTest, LineIsEncrypted) {
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, connection_->Query("SHOW SESSION STATUS LIKE 'Ssl_version'"));
  EXPECT_THAT(rows.front().String(1), HasSubstr("TLS"));
}

TEST_F(ConnectionTest, OpenRefusesAPlaintextServer) {
  ::juchu::testing::MariaDbOptions plaintext;
  plaintext.tls = false;
  JUCHU_ASSERT_OK_AND_ASSIGN(std::unique_ptr<MariaDbInstance> server, MariaDbInstance::Start(plaintext));
  JUCHU_ASSERT_OK_AND_ASSIGN(std::unique_ptr<ScopedDatabase> database, ScopedDatabase::Create(*server));
  auto connection = Connection::Open(database->options(), counters_);
  EXPECT_THAT(connection, StatusIs(absl::StatusCode::kUnavailable, HasReason("DATABASE_TLS_REFUSED")));
  // The account exists: with a plaintext client the same words open a session.
  EXPECT_THAT(server->RootSql("SELECT 1"), IsOkAndHolds("1\n"));
}

TEST_F(ConnectionTest, OpenRefusesAServerOfAnotherAuthority) {
  Options options = database_->options();
  options.ca_file = SharedMariaDb().wrong_ca_file();
  EXPECT_THAT(Connection::Open(options, counters_),
              StatusIs(absl::StatusCode::kUnavailable, HasReason("DATABASE_TLS_REFUSED")));
  options.ca_file = "/nonexistent/ca.pem";
  EXPECT_THAT(Connection::Open(options, counters_), Not(IsOk()));
}

TEST_F(ConnectionTest, OpenRefusesACertificateForAnotherName) {
  Options by_address = database_->options();
  Options by_name = database_->options();
  by_name.host = "localhost";
  EXPECT_THAT(Connection::Open(by_name, counters_), IsOk());
  EXPECT_THAT(Connection::Open(by_address, counters_), IsOk());

  ASSERT_THAT(SharedMariaDb().UseCertificateFor("DNS:elsewhere.invalid,IP:127.0.0.2"), IsOk());
  EXPECT_THAT(Connection::Open(by_name, counters_), HasReason("DATABASE_TLS_REFUSED"));
  EXPECT_THAT(Connection::Open(by_address, counters_), HasReason("DATABASE_TLS_REFUSED"));

  ASSERT_THAT(SharedMariaDb().UseCertificateFor("DNS:localhost,IP:127.0.0.1"), IsOk());
  EXPECT_THAT(Connection::Open(by_address, counters_), IsOk());
}

TEST_F(ConnectionTest, OpenRefusesAWrongPasswordWithoutTellingIt) {
  Options options = database_->options();
  options.password = "wrong-password";
  absl::Status status = Connection::Open(options, counters_).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal, HasMetadata("mysql_errno", "1045")));
  EXPECT_THAT(status.ToString(), Not(HasSubstr("wrong-password")));
}

TEST_F(ConnectionTest, OpenSaysWhenNothingListens) {
  Options options = database_->options();
  options.port = 1;
  EXPECT_THAT(Connection::Open(options, counters_),
              StatusIs(absl::StatusCode::kUnavailable, HasReason("DATABASE_UNAVAILABLE")));
}

TEST_F(ConnectionTest, LocalInfileIsOff) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (a TEXT)"), IsOk());
  EXPECT_THAT(connection_->Execute("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t"), Not(IsOk()));
}

TEST_F(ConnectionTest, ScriptOfSeveralStatementsIsRefused) {
  EXPECT_THAT(connection_->Execute("SET @a = 1; SET @a = 2"), Not(IsOk()));
}

TEST_F(ConnectionTest, EveryByteSurvivesABlob) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (id INT PRIMARY KEY, b MEDIUMBLOB, f BINARY(32))"), IsOk());
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (int i = 255; i >= 0; --i) bytes += static_cast<char>(i);
  // Beyond 256 KiB the library sends a value in pieces before the statement.
  std::string large;
  while (large.size() < 3 << 20) large += bytes;
  const std::string hash(32, '\x9c');
  const std::vector<std::string> values = {
      bytes, "", std::string(1, '\0'), std::string("\xff\xfe\x80\0\0", 5), large, "short again"};
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (?, ?, ?)", {i, values[i], hash}), IsOkAndHolds(1));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, connection_->Query("SELECT b, f, LENGTH(b) FROM t WHERE id = ?", {i}));
    EXPECT_TRUE(rows.front().String(0) == values[i]) << "value " << i;
    EXPECT_EQ(rows.front().String(1), hash);
    EXPECT_EQ(rows.front().UInt64(2), values[i].size());
  }
  // The text protocol, used without parameters, is as safe.
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, connection_->Query("SELECT b FROM t ORDER BY id"));
  for (size_t i = 0; i < values.size(); ++i) EXPECT_TRUE(rows[i].String(0) == values[i]) << "value " << i;
}

TEST_F(ConnectionTest, FourByteCharactersSurviveText) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (v VARCHAR(50) CHARACTER SET utf8mb4)"), IsOk());
  const std::string name = "𠮷野家 髙﨑 👩‍👩‍👧 ￥~－";
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (?)", {name}), IsOkAndHolds(1));
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, connection_->Query("SELECT v FROM t WHERE v = ?", {name}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows.front().String(0), name);
  // And it is text for others too, not bytes in disguise.
  EXPECT_THAT(database_->RootSql("SELECT v, CHAR_LENGTH(v) FROM t"), IsOkAndHolds(HasSubstr(name)));
}

TEST_F(ConnectionTest, NumbersKeepTheirSignAndRange) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (id INT PRIMARY KEY, s BIGINT, u BIGINT UNSIGNED, t TINYINT,"
                                   " ut TINYINT UNSIGNED, n BIGINT NULL)"),
              IsOk());
  constexpr char kInsert[] = "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)";
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  ASSERT_THAT(connection_->Execute(kInsert, {1, kLeast, kMost, -128, 255, std::nullopt}), IsOk());
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, connection_->Query("SELECT s, u, t, ut, n FROM t WHERE id = ?", {1}));
  EXPECT_EQ(rows.front().Int64(0), kLeast);
  EXPECT_EQ(rows.front().UInt64(1), kMost);
  EXPECT_EQ(rows.front().Int64(2), -128);
  EXPECT_EQ(rows.front().Int64(3), 255);
  EXPECT_TRUE(rows.front().IsNull(4));
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows sum, connection_->Query("SELECT SUM(t), COUNT(*), MAX(n) FROM t"));
  EXPECT_EQ(sum.front().Int64(0), -128);
  EXPECT_EQ(sum.front().Int64(1), 1);
  EXPECT_EQ(sum.front().OptionalInt64(2), std::nullopt);
}

// The library remembers a placeholder's "unsigned"; without care -1 would follow as 18446744073709551615.
TEST_F(ConnectionTest, NegativeNumberAfterAHugeOneInTheSameStatement) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (v DECIMAL(30) NULL)"), IsOk());
  constexpr char kInsert[] = "INSERT INTO t VALUES (?)";
  for (const Value& value : {Value(std::numeric_limits<uint64_t>::max()), Value(-1), Value(), Value("5"), Value(-2),
                             Value(uint64_t{3}), Value(-4)}) {
    ASSERT_THAT(connection_->Execute(kInsert, {value}), IsOk());
  }
  EXPECT_THAT(database_->RootSql("SELECT GROUP_CONCAT(COALESCE(v, 'NULL') SEPARATOR ' ') FROM t"),
              IsOkAndHolds("18446744073709551615 -1 NULL 5 -2 3 -4\n"));
}

TEST_F(ConnectionTest, DatesAreText) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (d DATE NULL)"), IsOk());
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (?)", {"2024-02-29"}), IsOk());
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, connection_->Query("SELECT d FROM t WHERE d >= ?", {"2024-02-01"}));
  EXPECT_EQ(rows.front().String(0), "2024-02-29");
}

TEST_F(ConnectionTest, ExecuteCountsMatchedRows) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)"), IsOk());
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (1, 5), (2, 5)"), IsOkAndHolds(2));
  EXPECT_THAT(connection_->Execute("UPDATE t SET v = ? WHERE v = ?", {5, 5}), IsOkAndHolds(2));
  EXPECT_THAT(connection_->Execute("UPDATE t SET v = 5"), IsOkAndHolds(2));
  EXPECT_THAT(connection_->Execute("UPDATE t SET v = ? WHERE id = ?", {6, 3}), IsOkAndHolds(0));
  EXPECT_THAT(connection_->Execute("INSERT INTO t VALUES (?, ?) ON DUPLICATE KEY UPDATE v = VALUES(v)", {1, 5}),
              IsOkAndHolds(1));
  EXPECT_THAT(connection_->Execute("INSERT INTO t VALUES (?, ?) ON DUPLICATE KEY UPDATE v = VALUES(v)", {1, 6}),
              IsOkAndHolds(2));
}

TEST_F(ConnectionTest, PreparedStatementCostsOneRoundTripOnceWarm) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (id INT PRIMARY KEY, v BLOB)"), IsOk());
  constexpr char kInsert[] = "INSERT INTO t VALUES (?, ?)";
  ASSERT_THAT(connection_->Execute(kInsert, {0, "x"}), IsOk());
  const int64_t prepares = ServerCount("Com_stmt_prepare");
  const int64_t questions = ServerCount("Questions");
  for (int i = 1; i <= 10; ++i) ASSERT_THAT(connection_->Execute(kInsert, {i, "x"}), IsOk());
  // Ten executions, and the question for the count itself.
  EXPECT_EQ(ServerCount("Questions") - questions, 10 + 1);
  EXPECT_EQ(ServerCount("Com_stmt_prepare"), prepares);
}

TEST_F(ConnectionTest, StatementCacheIsBounded) {
  Options options = database_->options();
  options.statement_cache_size = 3;
  JUCHU_ASSERT_OK_AND_ASSIGN(connection_, Connection::Open(options, counters_));
  for (int i = 0; i < 10; ++i) {
    ASSERT_THAT(connection_->Query(absl::StrCat("SELECT ?, ", i), {i}), IsOk());
  }
  EXPECT_THAT(database_->RootSql("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
                                 " WHERE VARIABLE_NAME = 'Prepared_stmt_count'"),
              IsOkAndHolds("3\n"));
  const int64_t prepares = counters_.prepares;
  ASSERT_THAT(connection_->Query("SELECT ?, 9", {1}), IsOk());
  EXPECT_EQ(counters_.prepares, prepares);
  ASSERT_THAT(connection_->Query("SELECT ?, 0", {1}), IsOk());
  EXPECT_EQ(counters_.prepares, prepares + 1);
}

TEST_F(ConnectionTest, TransactionBeginsWithItsFirstStatement) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (id INT PRIMARY KEY)"), IsOk());
  const auto insert_two = [&](int id) {
    ASSERT_THAT(connection_->Begin(/*snapshot=*/false), IsOk());
    ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (?)", {id}), IsOk());
    ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (?)", {id + 1}), IsOk());
  };
  insert_two(1);
  ASSERT_THAT(connection_->Commit(), IsOk());
  insert_two(3);
  EXPECT_THAT(database_->RootSql("SELECT COUNT(*) FROM t"), IsOkAndHolds("2\n")) << "nobody sees it before it ends";
  ASSERT_THAT(connection_->Rollback(), IsOk());
  insert_two(5);
  const int64_t questions = ServerCount("Questions");
  ASSERT_THAT(connection_->Commit(), IsOk());
  insert_two(7);
  // COMMIT, two rows, and the question for the count itself.
  EXPECT_EQ(ServerCount("Questions") - questions, 4);
  ASSERT_THAT(connection_->Commit(), IsOk());
  EXPECT_THAT(database_->RootSql("SELECT SUM(id) FROM t"), IsOkAndHolds("29\n"));
}

TEST_F(ConnectionTest, StatementOutsideATransactionCommitsByItselfAfterOneToo) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (id INT PRIMARY KEY)"), IsOk());
  ASSERT_THAT(connection_->Begin(/*snapshot=*/false), IsOk());
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (1)"), IsOk());
  ASSERT_THAT(connection_->Commit(), IsOk());
  EXPECT_TRUE(connection_->awaits_transaction());
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (2)"), IsOk());
  EXPECT_FALSE(connection_->awaits_transaction());
  EXPECT_THAT(database_->RootSql("SELECT COUNT(*) FROM t"), IsOkAndHolds("2\n"));
  ASSERT_THAT(connection_->Begin(/*snapshot=*/false), IsOk());
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (3)"), IsOk());
  ASSERT_THAT(connection_->Rollback(), IsOk());
  JUCHU_ASSERT_OK_AND_ASSIGN(const Rows rows, connection_->Query("SELECT COUNT(*) FROM t"));
  EXPECT_EQ(rows.front().Int64(0), 2);
  // A row that it has read only is locked by nobody and held by nothing.
  ASSERT_THAT(database_->RootSql("SET lock_wait_timeout = 1; ALTER TABLE t ADD COLUMN v INT"), IsOk());
}

// Batches of any length are written whole, and by statements that stay prepared.
TEST_F(ConnectionTest, RowsOfManyBatchesAreWrittenByFewPreparedStatements) {
  constexpr size_t kColumns = 20;
  std::string columns = "c0 INT";
  for (size_t i = 1; i < kColumns; ++i) absl::StrAppend(&columns, ", c", i, " INT");
  ASSERT_THAT(connection_->Execute(absl::StrCat("CREATE TABLE t (", columns, ")")), IsOk());
  int64_t written = 0;
  const auto write = [&](int rows) {
    RowWriter writer(*connection_, "INSERT INTO t VALUES ", RowPlaceholders(kColumns));
    for (int i = 0; i < rows; ++i) {
      Params row(kColumns, Value(i));
      row.front() = Value(written++);
      EXPECT_THAT(writer.Add(std::move(row)), IsOk());
    }
    EXPECT_THAT(writer.Flush(), IsOk());
  };
  for (int rows = 52; rows < 300; ++rows) write(rows);
  // 1, 2, ... 51 rows, and 32, 64 and 128 of more.
  EXPECT_LE(counters_.prepares, 51 + 2);
  EXPECT_THAT(database_->RootSql("SELECT COUNT(DISTINCT c0) = COUNT(*), COUNT(*) FROM t"),
              IsOkAndHolds(absl::StrCat("1\t", written, "\n")));
  const int64_t statements = counters_.statements;
  write(51);
  EXPECT_EQ(counters_.statements, statements + 1) << "what is short goes at once";
  write(0);
  EXPECT_EQ(counters_.statements, statements + 1);
}

TEST_F(ConnectionTest, StatementWithTheMostPlaceholdersWorks) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (a INT, b INT, c VARCHAR(20), d BLOB, e BIGINT)"), IsOk());
  const size_t rows = MaxRows(5);
  JUCHU_ASSERT_OK_AND_ASSIGN(std::string sql, RepeatRows("INSERT INTO t VALUES ", "(?,?,?,?,?)", rows));
  Params params;
  for (size_t i = 0; i < rows; ++i) {
    for (Value& value : std::vector<Value>{i, -1, "text", std::string("\0\xff", 2), std::nullopt}) {
      params.push_back(std::move(value));
    }
  }
  EXPECT_THAT(connection_->Execute(sql, params), IsOkAndHolds(static_cast<int64_t>(rows)));
  EXPECT_THAT(database_->RootSql("SELECT COUNT(DISTINCT a), SUM(b), MAX(HEX(d)), COUNT(e) FROM t"),
              IsOkAndHolds(absl::StrCat(rows, "\t-", rows, "\t00FF\t0\n")));
}

TEST_F(ConnectionTest, WrongNumberOfParametersIsAnErrorAndHarmless) {
  EXPECT_THAT(connection_->Query("SELECT ?, ?", {1}),
              StatusIs(absl::StatusCode::kInternal, HasReason("STATEMENT_PARAMETERS")));
  EXPECT_THAT(connection_->Query("SELECT ?, ?", {1, 2}), IsOk());
}

TEST_F(ConnectionTest, ErrorOfTheServerLeavesTheConnectionSound) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (id INT PRIMARY KEY, v INT, UNIQUE KEY by_v (v))"), IsOk());
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (?, ?)", {1, 1}), IsOk());
  EXPECT_THAT(connection_->Execute("INSERT INTO t VALUES (?, ?)", {2, 1}),
              StatusIs(absl::StatusCode::kAlreadyExists, HasMetadata("key", "by_v")));
  EXPECT_THAT(connection_->Execute("INSERT INTO t VALUES (?, ?)", {1, 2}), HasMetadata("key", "PRIMARY"));
  EXPECT_THAT(connection_->Query("SELECT nothing FROM t"),
              StatusIs(absl::StatusCode::kInternal, HasReason("DATABASE_ERROR")));
  EXPECT_FALSE(connection_->broken());
  EXPECT_THAT(connection_->Query("SELECT 1"), IsOk());
}

TEST_F(ConnectionTest, PreparedStatementSurvivesAChangeOfItsTable) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (a INT)"), IsOk());
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (1)"), IsOk());
  constexpr char kSelect[] = "SELECT a FROM t WHERE a >= ?";
  ASSERT_THAT(connection_->Query(kSelect, {0}), IsOk());
  ASSERT_THAT(connection_->Execute("ALTER TABLE t MODIFY a VARCHAR(20) NOT NULL, ADD b INT FIRST"), IsOk());
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, connection_->Query(kSelect, {0}));
  EXPECT_EQ(rows.front().String(0), "1");
}

TEST_F(ConnectionTest, SlowStatementIsEndedByTheServer) {
  Options options = database_->options();
  options.statement_timeout = absl::Milliseconds(50);
  JUCHU_ASSERT_OK_AND_ASSIGN(connection_, Connection::Open(options, counters_));
  EXPECT_THAT(connection_->Query("SELECT COUNT(*) FROM seq_1_to_100000 a, seq_1_to_100000 b WHERE a.seq + b.seq = 0"),
              StatusIs(absl::StatusCode::kDeadlineExceeded, HasReason("STATEMENT_TIMEOUT")));
  EXPECT_FALSE(connection_->broken());
}

TEST_F(ConnectionTest, KilledSessionIsBrokenForGood) {
  ASSERT_THAT(database_->KillSession(connection_->id()), IsOk());
  EXPECT_THAT(connection_->Query("SELECT ?", {1}),
              StatusIs(absl::StatusCode::kUnavailable, HasReason("DATABASE_UNAVAILABLE")));
  EXPECT_TRUE(connection_->broken());
  // No silent reconnection: a transaction would be lost with it.
  EXPECT_THAT(connection_->Query("SELECT 1"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(connection_->Ping());
}

TEST_F(ConnectionTest, CommitOnAKilledSessionIsAnError) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (id INT PRIMARY KEY)"), IsOk());
  ASSERT_THAT(connection_->Begin(false), IsOk());
  ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (?)", {1}), IsOk());
  ASSERT_THAT(database_->KillSession(connection_->id()), IsOk());
  EXPECT_THAT(connection_->Commit(), Not(IsOk()));
  EXPECT_THAT(database_->RootSql("SELECT COUNT(*) FROM t"), IsOkAndHolds("0\n"));
}

// Keys are ASCII columns and parameters arrive as utf8mb4: the server must still use the index.
TEST_F(ConnectionTest, ParameterForAnAsciiKeyUsesTheIndex) {
  ASSERT_THAT(connection_->Execute("CREATE TABLE t (tenant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,"
                                   " order_number CHAR(16) CHARACTER SET ascii COLLATE ascii_bin,"
                                   " PRIMARY KEY (tenant_id, order_number))"),
              IsOk());
  for (int i = 0; i < 200; ++i) {
    ASSERT_THAT(connection_->Execute("INSERT INTO t VALUES (?, ?)", {"tenant", absl::StrCat("ORDER", i)}), IsOk());
  }
  const int64_t by_key = ServerCount("Handler_read_key");
  const int64_t scans = ServerCount("Handler_read_first");
  const int64_t steps = ServerCount("Handler_read_next");
  JUCHU_ASSERT_OK_AND_ASSIGN(Rows rows, connection_->Query("SELECT order_number FROM t WHERE tenant_id = ? AND"
                                                           " order_number IN (?, ?) FOR UPDATE",
                                                           {"tenant", "ORDER7", "ORDER8"}));
  EXPECT_EQ(rows.size(), 2u);
  EXPECT_EQ(ServerCount("Handler_read_key") - by_key, 2);
  EXPECT_EQ(ServerCount("Handler_read_first"), scans);
  EXPECT_EQ(ServerCount("Handler_read_next"), steps);
}

}  // namespace
}  // namespace juchu::mysql
