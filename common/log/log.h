#ifndef COMMON_LOG_LOG_H_
#define COMMON_LOG_LOG_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/string_view.h"

namespace juchu {

// kError: someone must act. kWarning: degraded, but handled. kInfo: one line a call, a start, a stop. kDebug: off in
// production.
enum class LogLevel { kDebug, kInfo, kWarning, kError };

// One field of a log line: text or a number.
using LogValue = std::variant<std::string, int64_t, double, bool>;
using LogField = std::pair<absl::string_view, LogValue>;

// Writes one line of JSON to standard error: time, level, event, then the fields. Thread-safe. Fields carry ids, codes
// and counts, never what people typed: no names, addresses, mails, tokens. Keys are constants of the program.
void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields = {});

// Lines below `level` are dropped. Default kInfo.
void SetLogLevel(LogLevel level);

// The line as Log writes it, without time and newline. For tests and for sinks of other kinds.
std::string FormatLogLine(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields);

}  // namespace juchu

#endif  // COMMON_LOG_LOG_H_
