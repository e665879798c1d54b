#include "common/testing/child_process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

namespace juchu::testing {
namespace {

// Of ten thousand, so many at random would hardly all differ.
constexpr int kPorts = 400;

TEST(FreePortTest, NoneIsGivenTwice) {
  std::set<int> ports;
  for (int i = 0; i < kPorts; ++i) EXPECT_TRUE(ports.insert(FreePort()).second);
}

TEST(FreePortTest, NorByAnotherProcessAtTheSameTime) {
  std::set<int> ports;
  for (int i = 0; i < kPorts; ++i) ports.insert(FreePort());
  const pid_t child = fork();
  if (child == 0) {
    bool differ = true;
    for (int i = 0; i < kPorts; ++i) differ = ports.count(FreePort()) == 0 && differ;
    _exit(differ ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace juchu::testing
