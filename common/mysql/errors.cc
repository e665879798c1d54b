#include "common/mysql/errors.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/error.h"

namespace juchu::mysql {
namespace {

// Beside ErrorInfo, which travels to clients, stands a payload that stays in the process.
constexpr char kDiagnosticUrl[] = "juchu.mysql/diagnostic";

constexpr int kTlsError = 2026;

struct Mapping {
  absl::StatusCode code;
  absl::string_view reason;
  absl::string_view message;
};

bool IsLibraryError(int error_number) { return (error_number >= 2000 && error_number <= 2999) || error_number >= 5000; }

Mapping MappingOf(int error_number) {
  if (IsConflict(error_number)) {
    return {absl::StatusCode::kAborted, "TRANSACTION_CONFLICT", "another transaction got in the way"};
  }
  switch (error_number) {
    case 1062:
      return {absl::StatusCode::kAlreadyExists, "DUPLICATE_KEY", "a row with this key already exists"};
    case 1451:  // The row is still referred to.
    case 1452:  // The row it refers to does not exist.
      return {absl::StatusCode::kFailedPrecondition, "REFERENCE_VIOLATION", "a reference between rows would break"};
    case 3819:  // MySQL's CHECK.
    case 4025:  // MariaDB's.
      return {absl::StatusCode::kFailedPrecondition, "CHECK_VIOLATED", "a row would hold what it must not hold"};
    case 1969:  // MariaDB's max_statement_time.
    case 3024:  // MySQL's max_execution_time.
      return {absl::StatusCode::kDeadlineExceeded, "STATEMENT_TIMEOUT", "the database took too long"};
    case 1040:  // Too many connections.
    case 1203:  // Too many connections of this user.
    case 1226:  // A limit of this user.
      return {absl::StatusCode::kResourceExhausted, "DATABASE_BUSY", "the database takes no more connections"};
    case kTlsError:
      return {absl::StatusCode::kUnavailable, "DATABASE_TLS_REFUSED", "no encrypted and verified line to the database"};
    case 1317:  // KILL QUERY: the statement ended, the session lives.
      return {absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", "the database interrupted the statement"};
    default:
      break;
  }
  if (BreaksConnection(error_number) && error_number != 0) {
    return {absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE", "the database cannot be reached"};
  }
  return {absl::StatusCode::kInternal, "DATABASE_ERROR", "the database refused a statement"};
}

// "... for key 'orders.PRIMARY'" (MySQL) and "... for key 'PRIMARY'" (MariaDB) name the same index.
std::string KeyOf(absl::string_view message) {
  constexpr absl::string_view kBefore = "for key '";
  const size_t start = message.rfind(kBefore);
  if (start == absl::string_view::npos) return "";
  absl::string_view key = message.substr(start + kBefore.size());
  key = key.substr(0, key.find('\''));
  if (const size_t dot = key.rfind('.'); dot != absl::string_view::npos) key = key.substr(dot + 1);
  return std::string(key);
}

// These messages quote the value of a column before anything else; it may be personal data.
std::string WithoutValue(int error_number, absl::string_view message) {
  switch (error_number) {
    case 1062:
      return absl::StrCat("Duplicate entry for key '", KeyOf(message), "'");
    case 1292:
    case 1366:
    case 1411: {
      const size_t first = message.find('\'');
      const size_t rest = message.rfind(" for ");
      if (first == absl::string_view::npos || rest == absl::string_view::npos || rest < first) return "";
      return absl::StrCat(message.substr(0, first), "'...'", message.substr(rest));
    }
    default:
      return std::string(message);
  }
}

}  // namespace

bool IsConflict(int error_number) { return error_number == 1213 || error_number == 1205 || error_number == 1020; }

bool BreaksConnection(int error_number) {
  switch (error_number) {
    case 0:     // The library threw without asking the server: its state is not known.
    case 1053:  // Server shutdown in progress.
    case 1153:  // Packet larger than max_allowed_packet: the server closes the line.
    case 1158:
    case 1159:
    case 1160:
    case 1161:  // Network errors seen by the server.
    case 1290:
    case 1836:  // Read-only: after a failover this is no longer the server to write to.
    case 1927:  // KILL of this session.
    case 4031:  // MySQL ended an idle session.
      return true;
    default:
      return IsLibraryError(error_number);
  }
}

absl::Status MakeMysqlError(int error_number, absl::string_view sql_state, absl::string_view server_message) {
  Mapping mapping = MappingOf(error_number);
  if (error_number == 1153) {
    mapping = {absl::StatusCode::kInternal, "DATABASE_ERROR", "the statement is larger than the database accepts"};
  }
  ErrorMetadata metadata = {{"mysql_errno", absl::StrCat(error_number)}, {"sqlstate", std::string(sql_state)}};
  if (error_number == 1062) metadata["key"] = KeyOf(server_message);
  absl::Status status = MakeError(mapping.code, mapping.reason, mapping.message, std::move(metadata));
  status.SetPayload(kDiagnosticUrl, absl::Cord(absl::StrCat("errno=", error_number, " sqlstate=", sql_state, " ",
                                                            WithoutValue(error_number, server_message))));
  return status;
}

std::optional<int> ErrnoOf(const absl::Status& status) {
  auto info = GetErrorInfo(status);
  if (!info) return std::nullopt;
  auto it = info->metadata.find("mysql_errno");
  int error_number = 0;
  if (it == info->metadata.end() || !absl::SimpleAtoi(it->second, &error_number)) return std::nullopt;
  return error_number;
}

std::string DiagnosticOf(const absl::Status& status) {
  auto payload = status.GetPayload(kDiagnosticUrl);
  return payload ? std::string(*payload) : "";
}

bool IsDuplicateKey(const absl::Status& status, absl::string_view key) {
  auto info = GetErrorInfo(status);
  if (!info || info->reason != "DUPLICATE_KEY") return false;
  auto it = info->metadata.find("key");
  return it != info->metadata.end() && it->second == key;
}

}  // namespace juchu::mysql
