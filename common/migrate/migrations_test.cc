#include "common/migrate/migrations.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "common/testing/status_matchers.h"
#include "common/testing/temp_folder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace juchu::migrate {
namespace {

namespace fs = std::filesystem;

using ::juchu::testing::HasMetadata;
using ::juchu::testing::HasReason;
using ::juchu::testing::IsOkAndHolds;
using ::juchu::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SplitStatements, EndsAtASemicolonAtTheEndOfALine) {
  EXPECT_THAT(SplitStatements("CREATE TABLE a (id INT);\nCREATE TABLE b (id INT);\n"),
              IsOkAndHolds(ElementsAre("CREATE TABLE a (id INT)", "CREATE TABLE b (id INT)")));
  EXPECT_THAT(SplitStatements("SELECT 1;  \t\r\nSELECT 2; -- why\nSELECT 3; # why\nSELECT 4; /* why */"),
              IsOkAndHolds(ElementsAre("SELECT 1", "SELECT 2", "-- why\nSELECT 3", "# why\nSELECT 4")));
}

TEST(SplitStatements, KeepsASemicolonInsideALine) {
  EXPECT_THAT(SplitStatements("SELECT 1; SELECT 2;\n"), IsOkAndHolds(ElementsAre("SELECT 1; SELECT 2")));
}

TEST(SplitStatements, KeepsQuotesWhole) {
  EXPECT_THAT(
      SplitStatements("INSERT INTO a VALUES ('x;\ny', \"it's;\n\", 'it''s;\n', '\\';\n');\nSELECT `;\n`;\n"),
      IsOkAndHolds(ElementsAre("INSERT INTO a VALUES ('x;\ny', \"it's;\n\", 'it''s;\n', '\\';\n')", "SELECT `;\n`")));
}

TEST(SplitStatements, SemicolonsAndQuotesInCommentsMeanNothing) {
  EXPECT_THAT(
      SplitStatements("-- the shop's orders;\n/* it's;\n */ CREATE TABLE a (\n  id INT -- don't;\n);\n# end;\n"),
      IsOkAndHolds(ElementsAre("-- the shop's orders;\n/* it's;\n */ CREATE TABLE a (\n  id INT -- don't;\n)")));
  // Two dashes without a space are arithmetic.
  EXPECT_THAT(SplitStatements("SELECT 1--2;\n"), IsOkAndHolds(ElementsAre("SELECT 1--2")));
}

TEST(SplitStatements, ExecutableCommentIsAStatement) {
  EXPECT_THAT(SplitStatements("/*M! SET @a = 1 */;\n"), IsOkAndHolds(ElementsAre("/*M! SET @a = 1 */")));
}

TEST(SplitStatements, TextWithoutStatementGivesNone) {
  EXPECT_THAT(SplitStatements(""), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(SplitStatements("-- nothing yet\n"), IsOkAndHolds(IsEmpty()));
}

TEST(SplitStatements, RefusesWhatIsNotEnded) {
  for (const char* text : {"SELECT 1", "SELECT 1;\nSELECT 2\n", "SELECT 'x;\n", "/* why\nSELECT 1;\n", ";\n"}) {
    EXPECT_THAT(SplitStatements(text), StatusIs(absl::StatusCode::kInvalidArgument, HasReason("MIGRATION_TEXT")))
        << text;
  }
}

class ReadMigrationsTest : public ::testing::Test {
 protected:
  void Write(const std::string& file, const std::string& text = "SELECT 1;\n") {
    std::ofstream(folder_.File(file)) << text;
  }

  const testing::TempFolder folder_{"juchu-migrations"};
};

TEST_F(ReadMigrationsTest, ReadsInOrderAndIgnoresOtherFiles) {
  Write("0002_second.sql", "SELECT 2;\nSELECT 3;\n");
  Write("0001_first.sql", "abc;\n");
  Write("README.md", "text");
  JUCHU_ASSERT_OK_AND_ASSIGN(std::vector<Migration> migrations, ReadMigrations(folder_.path()));
  ASSERT_EQ(migrations.size(), 2u);
  EXPECT_EQ(migrations[0].number, 1);
  EXPECT_EQ(migrations[0].name, "first");
  // printf 'abc;\n' | sha256sum
  EXPECT_EQ(migrations[0].checksum, "97c06fbe4e67f8e83454a41bca212f181a314ed5a53cf723e89e05410e711595");
  EXPECT_THAT(migrations[1].statements, ElementsAre("SELECT 2", "SELECT 3"));
}

TEST_F(ReadMigrationsTest, RefusesAMissingOrRepeatedNumber) {
  Write("0001_first.sql");
  Write("0003_third.sql");
  EXPECT_THAT(ReadMigrations(folder_.path()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasMetadata("field", "0003_third.sql")));
  Write("0002_second.sql");
  Write("0002_other.sql");
  EXPECT_THAT(ReadMigrations(folder_.path()), HasMetadata("field", "0002_second.sql"));
}

TEST_F(ReadMigrationsTest, RefusesWrongNamesAndTexts) {
  for (const char* file : {"1_first.sql", "0001-first.sql", "0001_First.sql", "0000_zero.sql", "first.sql"}) {
    Write(file);
    EXPECT_THAT(ReadMigrations(folder_.path()), HasMetadata("field", file));
    fs::remove(folder_.File(file));
  }
  Write("0001_open.sql", "SELECT 1\n");
  EXPECT_THAT(ReadMigrations(folder_.path()), HasReason("MIGRATION_FILE"));
  Write("0001_open.sql", "-- nothing\n");
  EXPECT_THAT(ReadMigrations(folder_.path()), HasReason("MIGRATION_FILE"));
}

TEST_F(ReadMigrationsTest, RefusesAFolderWithoutMigrations) {
  EXPECT_THAT(ReadMigrations(folder_.path()), StatusIs(absl::StatusCode::kNotFound, HasReason("MIGRATIONS_FOLDER")));
  EXPECT_THAT(ReadMigrations("/nonexistent"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace juchu::migrate
