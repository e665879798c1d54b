#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/testing/mariadb_instance.h"
#include "common/testing/scoped_database.h"
#include "common/testing/status_matchers.h"
#include "common/testing/subprocess.h"
#include "common/testing/temp_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::migrate {
namespace {

namespace fs = std::filesystem;

using ::juchu::testing::IsOk;
using ::juchu::testing::IsOkAndHolds;
using ::juchu::testing::ScopedDatabase;
using ::juchu::testing::SharedMariaDb;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// The program beside this test in the build folder.
std::string Program() {
  return (fs::read_symlink("/proc/self/exe").parent_path() / "../../bin/juchu-migrate").lexically_normal().string();
}

class JuchuMigrateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    JUCHU_ASSERT_OK_AND_ASSIGN(database_, ScopedDatabase::Create(SharedMariaDb()));
    std::ofstream(password_file_) << database_->options().password << "\n";
    ASSERT_EQ(chmod(password_file_.c_str(), 0600), 0);
    Write("0001_first.sql", "CREATE TABLE a (id INT PRIMARY KEY);\n");
  }

  void Write(const std::string& file, const std::string& text) { std::ofstream(folder_.File(file)) << text; }

  // An error holds the exit code and the standard error.
  absl::StatusOr<std::string> Run(const std::string& command, const std::vector<std::string>& more = {}) {
    const mysql::Options& options = database_->options();
    std::vector<std::string> arguments = {Program(),
                                          "--migrations_dir=" + folder_.path().string(),
                                          "--mysql_host=" + options.host,
                                          absl::StrCat("--mysql_port=", options.port),
                                          "--mysql_schema=" + options.schema,
                                          "--mysql_user=" + options.user,
                                          "--mysql_password_file=" + password_file_,
                                          "--mysql_ca_file=" + options.ca_file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back(command);
    return testing::RunProgram(arguments);
  }

  static std::string ErrorOf(const absl::StatusOr<std::string>& result) {
    return result.ok() ? "no error" : std::string(result.status().message());
  }

  std::unique_ptr<ScopedDatabase> database_;
  const testing::TempFolder folder_{"juchu-migrate-test"};
  const std::string password_file_ = folder_.File("password");
};

TEST_F(JuchuMigrateTest, UpAppliesOnceAndStatusAndVerifyTell) {
  EXPECT_THAT(Run("status"), IsOkAndHolds("0001 first: pending\n"));
  EXPECT_THAT(ErrorOf(Run("verify")), AllOf(HasSubstr("exited with 1"), HasSubstr("was not applied")));
  EXPECT_THAT(Run("up"), IsOkAndHolds("applied 1 migration\n"));
  EXPECT_THAT(Run("up"), IsOkAndHolds("applied 0 migrations\n"));
  EXPECT_THAT(Run("verify"), IsOk());
  EXPECT_THAT(Run("status"), IsOkAndHolds(MatchesRegex("0001 first: applied 2[-0-9T:]+Z\n")));
}

TEST_F(JuchuMigrateTest, ChangedFileIsRefused) {
  ASSERT_THAT(Run("up"), IsOk());
  Write("0001_first.sql", "CREATE TABLE b (id INT PRIMARY KEY);\n");
  EXPECT_THAT(ErrorOf(Run("verify")), AllOf(HasSubstr("exited with 1"), HasSubstr("new migration")));
  EXPECT_THAT(ErrorOf(Run("up")), HasSubstr("exited with 1"));
  EXPECT_THAT(Run("status"), IsOkAndHolds(HasSubstr("FILE CHANGED SINCE")));
}

TEST_F(JuchuMigrateTest, RefusedStatementShowsTheWordsOfTheServer) {
  Write("0002_wrong.sql", "CREATE TABLE b (id NOTHING);\n");
  EXPECT_THAT(ErrorOf(Run("up")),
              AllOf(HasSubstr("exited with 1"), HasSubstr("statement 1 of 0002_wrong"), HasSubstr("errno=")));
}

TEST_F(JuchuMigrateTest, UsageErrorsExitWithTwo) {
  EXPECT_THAT(ErrorOf(Run("down")), AllOf(HasSubstr("exited with 2"), HasSubstr("up, status or verify")));
  EXPECT_THAT(ErrorOf(Run("up", {"--mysql_password_file=/nonexistent"})),
              AllOf(HasSubstr("exited with 2"), HasSubstr("mysql_password_file")));
  EXPECT_THAT(ErrorOf(Run("up", {"--mysql_ca_file="})), HasSubstr("exited with 2"));
}

TEST_F(JuchuMigrateTest, UnreachableDatabaseExitsWithThree) {
  EXPECT_THAT(ErrorOf(Run("up", {"--mysql_port=1"})), HasSubstr("exited with 3"));
  EXPECT_THAT(ErrorOf(Run("up", {"--mysql_ca_file=" + SharedMariaDb().wrong_ca_file()})),
              AllOf(HasSubstr("exited with 3"), Not(HasSubstr(database_->options().password))));
}

TEST_F(JuchuMigrateTest, HelpTeaches) {
  // Absl's --help exits with 1.
  absl::StatusOr<std::string> help = testing::RunProgram({"sh", "-c", Program() + " --help || true"});
  ASSERT_THAT(help, IsOk());
  EXPECT_THAT(*help, AllOf(HasSubstr("juchu-migrate [flags] up"), HasSubstr("--migrations_dir"),
                           HasSubstr("--mysql_password_file"), HasSubstr("Exit codes")));
}

}  // namespace
}  // namespace juchu::migrate
