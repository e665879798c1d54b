#include "common/fault/fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "common/fault/fault_state.h"

namespace juchu::fault {
namespace {

TEST(FaultTest, FiresOnceAtTheNamedHitOfTheNamedPoint) {
  State::Get().Arm({"a", 2, Action::kError});
  EXPECT_FALSE(Fails("a"));
  EXPECT_FALSE(Fails("b"));
  EXPECT_TRUE(Fails("a"));
  EXPECT_FALSE(Fails("a"));
}

TEST(FaultTest, PointOfManyIsNamedWithItsPart) {
  State::Get().Arm({"call/Load", 1, Action::kError});
  EXPECT_FALSE(Fails("call", "Commit"));
  EXPECT_TRUE(Fails("call", "Load"));
}

TEST(FaultTest, CrashEndsTheProcessAtOnce) {
  State::Get().Arm({"a", 1, Action::kCrash});
  EXPECT_EXIT(Fails("a"), testing::KilledBySignal(SIGKILL), "");
  State::Get().Disarm();
  EXPECT_FALSE(Fails("a"));
}

TEST(FaultTest, PointsPassedAreKeptWhenAskedFor) {
  State::Get().TakePassed();
  Fails("a");
  Fails("b", "x");
  EXPECT_THAT(State::Get().TakePassed(), testing::ElementsAre("a", "b/x"));
}

TEST(FaultTest, PlantedDefectsAreKnownByName) {
  EXPECT_FALSE(IsPlanted("write-without-version"));
  State::Get().Plant({"write-without-version"});
  EXPECT_TRUE(IsPlanted("write-without-version"));
  EXPECT_FALSE(IsPlanted("mode-not-turned"));
  State::Get().Plant({});
  EXPECT_FALSE(IsPlanted("write-without-version"));
}

TEST(FaultDeathTest, DefectThatNobodyKnowsEndsTheProcess) {
  EXPECT_DEATH(State::Get().Plant({"write-without-versoin"}), "no such defect: write-without-versoin");
}

// What a test does to another process: here the child of a death test, which reads the folder at its start.
TEST(FaultDeathTest, FolderCarriesPlansOnceAndTellsWhatWasPassed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto folder = std::filesystem::temp_directory_path() / "juchu-fault-test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "plan") << "1 a 2 crash 0";
  setenv("JUCHU_FAULT_DIR", folder.c_str(), 1);
  EXPECT_EXIT(
      {
        Fails("a");
        Fails("b");
        Fails("a");
      },
      testing::KilledBySignal(SIGKILL), "");
  EXPECT_FALSE(std::filesystem::exists(folder / "plan"));
  std::ifstream passed(folder / "passed");
  std::string text((std::istreambuf_iterator<char>(passed)), {});
  EXPECT_EQ(text, "a\nb\na\n");
  unsetenv("JUCHU_FAULT_DIR");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace juchu::fault
