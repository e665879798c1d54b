#include "common/mysql/connect_options.h"

#include "absl/strings/str_cat.h"

namespace juchu::mysql {
namespace {

int64_t Seconds(absl::Duration duration) { return absl::ToInt64Seconds(duration); }

}  // namespace

sql::ConnectOptionsMap ConnectOptions(const Options& options) {
  sql::ConnectOptionsMap map;
  map["hostName"] = sql::SQLString(options.socket_file.empty() ? absl::StrCat("tcp://", options.host, ":", options.port)
                                                               : absl::StrCat("unix://", options.socket_file));
  map["userName"] = sql::SQLString(options.user);
  map["password"] = sql::SQLString(options.password);
  map["schema"] = sql::SQLString(options.schema);
  if (options.socket_file.empty()) {
    // OPT_SSL_MODE is accepted and ignored by the MariaDB client library that Debian links; these three are not.
    map["sslCA"] = sql::SQLString(options.ca_file);
    map["sslVerify"] = true;
    map["sslEnforce"] = true;
  }
  if (!options.cert_file.empty()) {
    map["sslCert"] = sql::SQLString(options.cert_file);
    map["sslKey"] = sql::SQLString(options.key_file);
  }
  map["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  // A same-value update counts as a match, so that 0 rows always means that the condition failed.
  map["CLIENT_FOUND_ROWS"] = true;
  // A hostile server could otherwise ask for any file of ours.
  map["OPT_LOCAL_INFILE"] = 0;
  map["OPT_CONNECT_TIMEOUT"] = static_cast<int>(Seconds(options.connect_timeout));
  map["OPT_READ_TIMEOUT"] = static_cast<int>(Seconds(options.read_timeout));
  map["OPT_WRITE_TIMEOUT"] = static_cast<int>(Seconds(options.write_timeout));
  return map;
}

std::string SetSession(const Options& options) {
  return absl::StrCat(
      // Two services on two machines must mean the same instant.
      "SET SESSION time_zone = '+00:00',"
      // A value that does not fit is an error, never silently cut.
      " sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
      // A waiting request gives up before its caller does.
      " innodb_lock_wait_timeout = ",
      Seconds(options.lock_wait_timeout),
      ", autocommit = 1"
      " /*M! , max_statement_time = ",
      absl::ToDoubleSeconds(options.statement_timeout),
      ", idle_transaction_timeout = ", Seconds(options.idle_transaction_timeout), " */",
      " /*!80000 , max_execution_time = ", absl::ToInt64Milliseconds(options.statement_timeout), " */");
}

}  // namespace juchu::mysql
