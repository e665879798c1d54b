#include "common/log/log.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu {
namespace {

TEST(LogTest, LineIsOneJsonObjectInTheOrderGiven) {
  EXPECT_EQ(FormatLogLine(LogLevel::kWarning, "call",
                          {{"code", std::string("OK")}, {"ms", 1.5}, {"n", int64_t{-2}}, {"b", true}}),
            R"({"level":"warning","event":"call","code":"OK","ms":1.5,"n":-2,"b":true})");
}

TEST(LogTest, NothingInAFieldEndsTheLineOrTheText) {
  const std::string line = FormatLogLine(LogLevel::kInfo, "e", {{"x", std::string("a\"b\\\n\r\x01{}")}});
  EXPECT_EQ(line, R"({"level":"info","event":"e","x":"a\"b\\\n\r\u0001{}"})");
}

TEST(LogTest, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(FormatLogLine(LogLevel::kInfo, "e", {{"x", std::string("\x93\xfa!")}}),
            "{\"level\":\"info\",\"event\":\"e\",\"x\":\"��!\"}");
}

}  // namespace
}  // namespace juchu
