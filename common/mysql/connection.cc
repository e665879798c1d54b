#include "common/mysql/connection.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/parameter_metadata.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <exception>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/fault/fault.h"
#include "common/mysql/connect_options.h"
#include "common/mysql/connector_values.h"
#include "common/mysql/counters.h"
#include "common/mysql/errors.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace juchu::mysql {
namespace {

constexpr int kConnectionLost = 2013;
constexpr int kTlsError = 2026;

// MySQL and MariaDB name the statement limit, the idle limit and the isolation level differently; each runs only the
// comments meant for it.
constexpr absl::string_view kSetIsolation = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
constexpr absl::string_view kDescribeSession =
    "SELECT CONNECTION_ID(), /*M! @@SESSION.tx_isolation */ /*!80000 @@SESSION.transaction_isolation */";
constexpr absl::string_view kShowCipher = "SHOW SESSION STATUS LIKE 'Ssl_cipher'";

// The first call is not thread-safe in the library; a local static makes it so.
sql::Driver& Driver() {
  static sql::Driver* const driver = get_driver_instance();
  return *driver;
}

// The library asks for a start and an end in every thread that uses it. With today's client library both do nothing.
void PrepareThread() {
  struct Guard {
    Guard() { Driver().threadInit(); }
    ~Guard() { Driver().threadEnd(); }
  };
  thread_local Guard guard;
  static_cast<void>(guard);
}

}  // namespace

class Connection::Impl {
 public:
  Impl(std::unique_ptr<sql::Connection> connection, const Options& options, Counters& counters)
      : connection_(std::move(connection)),
        cache_size_(static_cast<size_t>(options.statement_cache_size)),
        counters_(counters) {}

  ~Impl() {
    // Statements refer to the connection and go before it.
    index_.clear();
    try {
      cache_.clear();
      text_.reset();
      connection_.reset();
    } catch (const std::exception&) {
      // Closing a dead line may throw; there is nothing left to save.
    }
  }

  absl::Status SetUp(const Options& options) {
    absl::StatusOr<int64_t> set = RunText(SetSession(options));
    if (!set.ok()) return set.status();
    set = RunText(kSetIsolation);
    if (!set.ok()) return set.status();
    JUCHU_ASSIGN_OR_RETURN(Rows session, QueryText(kDescribeSession));
    if (session.size() != 1 || session.front().String(1) != "READ-COMMITTED") {
      return MakeError(absl::StatusCode::kInternal, "DATABASE_SESSION", "the isolation level did not take effect");
    }
    id_ = session.front().UInt64(0);
    JUCHU_ASSIGN_OR_RETURN(Rows cipher, QueryText(kShowCipher));
    if (options.socket_file.empty() && (cipher.size() != 1 || cipher.front().String(1).empty())) {
      return MakeError(absl::StatusCode::kInternal, "DATABASE_SESSION", "the line to the database is not encrypted");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Rows> QueryText(absl::string_view sql) {
    return Guard<Rows>([&] {
      std::unique_ptr<sql::ResultSet> result(Text().executeQuery(sql::SQLString(std::string(sql))));
      return ReadRows(*result);
    });
  }

  absl::StatusOr<int64_t> RunText(absl::string_view sql) {
    return Guard<int64_t>([&] { return static_cast<int64_t>(Text().executeUpdate(sql::SQLString(std::string(sql)))); });
  }

  absl::StatusOr<Rows> Query(absl::string_view sql, const Params& params) {
    ++counters_.statements;
    if (params.empty()) return QueryText(sql);
    return WithPrepared<Rows>(sql, params, [](sql::PreparedStatement& statement) {
      std::unique_ptr<sql::ResultSet> result(statement.executeQuery());
      return ReadRows(*result);
    });
  }

  absl::StatusOr<int64_t> Execute(absl::string_view sql, const Params& params) {
    ++counters_.statements;
    if (params.empty()) return RunText(sql);
    return WithPrepared<int64_t>(
        sql, params, [](sql::PreparedStatement& statement) { return static_cast<int64_t>(statement.executeUpdate()); });
  }

  bool Ping() {
    absl::StatusOr<bool> alive = Guard<bool>([&] { return connection_->isValid(); });
    if (!alive.ok() || !*alive) broken_ = true;
    return !broken_;
  }

  absl::Status Control(absl::string_view sql) { return RunText(sql).status(); }

  // Whether each statement is a transaction of its own.
  absl::Status SetAutocommit(bool on) {
    if (autocommit_ == on) return absl::OkStatus();
    JUCHU_RETURN_IF_ERROR(Control(on ? "SET autocommit = 1" : "SET autocommit = 0"));
    autocommit_ = on;
    return absl::OkStatus();
  }
  bool autocommit() const { return autocommit_; }

  bool broken() const { return broken_; }
  void set_broken() { broken_ = true; }
  // As if the line had been cut: for fault points.
  absl::Status Lose() {
    broken_ = true;
    return MakeMysqlError(kConnectionLost, "HY000", "the line was cut by a fault point");
  }
  uint64_t id() const { return id_; }
  Counters& counters() { return counters_; }

  bool in_transaction = false;

 private:
  struct Prepared {
    std::string sql;
    std::unique_ptr<sql::PreparedStatement> statement;
  };

  // The one place where the library's exceptions end.
  template <typename T, typename Fn>
  absl::StatusOr<T> Guard(Fn fn) {
    if (broken_) return MakeMysqlError(2006, "HY000", "the connection is already broken");
    try {
      return fn();
    } catch (const sql::SQLException& error) {
      // Once TLS stands, a TLS error only means that the line was cut.
      const int error_number = error.getErrorCode() == kTlsError ? kConnectionLost : error.getErrorCode();
      if (BreaksConnection(error_number)) broken_ = true;
      return MakeMysqlError(error_number, error.getSQLState(), error.what());
    } catch (const std::exception& error) {
      broken_ = true;
      return MakeMysqlError(0, "HY000", error.what());
    }
  }

  sql::Statement& Text() {
    if (text_ == nullptr) text_.reset(connection_->createStatement());
    return *text_;
  }

  template <typename T, typename Fn>
  absl::StatusOr<T> WithPrepared(absl::string_view sql, const Params& params, Fn fn) {
    absl::StatusOr<sql::PreparedStatement*> statement = Guard<sql::PreparedStatement*>([&] { return Prepare(sql); });
    if (!statement.ok()) return std::move(statement).status();
    const auto expected = static_cast<size_t>((*statement)->getParameterMetaData()->getParameterCount());
    if (expected != params.size()) {
      Forget();
      return MakeError(absl::StatusCode::kInternal, "STATEMENT_PARAMETERS",
                       absl::StrCat("a statement with ", expected, " placeholders was given ", params.size()));
    }
    bool reusable = params.size() <= kMaxCachedPlaceholders;
    absl::StatusOr<T> result = Guard<T>([&] {
      // Bind first: it must run even when the statement will not be kept.
      reusable = Bind(**statement, params) && reusable;
      return fn(**statement);
    });
    // After an unexpected error the text is prepared afresh next time, which heals a statement the server has dropped.
    if (!reusable || result.status().code() == absl::StatusCode::kInternal) Forget();
    return result;
  }

  // The prepared statement of `sql`, moved to the front of the cache.
  sql::PreparedStatement* Prepare(absl::string_view sql) {
    if (auto it = index_.find(sql); it != index_.end()) {
      cache_.splice(cache_.begin(), cache_, it->second);
      return cache_.front().statement.get();
    }
    ++counters_.prepares;
    std::string text(sql);
    std::unique_ptr<sql::PreparedStatement> statement(connection_->prepareStatement(sql::SQLString(text)));
    cache_.push_front({std::move(text), std::move(statement)});
    index_[cache_.front().sql] = cache_.begin();
    if (cache_.size() > cache_size_) {
      index_.erase(cache_.back().sql);
      cache_.pop_back();
    }
    return cache_.front().statement.get();
  }

  // Closes the statement at the front of the cache, the one used last.
  void Forget() {
    index_.erase(cache_.front().sql);
    try {
      cache_.pop_front();
    } catch (const std::exception&) {
      broken_ = true;
    }
  }

  std::unique_ptr<sql::Connection> connection_;
  const size_t cache_size_;
  Counters& counters_;
  std::unique_ptr<sql::Statement> text_;
  // Most recently used first; `index_` refers to the texts in it.
  std::list<Prepared> cache_;
  absl::flat_hash_map<absl::string_view, std::list<Prepared>::iterator> index_;
  uint64_t id_ = 0;
  bool autocommit_ = true;
  bool broken_ = false;
};

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Connection::~Connection() = default;

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const Options& options, Counters& counters) {
  PrepareThread();
  const std::string where =
      absl::StrCat("database ", options.schema, " at ", options.host, ":", options.port, " as ", options.user);
  std::unique_ptr<sql::Connection> raw;
  try {
    sql::ConnectOptionsMap map = ConnectOptions(options);
    raw.reset(Driver().connect(map));
  } catch (const sql::SQLException& error) {
    ++counters.connect_failures;
    return WithContext(where, MakeMysqlError(error.getErrorCode(), error.getSQLState(), error.what()));
  } catch (const std::exception& error) {
    ++counters.connect_failures;
    return WithContext(where, MakeMysqlError(0, "HY000", error.what()));
  }
  auto impl = std::make_unique<Impl>(std::move(raw), options, counters);
  if (absl::Status status = impl->SetUp(options); !status.ok()) {
    ++counters.connect_failures;
    return WithContext(where, status);
  }
  ++counters.created;
  return std::unique_ptr<Connection>(new Connection(std::move(impl)));
}

absl::StatusOr<Rows> Connection::DoQuery(absl::string_view sql, const Params& params) {
  PrepareThread();
  if (!impl_->in_transaction) JUCHU_RETURN_IF_ERROR(impl_->SetAutocommit(true));
  return impl_->Query(sql, params);
}

absl::StatusOr<int64_t> Connection::DoExecute(absl::string_view sql, const Params& params) {
  PrepareThread();
  if (!impl_->in_transaction) JUCHU_RETURN_IF_ERROR(impl_->SetAutocommit(true));
  absl::StatusOr<int64_t> matched = impl_->Execute(sql, params);
  if (matched.ok() && fault::Fails("mysql.after_write")) return impl_->Lose();
  return matched;
}

absl::Status Connection::Begin(bool snapshot) {
  ++impl_->counters().transactions;
  if (fault::Fails("mysql.before_begin")) return impl_->Lose();
  if (snapshot) {
    JUCHU_RETURN_IF_ERROR(impl_->Control("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"));
    JUCHU_RETURN_IF_ERROR(impl_->Control("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"));
  } else {
    JUCHU_RETURN_IF_ERROR(impl_->SetAutocommit(false));
  }
  impl_->in_transaction = true;
  return absl::OkStatus();
}

absl::Status Connection::Commit() {
  if (fault::Fails("mysql.before_commit")) return impl_->Lose();
  absl::Status status = impl_->Control("COMMIT");
  if (status.ok() && fault::Fails("mysql.after_commit")) return impl_->Lose();
  if (status.ok()) {
    ++impl_->counters().commits;
    impl_->in_transaction = false;
  }
  return status;
}

absl::Status Connection::Rollback() {
  impl_->in_transaction = false;
  if (impl_->broken()) return absl::OkStatus();  // The server rolls back when the line ends.
  absl::Status status = impl_->Control("ROLLBACK");
  if (status.ok()) {
    ++impl_->counters().rollbacks;
  } else {
    ++impl_->counters().rollback_failures;
    impl_->set_broken();
  }
  return status;
}

bool Connection::Ping() { return impl_->Ping(); }
bool Connection::broken() const { return impl_->broken(); }
bool Connection::awaits_transaction() const { return !impl_->autocommit(); }
bool Connection::in_transaction() const { return impl_->in_transaction; }
uint64_t Connection::id() const { return impl_->id(); }

}  // namespace juchu::mysql
