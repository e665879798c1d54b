#include "common/log/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <variant>

#include "absl/strings/str_cat.h"

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

bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

std::string Json(const nlohmann::json& value) {
  // Control characters are escaped by JSON; what is not UTF-8 is replaced rather than thrown about.
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void AppendValue(const LogValue& value, std::string& line) {
  // Nearly all that a line tells needs no escapes, and there is a line for each call.
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr && IsPlain(*text)) {
    absl::StrAppend(&line, "\"", *text, "\"");
  } else {
    std::visit([&line](const auto& content) { line += Json(content); }, value);
  }
}

}  // namespace

std::string FormatLogLine(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  std::string line = absl::StrCat("{\"level\":\"",
                                  level == LogLevel::kError     ? "error"
                                  : level == LogLevel::kWarning ? "warning"
                                  : level == LogLevel::kInfo    ? "info"
                                                                : "debug",
                                  "\",\"event\":");
  AppendValue(std::string(event), line);
  for (const auto& [key, value] : fields) {
    absl::StrAppend(&line, ",\"", key, "\":");
    AppendValue(value, line);
  }
  line += '}';
  return line;
}

void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  auto& logger = Logger();
  if (!logger.should_log(SpdlogLevel(level))) return;
  logger.log(SpdlogLevel(level), FormatLogLine(level, event, fields).substr(1));
}

void SetLogLevel(LogLevel level) { Logger().set_level(SpdlogLevel(level)); }

}  // namespace juchu
