#include "common/flags/secret_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu {
namespace {

using testing::HasMetadata;
using testing::HasReason;
using testing::IsOkAndHolds;

class SecretFileTest : public ::testing::Test {
 protected:
  ~SecretFileTest() override { std::filesystem::remove(path_); }

  const std::string& File(const std::string& content, mode_t mode = 0600) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
    chmod(path_.c_str(), mode);
    return path_;
  }

  const std::string path_ =
      (std::filesystem::temp_directory_path() / absl::StrCat("juchu-secret-file-test-", getpid())).string();
};

TEST_F(SecretFileTest, OneNewlineAtTheEndIsTheEditorsAndNotTheSecrets) {
  EXPECT_THAT(ReadSecretFile("--f", File("secret\n")), IsOkAndHolds("secret"));
  EXPECT_THAT(ReadSecretFile("--f", File("secret\n\n")), IsOkAndHolds("secret\n"));
  EXPECT_THAT(ReadSecretFile("--f", File("secret")), IsOkAndHolds("secret"));
}

TEST_F(SecretFileTest, WhatIsWrongNamesTheFlagAndNeverTheSecret) {
  EXPECT_THAT(ReadSecretFile("--f", path_ + "-missing"), HasReason("FILE_UNREADABLE"));
  EXPECT_THAT(ReadSecretFile("--f", File("")), HasReason("FILE_EMPTY"));
  EXPECT_THAT(ReadSecretFile("--f", File("\n")), HasReason("FILE_EMPTY"));
  const auto open = ReadSecretFile("--f", File("hunter2", 0644));
  EXPECT_THAT(open, HasReason("SECRET_FILE_OPEN"));
  EXPECT_THAT(open, HasMetadata("field", "--f"));
  EXPECT_EQ(open.status().ToString().find("hunter2"), std::string::npos);
  EXPECT_THAT(ReadFile("--f", path_), IsOkAndHolds("hunter2"));
}

}  // namespace
}  // namespace juchu
