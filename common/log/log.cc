#include "common/log/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace juchu {
namespace {

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// One logger for the process: its sink locks, and lines of several threads do not mix.
spdlog::logger& Logger() {
  static const auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("juchu", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    // The rest of the object, its opening brace taken off, follows the time.
    made->set_pattern("{\"time\":\"%Y-%m-%dT%H:%M:%S.%f%z\",%v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *logger;
}

}  // namespace

std::string FormatLogLine(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  nlohmann::ordered_json line;
  line["level"] = level == LogLevel::kError     ? "error"
                  : level == LogLevel::kWarning ? "warning"
                  : level == LogLevel::kInfo    ? "info"
                                                : "debug";
  line["event"] = std::string(event);
  for (const auto& [key, value] : fields) {
    std::visit([&, name = std::string(key)](const auto& content) { line[name] = content; }, value);
  }
  // Control characters are escaped by JSON; what is not UTF-8 is replaced rather than thrown about.
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  auto& logger = Logger();
  if (!logger.should_log(SpdlogLevel(level))) return;
  logger.log(SpdlogLevel(level), FormatLogLine(level, event, fields).substr(1));
}

void SetLogLevel(LogLevel level) { Logger().set_level(SpdlogLevel(level)); }

}  // namespace juchu
