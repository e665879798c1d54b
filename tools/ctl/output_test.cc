#include "tools/ctl/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"

namespace juchu::ctl {
namespace {

TEST(DisplayWidthTest, CountsFullWidthCharactersTwice) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("入金待"), 6);
  EXPECT_EQ(DisplayWidth("ｶﾅ"), 2);
  EXPECT_EQ(DisplayWidth("か\u3099"), 2);
}

TEST(FitWidthTest, CutsBetweenCharactersAndMarksTheCut) {
  EXPECT_EQ(FitWidth("東京都千代田区", 20), "東京都千代田区");
  EXPECT_EQ(FitWidth("東京都千代田区", 8), "東京都…");
  EXPECT_LE(DisplayWidth(FitWidth("東京都千代田区", 8)), 8);
}

TEST(FitWidthTest, ControlCharactersDoNotReachTheTerminal) { EXPECT_EQ(FitWidth("a\x1b[31mb\r\nc", 40), "a [31mb  c"); }

TEST(TableTest, ColumnsLineUpOverJapaneseText) {
  Table table({{"名前"}, {"金額", true}});
  table.AddRow({"髙﨑", "1"});
  table.AddRow({"a", "1,000"});
  const std::vector<std::string> lines = absl::StrSplit(table.Render(), '\n');
  ASSERT_EQ(lines.size(), 5u);
  const int width = DisplayWidth(lines[0]);
  EXPECT_EQ(DisplayWidth(lines[1]), width);
  EXPECT_EQ(DisplayWidth(lines[2]), width);
  EXPECT_EQ(DisplayWidth(lines[3]), width);
}

}  // namespace
}  // namespace juchu::ctl
