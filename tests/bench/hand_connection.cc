#include "tests/bench/hand_connection.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include "absl/strings/str_cat.h"

namespace juchu::bench {
namespace {

// The first call is not thread-safe in the library; a local static makes it so.
sql::Driver& Driver() {
  static sql::Driver* const driver = get_driver_instance();
  return *driver;
}

}  // namespace

HandConnection::HandConnection(const HandDatabase& database) {
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString("unix://" + database.socket);
  options["userName"] = sql::SQLString(database.user);
  options["password"] = sql::SQLString(database.password);
  options["schema"] = sql::SQLString(database.schema);
  options["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  options["CLIENT_FOUND_ROWS"] = true;
  connection_.reset(Driver().connect(options));
  text_.reset(connection_->createStatement());
  Run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
  Run("SET SESSION autocommit = 0");
}

HandConnection::~HandConnection() = default;

std::unique_ptr<sql::PreparedStatement> HandConnection::Prepare(const std::string& sql) {
  return std::unique_ptr<sql::PreparedStatement>(connection_->prepareStatement(sql::SQLString(sql)));
}

std::unique_ptr<sql::ResultSet> HandConnection::Query(const std::string& sql) {
  return std::unique_ptr<sql::ResultSet>(text_->executeQuery(sql::SQLString(sql)));
}

void HandConnection::Run(const std::string& sql) { text_->execute(sql::SQLString(sql)); }

absl::Status Guarded(const std::function<void()>& run) {
  try {
    run();
    return absl::OkStatus();
  } catch (const sql::SQLException& error) {
    return absl::InternalError(absl::StrCat("by hand: ", error.what(), " (", error.getErrorCode(), ")"));
  }
}

std::string Repeat(absl::string_view head, absl::string_view row, int count, absl::string_view tail) {
  std::string text(head);
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, i == 0 ? "" : ",", row);
  absl::StrAppend(&text, tail);
  return text;
}

}  // namespace juchu::bench
