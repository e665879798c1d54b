#include "tools/ctl/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "juchu/payment/v1/layout.pb.h"

namespace juchu::ctl {
namespace {

namespace fs = std::filesystem;

class FilesTest : public testing::Test {
 protected:
  FilesTest()
      : folder_(
            fs::path(testing::TempDir()) /
            absl::StrCat("ctl_files_", getpid(), "_", testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
  }
  ~FilesTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string Make(const std::string& name, const std::string& content) const {
    std::ofstream(Path(name), std::ios::binary) << content;
    return Path(name);
  }
  static std::string ContentOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }

  const fs::path folder_;
};

// CP932, CR LF and a zero byte: none of it may be touched.
const std::string kContent("\x8e\xf3\x92\x8d,1\r\n\0\n", 10);

TEST_F(FilesTest, OutputIsWrittenByteForByte) {
  const OutputFile out = {Path("np.csv")};
  ASSERT_TRUE(out.Check().ok());
  const auto path = out.Write("ignored.csv", kContent);
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(*path, Path("np.csv"));
  EXPECT_EQ(ContentOf(*path), kContent);
}

TEST_F(FilesTest, InAFolderTheFileGetsItsOwnName) {
  const OutputFile out = {folder_.string()};
  ASSERT_TRUE(out.Check().ok());
  const auto path = out.Write("np_registration_20261126_101530.csv", kContent);
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(*path, Path("np_registration_20261126_101530.csv"));
  EXPECT_EQ(ContentOf(*path), kContent);
}

TEST_F(FilesTest, AnOwnNameDoesNotLeadOutOfTheFolder) {
  const OutputFile out = {Path("out")};
  fs::create_directory(out.name);
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("../np.csv"), Path("np.csv")}) {
    EXPECT_EQ(out.Write(name, kContent).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
  EXPECT_TRUE(fs::is_empty(out.name));
  EXPECT_FALSE(fs::exists(Path("np.csv")));
}

TEST_F(FilesTest, AFileThatIsThereIsOverwrittenByForceOnly) {
  const std::string there = Make("np.csv", "of yesterday, and longer");
  for (const OutputFile& out : {OutputFile{there}, OutputFile{folder_.string()}}) {
    const auto status = out.Write("np.csv", kContent).status();
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("--force"));
    EXPECT_EQ(ContentOf(there), "of yesterday, and longer");
  }
  EXPECT_THAT(std::string(OutputFile{there}.Check().message()), testing::HasSubstr("--force"));
  const OutputFile forced = {there, true};
  ASSERT_TRUE(forced.Check().ok());
  ASSERT_TRUE(forced.Write("np.csv", kContent).ok());
  EXPECT_EQ(ContentOf(there), kContent);
}

TEST_F(FilesTest, AFileThatCannotBeWrittenWholeLeavesNothingOfIt) {
  const std::string there = Make("np.csv", "of yesterday");
  // Files may have four bytes from here on, as on a disk that is full.
  rlimit usual;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &usual), 0);
  const rlimit small = {4, usual.rlim_max};
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto made = OutputFile{Path("new.csv")}.Write("", kContent).status();
  const auto replaced = OutputFile{there, true}.Write("", kContent).status();
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &usual), 0);
  std::signal(SIGXFSZ, before);
  for (const auto& status : {made, replaced}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("cannot write"));
  }
  EXPECT_EQ(ContentOf(there), "of yesterday") << "what was there is not lost for it";
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1) << "no part is left";
}

TEST_F(FilesTest, ByForceADeviceOrALinkIsWrittenTo) {
  EXPECT_TRUE((OutputFile{"/dev/null", true}.Write("", kContent).ok()));
  EXPECT_FALSE((OutputFile{"/dev/full", true}.Write("", kContent).ok()));
  const std::string there = Make("np.csv", "of yesterday");
  fs::create_symlink(there, Path("link.csv"));
  ASSERT_TRUE((OutputFile{Path("link.csv"), true}.Write("", kContent).ok()));
  EXPECT_TRUE(fs::is_symlink(Path("link.csv")));
  EXPECT_EQ(ContentOf(there), kContent);
}

TEST_F(FilesTest, AFolderThatIsNotThereIsSaidBeforeAnythingIsMade) {
  for (const bool force : {false, true}) {
    const OutputFile out = {Path("missing/np.csv"), force};
    EXPECT_THAT(std::string(out.Check().message()), testing::HasSubstr("no folder"));
  }
}

TEST_F(FilesTest, JsonIsReadWithNamesOfBothSpellings) {
  payment::v1::LayoutProfile layout;
  ASSERT_TRUE(ReadJson(Make("snake.json", R"({"layout_profile_id": "np-slip", "kind": "NP_SLIP"})"), layout).ok());
  EXPECT_EQ(layout.layout_profile_id(), "np-slip");
  EXPECT_EQ(layout.kind(), payment::v1::NP_SLIP);
  ASSERT_TRUE(ReadJson(Make("camel.json", R"({"layoutProfileId": "np-result"})"), layout).ok());
  EXPECT_EQ(layout.layout_profile_id(), "np-result");
}

TEST_F(FilesTest, WhatIsNoJsonOfTheMessageIsRefusedWithFileAndMessage) {
  for (const char* json : {R"({"layout_profile": "np"})", R"({"kind": "NP"})", "[", ""}) {
    payment::v1::LayoutProfile layout;
    const auto status = ReadJson(Make("bad.json", json), layout);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << json;
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("bad.json: not the JSON of a LayoutProfile")) << json;
  }
  payment::v1::LayoutProfile layout;
  EXPECT_THAT(std::string(ReadJson(Path("missing.json"), layout).message()), testing::HasSubstr("cannot read"));
}

}  // namespace
}  // namespace juchu::ctl
