#include "common/testing/mariadb_instance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/testing/status_matchers.h"

namespace juchu::testing {
namespace {

using ::testing::HasSubstr;

// Crashes the next programs that the main thread of this process starts, `times` of them.
void CrashWhatStarts(int times) {
  const std::string children = absl::StrCat("/proc/self/task/", getpid(), "/children");
  const absl::Time limit = absl::Now() + absl::Seconds(30);
  pid_t crashed = -1;
  while (times > 0 && absl::Now() < limit) {
    pid_t child = -1;
    if (std::ifstream(children) >> child && child != crashed) {
      kill(child, SIGABRT);
      crashed = child;
      --times;
    }
    absl::SleepFor(absl::Milliseconds(1));
  }
}

TEST(MariaDbInstanceTest, AServerThatDoesNotStartShowsWhy) {
  MariaDbOptions options;
  options.flags = {"--no-such-option"};
  EXPECT_THAT(MariaDbInstance::Start(options).status().message(), HasSubstr("unknown option '--no-such-option'"));
}

TEST(MariaDbInstanceTest, AServerThatCrashesAtItsStartIsStartedOnceMore) {
  JUCHU_ASSERT_OK_AND_ASSIGN(const auto server, MariaDbInstance::Start());
  server->Kill();
  std::thread crash([] { CrashWhatStarts(1); });
  EXPECT_THAT(server->Restart(), IsOk());
  crash.join();
  EXPECT_EQ(server->crashed_starts(), 1);
}

TEST(MariaDbInstanceTest, NotForEver) {
  JUCHU_ASSERT_OK_AND_ASSIGN(const auto server, MariaDbInstance::Start());
  server->Kill();
  std::thread crash([] { CrashWhatStarts(3); });
  EXPECT_THAT(server->Restart().message(), HasSubstr("mariadbd crashed at its start"));
  crash.join();
  EXPECT_FALSE(server->running());
}

}  // namespace
}  // namespace juchu::testing
